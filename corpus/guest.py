"""Read-only access to a library that another process owns, or whose folder cannot be written to.

A guest never touches `index/`: two processes on one Chroma folder damage it.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt

from corpus.embedding.encoder import Vectors
from corpus.errors import StorageError
from corpus.index.exact import ExactIndex
from corpus.store import schema
from corpus.store.articles import Store
from corpus.store.database import translate_error


class GuestStore(Store):
    """The store of a guest: it only reads, and says when its owner has written.

    Where the folder may not be written and nobody has the file open, SQLite is told that it cannot change. Then one
    connection reads, so that none is left that believes it when somebody opens the file after all.
    """

    _is_immutable = False
    _reopened = 0

    def _connect_writer(self) -> sqlite3.Connection:
        connection, self._is_immutable = schema.connect_guest(self.path)
        return connection

    def _recognise(self) -> None:
        schema.recognise_guest(self._writer, self.path)

    def _forget_what_was_left(self) -> None:
        """That is for the owner to do."""

    def rows(self, query: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[sqlite3.Row]:
        """The rows of a read; raises `StorageError` when the file cannot be read."""
        if self._is_immutable:
            with self._watching() as connection:
                if self._is_immutable:
                    return connection.execute(query, values).fetchall()
        return super().rows(query, values)

    def data_version(self) -> tuple[int, int]:
        """Something that is another one after the owner has committed."""
        with self._watching() as connection:
            return self._reopened, int(connection.execute("PRAGMA data_version").fetchone()[0])

    @contextmanager
    def _watching(self) -> Iterator[sqlite3.Connection]:
        """The connection that tells whether somebody has written; opened again when somebody may, after all."""
        try:
            with self._lock:
                if self._closed:
                    raise StorageError(f"the library {self.path.parent} has been closed: open it again")
                if self._is_immutable and schema.has_log(self.path):
                    self._writer.close()
                    self._writer = self._connect_writer()
                    self._reopened += 1
                yield self._writer
        except sqlite3.DatabaseError as error:
            raise translate_error(error, self.path) from error

    def transaction(self) -> NoReturn:
        """A guest is refused every change."""
        raise StorageError(f"the library {self.path.parent} was opened to read only: nothing was written")


class GuestIndex:
    """The dense index of a guest: the store's vectors in memory, brought up to what the owner has committed since."""

    state = "ready"

    def __init__(self, store: GuestStore) -> None:
        self._store = store
        self._exact = ExactIndex(store.vectors)
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        with self._lock:
            self._follow()
            return self._exact.search(vector, limit)

    def _follow(self) -> None:
        """Take in what came and went; numbers of passages are never used twice."""
        # Asked before the vectors are read: a commit in between is then taken in with the next search.
        version = self._store.data_version()
        if version == self._seen:
            return
        if self._exact.is_loaded:
            held, current = self._exact.numbers(), {int(number) for number in self._store.vectors.numbers()}
            self._exact.delete(sorted(held - current))
            for numbers, vectors, days in self._store.vectors.of(sorted(current - held)):
                self._exact.add(numbers, vectors, days)
        self._seen = version

    # -- what only an owner may do: the store refuses it, in words -----------------------------------------------------

    @contextmanager
    def following(self) -> Iterator[None]:
        """Around a change of the store, which the store refuses."""
        yield

    def change(
        self, added: Sequence[int], vectors: Vectors, days: Sequence[int | None], dropped: Sequence[int]
    ) -> None:
        """Never reached: the store has refused the change."""

    def erase(self, dropped: Sequence[int]) -> None:
        """Never reached: the store has refused the removal."""

    def wait(self, seconds: float | None = None) -> bool:
        """A guest waits for no index; whether Chroma answers."""
        return False

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._exact.close()
