"""Keeping the dense index equal to the store: open, compare, repair, build again, and answer meanwhile.

    clean stop, same count ──► Chroma answers
    anything else ──► exact search answers ──► a process of its own compares Chroma with the store
                                                ├─ few differences: repaired
                                                └─ broken: built again into a new generation folder

A library says in the store which generation is current and whether the last owner stopped cleanly.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.embedding import Vectors
from corpus.store import Store
from corpus.vectors import ChromaIndex, ExactIndex, IndexBrokenError, VectorIndex, verify

WRITE_AT = 500
"""Changes are handed to Chroma once this many have gathered: small batches are twenty times slower."""
DEAD_SHARE = 0.25
"""Deleted vectors stay in Chroma's graph: past this share a generation is built again."""

log = logging.getLogger(__name__)


class DenseIndex:
    """The current generation, or exact search while there is none. Every method may be called from any thread."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = threading.RLock()
        self._added: dict[int, tuple[npt.NDArray[np.float32], int | None]] = {}
        self._dropped: set[int] = set()
        self._stopping = threading.Event()
        self._restoring: threading.Thread | None = None
        self._current: VectorIndex = self._open()
        self._sweep()

    # -- opening and restoring ----------------------------------------------------------------------------------------

    @property
    def generation(self) -> int:
        """The number of the current generation; 0 before the first."""
        return int(self._store.meta("generation") or 0)

    def _generation_folder(self, generation: int) -> Path:
        return self._folder / str(generation)

    def _open(self) -> VectorIndex:
        expected = len(self._store.numbers())
        if not expected and not self.generation:
            return self._new_generation()
        folder = self._generation_folder(self.generation)
        try:
            if self._store.meta("index_clean") == "yes" and folder.exists():
                index = ChromaIndex(folder)
                if not self._is_worn(expected) and index.numbers() == {int(n) for n in self._store.numbers()}:
                    return index
                index.close()
        except IndexBrokenError as error:
            log.warning("%s", error)
        self._restoring = threading.Thread(target=self._restore, name="restore index", daemon=True)
        exact = ExactIndex(self._store)
        self._restoring.start()
        return exact

    def _is_worn(self, passages: int) -> bool:
        return int(self._store.meta("index_dead") or 0) > DEAD_SHARE * max(passages, WRITE_AT)

    def _new_generation(self) -> ChromaIndex:
        generation = self.generation + 1
        folder = self._generation_folder(generation)
        shutil.rmtree(folder, ignore_errors=True)
        index = ChromaIndex(folder)
        self._store.set_meta(generation=str(generation), index_clean="no", index_dead="0")
        return index

    def _restore(self) -> None:
        """Bring Chroma back to what the store says, then let it answer."""
        try:
            index = self._repaired() or self._rebuilt()
        except Exception as error:  # whatever it was, exact search goes on answering
            if not self._stopping.is_set():
                log.warning("the index could not be built again, exact search goes on: %s", error)
            return
        with self._lock:
            self._reconcile(index)
            self._current = index
        self._sweep()

    def _repaired(self) -> ChromaIndex | None:
        folder = self._generation_folder(self.generation)
        if self._is_worn(len(self._store.numbers())) or not folder.exists():
            return None
        try:
            wrong, surplus = verify(self._store.path, folder)
            index = ChromaIndex(folder)
            index.delete(surplus)
            for numbers, vectors, days in self._store.vector_pages(wrong):
                index.add(numbers, vectors, days)
            log.info("the index was repaired: %d passages added, %d taken out", len(wrong), len(surplus))
        except IndexBrokenError as error:
            log.warning("%s: building it again", error)
            return None
        return index

    def _rebuilt(self) -> ChromaIndex:
        generation = self.generation + 1
        folder = self._generation_folder(generation)
        shutil.rmtree(folder, ignore_errors=True)
        index = ChromaIndex(folder)
        for numbers, vectors, days in self._store.vector_pages():
            if self._stopping.is_set():
                index.close()
                raise IndexBrokenError("stopped before the index was complete")
            index.add(numbers, vectors, days)
        self._store.set_meta(generation=str(generation), index_clean="no", index_dead="0")
        return index

    def _reconcile(self, index: ChromaIndex) -> None:
        """Follow what was added and removed while the index was being made."""
        held, current = index.numbers(), {int(number) for number in self._store.numbers()}
        index.delete(sorted(held - current))
        for numbers, vectors, days in self._store.vector_pages(sorted(current - held)):
            index.add(numbers, vectors, days)
        self._added.clear()
        self._dropped.clear()

    def _sweep(self) -> None:
        """Remove generations that are not current; one that a process still holds is left for the next time."""
        if not self._folder.exists():
            return
        for folder in self._folder.iterdir():
            if folder.name.isdigit() and int(folder.name) < self.generation:
                shutil.rmtree(folder, ignore_errors=True)

    # -- use ----------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", or "rebuilding" while exact search stands in."""
        return "rebuilding" if isinstance(self._current, ExactIndex) else "ready"

    def change(
        self, added: Sequence[int], vectors: Vectors, days: Sequence[int | None], dropped: Sequence[int]
    ) -> None:
        """Note passages that came and went in the store; they are found from now on."""
        with self._lock:
            for number, vector, day in zip(added, vectors, days, strict=True):
                self._added[number] = (vector, day)
            for number in dropped:
                self._added.pop(number, None)
                self._dropped.add(number)
            if len(self._added) + len(self._dropped) >= WRITE_AT:
                self._flush()

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first. A Chroma that breaks is replaced by exact search, and built again."""
        with self._lock:
            self._flush()
            current = self._current
            try:
                return current.search(vector, limit)
            except IndexBrokenError as error:
                self._replace_broken(error)
                return self._current.search(vector, limit)

    def _flush(self) -> None:
        if not self._added and not self._dropped:
            return
        try:
            if isinstance(self._current, ChromaIndex) and self._store.meta("index_clean") != "no":
                self._store.set_meta(index_clean="no")
            numbers = sorted(self._added)
            if numbers:
                vectors = np.stack([self._added[number][0] for number in numbers])
                self._current.add(numbers, vectors, [self._added[number][1] for number in numbers])
            if self._dropped:
                self._current.delete(sorted(self._dropped))
                self._store.set_meta(index_dead=str(int(self._store.meta("index_dead") or 0) + len(self._dropped)))
        except IndexBrokenError as error:
            self._replace_broken(error)
        self._added.clear()
        self._dropped.clear()

    def _replace_broken(self, error: IndexBrokenError) -> None:
        log.warning("%s: exact search answers while it is built again", error)
        self._store.set_meta(index_clean="no")
        self._current = ExactIndex(self._store)
        if self._restoring is None or not self._restoring.is_alive():
            self._restoring = threading.Thread(target=self._restore, name="restore index", daemon=True)
            self._restoring.start()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until restoring is over; whether Chroma answers now."""
        if self._restoring is not None:
            self._restoring.join(seconds)
        return self.state == "ready"

    def differences(self) -> tuple[int, int]:
        """How many passages Chroma misses or holds wrongly, and how many too many, found in a process of its own."""
        with self._lock:
            self._flush()
            wrong, surplus = verify(self._store.path, self._generation_folder(self.generation))
        return len(wrong), len(surplus)

    def rebuild(self) -> None:
        """Build a new generation now, and let it answer."""
        with self._lock:
            self._current.close()
            self._current = ExactIndex(self._store)
            index = self._rebuilt()
            self._reconcile(index)
            self._current = index
        self._sweep()

    def close(self) -> None:
        """Hand over what is pending, let go of the files and note that the stop was clean."""
        self._stopping.set()
        if self._restoring is not None:
            self._restoring.join()
        with self._lock:
            if not isinstance(self._current, ChromaIndex):
                return
            self._flush()
            if isinstance(self._current, ChromaIndex):
                self._current.close()
                self._store.set_meta(index_clean="yes")
