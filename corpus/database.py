"""One SQLite file, used from many threads: a pool of readers, one writer, and errors in words.

Text that SQLite refuses to read, a full disk, a folder without permission: each becomes one of the errors of `corpus`.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from corpus import schema
from corpus.errors import NotALibraryError, StorageError

IDLE_READERS = 8
"""Reading connections that are kept for the next reader; more are opened when needed, and closed after."""


class Database:
    """A library's file. Reads may come from any thread; writes are made one at a time."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make one where it is missing or empty; raises `NotALibraryError` or `StorageError`."""
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = threading.RLock()
        try:
            self._writer = self._connect_writer()
        except sqlite3.DatabaseError as error:
            raise translated(error, path) from error
        try:
            self._recognise()
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise translated(error, path) from error
        except NotALibraryError:
            self._writer.close()
            raise

    def _connect_writer(self) -> sqlite3.Connection:
        return schema.connect(self.path)

    def _connect_reader(self) -> sqlite3.Connection:
        return schema.connect(self.path, read_only=True)

    def _recognise(self) -> None:
        schema.recognise(self._writer, self.path)

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._lock:
            self._closed = True
            while self._idle:
                self._idle.pop().close()
            self._writer.close()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        if self._closed:
            raise StorageError(f"the library {self.path.parent} has been closed: open it again")
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect_reader()
        try:
            yield connection
        finally:
            with self._lock:
                if self._closed or len(self._idle) >= IDLE_READERS:
                    connection.close()
                else:
                    self._idle.append(connection)

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[sqlite3.Row]:
        """The rows of a read; raises `StorageError` when the file cannot be read."""
        try:
            with self._reader() as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; raises `StorageError` when the disk refuses, and then nothing has changed."""
        with self._lock:
            if self._closed:
                raise StorageError(f"the library {self.path.parent} has been closed: open it again")
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException as error:
                if self._writer.in_transaction:
                    with suppress(sqlite3.DatabaseError):  # a full disk may have rolled it back already
                        self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.DatabaseError):
                    raise translated(error, self.path) from error
                raise

    def forget_log(self) -> bool:
        """Fold the write-ahead log into the file and empty it; False when a reader was in the way the whole time."""
        try:
            with self._lock:
                return not self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise translated(error, self.path) from error

    def meta(self, key: str) -> str | None:
        """A setting of the library, or None."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, **settings: str) -> None:
        """Write settings, durably."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", settings.items())


def translated(error: sqlite3.DatabaseError, path: Path) -> NotALibraryError | StorageError:
    """An SQLite error in words that say what to do."""
    message = str(error)
    if "not a database" in message:
        return NotALibraryError(f"{path} is not a Pressmark library: choose another folder with --library")
    if "is full" in message:
        return StorageError(
            f"the disk that holds {path.parent} is full: nothing of this article was kept; make room and run again"
        )
    if "I/O error" in message:
        return StorageError(
            f"the disk that holds {path.parent} refused ({message}): nothing of this article was kept; make sure that "
            "there is room and that the disk is well, and run again"
        )
    if "readonly" in message or "unable to open" in message:
        return StorageError(
            f"{path.parent} cannot be written: check the permissions of the folder, or choose another with --library"
        )
    if "malformed" in message or "corrupt" in message or "UTF-8" in message:
        return StorageError(f"{path} is damaged ({message}): run `pressmark check --repair`")
    return StorageError(f"{path}: {message}")
