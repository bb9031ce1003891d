"""A disk that is full or refuses: told in words, nothing half kept, and the library still answers."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import Library, StorageError
from corpus.store.database import translate_error
from tests.support.shelves import articles_found, assert_whole, child, dense, open_fake, put, some_article

BIG = 400


@contextmanager
def no_more_pages(library: Library) -> Iterator[None]:
    """The store's file may not grow, as on a full disk."""
    writer = library._store._writer
    pages = writer.execute("PRAGMA page_count").fetchone()[0]
    writer.execute(f"PRAGMA max_page_count = {pages}")
    yield
    writer.execute("PRAGMA max_page_count = 1073741823")


def test_a_full_disk_keeps_nothing_of_the_article_and_everything_else(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1), some_article(2))
        fingerprint = library.fingerprint()
        with no_more_pages(library):
            with pytest.raises(StorageError, match=r"the disk that holds .* is full: nothing of this article was kept"):
                put(library, some_article(3, sentences=BIG))
            assert not library.has_id("a3")
            with pytest.raises(StorageError, match="is full"):
                put(library, replace(some_article(1, sentences=BIG), title="Corrected"))
            assert library.record("a1").revision == 1
            assert_whole(library, some_article(1))
            assert set(articles_found(library, "storm", 30)) == {"a1", "a2"}
            assert library.fingerprint() == fingerprint
            library.remove("a2")
            assert library.articles() != []
        put(library, some_article(3, sentences=BIG))
        assert_whole(library, some_article(3, sentences=BIG))
        assert library.check() == []
    with open_fake(tmp_path) as library:
        assert_whole(library, some_article(1))
        assert library.check() == []


# Files may not grow past a size: what a write gets then is an error of another kind than that of a full disk.
LIMITED = """
import resource, sys
from pathlib import Path
from tests.support import shelves
from corpus import StorageError
with shelves.open_fake(Path(sys.argv[1])) as library:
    assert library.wait_for_index()
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    stored = 0
    try:
        for number in range(1000, 1400):
            shelves.put(library, shelves.some_article(number, sentences=30))
            stored += 1
    except StorageError as error:
        print(stored, error, flush=True)
    for number in range(1000, 1000 + stored):
        shelves.assert_whole(library, shelves.some_article(number, sentences=30))
    assert not library.has_id(f"a{1000 + stored}")
print("closed", flush=True)
"""


@pytest.mark.parametrize("size", [1_000_000, 3_000_000])
def test_files_that_may_not_grow_lose_nothing_that_was_acknowledged(tmp_path: Path, size: int) -> None:
    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(3)))
    process = child(LIMITED, tmp_path, str(size))
    said = process.communicate(timeout=120)[0]
    assert process.returncode == 0, said
    first, last = said.splitlines()
    stored, reason = first.split(" ", 1)
    assert int(stored) > 0
    assert "refused (disk I/O error): nothing of this article was kept; make sure that there is room" in reason
    assert last == "closed"
    with open_fake(tmp_path) as library:
        assert len(library.articles()) == 3 + int(stored)
        assert library.wait_for_index()
        assert library.check() == []
        for number in range(1000, 1000 + int(stored)):
            assert_whole(library, some_article(number, sentences=30))


def test_what_cannot_be_noted_about_the_index_is_no_reason_to_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(**_: str) -> None:
        raise StorageError("the disk is full")

    with open_fake(tmp_path) as library:
        put(library, *(some_article(number) for number in range(5)))
        assert library.wait_for_index()
        expected = dense(library, "storm", 5)
        monkeypatch.setattr(library._store, "set_meta", full)
        library._index._replace_broken(RuntimeError("torn"))  # type: ignore[arg-type]
        assert dense(library, "storm", 5) == expected
        library.remove("a4")
    assert "could not note" in caplog.text


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("database or disk is full", "make room and run again"),
        ("disk I/O error", "make sure that there is room and that the disk is well"),
        ("attempt to write a readonly database", "check the permissions of the folder"),
        ("unable to open database file", "check the permissions of the folder"),
        ("database disk image is malformed", "run `pressmark check --repair`"),
        ("file is not a database", "choose another folder with --library"),
        ("something new", "something new"),
    ],
)
def test_every_refusal_of_the_disk_says_what_to_do(message: str, words: str) -> None:
    said = str(translate_error(sqlite3.DatabaseError(message), Path("/shelf/store.db")))
    assert words in said
    assert "/shelf" in said


