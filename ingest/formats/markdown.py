"""Plain text and Markdown → what they hold; the one door to PyYAML in this layer."""

from __future__ import annotations

import re
import tomllib
from datetime import date, time
from typing import Any

from ingest.errors import RecordError
from ingest.formats.foreign import own_fields
from ingest.formats.records import extract_of
from ingest.raw import Extract
from ingest.text.decoding import clean_line, clean_text, decode

FRONT_MATTER = re.compile(r"---[ \t]*\n(?:(.*?)\n)??(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
TOML_FRONT_MATTER = re.compile(r"\+\+\+[ \t]*\n(?:(.*?)\n)??\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL)
LONGEST_FRONT_MATTER = 64_000
HEADING = re.compile(r"#[ \t]+(.+?)(?:[ \t]+#+)?[ \t]*")
FENCE = re.compile(r" {0,3}(```|~~~)")
LONGEST_TITLE = 200
LONGEST_HEADING = 1_000


def read_text(content: bytes) -> Extract:
    """A plain text, which states nothing about itself; a short first line that stands alone is its title."""
    text = clean_text(decode(content))
    return Extract(text=text, title=title_line(text))


def read_markdown(content: bytes) -> Extract:
    """A Markdown file: front matter states the fields, or the first heading of level one is the title.

    The text is the body without either. Raises `RecordError` when the front matter cannot be read.
    """
    text = clean_text(decode(content))
    found, toml = FRONT_MATTER.match(text), TOML_FRONT_MATTER.match(text)
    fields = _toml(toml[1] or "") if toml else _front_matter(found[1] or "") if found else None
    found = toml or found
    if fields and isinstance(fields.get("published"), bool):  # Jekyll's mark of a draft, no date
        fields["is_published"] = fields.pop("published")
    body = text[found.end() :] if found and fields is not None else text
    stated = extract_of(own_fields({**fields, "text": body}), body, "front matter") if fields else Extract(text=body)
    title, rest = _without_title(body, stated.title)
    return Extract(
        text=rest,
        title=title,
        stated=stated.stated,
        updates=stated.updates,
        outlet=stated.outlet,
        authors=stated.authors,
        url=stated.url,
        language=stated.language,
        id=stated.id,
        metadata=stated.metadata,
    )


def title_line(text: str) -> str:
    """The first line of a text when it looks like a title: short, alone, and not a sentence; else ""."""
    line, _, rest = text.partition("\n")
    alone = rest.startswith("\n") and rest.strip()
    return line if alone and len(line) <= LONGEST_TITLE and not line.endswith((".", ":", ",", ";")) else ""


def _front_matter(source: str) -> dict[str, Any] | None:
    """The fields, or None when what stands between the rules is text and no front matter."""
    import yaml

    if len(source) > LONGEST_FRONT_MATTER:
        raise RecordError(f"the front matter is longer than {LONGEST_FRONT_MATTER:,} characters")
    try:
        # Aliases are refused because few of them can stand for gigabytes.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(source, Loader=yaml.SafeLoader)):
            raise RecordError("the front matter uses YAML aliases (*name), which are not read: write the values out")
        fields = yaml.load(source, Loader=_loader())  # noqa: S506  # a safe loader, see below
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" on line {mark.line + 2}" if mark else ""
        raise RecordError(f"the front matter is not YAML: {getattr(error, 'problem', None) or error}{line}") from error
    except (ValueError, TypeError, RecursionError) as error:  # such as a key that is a list
        raise RecordError(f"the front matter cannot be read: {error}") from error
    if fields is None:
        return {}
    return {str(key): value for key, value in fields.items()} if isinstance(fields, dict) else None


def _toml(source: str) -> dict[str, Any]:
    """The fields of front matter in TOML, as Hugo has it."""
    if len(source) > LONGEST_FRONT_MATTER:
        raise RecordError(f"the front matter is longer than {LONGEST_FRONT_MATTER:,} characters")
    try:
        fields = tomllib.loads(source)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecordError(f"the front matter is not TOML: {error}") from error
    return {name: value.isoformat() if isinstance(value, date | time) else value for name, value in fields.items()}


def _loader() -> Any:
    """A safe loader that leaves dates as they are written, so that a wrong one can be named and precision is kept."""
    import yaml

    class Loader(yaml.SafeLoader):
        yaml_implicit_resolvers = {  # noqa: RUF012  # the name and the kind are PyYAML's
            first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    return Loader


def _without_title(body: str, title: str) -> tuple[str, str]:
    """The title, and the body without the heading that says it."""
    fenced = False
    lines = body.split("\n")
    for number, line in enumerate(lines):
        fenced ^= bool(FENCE.match(line))
        heading = None if fenced or len(line) > LONGEST_HEADING else HEADING.fullmatch(line)
        if heading:
            words = clean_line(heading[1])
            if title and words.casefold() != title.casefold():
                break
            return title or words, "\n".join(lines[:number] + lines[number + 1 :])
    return title, body
