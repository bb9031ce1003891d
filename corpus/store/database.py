"""One SQLite file, used from many threads: a pool of readers, one writer, and errors in words.

Text that SQLite refuses to read, a full disk, a folder without permission: each becomes one of the errors of `corpus`.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from corpus.errors import NotALibraryError, StorageError
from corpus.store import schema
from corpus.store.erasure import clear_gaps

log = logging.getLogger(__name__)
TO_FORGET = "to_forget"
"""Set among the settings, in the same transaction, when something is deleted that no file may hold any more."""
IDLE_READERS = 8
"""Reading connections that are kept for the next reader; more are opened when needed, and closed after."""
CLOSING_SECONDS = 10.0
"""How long closing waits for readers; the last connection to go folds the log in, and a reader's own may not."""


class Database:
    """A library's file. Reads may come from any thread; writes are made one at a time."""

    _log_is_doubted = True
    """Whether the write-ahead log may hold what never reached the disk: a killed owner's, or after a failed fsync."""
    _sync_failed = False

    def __init__(self, path: Path) -> None:
        """Open a file, or make one where it is missing or empty; raises `NotALibraryError` or `StorageError`."""
        self.path = path
        self._idle: list[sqlite3.Connection] = []
        self._closed = False
        self._lock = threading.RLock()
        self._readers = threading.Condition()
        self._reading = 0
        self._is_left = False
        self._bytes: BinaryIO | None = None
        try:
            self._writer = self._connect_writer()
        except sqlite3.DatabaseError as error:
            raise translate_error(error, path) from error
        try:
            self._recognise()
        except sqlite3.DatabaseError as error:
            self._writer.close()
            raise translate_error(error, path) from error
        except NotALibraryError:
            self._writer.close()
            raise
        try:
            self._forget_what_was_left()
        except BaseException:
            self.close()
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
            with self._readers:
                self._readers.wait_for(lambda: not self._reading, CLOSING_SECONDS)
                while self._idle:
                    self._idle.pop().close()
            if self._is_left:
                self.forget_deleted()
            self._writer.close()
            if self._bytes is not None:
                self._bytes.close()

    @contextmanager
    def _reader(self) -> Iterator[sqlite3.Connection]:
        with self._readers:
            if self._closed:
                raise StorageError(f"the library {self.path.parent} has been closed: open it again")
            self._reading += 1
            connection = self._idle.pop() if self._idle else None
        try:
            connection = connection or self._connect_reader()
            yield connection
        finally:
            self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection | None) -> None:
        with self._readers:
            self._reading -= 1
            if connection is not None:
                if self._closed or len(self._idle) >= IDLE_READERS:
                    connection.close()
                else:
                    self._idle.append(connection)
            self._readers.notify_all()
        self._forget_if_left()

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """The rows of a read; raises `StorageError` when the file cannot be read."""
        try:
            with self._reader() as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise translate_error(error, self.path) from error

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; raises `StorageError` when the disk refuses, and then nothing has changed."""
        with self._lock:
            if self._closed:
                raise StorageError(f"the library {self.path.parent} has been closed: open it again")
            self._begin_log_anew()
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                yield self._writer
                self._writer.execute("COMMIT")
                self._forget_if_left()
            except BaseException as error:
                if self._writer.in_transaction:
                    with suppress(sqlite3.DatabaseError):  # a full disk may have rolled it back already
                        self._writer.execute("ROLLBACK")
                if isinstance(error, sqlite3.DatabaseError):
                    if "FSYNC" in getattr(error, "sqlite_errorname", ""):
                        self._log_is_doubted = self._sync_failed = True
                    raise translate_error(error, self.path) from error
                raise

    def forget_deleted(self) -> bool:
        """Leave no byte of what was deleted: fold the write-ahead log into the file and empty it, and clear the gaps.

        False when a reader was in the way the whole time, or the disk refused: then it is done as soon as that is over,
        at the latest when the library is closed or opened again (`TO_FORGET` is set by who deletes).
        """
        with self._lock:
            was_left, self._is_left = self._is_left, True
            try:
                if not self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    self._clear_gaps()
                    self._writer.execute("DELETE FROM meta WHERE key = ?", (TO_FORGET,))
                    self._is_left = False
            except (sqlite3.DatabaseError, OSError) as error:
                level = logging.DEBUG if was_left else logging.WARNING  # it is tried often, and told once
                log.log(level, "what was deleted from %s could not be overwritten yet: %s", self.path, error)
            return not self._is_left

    def _clear_gaps(self) -> None:
        if self._bytes is None:
            self._bytes = self.path.open("r+b", buffering=0)
        clear_gaps(self._bytes)
        self._writer.execute("PRAGMA shrink_memory")  # pages that are kept in memory still have their gaps

    def _forget_if_left(self) -> None:
        """Try once more to forget, without waiting for anybody."""
        if not self._is_left or not self._lock.acquire(blocking=False):
            return
        try:
            if not self._closed and not self._writer.in_transaction:
                self._writer.execute("PRAGMA busy_timeout = 0")
                self.forget_deleted()
                self._writer.execute(f"PRAGMA busy_timeout = {schema.PATIENCE}")
        finally:
            self._lock.release()

    def _forget_what_was_left(self) -> None:
        """Forget what an owner that was killed had just deleted: it may stand in the log, and in the gaps."""
        if self.meta(TO_FORGET):
            self.forget_deleted()

    def meta(self, key: str) -> str | None:
        """A setting of the library, or None."""
        rows = self.rows("SELECT value FROM meta WHERE key = ?", (key,))
        return str(rows[0][0]) if rows else None

    def set_meta(self, **settings: str) -> None:
        """Write settings, durably."""
        with self.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", settings.items())

    def _begin_log_anew(self) -> None:
        """Before the first commit, and before the next one after a failed fsync, put all that was committed into the
        file and empty the log; raises `StorageError`.

        The system may forget what it could not write, and say at the next fsync that all is well. What follows in the
        log would then stand on something that is gone after a power cut, and be gone with it.
        """
        if not self._log_is_doubted:
            return
        try:
            self._writer.execute(f"PRAGMA busy_timeout = {5000 if self._sync_failed else 0}")
            self._log_is_doubted = bool(self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            self._writer.execute("PRAGMA busy_timeout = 5000")
        except sqlite3.DatabaseError as error:
            raise translate_error(error, self.path) from error
        if self._log_is_doubted and self._sync_failed:
            raise StorageError(
                f"the disk that holds {self.path.parent} failed to keep what was written, and somebody reads the "
                "library now: nothing of this article was kept; run again"
            )
        self._sync_failed = False


def translate_error(error: sqlite3.DatabaseError, path: Path) -> NotALibraryError | StorageError:
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
