"""The vectors in the store, one per passage with a checksum, from which any index can be rebuilt."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from corpus.embedding.encoder import Vectors
from corpus.store.database import Database
from corpus.window import Window

T = TypeVar("T")
Numbers = npt.NDArray[np.int64]
PAGE = 1000
"""Passages that are read at once: 1.5 MB of vectors, and a stop never has to wait long for one."""
MARKS = 500
"""Values that one query is given at most."""


class StoredVectors:
    """Vectors of current passages, by the passages' numbers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_digest(self, digests: Sequence[bytes]) -> dict[bytes, npt.NDArray[np.float32]]:
        """The vectors of passages whose embedded text has one of these digests; a damaged one is left out."""
        known: dict[bytes, npt.NDArray[np.float32]] = {}
        for part in _parts(digests):
            marks = ",".join("?" * len(part))
            query = f"SELECT embedded, vector, checksum FROM passages WHERE embedded IN ({marks})"
            for row in self._database.rows(query, part):
                if _is_sound(row):
                    known[bytes(row["embedded"])] = np.frombuffer(row["vector"], np.float32)
        return known

    def numbers(self) -> Numbers:
        """The numbers of all current passages, ascending."""
        return np.array(
            [row[0] for row in self._database.rows("SELECT number FROM passages ORDER BY number")], np.int64
        )

    def pages(self, size: int = PAGE) -> Iterator[tuple[list[int], Vectors, list[int | None]]]:
        """(numbers, vectors of shape (n, dimension), day numbers) of all passages, page by page, by number."""
        last = 0
        while True:
            query = "SELECT number, vector, day FROM passages WHERE number > ? ORDER BY number LIMIT ?"
            rows = self._database.rows(query, (last, size))
            if rows:
                last = int(rows[-1]["number"])
                yield [int(row["number"]) for row in rows], _matrix(rows), [row["day"] for row in rows]
            if len(rows) < size:
                return

    def of(self, numbers: Sequence[int]) -> Iterator[tuple[list[int], Vectors, list[int | None]]]:
        """The same of the passages with these numbers; a number that is not one is left out."""
        for part in _parts(numbers):
            marks = ",".join("?" * len(part))
            query = f"SELECT number, vector, day FROM passages WHERE number IN ({marks}) ORDER BY number"
            rows = self._database.rows(query, part)
            if rows:
                yield [int(row["number"]) for row in rows], _matrix(rows), [row["day"] for row in rows]

    def inside(self, window: Window) -> tuple[Numbers, Vectors]:
        """The numbers and vectors of all passages inside a window, by number."""
        condition, values = window.condition()
        query = f"SELECT number, vector FROM passages WHERE {condition} ORDER BY number"
        rows = self._database.rows(query, values)
        return np.array([row["number"] for row in rows], np.int64), _matrix(rows)

    def find_damaged(self) -> list[int]:
        """The numbers of passages whose vector is not the one that was stored."""
        damaged: list[int] = []
        last, size = 0, PAGE
        while size == PAGE:
            query = "SELECT number, vector, checksum FROM passages WHERE number > ? ORDER BY number LIMIT ?"
            rows = self._database.rows(query, (last, PAGE))
            damaged += [int(row["number"]) for row in rows if not _is_sound(row)]
            last, size = int(rows[-1]["number"]) if rows else last, len(rows)
        return damaged

    def replace(self, vectors: Mapping[int, npt.NDArray[np.float32]]) -> None:
        """Put vectors in the place of damaged ones."""
        with self._database.transaction() as connection:
            for number, vector in vectors.items():
                blob, checksum = pack_vector(vector)
                query = "UPDATE passages SET vector = ?, checksum = ? WHERE number = ?"
                connection.execute(query, (blob, checksum, number))


def pack_vector(vector: npt.NDArray[np.float32]) -> tuple[bytes, int]:
    """A vector as it is stored: its bytes, and their checksum."""
    blob = np.ascontiguousarray(vector, np.float32).tobytes()
    return blob, zlib.crc32(blob)


def _is_sound(row: sqlite3.Row) -> bool:
    return isinstance(row["vector"], bytes) and zlib.crc32(row["vector"]) == row["checksum"]


def _matrix(rows: Sequence[sqlite3.Row]) -> Vectors:
    """The vectors of rows, one below the other; a vector of a wrong size, which is damage, counts as zeros."""
    if not rows:
        return np.zeros((0, 0), np.float32)
    blobs = [row["vector"] for row in rows]
    lengths = [len(blob) for blob in blobs]
    usual = max(set(lengths), key=lengths.count) if min(lengths) != max(lengths) else lengths[0]
    blobs = [blob if len(blob) == usual else bytes(usual) for blob in blobs]
    return np.frombuffer(b"".join(blobs), np.float32).reshape(len(rows), -1)


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    for at in range(0, len(values), MARKS):
        yield list(values[at : at + MARKS])
