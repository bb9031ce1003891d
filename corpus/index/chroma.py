"""The dense index in Chroma; the only door to chromadb.

Chroma holds ids (the passages' numbers), vectors and day numbers: no text, so nothing of a removed article can linger
in its files. It is derived from the store and disposable: whatever goes wrong in it becomes an `IndexBrokenError`, upon
which it is thrown away and built again. A Rust panic arrives as a `BaseException`, and a torn file can kill the
process: hence `corpus.index.inspection`, which looks at a doubtful index in a process of its own.

Chroma links new passages into its graph on several threads at once; then now and then one is left that no other links
to, and it is never found (measured with Chroma 1.5.9: in 6 of 343 libraries of 120 passages, made while the machine was
busy; on one thread in none of 402, at the same speed). Hence one thread.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.embedding.encoder import Vectors
from corpus.errors import CorpusError
from corpus.store.erasure import clear_unused

COLLECTION = "passages"
UNKNOWN_DAY = 0
WRITE_BATCH = 2000
LIST_PAGE = 50_000
SEARCH_EFFORT = 512
"""Of 53,691 real passages, the 50 nearest by Chroma hold 99.7 % of the true ones in 3 ms (256: 99.3 %, 2 ms)."""


class IndexBrokenError(CorpusError):
    """The dense index does not work or is not what it should be: build it again."""


class IndexUnreachableError(IndexBrokenError):
    """The server that holds the dense index does not answer: its index may be as good as ever."""


class VectorIndex(Protocol):
    """Numbers of passages by the nearness of their vectors."""

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None: ...
    def delete(self, numbers: Sequence[int]) -> None: ...
    def numbers(self) -> set[int]: ...
    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]: ...
    def close(self) -> None: ...


@contextmanager
def chroma_errors(doing: str) -> Iterator[None]:
    """Whatever Chroma fails in becomes an `IndexBrokenError`."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, IndexBrokenError):
        raise
    except BaseException as error:  # a Rust panic is a BaseException
        raise IndexBrokenError(f"Chroma failed when {doing}: {type(error).__name__}: {error}") from error


def collection_settings() -> dict[str, Any]:
    """How a collection is made: the distance cannot be changed later."""
    return {"hnsw": {"space": "cosine", "ef_search": SEARCH_EFFORT}}


def load_chroma() -> Any:
    """The library itself; loading it takes over a second, so it is loaded in the background before it is needed."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ["RAYON_NUM_THREADS"] = "1"  # read when the first passages are added
    import chromadb

    return chromadb


def describe_maker() -> str:
    """What makes an index now: one that was made otherwise is built again. Told without loading Chroma."""
    from importlib.metadata import version

    return f"{version('chromadb')}, one thread"


class ChromaIndex:
    """One generation of the index, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Open a generation, or make it; raises `IndexBrokenError`."""
        self.folder = folder
        with chroma_errors(f"opening {folder}"):
            chromadb = load_chroma()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            settings = chromadb.Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(path=str(folder), settings=settings)
        try:
            self._open()
        except BaseException:
            with suppress(IndexBrokenError):
                self.close()
            raise

    def _open(self) -> None:
        with chroma_errors(f"opening {self.folder}"):
            self._collection = self._client.get_or_create_collection(
                COLLECTION, configuration=collection_settings(), embedding_function=None
            )
            space = self._collection.configuration_json["hnsw"]["space"]
        if space != "cosine":
            raise IndexBrokenError(f"the index measures {space}, not cosine")

    def _errors(self, doing: str) -> AbstractContextManager[None]:
        return chroma_errors(doing)

    def count(self) -> int:
        """How many passages are held."""
        with self._errors("counting"):
            return int(self._collection.count())

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None:
        """Add passages; a known number is replaced."""
        for at in range(0, len(numbers), WRITE_BATCH):
            part = slice(at, at + WRITE_BATCH)
            with self._errors("adding"):
                self._collection.upsert(
                    ids=[str(number) for number in numbers[part]],
                    embeddings=np.ascontiguousarray(vectors[part]),
                    metadatas=[{"day": day or UNKNOWN_DAY} for day in days[part]],
                )

        self._clear_unused()

    def _clear_unused(self) -> None:
        """Leave nothing in the files of what this process held in memory before it made them."""
        with self._errors("clearing the unused parts of its files"):
            clear_unused(self.folder)

    def delete(self, numbers: Sequence[int]) -> None:
        """Take passages out; unknown numbers are ignored."""
        for at in range(0, len(numbers), WRITE_BATCH):
            with self._errors("deleting"):
                self._collection.delete(ids=[str(number) for number in numbers[at : at + WRITE_BATCH]])
        self._clear_unused()

    def numbers(self) -> set[int]:
        """The numbers of all passages held."""
        held: set[int] = set()
        while True:
            with self._errors("listing"):
                page = self._collection.get(include=[], limit=LIST_PAGE, offset=len(held))["ids"]
                held.update(map(int, page))
            if len(page) < LIST_PAGE:
                return held

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        with self._errors("searching"):
            count = self._collection.count()
            if not count:
                return []
            found = self._collection.query(
                query_embeddings=np.asarray([vector], np.float32),
                n_results=min(limit, count),
                include=["distances"],
            )
            return [
                (int(number), 1.0 - float(distance))
                for number, distance in zip(found["ids"][0], (found["distances"] or [[]])[0], strict=True)
            ]

    def pages(self, size: int = WRITE_BATCH) -> Iterator[tuple[list[int], Vectors]]:
        """All passages with their vectors, page by page: reads every vector file, so a torn one shows."""
        offset = 0
        while True:
            with self._errors("reading the vectors"):
                page = self._collection.get(include=["embeddings"], limit=size, offset=offset)
            if page["ids"]:
                yield [int(identifier) for identifier in page["ids"]], np.asarray(page["embeddings"], np.float32)
            if len(page["ids"]) < size:
                return
            offset += size

    def close(self) -> None:
        """Let go of the files."""
        with self._errors("closing"):
            self._client.close()
