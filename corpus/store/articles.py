"""The article store: one SQLite file, the single source of truth about a library's content.

An article goes in, is replaced or goes out in one transaction: its commit is the acknowledgement. Everything else in a
library's folder can be thrown away and made again from here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from corpus.article import Article, PassageDraft, day_number
from corpus.embedding.encoder import Vectors
from corpus.errors import StorageError, UnknownArticleError
from corpus.store.copy_groups import CopyGroups
from corpus.store.database import TO_FORGET, Database
from corpus.store.removal import Removed, erase
from corpus.store.stored import (
    Change,
    CurrentRevision,
    FoundPassage,
    StoredArticle,
    article_of,
    content_checksum,
    read_found_passage,
    read_stored_article,
    revision_values,
    sound_article_of,
)
from corpus.store.stored_vectors import StoredVectors
from corpus.store.writing import insert_passage, next_revision, require_fitting
from corpus.text.addresses import normal_address
from corpus.text.copies import digest_of, signature_of
from corpus.window import Window


class Store(Database):
    """Articles with their revisions and passages, and the full-text index."""

    def __init__(self, path: Path) -> None:
        """Open a store, or make one; raises `NotALibraryError` or `StorageError`."""
        super().__init__(path)
        self.vectors = StoredVectors(self)
        self.copies = CopyGroups(self)

    # -- articles -----------------------------------------------------------------------------------------------------

    def current(self, article_id: str) -> CurrentRevision | None:
        """Which revision of an article is current, or None when there is no such article."""
        rows = self.rows(_CURRENT, (article_id,))
        return CurrentRevision(*rows[0]) if rows else None

    def put(self, article: Article, drafts: Sequence[PassageDraft], vectors: Vectors) -> Change:
        """Add an article, or make it the current revision of the one with its id, with its passages, in one commit.

        An article that is current already is left alone, and so is one whose text another article holds: its address is
        kept beside that one's. Raises `InvalidArticleError` for drafts that do not fit it.
        """
        require_fitting(article, drafts, vectors)
        self.copies.sign_rest()
        checksum, day, signature = content_checksum(article), day_number(article.published), signature_of(article.text)
        with self.transaction() as connection:
            row = connection.execute(_CURRENT, (article.id,)).fetchone()
            known = CurrentRevision(*row) if row else None
            if known and known.checksum == checksum:
                return Change("unchanged", known.revision)
            if known is None and (copy := self._note_copy(connection, article, signature.text_digest)):
                return copy
            number, revision, dropped = next_revision(connection, article, known)
            connection.execute(
                f"INSERT INTO revisions VALUES ({','.join('?' * 18)})",
                (number, revision, *revision_values(article, day), checksum, article.text),
            )
            added = [
                insert_passage(connection, number, ordinal, draft, vector, article, day)
                for ordinal, (draft, vector) in enumerate(zip(drafts, vectors, strict=True))
            ]
            self.copies.forget_place(connection, article)
            self.copies.sign(connection, number, signature, article.text)
        return Change("added" if known is None else "updated", revision, tuple(added), tuple(dropped))

    def keep_copy(self, article: Article) -> Change | None:
        """When another article holds this one's text, keep its address beside that one's; None when none does."""
        self.copies.sign_rest()
        if not self.copies.holds_text(article) or self.current(article.id):
            return None
        with self.transaction() as connection:
            return self._note_copy(connection, article, digest_of(article.text))

    def _note_copy(self, connection: sqlite3.Connection, article: Article, digest: bytes) -> Change | None:
        held = self.copies.same_text(connection, digest)
        if held is None:
            return None
        is_new = self.copies.note_place(connection, held, article, digest)
        return Change("copy" if is_new else "unchanged", held.revision, copy_of=held.id)

    def get(self, article_id: str, revision: int | None = None, *, sound: bool = False) -> Article:
        """An article's current revision, or another one; raises `UnknownArticleError`.

        Only a sound one is what was put in, letter for letter; raises `DamagedArticleError` instead of another.
        """
        rows = self.rows(
            "SELECT a.id, r.* FROM articles a JOIN revisions r ON r.article = a.number "
            "AND r.revision = coalesce(?, a.revision) WHERE a.id = ?",
            (revision, article_id),
        )
        if not rows:
            which = f"has no revision {revision}" if revision and self.current(article_id) else "is not in the library"
            raise UnknownArticleError(f"article {article_id!r} {which}: `pressmark articles list` shows what is")
        return sound_article_of(rows[0]) if sound else article_of(rows[0])

    def id_for(self, url_or_id: str) -> str | None:
        """The id of the article that has this id, or this address in any form, or whose text stood at it; or None."""
        rows = self.rows(_ID_FOR, (url_or_id, normal_address(url_or_id)))
        return str(rows[0][0]) if rows else None

    def was_superseded(self, article: Article) -> bool:
        """Whether an earlier revision is this very article from this source, and the current one is another's."""
        rows = self.rows(
            "SELECT 1 FROM articles a JOIN revisions c ON c.article = a.number AND c.revision = a.revision "
            "JOIN revisions r ON r.article = a.number AND r.revision < a.revision "
            "WHERE a.id = ?1 AND r.checksum = ?2 AND r.source IS ?3 AND c.source IS NOT ?3 LIMIT 1",
            (article.id, content_checksum(article), article.source),
        )
        return bool(rows)

    def held_under(self, url: str) -> tuple[str, str] | None:
        """The id of the article that is held under a form of this address, and the form; or None."""
        rows = self.rows(
            "SELECT a.id, r.url FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
            "WHERE a.address = ? ORDER BY a.number LIMIT 1",
            (normal_address(url),),
        )
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def remove(
        self,
        article_ids: Sequence[str],
        *,
        places: Sequence[str] = (),
        withhold: bool = True,
        outlet: str | None = None,
    ) -> Removed:
        """Take articles out with all their revisions and all that was noted of them, from every file (see `erase`)."""
        with self.transaction() as connection:
            removed = erase(connection, article_ids, self.copies.leave, places=places, withhold=withhold, outlet=outlet)
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (TO_FORGET,))
            if removed.dropped:  # a mere place has no vectors: the index is as good as before
                connection.execute(NOTE_ERASED)
        self.forget_deleted()
        return removed

    def list_articles(self, text: str, outlet: str | None, limit: int | None, offset: int) -> list[StoredArticle]:
        """Articles by date, newest first; `text` must occur in title, outlet, id or address."""
        pattern = f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        rows = self.rows(
            _LISTING + " WHERE (r.title LIKE ?1 ESCAPE '!' OR r.outlet LIKE ?1 ESCAPE '!' OR a.id LIKE ?1 ESCAPE '!' "
            "OR r.url LIKE ?1 ESCAPE '!') AND (?2 IS NULL OR r.outlet = ?2) "
            "ORDER BY r.day IS NULL, r.day DESC, a.id LIMIT ?3 OFFSET ?4",
            (pattern, outlet, -1 if limit is None else limit, offset),
        )
        return [read_stored_article(row) for row in rows]

    def record(self, article_id: str) -> StoredArticle:
        """One article as listed; raises `UnknownArticleError`."""
        rows = self.rows(_LISTING + " WHERE a.id = ?", (article_id,))
        if not rows:
            raise UnknownArticleError(f"article {article_id!r} is not in the library")
        return read_stored_article(rows[0])

    # -- passages -----------------------------------------------------------------------------------------------------

    def find_passages(self, numbers: Iterable[int]) -> dict[int, FoundPassage]:
        """The current passages with these numbers; a number that is not one, or is damaged, is left out."""
        wanted = list(numbers)
        rows: list[sqlite3.Row] = []
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            rows += self.rows(_FOUND + f" WHERE passages.number IN ({','.join('?' * len(part))})", part)
        found = {int(row["number"]): read_found_passage(row) for row in rows}
        return {number: one for number, one in found.items() if one is not None}

    def passages_of(self, article_id: str) -> list[FoundPassage]:
        """The current passages of an article, in the order of its text."""
        rows = self.rows(_FOUND + " WHERE a.id = ? ORDER BY ordinal", (article_id,))
        return [found for found in map(read_found_passage, rows) if found is not None]

    def count_passages(self, window: Window) -> int:
        """How many passages are inside a window."""
        condition, values = window.condition()
        return int(self.rows(f"SELECT count(*) FROM passages WHERE {condition}", values)[0][0])

    def inside(self, numbers: Sequence[int], window: Window) -> set[int]:
        """Which of these passages are current and inside a window."""
        condition, values = window.condition()
        inside: set[int] = set()
        for at in range(0, len(numbers), 500):
            part = list(numbers[at : at + 500])
            marks = ",".join("?" * len(part))
            query = f"SELECT number FROM passages WHERE number IN ({marks}) AND {condition}"
            inside |= {int(row[0]) for row in self.rows(query, [*part, *values])}
        return inside

    def match_words(self, expression: str, limit: int, window: Window, header_weight: float) -> list[tuple[int, float]]:
        """Passages that match an FTS5 expression, best first, with their BM25 score (higher is better)."""
        condition, values = window.condition()
        join = "" if window.is_open else "JOIN passages ON passages.number = passage_words.rowid"
        query = (
            f"SELECT passage_words.rowid, -bm25(passage_words, ?, 1.0) AS score FROM passage_words {join} "
            f"WHERE passage_words MATCH ? AND {condition} ORDER BY score DESC, passage_words.rowid LIMIT ?"
        )
        return [(int(r[0]), float(r[1])) for r in self.rows(query, [header_weight, expression, *values, limit])]

    # -- looking after it ---------------------------------------------------------------------------------------------

    def passage_rows(self, article_id: str) -> list[sqlite3.Row]:
        """The passages of an article as they are in the file, sound or not."""
        query = "SELECT p.* FROM passages p JOIN articles a ON a.number = p.article WHERE a.id = ? ORDER BY ordinal"
        return self.rows(query, (article_id,))

    def article_of_passage(self, number: int) -> str:
        """The id of the article that a current passage belongs to."""
        query = "SELECT a.id FROM passages p JOIN articles a ON a.number = p.article WHERE p.number = ?"
        return str(self.rows(query, (number,))[0]["id"])

    def set_passage_texts(self, texts: Mapping[int, str]) -> None:
        """Put texts in the place of damaged ones; the full-text index has to be built again after."""
        with self.transaction() as connection:
            for number, text in texts.items():
                connection.execute("UPDATE passages SET text = ? WHERE number = ?", (text, number))

    def check_words(self) -> list[str]:
        """What is wrong with the full-text index, compared with the passages."""
        try:
            with self.transaction() as connection:
                connection.execute("INSERT INTO passage_words(passage_words, rank) VALUES ('integrity-check', 1)")
        except StorageError as error:
            return [f"the full-text index does not match the passages ({error.__cause__}): `pressmark check --repair`"]
        return []

    def rebuild_words(self) -> None:
        """Make the full-text index again from the passages."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO passage_words(passage_words) VALUES ('rebuild')")


ERASED, INDEXED_SINCE = "erased", "erased_from_index"
"""Settings: how many removals there have been, and how many of them the dense index was built after."""
NOTE_ERASED = (
    f"INSERT INTO meta VALUES ('{ERASED}', '1') ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
)
_CURRENT = (
    "SELECT a.number, a.revision, r.checksum FROM articles a JOIN revisions r ON r.article = a.number "
    "AND r.revision = a.revision WHERE a.id = ?"
)
_ID_FOR = (
    "SELECT id FROM (SELECT 1 AS place, number, id FROM articles WHERE id = ?1 "
    "UNION ALL SELECT 2, number, id FROM articles WHERE address = ?2 "
    "UNION ALL SELECT 3, a.number, a.id FROM addresses p JOIN articles a ON a.number = p.article WHERE p.address = ?2 "
    "UNION ALL SELECT 4, a.number, a.id FROM addresses p JOIN articles a ON a.number = p.article WHERE p.id = ?1) "
    "ORDER BY place, number LIMIT 1"
)
_LISTING = (
    "SELECT a.id, a.revision, r.title, r.published, r.published_method, r.published_confidence, r.updated, r.section, "
    "r.outlet, r.authors, r.url, r.language, r.source, r.fetched, r.metadata, "
    "(SELECT count(*) FROM passages p WHERE p.article = a.number) AS passages "
    "FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision"
)
_FOUND = (
    'SELECT passages.number, a.id, a.revision, passages.ordinal, passages.start, passages."end", passages.text, '
    "passages.header, passages.embedded, r.title, r.outlet, r.url, r.published, r.day, s.copies FROM passages "
    "JOIN articles a ON a.number = passages.article "
    "JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
    "LEFT JOIN signatures s ON s.article = a.number"
)
