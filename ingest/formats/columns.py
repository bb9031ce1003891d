"""The columns of a table → the fields of an article: as somebody says, or as their names tell; and rows → records."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ingest.errors import SourceError
from ingest.extraction.dates import AS_WRITTEN, SLASHED, read_date
from ingest.text.decoding import clean_line

NAMES: dict[str, tuple[str, ...]] = {
    "text": ("text", "body", "content", "fulltext", "articletext", "articlebody", "maintext", "article", "story"),
    "title": ("title", "headline", "articletitle", "head", "heading"),
    "published": (
        *("published", "date", "pubdate", "publishdate", "publicationdate", "publisheddate", "datepublished"),
        *("datepublish", "publishedat", "publishedon", "articledate", "datetime", "timestamp", "day"),
    ),
    "outlet": (
        "outlet",
        "publication",
        "publisher",
        "newspaper",
        "source",
        "sourcename",
        "site",
        "sourcedomain",
        "domain",
    ),
    "authors": ("authors", "author", "byline", "by", "writer", "writers", "creator"),
    "url": ("url", "link", "href", "weburl", "articleurl", "articlelink", "canonicalurl", "address"),
    "language": ("language", "lang"),
    "id": ("id", "articleid", "docid", "documentid", "guid", "uid", "uuid"),
}
"""The names by which a field is known, the surest first, in lower case without what is no letter."""
UNNAMED = re.compile(r"unnamed: ?\d+|index|__index_level_\d+__", re.IGNORECASE)
LONGEST_LIST = 5000
NOTHING = ("", "nan", "none", "null", "n/a", "nat")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field, by position; `named` are all columns; `given` the fields that somebody mapped."""

    fields: Mapping[str, int]
    named: tuple[str, ...]
    given: frozenset[str] = frozenset()
    day_first: bool | None = None
    """What the table's other dates say of those that may mean two days."""


def recognised(names: Sequence[str], columns: Mapping[str, str] | None = None) -> Columns:
    """Find the fields among a table's columns; `columns` names the column of a field where the name does not tell.

    Raises `SourceError`, with what was recognised, when there is no text, or a column that was named is not there.
    """
    named = tuple(clean_line(name) for name in names)
    given = dict(columns or {})
    if unknown := sorted(set(given) - set(NAMES)):
        raise SourceError(
            f"--columns names {unknown[0]!r}, which is no field of an article: those are {', '.join(NAMES)}"
        )
    fields = {}
    for field, column in given.items():
        if column not in named:
            raise SourceError(f"has no column {column!r} for {field!r}: its columns are {_listed(named)}")
        fields[field] = named.index(column)
    for field in NAMES:
        if field not in given and (found := _by_name(field, named, fields.values())) is not None:
            fields[field] = found
    if "text" not in fields:
        known = ", ".join(f"{field} ({named[at]!r})" for field, at in fields.items()) or "nothing"
        raise SourceError(
            f"has no column that is known to hold the text; recognised: {known}; its columns are {_listed(named)}: "
            "say which one it is with --columns text=NAME"
        )
    return Columns(fields, named, frozenset(given))


def _by_name(field: str, named: Sequence[str], taken: Iterable[int]) -> int | None:
    plain = [re.sub(r"[^a-z]", "", name.lower()) for name in named]
    taken = set(taken)
    return next((plain.index(name) for name in NAMES[field] if name in plain and plain.index(name) not in taken), None)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:60]) for name in names[:30])
    return f"{shown} and {len(names) - 30:,} more" if len(names) > 30 else shown


def record_of(row: Sequence[Any], columns: Columns) -> bytes:
    """A row as an article record, in JSON; raises `SourceError` when it holds no text."""
    if isinstance(row[columns.fields["text"]], str) and not row[columns.fields["text"]].strip():
        raise SourceError(f"the column {columns.named[columns.fields['text']]!r} is empty")
    record = {field: row[at] for field, at in columns.fields.items() if not _is_nothing(row[at])}
    if "text" not in record:
        raise SourceError(f"the column {columns.named[columns.fields['text']]!r} is empty")
    mapped = set(columns.fields.values())
    for at, (name, value) in enumerate(zip(columns.named, row, strict=False)):
        if at not in mapped and name and not UNNAMED.fullmatch(name) and not _is_nothing(value):
            record[_free(name, record)] = value
    _settle_date(record, columns.day_first)
    _settle_id(record, columns)
    if "authors" in record:
        record["authors"] = authors_of(record["authors"])
    for field in ("title", "outlet", "url", "language", "text"):
        if field in record and not isinstance(record[field], str):
            record[field] = str(record[field])
    return json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")


def _is_nothing(value: Any) -> bool:
    return value is None or value != value or (isinstance(value, str) and value.strip().lower() in NOTHING)


def _free(name: str, record: Mapping[str, Any]) -> str:
    """A name for what is no field, that is not the name of one."""
    return f"{name} (column)" if name in NAMES or name in record else name


def day_comes_first(written: Iterable[Any]) -> bool | None:
    """Whether the dates of a column have the day before the month; None where none tells, or they differ."""
    orders = set()
    for value in written:
        if isinstance(value, str) and (found := SLASHED.match(value.strip())):
            first, second = int(found[1]), int(found[2])
            orders |= {True} if first > 12 >= second else {False} if second > 12 >= first else set()
    return orders.pop() if len(orders) == 1 else None


def _settled(written: str, day_first: bool | None) -> str | None:
    """A date of a column, read as the others of the column are written."""
    found = SLASHED.match(written)
    if found is None or day_first is None:
        return None
    day, month = (found[1], found[2]) if day_first else (found[2], found[1])
    return read_date(f"{found[3]}-{int(month):02}-{int(day):02}")


def _settle_date(record: dict[str, Any], day_first: bool | None) -> None:
    """A date that can be read is stated; one that cannot, or that means two days, is kept as it is written."""
    written = record.pop("published", None)
    if written is None:
        return
    if isinstance(written, date | datetime):
        record["published"] = written.isoformat()
    elif found := read_date(clean_line(str(written))) or _settled(clean_line(str(written)), day_first):
        record["published"] = found
    else:
        record[AS_WRITTEN] = clean_line(str(written))


def _settle_id(record: dict[str, Any], columns: Columns) -> None:
    """A number counts rows, and the next table has the same: it is an id only where somebody says so."""
    if "id" in record:
        value = record.pop("id")
        counts = isinstance(value, int | float) or str(value).strip().isdecimal()
        record["row_id" if counts and "id" not in columns.given else "id"] = str(value) if not counts else value


def authors_of(value: Any) -> list[str]:
    """Names from a list, from the text of a list as programs write it, or from names between semicolons."""
    if isinstance(value, str):
        value = value.strip()
        if value.startswith("[") and value.endswith("]") and len(value) <= LONGEST_LIST:
            with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
                value = ast.literal_eval(value)
    if isinstance(value, str):
        value = re.split(r" *[;|] *", re.sub(r"^by\s+", "", value, flags=re.IGNORECASE))
    names = value if isinstance(value, list | tuple) else [value]
    return [clean_line(str(name)) for name in names if not _is_nothing(name)]
