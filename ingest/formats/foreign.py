"""Records of other programs → the fields of an article record.

news-please, newspaper4k, fundus, Media Cloud, Common Crawl News, the archives of the Guardian and the New York Times,
WordPress, JSON-LD and static sites all say the same under other names. A field in our own name always counts first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.extraction.bylines import split_names
from ingest.extraction.dates import AS_WRITTEN, read_date
from ingest.formats.columns import NAMES
from ingest.text.decoding import clean_line

TEXTS = (*NAMES["text"], "plaintext", "bodytext", "storytext", "textcontent", "contenttext", "rawtext", "contents")
OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": (*NAMES["title"], "webtitle", "titlepage", "titlerss", "name"),
    "published": (
        *NAMES["published"],
        *(
            "publishingdate",
            "webpublicationdate",
            "dategmt",
            "publishtime",
            "publishedtime",
            "publicationtime",
            "created",
        ),
    ),
    "outlet": (
        "publication",
        "publisher",
        "newspaper",
        "medianame",
        "sourcename",
        "sitename",
        "source",
        "sourcedomain",
        "domain",
    ),
    "authors": NAMES["authors"],
    "url": (*NAMES["url"], "respondedurl", "requestedurl", "permalink", "originalurl"),
    "language": (*NAMES["language"], "inlanguage", "metalang", "langcode"),
}
UPDATES = (
    "updated",
    "datemodify",
    "datemodified",
    "modified",
    "modifiedat",
    "updatedat",
    "lastmod",
    "lastmodified",
    "publisheddatemodified",
)
WRAPPERS = ("_source", "fields", "attributes", "article", "html")
"""Objects in a record that hold fields of the article."""
LISTS = (
    "articles",
    "stories",
    "items",
    "results",
    "docs",
    "documents",
    "data",
    "hits",
    "posts",
    "records",
    "response",
    "entries",
)
"""Fields under which a file holds a list of records."""
INNER = ("rendered", "name", "title", "main", "original", "text", "value", "@value", "content")
"""Where a field's own value stands when it is an object."""
DEEPEST = 8
CUT = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+(\d+) chars\]\s*$")
LONGEST_CUT = 60
"""Characters of the note at the end that a text is not all of it."""


def own_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record with what other programs call otherwise under our names; what has no meaning here stays as it is."""
    fields = {str(name): value for name, value in record.items()}
    for wrapper in WRAPPERS:
        inner = fields.get(wrapper)
        if isinstance(inner, Mapping):
            del fields[wrapper]
            fields |= {str(name): value for name, value in inner.items() if str(name) not in fields}
    _name_text(fields)
    for field, names in OTHER_NAMES.items():
        if _is_nothing(fields.get(field)):
            _rename(fields, field, names)
        elif isinstance(fields[field], Mapping) or (field == "authors" and _has_objects(fields[field])):
            fields[field] = _value(field, fields[field]) or fields[field]
    return fields


def _name_text(fields: dict[str, Any]) -> None:
    if not _is_nothing(fields.get("text")):
        return
    found = next(((name, text) for name in _named(fields, TEXTS) if (text := _text(fields[name]))), None)
    if found:
        del fields[found[0]]
        fields["text"] = found[1]
        if cut := CUT.search(found[1][-LONGEST_CUT:]):
            fields["text"] = found[1][: -len(cut[0])]
            fields["left_out"] = f"{cut[1]} characters: the record holds only the beginning of the text"


def _rename(fields: dict[str, Any], field: str, names: tuple[str, ...]) -> None:
    """Give a field its value from the first of some names that has one."""
    for name in _named(fields, names):
        value = _value(field, fields[name])
        if _is_nothing(value) or (field == "published" and not isinstance(value, str | int)):
            continue
        if field == "published" and (day := read_date(clean_line(str(value)))) is None:
            fields.setdefault(AS_WRITTEN, fields.pop(name))
            continue
        del fields[name]
        fields[field] = day if field == "published" else value
        return


def _named(fields: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """The names of a record's fields that are among some, in the order of these."""
    plain = {re.sub(r"[^a-z]", "", name.lower()): name for name in reversed(list(fields))}
    yield from (plain[name] for name in names if name in plain)


def _value(field: str, value: Any) -> Any:
    """A field's value where it is wrapped in an object: a name, what is rendered; of authors, all."""
    if field == "authors":
        named = [name for name in map(_line, value if isinstance(value, list) else [value]) if name]
        return list(dict.fromkeys(split_names(named))) or None
    return _line(value) if isinstance(value, Mapping) else value if isinstance(value, str | int | float) else None


def _has_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping) for one in value)


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return next((line for name in INNER if (line := _line(value.get(name)))), "")
    return clean_line(value) if isinstance(value, str) else ""


def _text(value: Any, depth: int = 0) -> str:
    """A body in whichever form: a text, a list of paragraphs, sections with headlines (fundus), what is rendered."""
    if isinstance(value, str):
        return value
    if depth > DEEPEST:
        return ""
    if isinstance(value, list):
        parts = (_text(item, depth + 1) for item in value)
    elif isinstance(value, Mapping):
        sections = [value[name] for name in ("summary", "headline", "sections", "paragraphs") if name in value]
        parts = (_text(item, depth + 1) for item in sections or [value.get(name) for name in INNER])
    else:
        return ""
    return "\n\n".join(part for part in parts if part.strip())


def updates_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """When a record says that its article was changed."""
    return tuple(
        str(fields[name]) for name in _named(fields, UPDATES) if isinstance(fields[name], str | int) and fields[name]
    )


def _is_nothing(value: Any) -> bool:
    return value is None or value == "" or value == []


def records_in(value: Any, depth: int = 0) -> list[Any] | None:
    """The records that a JSON file holds: those of a list, or of a list in it; None when it is one record by itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, Mapping) or depth > 2 or has_text(value):
        return None
    for name in LISTS:
        if name in value and (found := records_in(value[name], depth + 1)):
            return found
    return None


def has_text(record: Mapping[str, Any]) -> bool:
    """Whether an object can be the record of an article."""
    return bool(own_fields(record).get("text"))
