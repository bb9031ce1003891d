"""Overwrites leftovers in database and index files (freed rows, uninitialised memory) with zeros.

SQLite: `secure_delete` overwrites a row where it is deleted. But when SQLite moves rows to a neighbouring page to keep
its trees balanced, the copies that they leave behind stay in the gap between a page's list of cells and their content,
and survive the deletion of the rows (measured with SQLite 3.40: of 1,250 removed articles, the ids or titles of one or
two could still be read). `VACUUM` would write the whole file anew; this only overwrites the gaps, which mean nothing to
SQLite (https://www.sqlite.org/fileformat2.html, section 1.6), while no write is under way and the log is empty.

Chroma: the files of a new graph are made from memory as it was allotted, for a hundred vectors that are not there yet.
Whatever this process held there before, the text of a removed article among it, is then in `data_level0.bin` and
`length.bin` until the graph is first written, after a thousand passages (measured with Chroma 1.5.9).
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

MAGIC = b"SQLite format 3\x00"
FILE_HEADER = 100
INNER, LEAF = (2, 5), (10, 13)
"""The first byte of a page of a tree, by its kind; other pages (of long texts, and free ones) begin with a zero."""
CHUNK = 2**24
"""Bytes that are looked at together."""

GRAPH_HEADER = struct.Struct("<i4Q")
"""hnswlib's header as Chroma keeps it: version, offset, room for vectors, vectors, and bytes of one."""
LENGTH = 4
"""Bytes of `length.bin` for a vector."""


def clear_gaps(file: BinaryIO) -> int:
    """Put zeros into the unused part of every page of a tree that holds something else; returns how many did.

    `file` is open for reading and writing without a buffer. It must stay open as long as SQLite has the same file open
    in this process: closing it would drop SQLite's locks (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    header = _read(file, 0, FILE_HEADER)
    if len(header) < FILE_HEADER or not header.startswith(MAGIC):
        return 0
    size = int.from_bytes(header[16:18], "big")
    size = 65536 if size == 1 else size
    cleared, at = 0, 0
    while chunk := _read(file, at, CHUNK):
        whole = len(chunk) // size * size
        pages = np.frombuffer(chunk[:whole], np.uint8).reshape(-1, size)
        for number, start, end in _dirty(pages, first=at == 0):
            file.seek(at + number * size + start)
            file.write(bytes(end - start))
            cleared += 1
        if whole < CHUNK:
            break
        at += whole
    if cleared:
        os.fsync(file.fileno())
    return cleared


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _dirty(pages: npt.NDArray[np.uint8], *, first: bool) -> list[tuple[int, int, int]]:
    """(page, start, end) of the gaps that hold something else than zeros."""
    found = []
    for number in np.flatnonzero(np.isin(pages[:, 0], INNER + LEAF) | (np.arange(len(pages)) == 0) & first):
        page = pages[number]
        begins = FILE_HEADER if first and number == 0 else 0
        kind = int(page[begins])
        cells, content = (int(page[begins + at]) << 8 | int(page[begins + at + 1]) for at in (3, 5))
        start, end = begins + (12 if kind in INNER else 8) + 2 * cells, content or len(page)
        if start < end <= len(page) and page[start:end].any():
            found.append((int(number), start, end))
    return found


def clear_unused(folder: Path) -> int:
    """Put zeros where Chroma's graph files below a folder hold no vector yet; returns how many files held something.

    Chroma must not be writing: it writes within the call that adds passages.
    """
    cleared = 0
    for header in folder.glob("*/header.bin"):
        with header.open("rb") as file:
            start = file.read(GRAPH_HEADER.size)
        if len(start) == GRAPH_HEADER.size:
            _, _, _, count, size = GRAPH_HEADER.unpack(start)
            cleared += _clear_from(header.with_name("data_level0.bin"), count * size)
            cleared += _clear_from(header.with_name("length.bin"), count * LENGTH)
    return cleared


def _clear_from(path: Path, used: int) -> bool:
    """Put zeros behind the part of a file that is in use; whether there was something else."""
    if not path.exists() or path.stat().st_size <= used:
        return False
    with path.open("r+b", buffering=0) as file:
        file.seek(used)
        if not any(file.read()):
            return False
        file.seek(used)
        file.write(bytes(path.stat().st_size - used))
        os.fsync(file.fileno())
    return True
