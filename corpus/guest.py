"""Reading a library that another process owns, or whose folder may not be written: exact search that follows the store.

A guest never touches `index/`: two processes on one Chroma folder damage it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from corpus.embedding import Vectors
from corpus.exact import ExactIndex
from corpus.store import Store


class GuestIndex:
    """The dense index of a guest: the store's vectors in memory, brought up to what the owner has committed since."""

    state = "ready"

    def __init__(self, store: Store) -> None:
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

    def wait(self, seconds: float | None = None) -> bool:
        """A guest waits for no index; whether Chroma answers."""
        return False

    def close(self) -> None:
        """Let go of the memory."""
        with self._lock:
            self._exact.close()
