"""The article store: one SQLite file that is the truth about what is in a library.

An article goes in, is replaced or goes out in one transaction: its commit is the acknowledgement. Everything else in a
library's folder can be thrown away and made again from here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from corpus import schema
from corpus.article import Article, Passage, PassageDraft, day_number, passage_id
from corpus.embedding import Vectors
from corpus.errors import NotALibraryError, StorageError, UnknownArticleError

Numbers = npt.NDArray[np.int64]
ChangeKind = Literal["added", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Window:
    """Which passages may answer: days (inclusive, as day numbers) and outlets (none named means all).

    A passage of unknown date is outside every window that has an edge.
    """

    since: int | None = None
    until: int | None = None
    outlets: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether every passage is inside."""
        return self.since is None and self.until is None and not self.outlets

    def condition(self) -> tuple[str, list[Any]]:
        """The window as an SQL condition on `passages`, and its values."""
        parts: list[str] = []
        values: list[Any] = []
        if self.since is not None:
            parts.append("passages.day >= ?")
            values.append(self.since)
        if self.until is not None:
            parts.append("passages.day <= ?")
            values.append(self.until)
        if self.outlets:
            parts.append(f"passages.outlet IN ({','.join('?' * len(self.outlets))})")
            values.extend(self.outlets)
        return " AND ".join(parts) or "1", values


@dataclass(frozen=True, slots=True)
class Change:
    """What putting an article did. `added` and `dropped` are numbers of passages, for the indexes to follow."""

    kind: ChangeKind
    revision: int
    added: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as listed: its fields without the text, its current revision and how many passages it has."""

    id: str
    revision: int
    title: str
    published: str | None
    published_method: str | None
    outlet: str
    authors: tuple[str, ...]
    url: str | None
    language: str | None
    source: str | None
    fetched: str | None
    metadata: dict[str, Any]
    passages: int


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A current passage with the fields of its article that ranking and citing need; `day` is a day number."""

    number: int
    passage: Passage
    title: str
    outlet: str
    url: str | None
    published: str | None
    day: int | None


def content_checksum(article: Article) -> str:
    """A digest of everything that makes an article what it is: not when or from where it was read."""
    content = [article.text, article.title, article.published, article.outlet, article.authors, article.url]
    content += [article.language, dict(article.metadata)]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, default=str).encode()).hexdigest()


def embedded_digest(header: str, text: str) -> bytes:
    """What a vector depends on: equal texts under equal headers have equal vectors."""
    return hashlib.sha256(f"{header}\n{text}".encode()).digest()[:16]


