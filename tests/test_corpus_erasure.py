"""What means nothing to those who keep a file is cleared: the gaps of SQLite's pages, the unused part of a graph."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from corpus.index.chroma import ChromaIndex
from corpus.store.erasure import clear_gaps, clear_unused
from tests.support.shelves import assert_whole, open_fake, put, some_article

SECRET = b"QUETZALCOATL"


def gaps(content: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of the unused part of every page of a tree, as the file format describes it."""
    size = int.from_bytes(content[16:18], "big")
    for at in range(0, len(content), size):
        begins = at + (100 if at == 0 else 0)
        if content[begins] in (2, 5, 10, 13):
            cells = int.from_bytes(content[begins + 3 : begins + 5], "big")
            start = begins + (12 if content[begins] in (2, 5) else 8) + 2 * cells
            yield start, at + (int.from_bytes(content[begins + 5 : begins + 7], "big") or size)


def planted(path: Path) -> int:
    """Write the secret into every gap where it has room, as a moved row would have left it; returns how many."""
    content = bytearray(path.read_bytes())
    roomy = [end for start, end in gaps(bytes(content)) if end - start >= len(SECRET) + 4]
    for end in roomy:
        content[end - len(SECRET) - 3 : end - 3] = SECRET
    path.write_bytes(content)
    return len(roomy)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(30)))
    return tmp_path / "store.db"


def test_a_removal_clears_every_gap_of_the_store(store: Path) -> None:
    count = planted(store)
    assert count >= 10
    assert store.read_bytes().count(SECRET) == count
    with open_fake(store.parent) as library:
        library.remove("a7")
        assert SECRET not in store.read_bytes()
        put(library, *(some_article(number) for number in range(100, 130)))
        for number in (0, 29, 110):
            assert_whole(library, some_article(number))
        assert library.check() == []
    for path in store.parent.rglob("*"):
        assert not path.is_file() or SECRET not in path.read_bytes()


def test_nothing_but_the_gaps_is_written_over(store: Path) -> None:
    before = store.read_bytes()
    dirty = planted(store)
    with store.open("r+b", buffering=0) as file:
        assert clear_gaps(file) >= dirty
        assert clear_gaps(file) == 0
    after = store.read_bytes()
    unused = {at for start, end in gaps(before) for at in range(start, end)}
    assert {at for at in range(len(before)) if before[at] != after[at]} <= unused
    assert all(not any(after[start:end]) for start, end in gaps(after))


@pytest.mark.parametrize("size", [512, 4096, 65536])
def test_pages_of_every_size_are_understood(tmp_path: Path, size: int) -> None:
    path = tmp_path / "some.db"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size = {size}")
    connection.execute("CREATE TABLE words (word TEXT UNIQUE, long TEXT)")
    rows = [(f"word{number}", "long text " * (number % 90) * 12) for number in range(600)]
    with connection:
        connection.executemany("INSERT INTO words VALUES (?, ?)", rows)
    connection.close()
    with path.open("r+b", buffering=0) as file:
        clear_gaps(file)
        assert clear_gaps(file) == 0
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("SELECT word, long FROM words ORDER BY rowid").fetchall() == rows
    connection.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00"])
def test_what_is_no_database_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with path.open("r+b", buffering=0) as file:
        assert clear_gaps(file) == 0
    assert path.read_bytes() == content


# -- Chroma's graph ---------------------------------------------------------------------------------------------------


def vectors(count: int) -> np.ndarray:
    """Random ones of length 1, always the same."""
    drawn = np.random.default_rng(7).normal(size=(count, 384)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def graph_file(folder: Path, name: str) -> Path:
    return next(folder.glob(f"*/{name}"))


def test_what_the_memory_held_is_not_in_the_files_of_a_new_graph(tmp_path: Path) -> None:
    index = ChromaIndex(tmp_path)
    index.add([1, 2, 3], vectors(3), [None] * 3)
    files = [graph_file(tmp_path, name) for name in ("data_level0.bin", "length.bin")]
    assert all(path.stat().st_size and not any(path.read_bytes()) for path in files)
    for path in files:  # as they are when the memory was not fresh from the system
        path.write_bytes(SECRET * (path.stat().st_size // len(SECRET)))
    index.delete([2])
    assert not any(SECRET in path.read_bytes() for path in files)
    index.close()


def test_the_vectors_of_a_graph_are_left_alone(tmp_path: Path) -> None:
    count = 1100
    known = vectors(count)
    index = ChromaIndex(tmp_path)
    index.add(list(range(1, count + 1)), known, [None] * count)
    index.close()
    data = graph_file(tmp_path, "data_level0.bin")
    before = data.read_bytes()
    assert any(before)
    data.write_bytes(before + SECRET)
    assert clear_unused(tmp_path) == 1
    assert clear_unused(tmp_path) == 0
    assert data.read_bytes() == before + bytes(len(SECRET))
    index = ChromaIndex(tmp_path)
    for number in (1, 500, count):
        assert index.search(known[number - 1], 1)[0][0] == number
    index.close()


@pytest.mark.parametrize("header", [b"", b"short"])
def test_a_graph_without_a_readable_header_is_left_alone(tmp_path: Path, header: bytes) -> None:
    graph = tmp_path / "graph"
    graph.mkdir()
    (graph / "header.bin").write_bytes(header)
    (graph / "data_level0.bin").write_bytes(SECRET)
    assert clear_unused(tmp_path) == 0
    assert (graph / "data_level0.bin").read_bytes() == SECRET