# -- a failed fsync ----------------------------------------------------------------------------------------------------


class Unsynced:
    """The writing connection of a store on a disk that cannot write a commit through, and knows what it was asked."""

    def __init__(self, connection: sqlite3.Connection, failing: set[str]) -> None:
        self._connection = connection
        self.failing = failing
        self.asked: list[str] = []

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        self.asked.append(statement)
        if statement in self.failing:
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        return self._connection.execute(statement, *values)

    def __getattr__(self, name: str) -> object:
        return getattr(self._connection, name)


def test_after_a_failed_fsync_nothing_is_acknowledged_before_the_log_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fold = "PRAGMA wal_checkpoint(TRUNCATE)"
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
        writer = Unsynced(library._store._writer, {"COMMIT"})
        monkeypatch.setattr(library._store, "_writer", writer)
        with pytest.raises(StorageError, match="nothing of this article was kept"):
            put(library, some_article(2))
        assert fold not in writer.asked
        writer.failing = {fold}
        for _ in range(2):
            with pytest.raises(StorageError, match="nothing of this article was kept"):
                put(library, some_article(2))
            assert writer.asked[-1] == fold
            assert_whole(library, some_article(1))
        writer.failing = set()
        writer.asked.clear()
        put(library, some_article(2), some_article(3))
        assert writer.asked.index(fold) < writer.asked.index("BEGIN IMMEDIATE")
        assert writer.asked.count(fold) == 1
        assert_whole(library, some_article(2))
        monkeypatch.undo()
    with open_fake(tmp_path) as library:
        assert library.check() == []
        assert len(library.articles()) == 3


def test_after_a_failed_fsync_somebody_who_reads_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
        writer = Unsynced(library._store._writer, {"COMMIT"})
        monkeypatch.setattr(library._store, "_writer", writer)
        with pytest.raises(StorageError):
            put(library, some_article(2))
        writer.failing = set()
        reader = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        with pytest.raises(StorageError, match="somebody reads the library now: nothing of this article was kept"):
            put(library, some_article(2))
        reader.close()
        put(library, some_article(2))
        assert_whole(library, some_article(2))
        monkeypatch.undo()


def test_a_log_that_a_killed_owner_left_is_folded_in_before_the_first_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_fake(tmp_path / "killed") as library:
        put(library, some_article(1))
        shutil.copytree(tmp_path / "killed", tmp_path / "left")
    assert (tmp_path / "left" / "store.db-wal").stat().st_size > 0
    with open_fake(tmp_path / "left") as library:
        reader = sqlite3.connect(tmp_path / "left" / "store.db", isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        put(library, some_article(2))  # who reads is no reason to wait before anything has failed
        reader.close()
        writer = Unsynced(library._store._writer, set())
        monkeypatch.setattr(library._store, "_writer", writer)
        put(library, some_article(3), some_article(4))
        assert writer.asked.count("PRAGMA wal_checkpoint(TRUNCATE)") == 1
        for number in (1, 2, 3, 4):
            assert_whole(library, some_article(number))
        monkeypatch.undo()


def test_a_removal_whose_log_cannot_be_emptied_is_a_removal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1), some_article(2))
        writer = Unsynced(library._store._writer, {"PRAGMA wal_checkpoint(TRUNCATE)"})
        monkeypatch.setattr(library._store, "_writer", writer)
        library.remove("a1")
        assert not library.has_id("a1")
        assert "disk I/O error" in caplog.text
        monkeypatch.undo()
    with open_fake(tmp_path) as library:
        assert [article.id for article in library.articles()] == ["a2"]
