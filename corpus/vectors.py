"""The dense index in Chroma; the only door to chromadb.

Chroma holds ids (the passages' numbers), vectors and day numbers: no text, so nothing of a removed article can linger in
its files. It is derived from the store and disposable: whatever goes wrong in it becomes an `IndexBrokenError`, upon
which it is thrown away and built again. A Rust panic arrives as a `BaseException`, a torn file can kill the process:
hence `verify`, which runs in a process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus.embedding import Vectors
from corpus.errors import CorpusError
from corpus.store import Store

COLLECTION = "passages"
UNKNOWN_DAY = 0
WRITE_BATCH = 2000
VERIFY_LIMIT = 120.0
"""Seconds that checking an index in a process of its own may take."""


class IndexBrokenError(CorpusError):
    """The dense index does not work or is not what it should be: build it again."""


class VectorIndex(Protocol):
    """Numbers of passages by the nearness of their vectors."""

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None: ...
    def delete(self, numbers: Sequence[int]) -> None: ...
    def numbers(self) -> set[int]: ...
    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]: ...
    def close(self) -> None: ...


class ExactIndex:
    """Exact search over vectors in memory: answers while Chroma is being built again, and cannot miss."""

    def __init__(self, store: Store) -> None:
        pages = list(store.vector_pages())
        self._numbers = np.array([number for page in pages for number in page[0]], np.int64)
        self._vectors = np.concatenate([page[1] for page in pages]) if pages else np.zeros((0, 1), np.float32)

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None:
        """Add passages; a known number is replaced."""
        self.delete(numbers)
        self._vectors = np.concatenate((self._vectors, vectors)) if len(self._numbers) else np.array(vectors)
        self._numbers = np.concatenate((self._numbers, np.array(numbers, np.int64)))

    def delete(self, numbers: Sequence[int]) -> None:
        """Take passages out; unknown numbers are ignored."""
        keep = ~np.isin(self._numbers, np.array(numbers, np.int64))
        self._numbers, self._vectors = self._numbers[keep], self._vectors[keep]

    def numbers(self) -> set[int]:
        """The numbers of all passages held."""
        return {int(number) for number in self._numbers}

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        if not len(self._numbers):
            return []
        similarities = self._vectors @ np.asarray(vector, np.float32)
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [(int(self._numbers[at]), float(similarities[at])) for at in best]

    def close(self) -> None:
        """Nothing to do."""


@contextmanager
def _chroma_errors(doing: str) -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, IndexBrokenError):
        raise
    except BaseException as error:  # a Rust panic is a BaseException
        raise IndexBrokenError(f"Chroma failed when {doing}: {type(error).__name__}: {error}") from error


class ChromaIndex:
    """One generation of the index, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Open a generation, or make it; raises `IndexBrokenError`."""
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        self.folder = folder
        with _chroma_errors(f"opening {folder}"):
            import chromadb

            folder.mkdir(parents=True, exist_ok=True)
            settings = chromadb.Settings(anonymized_telemetry=False)
            self._client = chromadb.PersistentClient(path=str(folder), settings=settings)
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                configuration={"hnsw": {"space": "cosine", "ef_search": 256}},
                embedding_function=None,
            )
            space = self._collection.configuration_json["hnsw"]["space"]
        if space != "cosine":
            raise IndexBrokenError(f"the index measures {space}, not cosine")

    def count(self) -> int:
        """How many passages are held."""
        with _chroma_errors("counting"):
            return int(self._collection.count())

    def add(self, numbers: Sequence[int], vectors: Vectors, days: Sequence[int | None]) -> None:
        """Add passages; a known number is replaced."""
        for at in range(0, len(numbers), WRITE_BATCH):
            part = slice(at, at + WRITE_BATCH)
            with _chroma_errors("adding"):
                self._collection.upsert(
                    ids=[str(number) for number in numbers[part]],
                    embeddings=np.ascontiguousarray(vectors[part]),
                    metadatas=[{"day": day or UNKNOWN_DAY} for day in days[part]],
                )

    def delete(self, numbers: Sequence[int]) -> None:
        """Take passages out; unknown numbers are ignored."""
        for at in range(0, len(numbers), WRITE_BATCH):
            with _chroma_errors("deleting"):
                self._collection.delete(ids=[str(number) for number in numbers[at : at + WRITE_BATCH]])

    def numbers(self) -> set[int]:
        """The numbers of all passages held."""
        with _chroma_errors("listing"):
            return {int(identifier) for identifier in self._collection.get(include=[])["ids"]}

    def search(self, vector: npt.NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """(number, cosine), best first."""
        with _chroma_errors("searching"):
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
            with _chroma_errors("reading the vectors"):
                page = self._collection.get(include=["embeddings"], limit=size, offset=offset)
            if page["ids"]:
                yield [int(identifier) for identifier in page["ids"]], np.asarray(page["embeddings"], np.float32)
            if len(page["ids"]) < size:
                return
            offset += size

    def close(self) -> None:
        """Let go of the files."""
        with _chroma_errors("closing"):
            self._client.close()


def differences(store: Store, index: ChromaIndex) -> tuple[list[int], list[int]]:
    """Numbers that the index misses or holds with another vector, and numbers that it holds too many."""
    held: dict[int, npt.NDArray[np.float32]] = {}
    for numbers, vectors in index.pages():
        held.update(zip(numbers, vectors, strict=True))
    wrong: list[int] = []
    for numbers, vectors, _ in store.vector_pages():
        for number, vector in zip(numbers, vectors, strict=True):
            indexed = held.pop(number, None)
            if indexed is None or float(indexed @ vector) < 0.999 * float(np.linalg.norm(indexed)):
                wrong.append(number)
    return wrong, sorted(held)


def verify(store_path: Path, folder: Path, python: Callable[..., Any] = subprocess.run) -> tuple[list[int], list[int]]:
    """`differences`, found in a process of its own, which a damaged index may kill; raises `IndexBrokenError`."""
    command = [sys.executable, "-m", "corpus.vectors", str(store_path), str(folder)]
    try:
        done = python(command, capture_output=True, text=True, timeout=VERIFY_LIMIT, check=True)
        wrong, surplus = (
            [int(number) for number in line.split()[1:]]
            for line in done.stdout.splitlines()
            if line[:6] in ("wrong ", "extra ")
        )
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        raise IndexBrokenError(f"the index in {folder} did not pass its check: {error}") from error
    return wrong, surplus


def main(store_path: str, folder: str) -> None:
    """Print what `differences` finds, for `verify`."""
    index = ChromaIndex(Path(folder))
    wrong, surplus = differences(Store(Path(store_path)), index)
    index.close()
    sys.stdout.write(f"wrong  {' '.join(map(str, wrong))}\nextra  {' '.join(map(str, surplus))}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
