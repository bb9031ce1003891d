"""How much is in a library, and a digest of its content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from corpus.store.database import Database

_CURRENT_DAYS = (
    "revisions r INDEXED BY revisions_by_day CROSS JOIN articles a ON r.article = a.number AND r.revision = a.revision"
)
"""Days and outlets of the current revisions, read from the index alone: texts are long."""


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """How much is in a library. Dates are ISO 8601 or None; `fingerprint` changes when the content does.

    `outlets` are names with their articles, most first; an outlet that only has copies of others' articles counts 0.
    """

    articles: int
    passages: int
    outlets: tuple[tuple[str, int], ...]
    first_published: str | None
    last_published: str | None
    fingerprint: str


def count_library(store: Database) -> LibraryStats:
    """Count the articles and passages of a library, by outlet and date."""
    outlets = store.rows(
        f"SELECT r.outlet, count(*) FROM {_CURRENT_DAYS} GROUP BY r.outlet ORDER BY count(*) DESC, r.outlet"
    )
    days = store.rows(f"SELECT min(r.day), max(r.day) FROM {_CURRENT_DAYS}")[0]
    first, last = (date.fromordinal(day).isoformat() if day else None for day in days)
    elsewhere = store.rows("SELECT DISTINCT outlet FROM addresses WHERE outlet <> '' ORDER BY outlet")
    own = {str(row[0]): int(row[1]) for row in outlets if row[0]}
    return LibraryStats(
        articles=sum(row[1] for row in outlets),
        passages=int(store.rows("SELECT count(*) FROM passages")[0][0]),
        outlets=(*own.items(), *((str(row[0]), 0) for row in elsewhere if row[0] not in own)),
        first_published=first,
        last_published=last,
        fingerprint=digest_content(store),
    )


def digest_content(store: Database) -> str:
    """A digest of the articles, how they are cut and what embeds them: equal for equal libraries."""
    rows = store.rows(
        "SELECT a.id, r.checksum FROM articles a JOIN revisions r ON r.article = a.number "
        "AND r.revision = a.revision ORDER BY a.id"
    )
    settings = [store.meta("embedding_weights"), store.meta("passages")]
    content = json.dumps([settings, [list(row) for row in rows]])
    return hashlib.sha256(content.encode()).hexdigest()[:16]
