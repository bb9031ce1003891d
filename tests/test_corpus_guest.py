"""Reading beside the owner, and where nothing may be written: what a guest sees, and what it is refused."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus import IndexMismatchError, Library, NotALibraryError, StorageError
from tests import DATA
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import (
    articles_found,
    assert_whole,
    child,
    dense,
    let_others_in,
    lexical,
    open_fake,
    put,
    some_article,
)


def open_guest(folder: Path) -> Library:
    return Library.open(folder, embedder=FakeEmbedder(), reading=True)


@pytest.fixture
def owned(tmp_path: Path) -> Iterator[Library]:
    with open_fake(tmp_path / "library") as library:
        put(library, *(some_article(number) for number in range(10)))
        yield library


def test_a_guest_reads_what_the_owner_has_open(owned: Library) -> None:
    with open_guest(owned.folder) as guest:
        assert guest.is_guest
        assert guest.stats() == owned.stats()
        for number in range(10):
            assert_whole(guest, some_article(number))
        assert dense(guest, "storm over the harbour", 7) == dense(owned, "storm over the harbour", 7)
        assert guest.articles() == owned.articles()


def test_a_guest_sees_every_commit_of_the_owner(owned: Library) -> None:
    with open_guest(owned.folder) as guest:
        assert guest.stats().articles == 10
        assert "a10" not in articles_found(guest, some_article(10).text)
        put(owned, some_article(10))
        assert guest.stats().articles == 11
        assert_whole(guest, some_article(10))
        put(owned, replace(some_article(3), title="Corrected"))
        assert_whole(guest, replace(some_article(3), title="Corrected"))
        owned.remove("a4")
        assert guest.stats() == owned.stats()
        assert "a4" not in articles_found(guest, some_article(4).text, 60)
        assert lexical(guest, "marked4x0") == []
        assert dense(guest, "storm", 50) == dense(owned, "storm", 50)


def test_a_guest_sees_what_another_process_commits(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from tests.support import shelves
with shelves.open_fake(Path(sys.argv[1])) as library:
    for number in range(5, 25):
        shelves.put(library, shelves.some_article(number))
        print(number, flush=True)
        sys.stdin.readline()
"""
    with open_fake(tmp_path) as library:
        put(library, some_article(0))
    with child(program, tmp_path, stdin=-1) as owner, open_guest(tmp_path) as guest:
        assert owner.stdout is not None
        assert owner.stdin is not None
        for number in range(5, 25):
            assert owner.stdout.readline() == f"{number}\n"
            assert guest.stats().articles == number - 3
            assert_whole(guest, some_article(number))
            owner.stdin.write("\n")
            owner.stdin.flush()


def test_a_guest_is_refused_every_change_in_words(owned: Library) -> None:
    with open_guest(owned.folder) as guest:
        refused = "was opened to read only"
        with pytest.raises(StorageError, match=refused):
            put(guest, some_article(77))
        with pytest.raises(StorageError, match=refused):
            guest.remove("a1")
        with pytest.raises(StorageError, match=refused):
            guest.following.start_run(["x"], "2026-01-01")
        with pytest.raises(StorageError, match=refused):
            guest.check()
        with pytest.raises(StorageError, match=refused):
            guest.repair()
        assert guest.wait_for_index() is False
        assert guest.index_state() == "ready"
    assert owned.stats().articles == 10


def test_a_guest_leaves_the_index_and_the_lock_alone(owned: Library) -> None:
    assert owned.wait_for_index()
    owned.close()
    folder = owned.folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "index" in path.parts}
    assert before
    with open_guest(folder) as guest, open_fake(folder) as owner:  # no lock is in the way
        assert dense(guest, "storm") == dense(owner, "storm")
        owner._index._stopping.set()
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "index" in path.parts}
    assert after == before


def test_a_closed_guest_says_so(owned: Library) -> None:
    guest = open_guest(owned.folder)
    guest.close()
    guest.close()
    with pytest.raises(StorageError, match="has been closed"):
        guest.stats()


