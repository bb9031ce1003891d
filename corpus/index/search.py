"""Searches inside a window of dates and outlets: by meaning through the dense index, by words through the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from corpus.index.exact import nearest
from corpus.store.articles import Store
from corpus.window import Window

NARROW = 10_000
"""A window with at most this many passages is searched exactly, vector by vector; a wider one through the index."""
SPARE = 16
"""How many more than asked for the index is asked for: its nearness is rounded, and ours decides."""


class SearchedIndex(Protocol):
    """What proposes the passages that are nearest to a vector."""

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]: ...


def search_dense(
    store: Store, index: SearchedIndex, vector: npt.NDArray[np.float32], limit: int, window: Window
) -> list[tuple[int, float]]:
    """(number of a current passage inside the window, cosine), best first."""
    total = store.count_passages(Window())
    inside = total if window.is_open else store.count_passages(window)
    if not window.is_open and inside <= NARROW:
        numbers, vectors = store.vectors.inside(window)
        return nearest(numbers, vectors, vector, limit)
    reach = (limit + SPARE) * total // max(1, inside)
    while True:
        hits = [number for number, _ in index.search(vector, reach)]
        kept = store.inside(hits, window)
        if len(kept) >= min(limit + SPARE, inside) or reach >= total:
            return _score_candidates(store, vector, [number for number in hits if number in kept], limit)
        reach *= 4


def _score_candidates(
    store: Store, vector: npt.NDArray[np.float32], candidates: Sequence[int], limit: int
) -> list[tuple[int, float]]:
    """The best candidates by the store's own vectors: the same score whichever index proposed them."""
    pages = list(store.vectors.of(candidates))
    numbers = np.array([number for page in pages for number in page[0]], np.int64)
    vectors = np.concatenate([page[1] for page in pages]) if pages else np.zeros((0, 0), np.float32)
    return nearest(numbers, vectors, vector, limit)


def search_lexical(
    store: Store, words: Iterable[str], limit: int, window: Window, header_weight: float
) -> list[tuple[int, float]]:
    """(number of a current passage inside the window, BM25 score), best first, for any of the words."""
    quoted = ['"' + word.replace('"', '""') + '"' for word in words if any(c.isalnum() for c in word)]
    if not quoted:
        return []
    return store.match_words(" OR ".join(quoted), limit, window, header_weight)
