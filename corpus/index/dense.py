"""Keeps the dense index equal to the store: open, compare, repair, rebuild, and answer in the meantime.

    opened ──► exact search answers ──► with the second search or the first change, in the background:
                                          ├─ files as the last owner left them: Chroma is opened
                                          ├─ the last owner was stopped: a process of its own compares it with the store
                                          │    ├─ few differences: repaired
                                          │    └─ broken: built again into a new generation folder
                                          ├─ worn, or changed since it was left: built again
                                          └─ Chroma answers

A single question is answered before Chroma could be loaded, which takes over a second; exact search gives the same
result. The store says which generation is current, and the digest of its files after a clean stop.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus.embedding.encoder import Vectors
from corpus.index.chroma import ChromaIndex, IndexBrokenError, VectorIndex, load_chroma
from corpus.index.exact import ExactIndex
from corpus.index.generations import Generations, close_quietly
from corpus.index.served import ServedGenerations
from corpus.store.articles import Store

WRITE_AT = 500
"""Changes are handed to Chroma once this many have gathered: small batches are twenty times slower."""
ATTEMPTS = 3
"""How often Chroma is brought back in one session before exact search is left to it; a server is tried for ever."""

RENEW_AFTER = 5.0
"""Seconds after a removal before the index is built anew, and between two such buildings at least."""
RENEW_SHARE = 10
"""How many times as long as it took to build is waited before the next time."""

log = logging.getLogger(__name__)


class DenseIndex:
    """The current generation, or exact search while there is none. Every method may be called from any thread."""

    def __init__(self, store: Store, folder: Path, server: str | None = None) -> None:
        self._store = store
        self._embedded = Generations(store, folder)
        self._generations: Generations | ServedGenerations = (
            ServedGenerations(store, folder, server) if server else self._embedded
        )
        self._lock = threading.RLock()
        self._building = threading.Lock()
        self._stopping = threading.Event()
        self._restoring: threading.Thread | None = None
        self._attempts = 0
        self._searches = 0
        self._is_mending = False
        self._is_touching = False
        self._is_closed = False
        self._in_doubt = False
        self._has_changed = False
        self._added: dict[int, tuple[npt.NDArray[np.float32], int | None]] = {}
        self._dropped: set[int] = set()
        self._current: VectorIndex = ExactIndex(store.vectors)
        self._renewing: threading.Thread | None = None
        for generations in (self._embedded, self._generations):
            if generations.holds_erased:
                generations.erase()
        self._generations.sweep()

    # -- use ----------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """ "ready", or "rebuilding" while exact search stands in for an index that is being mended."""
        return "rebuilding" if self._is_mending else "ready"

    @contextmanager
    def following(self) -> Iterator[None]:
        """Around a change of the store and the call of `change` for it.

        Whatever ends this early, Ctrl-C included, leaves a doubt, and the next search compares before it answers.
        """
        with self._lock:
            self._in_doubt, was_in_doubt = True, self._in_doubt
            yield
            self._in_doubt = was_in_doubt
            if len(self._added) + len(self._dropped) >= WRITE_AT:
                self._flush()

    def change(
        self, added: Sequence[int], vectors: Vectors, days: Sequence[int | None], dropped: Sequence[int]
    ) -> None:
        """Note passages that came and went in the store; they are found from now on."""
        with self._lock:
            self._has_changed = True
            for number, vector, day in zip(added, vectors, days, strict=True):
                self._added[number] = (vector, day)
            for number in dropped:
                self._added.pop(number, None)
                self._dropped.add(number)
            self._start_restoring()

    def erase(self, dropped: Sequence[int]) -> None:
        """Note passages that are removed for good: they are not found any more, and Chroma's files are made anew
        without them. Files that nobody has open are deleted at once, those of the time before a server among them."""
        with self._lock:
            if self._generations is not self._embedded:
                self._embedded.erase()
            for number in dropped:
                self._added.pop(number, None)
                self._dropped.add(number)
            if isinstance(self._current, ChromaIndex) or (self._restoring and self._restoring.is_alive()):
                self._start_renewing()
            else:
                self._generations.erase()

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first. A Chroma that breaks is replaced by exact search, and built again."""
        with self._lock:
            self._searches += 1
            if self._searches > 1:
                self._start_restoring()
            self._flush()
            try:
                return self._current.search(vector, limit)
            except IndexBrokenError as error:
                self._replace_broken(error)
                return self._current.search(vector, limit)

    def _flush(self) -> None:
        """Hand what has gathered to the index."""
        try:
            if self._in_doubt:
                self._reconcile(self._current)
                self._in_doubt = False
            elif self._added or self._dropped:
                self._hand_over()
        except IndexBrokenError as error:
            self._replace_broken(error)
        self._added.clear()
        self._dropped.clear()

    def _hand_over(self) -> None:
        if isinstance(self._current, ExactIndex) and not self._current.is_loaded:
            return  # it will read the store as it is then
        numbers = sorted(self._added)
        if numbers:
            vectors = np.stack([self._added[number][0] for number in numbers])
            self._current.add(numbers, vectors, [self._added[number][1] for number in numbers])
        if self._dropped:
            self._delete(self._current, sorted(self._dropped))

    def _reconcile(self, index: VectorIndex) -> None:
        """Make an index hold exactly the passages that the store holds; numbers are never used twice."""
        if isinstance(index, ExactIndex) and not index.is_loaded:
            return
        held, current = index.numbers(), {int(number) for number in self._store.vectors.numbers()}
        self._delete(index, sorted(held - current))
        for numbers, vectors, days in self._store.vectors.of(sorted(current - held)):
            index.add(numbers, vectors, days)

    def _delete(self, index: VectorIndex, numbers: Sequence[int]) -> None:
        index.delete(numbers)
        if numbers and isinstance(index, ChromaIndex):
            self._generations.count_dead(len(numbers))

    def _replace_broken(self, error: IndexBrokenError) -> None:
        log.warning("%s: exact search answers while the index is built again", error)
        broken, self._current = self._current, ExactIndex(self._store.vectors)
        close_quietly(broken)
        self._generations.give_up(error)
        self._start_restoring()

    # -- restoring ----------------------------------------------------------------------------------------------------

    def _start_restoring(self) -> None:
        is_there = isinstance(self._current, ChromaIndex) or (self._restoring and self._restoring.is_alive())
        if is_there or not self._generations.may_try(self._attempts, ATTEMPTS) or self._stopping.is_set():
            return
        self._attempts += 1
        self._restoring = threading.Thread(target=self._restore, name="restore index", daemon=True)
        self._restoring.start()

    def _restore(self) -> None:
        """Bring Chroma back to what the store says, then let it answer."""
        try:
            load_chroma()
            with self._building:
                with self._lock:
                    if self._stopping.is_set():
                        return
                    self._is_touching = True
                index = self._restore_index()
                self._let_answer(index)
        except Exception as error:  # whatever it was, exact search goes on answering
            if not self._stopping.is_set():
                log.warning("the index could not be brought back, exact search goes on: %s", error)
                self._generations.give_up(error)

    def _restore_index(self) -> ChromaIndex:
        index = self._generations.reopen()
        if index is None:
            self._is_mending = self._generations.generation > 0
            index = self._generations.repair_generation(self._stopping) or self._generations.rebuilt(self._stopping)
        return index

    def _let_answer(self, index: ChromaIndex) -> None:
        try:
            self._reconcile(index)  # once without the lock, because it may take long
            with self._lock:
                self._take_over(index)
        except BaseException:
            close_quietly(index)
            raise

    def _take_over(self, index: ChromaIndex) -> None:
        if self._is_closed:
            raise IndexBrokenError("the library was closed before the index was ready")
        self._reconcile(index)
        self._added.clear()
        self._dropped.clear()
        self._in_doubt = False
        self._current, former = index, self._current
        close_quietly(former)
        self._is_mending = False
        self._generations.answers(index)
        self._generations.sweep()
        self._start_renewing()

    def _start_renewing(self) -> None:
        """Let a new generation be built in the background when the current one may hold what was removed."""
        is_at_work = self._renewing is not None and self._renewing.is_alive()
        if self._generations.holds_erased and not is_at_work and not self._stopping.is_set():
            self._renewing = threading.Thread(target=self._renew, name="renew index", daemon=True)
            self._renewing.start()

    def _renew(self) -> None:
        """Build the index anew while the current one answers; many removals in a row cost few rebuildings."""
        pause = RENEW_AFTER
        try:
            while not self._stopping.wait(pause) and self._generations.holds_erased:
                started = time.monotonic()
                with self._building:
                    self._let_answer(self._generations.rebuilt(self._stopping))
                pause = max(RENEW_AFTER, RENEW_SHARE * (time.monotonic() - started))
        except Exception as error:  # the current index goes on answering; its files go when the library is closed
            if not self._stopping.is_set():
                log.warning("the index could not be built without what was removed yet: %s", error)

    # -- looking after it ---------------------------------------------------------------------------------------------

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until Chroma has been brought back; whether it answers now."""
        with self._lock:
            self._start_restoring()
        if self._restoring is not None:
            self._restoring.join(seconds)
        return isinstance(self._current, ChromaIndex)

    def differences(self) -> tuple[int, int]:
        """How many passages Chroma misses or holds wrongly, and how many too many, after bringing it back.

        Raises `IndexBrokenError`.
        """
        self.wait()
        with self._building, self._lock:
            self._flush()
            if not isinstance(self._current, ChromaIndex):
                raise IndexBrokenError("the dense index cannot be brought back: exact search stands in for it")
            index, self._current = self._current, ExactIndex(self._store.vectors)
            try:
                wrong, surplus, self._current = self._generations.compare(index, self._store, self._stopping)
            except IndexBrokenError as error:
                self._generations.give_up(error)
                raise
        return len(wrong), len(surplus)

    def rebuild(self) -> None:
        """Build a new generation now, and let it answer."""
        with self._building, self._lock:
            close_quietly(self._current)
            self._current = ExactIndex(self._store.vectors)
            self._let_answer(self._generations.rebuilt(self._stopping))

    def close(self) -> None:
        """Hand over what is pending, let go of the files and note how they were left.

        Who has changed the library waits until the index is whole; who has only asked waits for as little as possible.
        """
        with self._lock:
            if not self._has_changed:
                self._stopping.set()
            must_wait = self._has_changed or self._is_touching
        try:
            if self._restoring is not None and must_wait:
                self._restoring.join()
        finally:
            self._stopping.set()
            if self._renewing is not None:
                self._renewing.join()
            with self._lock:
                self._is_closed = True
                self._close_current()

    def _close_current(self) -> None:
        self._flush()
        current, self._current = self._current, ExactIndex(self._store.vectors)
        try:
            current.close()
        except IndexBrokenError as error:
            log.warning("%s", error)
            return
        if self._generations.holds_erased:
            self._generations.erase()
        elif isinstance(current, ChromaIndex):
            self._generations.note_files()
