"""Generations of the Chroma index: which folder is current, whether to trust it, and how the next one is built.

A generation is opened in this process only when its files are as its last owner left them, byte for byte, or when that
one was stopped meanwhile and a process of its own can read them: a torn file can kill who opens it.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import threading
from pathlib import Path

from corpus.errors import StorageError
from corpus.index.chroma import ChromaIndex, IndexBrokenError, VectorIndex, describe_maker
from corpus.index.inspection import verify
from corpus.store.articles import ERASED, INDEXED_SINCE, Store

DEAD_SHARE = 0.25
"""Deleted vectors stay in Chroma's graph: past this share a generation is built again."""
FEW = 500
"""A library of fewer passages is counted as one of so many."""
BROKEN = "broken"
"""Noted in the place of the files' digest when a generation is not to be used again."""

log = logging.getLogger(__name__)


class Generations:
    """The folders `index/<generation>/`, and what the store knows about them."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def reopen(self) -> ChromaIndex | None:
        """The current generation, when its files are as its last owner left them."""
        folder = self.folder()
        if self._is_worn() or self._store.meta("index_files") != files_digest(folder):
            return None
        self._note(index_files="")  # merely opening it changes its files
        try:
            return ChromaIndex(folder)
        except IndexBrokenError as error:
            log.warning("%s", error)
            return None

    def repair_generation(self, stopping: threading.Event) -> ChromaIndex | None:
        """The current generation, when its last owner was stopped while it was open and a process of its own could read
        it; what differs from the store is put right.

        Files that were left in order and have changed since are damaged: they may be read once and kill the next time.
        """
        folder = self.folder()
        if self._is_worn() or not folder.exists():
            return None
        if left := self._store.meta("index_files"):
            if left != BROKEN:
                log.warning("the index in %s is not as it was left: building it again", folder)
            return None
        index: ChromaIndex | None = None
        try:
            wrong, surplus = verify(self._store.path, folder, stopping)
            index = ChromaIndex(folder)
            index.delete(surplus)
            for numbers, vectors, days in self._store.vectors.of(wrong):
                index.add(numbers, vectors, days)
            log.info("the index was repaired: %d passages added, %d taken out", len(wrong), len(surplus))
        except IndexBrokenError as error:
            if index is not None:
                close_quietly(index)
            if stopping.is_set():
                raise
            log.warning("%s: building it again", error)
            return None
        return index

    def rebuilt(self, stopping: threading.Event) -> ChromaIndex:
        """A new generation with all passages of the store."""
        generation, erased = self.generation + 1, self._store.meta(ERASED) or "0"
        folder = self.folder(generation)
        shutil.rmtree(folder, ignore_errors=True)
        index = ChromaIndex(folder)
        try:
            for numbers, vectors, days in self._store.vectors.pages():
                if stopping.is_set():
                    raise IndexBrokenError("stopped before the index was complete")
                index.add(numbers, vectors, days)
            self._store.set_meta(
                **{"generation": str(generation), "index_files": "", "index_dead": "0", INDEXED_SINCE: erased},
                index_chroma=describe_maker(),
            )
        except BaseException:
            close_quietly(index)
            raise
        return index

    @property
    def generation(self) -> int:
        """The number of the current generation; 0 before the first."""
        return int(self._store.meta("generation") or 0)

    def folder(self, generation: int | None = None) -> Path:
        """Where a generation is, the current one unless told."""
        return self._folder / str(self.generation if generation is None else generation)

    def _dead(self) -> int:
        return int(self._store.meta("index_dead") or 0)

    @property
    def holds_erased(self) -> bool:
        """Whether the current generation was made before an article was removed: its files may hold the vectors, from
        which much of a text can be told."""
        return (self._store.meta(ERASED) or "0") != (self._store.meta(INDEXED_SINCE) or "0")

    def _is_worn(self) -> bool:
        """Whether it holds what was removed, too much in it is dead, or it was made otherwise."""
        if self.holds_erased or self._store.meta("index_chroma") != describe_maker():
            return True
        return self._dead() > DEAD_SHARE * max(len(self._store.vectors.numbers()), FEW)

    def sweep(self) -> None:
        """Remove generations that are not current; what cannot be removed is left for the next time."""
        current = str(self.generation)
        for folder in self._folder.iterdir() if self._folder.exists() else ():
            if folder.name != current:
                shutil.rmtree(folder, ignore_errors=True)

    def erase(self) -> None:
        """Remove the files of every generation, when nobody has them open: the index is built again when needed."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def may_try(self, attempts: int, most: int) -> bool:
        """Whether Chroma may be brought back once more in this session."""
        return attempts < most

    def answers(self, index: ChromaIndex) -> None:
        """An index has taken over."""

    def give_up(self, error: Exception | None = None) -> None:
        """Note that the current generation is not to be used again."""
        self._note(index_files=BROKEN)

    def compare(
        self, index: ChromaIndex, store: Store, stopping: threading.Event
    ) -> tuple[list[int], list[int], ChromaIndex]:
        """What is wrong in the index and what is surplus, and the index to go on with.

        The files are let go of meanwhile, because two processes on them would damage them.
        """
        index.close()
        wrong, surplus = verify(store.path, index.folder, stopping)
        return wrong, surplus, ChromaIndex(index.folder)

    def count_dead(self, dropped: int) -> None:
        """Note how many more vectors were deleted, which stay in the graph."""
        self._note(index_dead=str(self._dead() + dropped))

    def note_files(self) -> None:
        """Note how the files of the current generation were left."""
        self._note(index_files=files_digest(self.folder()))

    def _note(self, **settings: str) -> None:
        note(self._store, **settings)


def note(store: Store, **settings: str) -> None:
    """Write down something about the index. Not to be able to is no reason to fail: the index is derived."""
    try:
        store.set_meta(**settings)
    except StorageError as error:
        log.warning("could not note %s: %s", settings, error)


def files_digest(folder: Path) -> str:
    """A digest of all files of a folder, names and contents; "" when there is no folder."""
    if not folder.is_dir():
        return ""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest.update(str(path.relative_to(folder)).encode() + hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def close_quietly(index: VectorIndex) -> None:
    """Close an index that is not needed any more, whatever state it is in."""
    try:
        index.close()
    except IndexBrokenError as error:
        log.debug("%s", error)