def test_a_guest_makes_no_library(tmp_path: Path) -> None:
    with pytest.raises(NotALibraryError, match="there is no library"):
        open_guest(tmp_path / "none")
    assert not (tmp_path / "none").exists()
    (tmp_path / "store.db").touch()
    with pytest.raises(NotALibraryError, match="is empty: put something into the library"):
        open_guest(tmp_path)
    assert (tmp_path / "store.db").stat().st_size == 0


def test_a_guest_with_another_model_is_refused(owned: Library) -> None:
    other = FakeEmbedder()
    other.name = "other"
    with pytest.raises(IndexMismatchError):
        Library.open(owned.folder, embedder=other, reading=True)


def test_a_guest_does_not_bring_an_earlier_format_up_to_date(tmp_path: Path) -> None:
    stored = gzip.decompress((DATA / "stored" / "format-1.db.gz").read_bytes())
    (tmp_path / "store.db").write_bytes(stored)
    with pytest.raises(NotALibraryError, match=r"earlier version of Pressmark \(format 1\).*pressmark check"):
        open_guest(tmp_path)
    assert (tmp_path / "store.db").read_bytes() == stored


# -- where nothing may be written --------------------------------------------------------------------------------------

READER = """
import os, sys
from pathlib import Path
from tests.support import shelves
from tests.support.fakes import FakeEmbedder
from corpus import CorpusError, Library
if os.geteuid() == 0:  # root may write anywhere: become nobody
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
try:
    with Library.open(Path(sys.argv[1]), embedder=FakeEmbedder(), reading=True) as library:
        print("open", library.stats().articles, flush=True)
        for line in sys.stdin:
            found = shelves.articles_found(library, shelves.some_article(int(line)).text, 1)
            print(library.stats().articles, *found, flush=True)
except CorpusError as error:
    print(type(error).__name__, error, flush=True)
"""


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A library in a folder that another user can look into but not write."""
    let_others_in(tmp_path)
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        put(library, *(some_article(number) for number in range(3)))
    yield folder
    folder.chmod(0o755)


def close_folder(folder: Path) -> None:
    for path in folder.rglob("*"):
        path.chmod(0o555 if path.is_dir() else 0o444)
    folder.chmod(0o555)


def test_a_library_in_a_folder_that_may_not_be_written_can_be_asked(closed_folder: Path) -> None:
    close_folder(closed_folder)
    before = sorted(path.name for path in closed_folder.iterdir())
    with child(READER, closed_folder, cwd="/", stdin=-1) as reader:
        said = reader.communicate("2\n0\n", timeout=60)[0].splitlines()
    assert said == ["open 3", "3 a2", "3 a0"]
    assert sorted(path.name for path in closed_folder.iterdir()) == before


def test_a_guest_of_such_a_folder_notices_an_owner_who_may_write(closed_folder: Path) -> None:
    close_folder(closed_folder)
    with child(READER, closed_folder, cwd="/", stdin=-1) as reader:
        assert reader.stdout is not None
        assert reader.stdin is not None
        assert reader.stdout.readline() == "open 3\n"
        closed_folder.chmod(0o755)
        for path in closed_folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        with open_fake(closed_folder) as owner:
            put(owner, some_article(7))
            for name in ("store.db-wal", "store.db-shm"):
                (closed_folder / name).chmod(0o644)
            assert reader.communicate("7\n", timeout=60)[0] == "4 a7\n"


def test_a_folder_that_was_not_closed_and_may_not_be_written_is_refused_in_words(closed_folder: Path) -> None:
    with child(
        "import os, sys; from pathlib import Path; from tests.support import shelves;"
        "library = shelves.open_fake(Path(sys.argv[1]));"
        "shelves.put(library, shelves.some_article(9)); os._exit(9)",
        closed_folder,
    ) as killed:
        killed.communicate(timeout=60)
    os.unlink(closed_folder / "store.db-shm")
    close_folder(closed_folder)
    with child(READER, closed_folder, cwd="/", stdin=-1) as reader:
        said = reader.communicate("", timeout=60)[0]
    assert said.startswith("StorageError")
    assert "was not closed" in said
