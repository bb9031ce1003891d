"""The revisions of an article, and which of them changed its text or title, without loading the texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from corpus.errors import UnknownArticleError
from corpus.store.database import Database


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of an article; `fetched` is when it was read first, `is_reworded` whether its text or its title
    is another than that of the revision before."""

    article_id: str
    revision: int
    title: str
    outlet: str
    url: str | None
    published: str | None
    updated: str | None
    fetched: str | None
    is_reworded: bool


def revisions_of(database: Database, article_id: str) -> tuple[Revision, ...]:
    """The revisions of an article, the oldest first; raises `UnknownArticleError`."""
    rows = database.rows(f"{_REVISIONS} WHERE a.id = ? ORDER BY n.revision", (article_id,))
    if not rows:
        raise UnknownArticleError(f"article {article_id!r} is not in the library: `pressmark articles list` shows it")
    return tuple(Revision(**{**dict(row), "is_reworded": bool(row["is_reworded"])}) for row in rows)


def list_rewordings(
    database: Database, since: date | None = None, outlet: str | None = None, limit: int | None = None
) -> tuple[Revision, ...]:
    """The revisions that changed the text or the title of an article, read on a day or later; the newest first."""
    rows = database.rows(
        f"{_REVISIONS} WHERE n.revision > 1 AND is_reworded AND (?1 IS NULL OR n.fetched >= ?1) "
        "AND (?2 IS NULL OR n.outlet = ?2) ORDER BY n.fetched DESC, a.id, n.revision DESC LIMIT ?3",
        (since.isoformat() if since else None, outlet, -1 if limit is None else limit),
    )
    return tuple(Revision(**{**dict(row), "is_reworded": True}) for row in rows)


_REVISIONS = (
    "SELECT a.id AS article_id, n.revision, n.title, n.outlet, n.url, n.published, n.updated, n.fetched, "
    "coalesce(n.title <> o.title OR n.text <> o.text, 0) AS is_reworded FROM articles a "
    "JOIN revisions n ON n.article = a.number "
    "LEFT JOIN revisions o ON o.article = n.article AND o.revision = n.revision - 1"
)
