"""The memory of followed sources: runs, visits to web addresses, and addresses that must not come back.

None of it is needed to answer. A visit says what an address answered last, so that the next request can be conditional
(RFC 9110, section 13); a run is the record of one ingest; an address is withheld by its digest alone, so that nothing
readable of a removed article is left.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpus.store.database import Database
from corpus.text.addresses import normal_address

KEPT_RUNS = 500
"""Older runs are forgotten."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a web address, as it was asked, answered last; `visited` is ISO 8601, `digest` the SHA-256 of its content.

    `article_id` is the article that its content became, None for a feed, a sitemap, or a page without an article.
    `found_in` is the source that named the address (None: a person did), `due` when it is to be asked again (ISO 8601).
    """

    url: str
    visited: str
    status: int
    etag: str | None = None
    last_modified: str | None = None
    digest: bytes | None = None
    article_id: str | None = None
    found_in: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One ingest: its sources as they were given, when it ran (ISO 8601; `ended` None: still running, or broken off),
    and its report as plain values."""

    number: int
    started: str
    ended: str | None
    sources: tuple[str, ...]
    report: Mapping[str, Any]


class Following:
    """The tables `runs`, `visits` and `withheld` of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def visit(self, url: str) -> Visit | None:
        """The last visit to an address, in whatever spelling, or None."""
        rows = self._database.rows("SELECT * FROM visits WHERE address = ?", (normal_address(url),))
        return _visit(rows[0]) if rows else None

    def visit_of(self, article_id: str) -> Visit | None:
        """The last visit to an address that an article came from, or None."""
        query = "SELECT * FROM visits WHERE article_id = ? ORDER BY visited DESC LIMIT 1"
        rows = self._database.rows(query, (article_id,))
        return _visit(rows[0]) if rows else None

    def due(self, found_in: str, now: str, limit: int) -> list[Visit]:
        """The visits to addresses that a source named and that are to be asked again by now, the longest due first."""
        query = "SELECT * FROM visits WHERE found_in = ? AND due <= ? ORDER BY due, url LIMIT ?"
        return [_visit(row) for row in self._database.rows(query, (found_in, now, limit))]

    def note_visit(self, visit: Visit) -> None:
        """Remember a visit in place of the one before."""
        values = [normal_address(visit.url), *(getattr(visit, name) for name in Visit.__slots__)]
        with self._database.transaction() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO visits(address, {','.join(Visit.__slots__)}) "
                f"VALUES ({','.join('?' * len(values))})",
                values,
            )

    def start_run(self, sources: Sequence[str], started: str) -> int:
        """Begin the record of an ingest; returns its number."""
        with self._database.transaction() as connection:
            cursor = connection.execute(
                "INSERT INTO runs(started, sources, report) VALUES (?, ?, '{}')",
                (started, json.dumps(list(sources), ensure_ascii=False)),
            )
            number = int(cursor.lastrowid or 0)
            connection.execute("DELETE FROM runs WHERE number <= ?", (number - KEPT_RUNS,))
        return number

    def end_run(self, number: int, ended: str, report: Mapping[str, Any]) -> None:
        """Complete the record of an ingest."""
        with self._database.transaction() as connection:
            connection.execute(
                "UPDATE runs SET ended = ?, report = ? WHERE number = ?",
                (ended, json.dumps(dict(report), ensure_ascii=False, default=str), number),
            )

    def runs(self, limit: int = 20) -> list[Run]:
        """The last runs, the newest first."""
        rows = self._database.rows("SELECT * FROM runs ORDER BY number DESC LIMIT ?", (limit,))
        return [
            Run(
                row["number"],
                row["started"],
                row["ended"],
                tuple(json.loads(row["sources"])),
                json.loads(row["report"]),
            )
            for row in rows
        ]

    def is_withheld(self, url: str) -> bool:
        """Whether an article was removed under this address, so that a followed source may not bring it back."""
        return bool(self._database.rows("SELECT 1 FROM withheld WHERE digest = ?", (address_digest(url),)))

    def withhold(self, urls: Iterable[str], since: str) -> None:
        """Note addresses, by their digests alone."""
        with self._database.transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO withheld VALUES (?, ?)", [(address_digest(url), since) for url in urls]
            )

    def readmit(self, url: str) -> None:
        """Let an address come back: somebody named it."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM withheld WHERE digest = ?", (address_digest(url),))


def _visit(row: sqlite3.Row) -> Visit:
    return Visit(**{name: row[name] for name in Visit.__slots__})


def address_digest(url: str) -> bytes:
    """What is kept of a withheld address, however it is written."""
    return hashlib.sha256(normal_address(url).encode()).digest()
