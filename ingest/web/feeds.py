"""RSS, Atom and JSON feeds → what they name; the only door to feedparser.

It runs in the worker process. feedparser opens files and addresses when it is handed a string, so it is only ever given
a stream of bytes; it cleans neither titles nor links, so everything that it returns is treated as a stranger's.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.errors import SourceError
from ingest.raw import DateClue, Witness
from ingest.text.decoding import clean_line
from ingest.web.outline import Outline, pointers

MOST_ENTRIES = 1_000
"""The first ones of a feed; a feed that names more sends whoever follows it on errands."""
LONGEST_TEXT, LONGEST_TEXTS = 1_000_000, 16_000_000
"""Characters of the text that an entry carries, and of those of all entries."""
LONGEST_WORDS = 500
"""Characters of a title or a name that are passed on."""


def read_feed(content: bytes, url: str) -> Outline:
    """The entries of an RSS or Atom feed, in its order; raises `SourceError` when it cannot be read."""
    import feedparser

    read = feedparser.parse(io.BytesIO(content), sanitize_html=False, resolve_relative_uris=False)
    if not read.entries and not read.get("version"):
        raise SourceError(f"the feed cannot be read ({read.get('bozo_exception', 'it is no feed')})")
    about, is_rss = read.feed, str(read.get("version", "")).startswith("rss")
    return Outline(
        "feed", pages=pointers(_entries(read.entries[:MOST_ENTRIES], about, is_rss), url or _words(about, "link"))
    )


def _entries(entries: list[Any], about: Any, is_rss: bool) -> Iterator[tuple[str, Witness]]:
    left = LONGEST_TEXTS
    for entry in entries:
        link = _words(entry, "feedburner_origlink") or _words(entry, "link")
        if not link and entry.get("guidislink") is not False and _words(entry, "id").startswith("http"):
            link = _words(entry, "id")
        # Item by item RSS 1.0 says only dc:date, which feedparser takes for a change: there it is the publication.
        published, updated = _words(entry, "published"), _stated_update(entry)
        text = _text(entry)[:left]
        left -= len(text)
        clue = published or (updated if is_rss else "")
        yield (
            link,
            Witness(
                clues=(DateClue("feed", clue),) if clue else (),
                updated=updated if published or not is_rss else "",
                title=_words(entry, "title"),
                outlet=_words(about, "title"),
                authors=_authors(entry),
                language=_words(about, "language").split("-")[0].lower(),
                text=text,
            ),
        )


def _text(entry: Any) -> str:
    """The whole text of an entry, or its summary where it has no more."""
    parts = [part.get("value") for part in entry.get("content", ()) if isinstance(part, Mapping)]
    texts = [text for text in (*parts, entry.get("summary")) if isinstance(text, str)]
    return max(texts, key=len, default="")[:LONGEST_TEXT]


def _stated_update(entry: Any) -> str:
    """`updated` only where the entry says it: feedparser answers with the date of publication otherwise."""
    return clean_line(str(dict.get(entry, "updated") or ""))[:LONGEST_WORDS]


def _authors(entry: Any) -> tuple[str, ...]:
    names = [_words(author, "name") for author in entry.get("authors", ()) if isinstance(author, Mapping)]
    return tuple(dict.fromkeys(name for name in names if name))[:20]


def _words(entry: Any, key: str) -> str:
    value = entry.get(key)
    return (
        clean_line(value)[:LONGEST_WORDS] if isinstance(value, str) and key not in ("link", "id") else str(value or "")
    )


def read_json_feed(content: bytes, url: str) -> Outline:
    """The items of a JSON feed (versions 1 and 1.1)."""
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise SourceError(f"the JSON feed cannot be read ({error})") from error
    items = read.get("items")
    found = [item for item in items[:MOST_ENTRIES] if isinstance(item, dict)] if isinstance(items, list) else []
    return Outline("feed", pages=pointers(((_line(item, "url"), _item_witness(item, read)) for item in found), url))


def _item_witness(item: dict[str, Any], feed: dict[str, Any]) -> Witness:
    published, authors = _line(item, "date_published"), item.get("authors") or [item.get("author")]
    named = [_line(one, "name") for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
    return Witness(
        clues=(DateClue("feed", published),) if published else (),
        updated=_line(item, "date_modified"),
        title=_line(item, "title"),
        outlet=_line(feed, "title"),
        authors=tuple(name for name in named if name)[:20],
        language=(_line(item, "language") or _line(feed, "language")).split("-")[0].lower(),
        text=str(item.get("content_html") or item.get("content_text") or "")[: LONGEST_TEXTS // MOST_ENTRIES],
    )


def _line(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if not isinstance(value, str):
        return ""
    return value.strip() if key == "url" else clean_line(value)[:LONGEST_WORDS]
