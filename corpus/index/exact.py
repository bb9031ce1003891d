"""Exact search over the store's vectors: answers until Chroma is ready, and never misses a passage."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from corpus.embedding.encoder import Vectors
from corpus.store.stored_vectors import StoredVectors

MARGIN = 1e-5
"""By how much a product of two unit vectors in float32 may be wrong, amply."""


class ExactIndex:
    """Vectors in memory, read from the store on first use (60,000 of them in a fifth of a second)."""

    def __init__(self, stored: StoredVectors) -> None:
        self._stored = stored
        self._numbers = np.zeros(0, np.int64)
        self._vectors = np.zeros((0, 0), np.float32)
        self.is_loaded = False

    def _load(self) -> None:
        if not self.is_loaded:
            pages = list(self._stored.pages())
            if pages:
                self._numbers = np.array([number for page in pages for number in page[0]], np.int64)
                self._vectors = np.concatenate([page[1] for page in pages])
            self.is_loaded = True

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None:
        """Add passages; a known number is replaced."""
        self.delete(numbers)
        if len(numbers):
            self._vectors = np.concatenate((self._vectors, vectors)) if len(self._numbers) else np.array(vectors)
            self._numbers = np.concatenate((self._numbers, np.array(numbers, np.int64)))

    def delete(self, numbers: Sequence[int]) -> None:
        """Take passages out; unknown numbers are ignored."""
        self._load()
        keep = ~np.isin(self._numbers, np.array(numbers, np.int64))
        if not keep.all():
            self._numbers, self._vectors = self._numbers[keep], self._vectors[keep]

    def numbers(self) -> set[int]:
        """The numbers of all passages held."""
        self._load()
        return {int(number) for number in self._numbers}

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        self._load()
        return nearest(self._numbers, self._vectors, vector, limit)

    def close(self) -> None:
        """Let go of the memory."""
        self._numbers, self._vectors, self.is_loaded = self._numbers[:0], self._vectors[:0], False


def nearest(
    numbers: npt.NDArray[np.int64], vectors: Vectors, vector: npt.NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    """(number, cosine) of the vectors that are nearest to one, best first; of equals, the lowest number first."""
    if not len(numbers) or limit <= 0:
        return []
    vector = np.asarray(vector, np.float32)
    near = np.arange(len(numbers))
    if len(numbers) > limit:
        # A matrix product rounds by its shape, the sum of a row does not. So the product only chooses, with a margin,
        # and the same vector has the same score whatever it was compared beside.
        rough = vectors @ vector
        near = np.flatnonzero(rough >= np.partition(rough, -limit)[-limit] - MARGIN)
    scores = (vectors[near] * vector).sum(axis=1)
    order = np.lexsort((numbers[near], -scores))[:limit]
    return [(int(numbers[near[at]]), float(scores[at])) for at in order]