class Store:
    """The SQLite file. Reads may come from any thread; writes are made one at a time."""

    def __init__(self, path: Path) -> None:
        """Open a store, or make one where the file is missing; raises `NotALibraryError` or `StorageError`."""
        self.path = path
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._lock = threading.RLock()
        is_new = not path.exists() or path.stat().st_size == 0
        try:
            self._writer = schema.connect(str(path))
            if is_new:
                schema.create(self._writer)
            self._recognise()
        except sqlite3.DatabaseError as error:
            raise _translated(error, path) from error

    def _recognise(self) -> None:
        application = self._writer.execute("PRAGMA application_id").fetchone()[0]
        version = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if application != schema.APPLICATION_ID:
            self._writer.close()
            raise NotALibraryError(f"{self.path} is a database, but not a Pressmark library: choose another folder")
        if version > schema.FORMAT:
            self._writer.close()
            raise NotALibraryError(
                f"{self.path} was written by a newer version of Pressmark (format {version}, this one reads up to "
                f"{schema.FORMAT}): update Pressmark"
            )

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._lock:
            for connection in (*self._readers, self._writer):
                connection.close()
            self._readers.clear()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = schema.connect(str(self.path), read_only=True)
            self._local.connection = connection
            with self._lock:
                self._readers.append(connection)
        return connection

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a read; raises `StorageError` when the file cannot be read."""
        try:
            return self._reader().execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise _translated(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; raises `StorageError` when the disk refuses, and then nothing has changed."""
        with self._lock:
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException as error:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.DatabaseError):
                    raise _translated(error, self.path) from error
                raise

    # -- meta ---------------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str | None:
        """A setting of the library, or None."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, **settings: str) -> None:
        """Write settings, durably."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", settings.items())

    # -- articles -----------------------------------------------------------------------------------------------------

    def checksum_of(self, article_id: str) -> str | None:
        """The content checksum of the current revision, or None when there is no such article."""
        rows = self.rows(
            "SELECT r.checksum FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
            "WHERE a.id = ?",
            (article_id,),
        )
        return str(rows[0][0]) if rows else None

    def put(self, article: Article, drafts: Sequence[PassageDraft], vectors: Vectors) -> Change:
        """Add an article, or make it the current revision of the one with its id, with its passages, in one commit."""
        checksum = content_checksum(article)
        day = day_number(article.published)
        with self.transaction() as connection:
            known = connection.execute("SELECT number, revision FROM articles WHERE id = ?", (article.id,)).fetchone()
            if known is None:
                revision, dropped = 1, ()
                cursor = connection.execute("INSERT INTO articles(id, revision) VALUES (?, 1)", (article.id,))
                number = int(cursor.lastrowid or 0)
            else:
                number, revision = int(known[0]), int(known[1]) + 1
                dropped = tuple(_numbers_of(connection, number))
                connection.execute("DELETE FROM passages WHERE article = ?", (number,))
                connection.execute("UPDATE articles SET revision = ? WHERE number = ?", (revision, number))
            connection.execute(
                f"INSERT INTO revisions VALUES ({','.join('?' * 15)})",
                (number, revision, *_revision_values(article, day), checksum),
            )
            added = tuple(
                _insert_passage(connection, number, ordinal, draft, vector, article, day)
                for ordinal, (draft, vector) in enumerate(zip(drafts, vectors, strict=True))
            )
        return Change("updated" if dropped or revision > 1 else "added", revision, added, dropped)

    def get(self, article_id: str, revision: int | None = None) -> Article:
        """An article's current revision, or another one; raises `UnknownArticleError`."""
        rows = self.rows(
            "SELECT a.id, r.* FROM articles a JOIN revisions r ON r.article = a.number "
            "AND r.revision = coalesce(?, a.revision) WHERE a.id = ?",
            (revision, article_id),
        )
        if not rows:
            which = f"article {article_id!r}" + (
                f" has no revision {revision}" if revision else " is not in the library"
            )
            raise UnknownArticleError(f"{which}: `pressmark articles list` shows what is")
        return _article(rows[0])

    def id_for(self, url_or_id: str) -> str | None:
        """The id of the article that has this id or this address, or None."""
        rows = self.rows(
            "SELECT a.id FROM articles a WHERE a.id = ?1 UNION ALL SELECT a.id FROM revisions r JOIN articles a "
            "ON a.number = r.article AND a.revision = r.revision WHERE r.url = ?1 LIMIT 1",
            (url_or_id,),
        )
        return str(rows[0][0]) if rows else None

    def remove(self, article_ids: Sequence[str]) -> tuple[int, ...]:
        """Take articles out with all their revisions; returns the numbers of the passages that went."""
        dropped: list[int] = []
        with self.transaction() as connection:
            for article_id in article_ids:
                row = connection.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
                if row is None:
                    raise UnknownArticleError(f"article {article_id!r} is not in the library: nothing was removed")
                dropped += _numbers_of(connection, int(row[0]))
                connection.execute("DELETE FROM passages WHERE article = ?", (row[0],))
                connection.execute("DELETE FROM articles WHERE number = ?", (row[0],))
            if not schema.HAS_SECURE_WORDS:
                connection.execute("INSERT INTO passage_words(passage_words) VALUES ('optimize')")
        self.forget_log()
        return tuple(dropped)

    def forget_log(self) -> None:
        """Fold the write-ahead log into the file and empty it, so that removed text is not left in it."""
        with self._lock:
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def listed(self, text: str, outlet: str | None, limit: int | None, offset: int) -> list[StoredArticle]:
        """Articles by date, newest first; `text` must occur in title, outlet, id or address."""
        pattern = f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        rows = self.rows(
            _LISTING + " WHERE (r.title LIKE ?1 ESCAPE '!' OR r.outlet LIKE ?1 ESCAPE '!' OR a.id LIKE ?1 ESCAPE '!' "
            "OR r.url LIKE ?1 ESCAPE '!') AND (?2 IS NULL OR r.outlet = ?2) "
            "ORDER BY r.day IS NULL, r.day DESC, a.id LIMIT ?3 OFFSET ?4",
            (pattern, outlet, -1 if limit is None else limit, offset),
        )
        return [_stored_article(row) for row in rows]

    def record(self, article_id: str) -> StoredArticle:
        """One article as listed; raises `UnknownArticleError`."""
        rows = self.rows(_LISTING + " WHERE a.id = ?", (article_id,))
        if not rows:
            raise UnknownArticleError(f"article {article_id!r} is not in the library")
        return _stored_article(rows[0])

    # -- passages -----------------------------------------------------------------------------------------------------

    def found(self, numbers: Iterable[int]) -> dict[int, FoundPassage]:
        """The current passages with these numbers; a number that is not one is left out."""
        wanted = list(numbers)
        rows: list[sqlite3.Row] = []
        for at in range(0, len(wanted), 500):
            part = wanted[at : at + 500]
            rows += self.rows(_FOUND + f" WHERE passages.number IN ({','.join('?' * len(part))})", part)
        return {int(row["number"]): _found_passage(row) for row in rows}

    def passages_of(self, article_id: str) -> list[FoundPassage]:
        """The current passages of an article, in the order of its text."""
        return [_found_passage(r) for r in self.rows(_FOUND + " WHERE a.id = ? ORDER BY ordinal", (article_id,))]

    def count_passages(self, window: Window) -> int:
        """How many passages are inside a window."""
        condition, values = window.condition()
        return int(self.rows(f"SELECT count(*) FROM passages WHERE {condition}", values)[0][0])  # noqa: S608

    def inside(self, numbers: Sequence[int], window: Window) -> set[int]:
        """Which of these passages are current and inside a window."""
        condition, values = window.condition()
        inside: set[int] = set()
        for at in range(0, len(numbers), 500):
            part = list(numbers[at : at + 500])
            marks = ",".join("?" * len(part))
            query = f"SELECT number FROM passages WHERE number IN ({marks}) AND {condition}"  # noqa: S608
            inside |= {int(row[0]) for row in self.rows(query, [*part, *values])}
        return inside

    def match_words(self, expression: str, limit: int, window: Window, header_weight: float) -> list[tuple[int, float]]:
        """Passages that match an FTS5 expression, best first, with their BM25 score (higher is better)."""
        condition, values = window.condition()
        join = "" if window.is_open else "JOIN passages ON passages.number = passage_words.rowid"
        query = (
            f"SELECT passage_words.rowid, -bm25(passage_words, ?, 1.0) AS score FROM passage_words {join} "  # noqa: S608
            f"WHERE passage_words MATCH ? AND {condition} ORDER BY score DESC, passage_words.rowid LIMIT ?"
        )
        return [(int(r[0]), float(r[1])) for r in self.rows(query, [header_weight, expression, *values, limit])]

    def vectors_by_digest(self, digests: Sequence[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """The vectors of passages whose embedded text has one of these digests."""
        known: dict[bytes, npt.NDArray[np.float32]] = {}
        for at in range(0, len(digests), 500):
            part = list(digests[at : at + 500])
            query = f"SELECT embedded, vector FROM passages WHERE embedded IN ({','.join('?' * len(part))})"  # noqa: S608
            known |= {bytes(row[0]): np.frombuffer(row[1], np.float32) for row in self.rows(query, part)}
        return known

    def numbers(self) -> Numbers:
        """The numbers of all current passages, ascending."""
        return np.array([row[0] for row in self.rows("SELECT number FROM passages ORDER BY number")], np.int64)

    def vector_pages(
        self, numbers: Sequence[int] | None = None, size: int = 2000
    ) -> Iterator[tuple[list[int], Vectors, list[int | None]]]:
        """(numbers, vectors of shape (n, dimension), day numbers), page by page: of all passages, or of some."""
        last = 0
        wanted = sorted(numbers) if numbers is not None else None
        while True:
            if wanted is None:
                query, values = "WHERE number > ? ORDER BY number LIMIT ?", [last, size]
            else:
                part, wanted = wanted[:size], wanted[size:]
                query, values = f"WHERE number IN ({','.join('?' * len(part))}) ORDER BY number", part
            rows = self.rows(f"SELECT number, vector, day FROM passages {query}", values)  # noqa: S608
            if rows:
                last = int(rows[-1][0])
                matrix = np.frombuffer(b"".join(row[1] for row in rows), np.float32).reshape(len(rows), -1)
                yield [int(row[0]) for row in rows], matrix, [row[2] for row in rows]
            if (wanted is None and len(rows) < size) or (wanted is not None and not wanted):
                return

    def vectors_inside(self, window: Window) -> tuple[Numbers, Vectors]:
        """The numbers and vectors of all passages inside a window, by number."""
        condition, values = window.condition()
        query = f"SELECT number, vector FROM passages WHERE {condition} ORDER BY number"  # noqa: S608
        rows = self.rows(query, values)
        matrix = np.frombuffer(b"".join(row[1] for row in rows), np.float32)
        return np.array([row[0] for row in rows], np.int64), matrix.reshape(len(rows), -1) if rows else matrix

    # -- health -------------------------------------------------------------------------------------------------------

    def check_words(self) -> list[str]:
        """What is wrong with the full-text index, compared with the passages."""
        try:
            with self.transaction() as connection:
                connection.execute("INSERT INTO passage_words(passage_words, rank) VALUES ('integrity-check', 1)")
        except StorageError as error:
            return [f"the full-text index is damaged: {error.__cause__}"]
        return []

    def rebuild_words(self) -> None:
        """Make the full-text index again from the passages."""
        with self.transaction() as connection:
            connection.execute("INSERT INTO passage_words(passage_words) VALUES ('rebuild')")

    def vector_is_sound(self, number: int, checksum: int) -> bool:
        """Whether this is the checksum that the vector of a passage was stored with."""
        rows = self.rows("SELECT checksum FROM passages WHERE number = ?", (number,))
        return bool(rows) and int(rows[0][0]) == checksum

    def set_vectors(self, vectors: Mapping[int, npt.NDArray[np.float32]]) -> None:
        """Put vectors in the place of damaged ones."""
        with self.transaction() as connection:
            for number, vector in vectors.items():
                blob = np.ascontiguousarray(vector, np.float32).tobytes()
                connection.execute(
                    "UPDATE passages SET vector = ?, checksum = ? WHERE number = ?", (blob, zlib.crc32(blob), number)
                )


_LISTING = (
    "SELECT a.id, a.revision, r.title, r.published, r.published_method, r.outlet, r.authors, r.url, r.language, "
    "r.source, r.fetched, r.metadata, (SELECT count(*) FROM passages p WHERE p.article = a.number) AS passages "
    "FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision"
)
_FOUND = (
    'SELECT passages.number, a.id, a.revision, passages.ordinal, passages.start, passages."end", passages.text, '
    "passages.header, r.title, r.outlet, r.url, r.published, r.day FROM passages "
    "JOIN articles a ON a.number = passages.article "
    "JOIN revisions r ON r.article = a.number AND r.revision = a.revision"
)


def _numbers_of(connection: sqlite3.Connection, article: int) -> list[int]:
    rows = connection.execute("SELECT number FROM passages WHERE article = ? ORDER BY number", (article,))
    return [int(row[0]) for row in rows]


def _revision_values(article: Article, day: int | None) -> tuple[Any, ...]:
    return (
        article.text,
        article.title,
        article.published,
        day,
        article.published_method,
        article.outlet,
        json.dumps(article.authors, ensure_ascii=False),
        article.url,
        article.language,
        article.source,
        article.fetched,
        json.dumps(dict(article.metadata), ensure_ascii=False, sort_keys=True, default=str),
    )


def _insert_passage(
    connection: sqlite3.Connection,
    number: int,
    ordinal: int,
    draft: PassageDraft,
    vector: npt.NDArray[np.float32],
    article: Article,
    day: int | None,
) -> int:
    text = article.text[draft.start : draft.end]
    blob = np.ascontiguousarray(vector, np.float32).tobytes()
    cursor = connection.execute(
        'INSERT INTO passages(article, ordinal, start, "end", day, outlet, header, text, embedded, vector, checksum) '
        "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (
            *(number, ordinal, draft.start, draft.end, day, article.outlet, draft.header, text),
            *(embedded_digest(draft.header, text), blob, zlib.crc32(blob)),
        ),
    )
    return int(cursor.lastrowid or 0)


def _article(row: sqlite3.Row) -> Article:
    return Article(
        id=row["id"],
        text=row["text"],
        title=row["title"],
        published=row["published"],
        published_method=row["published_method"],
        outlet=row["outlet"],
        authors=tuple(json.loads(row["authors"])),
        url=row["url"],
        language=row["language"],
        source=row["source"],
        fetched=row["fetched"],
        metadata=json.loads(row["metadata"]),
    )


def _stored_article(row: sqlite3.Row) -> StoredArticle:
    fields = {name: row[name] for name in StoredArticle.__slots__ if name not in ("authors", "metadata")}
    return StoredArticle(**fields, authors=tuple(json.loads(row["authors"])), metadata=json.loads(row["metadata"]))


def _found_passage(row: sqlite3.Row) -> FoundPassage:
    passage = Passage(
        id=passage_id(row["id"], row["revision"], row["ordinal"]),
        article_id=row["id"],
        revision=row["revision"],
        ordinal=row["ordinal"],
        start=row["start"],
        end=row["end"],
        text=row["text"],
        header=row["header"],
    )
    fields = {name: row[name] for name in ("number", "title", "outlet", "url", "published", "day")}
    return FoundPassage(passage=passage, **fields)


def _translated(error: sqlite3.DatabaseError, path: Path) -> NotALibraryError | StorageError:
    """An SQLite error in words that say what to do."""
    message = str(error)
    if "not a database" in message:
        return NotALibraryError(f"{path} is not a Pressmark library: choose another folder with --library")
    if "full" in message:
        return StorageError(
            f"the disk that holds {path.parent} is full: nothing of this article was kept; make room and run again"
        )
    if "readonly" in message or "unable to open" in message:
        return StorageError(
            f"{path.parent} cannot be written: check the permissions of the folder, or choose another with --library"
        )
    if "malformed" in message or "corrupt" in message:
        return StorageError(f"{path} is damaged ({message}): run `pressmark check --repair`")
    return StorageError(f"{path}: {message}")
