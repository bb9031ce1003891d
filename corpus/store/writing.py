"""The rows of a new revision of an article, written inside the transaction that adds it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corpus.article import Article, PassageDraft
from corpus.embedding.encoder import Vectors
from corpus.errors import InvalidArticleError
from corpus.store.stored import CurrentRevision, digest_embedded
from corpus.store.stored_vectors import pack_vector
from corpus.text.addresses import normal_address


def require_fitting(article: Article, drafts: Sequence[PassageDraft], vectors: Vectors) -> None:
    """Raise `InvalidArticleError` for passages that are not of this article, or have no sound vectors."""
    if not drafts:
        raise InvalidArticleError(f"article {article.id!r} has no passages: it could not be found by anything")
    if len(vectors) != len(drafts) or not np.isfinite(vectors).all():
        raise InvalidArticleError(f"article {article.id!r} has {len(drafts)} passages and {len(vectors)} sound vectors")
    for draft in drafts:
        if not 0 <= draft.start < draft.end <= len(article.text):
            raise InvalidArticleError(f"article {article.id!r} has no passage at {draft.start}:{draft.end}")


def next_revision(
    connection: sqlite3.Connection, article: Article, known: CurrentRevision | None
) -> tuple[int, int, list[int]]:
    """Make room for a revision: the article's number, the revision, and the numbers of the passages that went."""
    address = normal_address(article.url) if article.url else None
    if known is None:
        query = "INSERT INTO articles(id, revision, address) VALUES (?, 1, ?)"
        return int(connection.execute(query, (article.id, address)).lastrowid or 0), 1, []
    dropped = _take_passages(connection, known.number)
    query = "UPDATE articles SET revision = ?, address = ? WHERE number = ?"
    connection.execute(query, (known.revision + 1, address, known.number))
    return known.number, known.revision + 1, dropped


def _take_passages(connection: sqlite3.Connection, article: int) -> list[int]:
    """Delete an article's passages, and say which numbers they had."""
    rows = connection.execute("SELECT number FROM passages WHERE article = ? ORDER BY number", (article,)).fetchall()
    connection.execute("DELETE FROM passages WHERE article = ?", (article,))
    return [int(row[0]) for row in rows]


def insert_passage(
    connection: sqlite3.Connection,
    number: int,
    ordinal: int,
    draft: PassageDraft,
    vector: npt.NDArray[np.float32],
    article: Article,
    day: int | None,
) -> int:
    """Insert a passage with its vector, and say which number it has."""
    text = article.text[draft.start : draft.end]
    cursor = connection.execute(
        'INSERT INTO passages(article, ordinal, start, "end", day, outlet, header, text, embedded, vector, checksum) '
        "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            *(number, ordinal, draft.start, draft.end, day, article.outlet, draft.header, text),
            *(digest_embedded(draft.header, text), *pack_vector(vector)),
        ),
    )
    return int(cursor.lastrowid or 0)
