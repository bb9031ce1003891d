"""Article records: the lines of a `.jsonl` file, and the front matter of a Markdown file, → what they state."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ingest.errors import RecordError
from ingest.formats.foreign import own_fields, updates_of
from ingest.raw import DateClue, Extract
from ingest.text.decoding import clean_line, clean_text, decode
from ingest.text.markup import plain_line, plain_text

FIELDS = frozenset(("url", "title", "published", "outlet", "authors", "text", "language", "id"))
ADDRESS_SCHEMES = frozenset(("http", "https", "ftp", "doi", "urn", "tag", ""))
"""Schemes of an address that may be kept as an article's url; a link of any other kind could run something."""
DEEPEST = 20
"""Levels of lists and objects in metadata."""
LONGEST_ID = 300


def read_record(content: bytes, _url: str | None = None) -> Extract:
    """One JSON object as an extract; raises `RecordError` when it breaks the article record format."""
    try:
        record = json.loads(decode(content).rstrip(), parse_constant=_not_json)  # a line cut short ends where it is cut
    except json.JSONDecodeError as error:
        what = error.msg.removesuffix(" at")  # "Unterminated string starting at"
        raise RecordError(f"is not JSON: {what} at column {error.colno}") from error
    except RecursionError as error:
        raise RecordError("is not an article record: it is nested too deep") from error
    except ValueError as error:
        raise RecordError(f"is not JSON: {error}") from error
    if not isinstance(record, dict):
        raise RecordError(f"is not an article record but {_kind(record)}: each line must be one JSON object")
    fields = own_fields(record)
    text = fields.get("text")
    if text is None:
        page = ": it only names a page, so give its address to have that fetched" if fields.get("url") else ""
        raise RecordError(f'has no "text", the one field that is required{page}')
    if not isinstance(text, str):
        raise RecordError(f'"text" must be a string, not {_kind(text)}')
    return extract_of(fields, plain_text(text), "record")


def extract_of(fields: Mapping[str, Any], text: str, method: str) -> Extract:
    """What a record or front matter states, with the text it goes with; keys without a meaning become metadata.

    Raises `RecordError` when a field is of the wrong kind.
    """
    published = _line(fields, "published")
    url = _line(fields, "url") or None
    metadata = {clean_line(str(key)): plain(value) for key, value in fields.items() if key not in FIELDS}
    if url and not is_address(url):
        metadata["url"], url = url, None
    identity = _line(fields, "id") or None
    if identity and len(identity) > LONGEST_ID:
        raise RecordError(f'"id" has {len(identity)} characters: at most {LONGEST_ID} are kept')
    return Extract(
        text=text,
        title=plain_line(_line(fields, "title")),
        stated=DateClue(method, published) if published else None,
        outlet=plain_line(_line(fields, "outlet")),
        updates=updates_of(fields),
        authors=_authors(fields.get("authors")),
        url=url,
        language=_line(fields, "language") or None,
        id=identity,
        metadata=metadata,
    )


def is_address(url: str) -> bool:
    """Whether an address is of a kind that may be kept and shown."""
    try:
        return urlsplit(url).scheme.lower() in ADDRESS_SCHEMES
    except ValueError:
        return False


def plain(value: Any, depth: int = 0) -> Any:
    """A value of metadata as JSON knows it, with clean strings; raises `RecordError` when it is nested too deep."""
    if depth > DEEPEST:
        raise RecordError(f"metadata is nested deeper than {DEEPEST} levels")
    if isinstance(value, Mapping):
        return {clean_line(str(key)): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item, depth + 1) for item in value]
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return clean_text(str(value))


def _line(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise RecordError(f'"{name}" must be a string, not {_kind(value)}')
    return clean_line(str(value))


def _authors(value: Any) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else [] if value is None else value
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise RecordError('"authors" must be a list of names')
    return tuple(name for name in map(clean_line, names) if name)


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "an object"
    return json.dumps(value) if isinstance(value, int | float | bool | None) else type(value).__name__


def _not_json(constant: str) -> Any:
    raise ValueError(f"{constant} is not a JSON value")
