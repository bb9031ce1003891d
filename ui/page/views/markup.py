"""The templates of the page. They escape by default, so that no text of an article or a question becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ui.wording import age, count, day, format_date, safe_url

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent.parent / "templates"
# Characters that turn the reading direction of what follows, and the control characters that browsers drop or refuse.
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARK = re.compile(r"\[(\d{1,3})\]")


def render(template: str, /, **values: Any) -> str:
    """Fill a template; every value is escaped unless it came out of a template itself."""
    return _environment().get_template(template).render(**values).strip()


def markup(rendered: str) -> Markup:
    """HTML that `render` returned, to stand in another template."""
    return Markup(rendered)  # noqa: S704  # escaped when it was rendered


def plain(text: str | None) -> str:
    """A name or a title on one line, without characters that turn the reading direction."""
    return _TURNS_DIRECTION.sub("", " ".join((text or "").split()))


def split_at_marks(text: str, known: Iterable[int]) -> Iterator[tuple[str, int | None]]:
    """The stretches of a text, each with the number of the mark that follows it; unknown marks are dropped."""
    numbers = set(known)
    start, kept = 0, ""
    for match in _MARK.finditer(text):
        kept += text[start : match.start()]
        start = match.end()
        if (n := int(match[1])) in numbers:
            yield kept, n
            kept = ""
    yield kept + text[start:], None


def split_paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what blank lines separate."""
    return [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_replace_controls,
    )
    filters = {"plain": plain, "date": format_date, "age": age, "day": day, "safe_url": safe_url}
    filters |= {"split_at_marks": split_at_marks, "paragraphs": split_paragraphs}
    environment.filters.update(filters)
    environment.globals["count"] = count
    return environment


def _replace_controls(value: Any) -> Any:
    return _CONTROL.sub("\ufffd", value) if type(value) is str else value
