"""Who may open what: one owner, only libraries, only of this version, and refusals that say what to do."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from corpus import IndexMismatchError, Library, LibraryBusyError, LibraryError, NotALibraryError, StorageError
from corpus.store import schema
from corpus.store.schema import FORMAT
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import child, let_others_in, open_fake, put, some_article

OWNER = """
import sys, time
from pathlib import Path
from tests.support.shelves import open_fake
with open_fake(Path(sys.argv[1])):
    print("open", flush=True)
    time.sleep(60)
"""


def owner(folder: Path) -> subprocess.Popen[str]:
    process = child(OWNER, folder)
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


def test_a_second_process_is_refused_at_once_and_told_who_has_it(tmp_path: Path) -> None:
    with owner(tmp_path) as process:
        started = time.monotonic()
        with pytest.raises(
            LibraryBusyError, match=rf"is in use by `-c.*` \(process {process.pid}, since 20.*stop that"
        ):
            open_fake(tmp_path)
        assert time.monotonic() - started < 1
        process.kill()
    open_fake(tmp_path).close()


def test_a_killed_owner_frees_the_library(tmp_path: Path) -> None:
    with owner(tmp_path) as process:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with open_fake(tmp_path) as library:
            put(library, some_article(1))


def test_the_same_process_cannot_open_it_twice(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        with pytest.raises(LibraryBusyError, match=f"process {os.getpid()}"):
            open_fake(tmp_path)
        put(library, some_article(1))
    assert not (tmp_path / "owner.json").exists()


def test_of_many_that_open_at_once_one_gets_it(tmp_path: Path) -> None:
    outcomes: list[str] = []
    barrier = threading.Barrier(8)

    def race() -> None:
        barrier.wait()
        try:
            library = open_fake(tmp_path)
        except LibraryBusyError:
            outcomes.append("busy")
        else:
            outcomes.append("open")
            barrier.wait()
            library.close()
            return
        barrier.wait()

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["busy"] * 7 + ["open"]


def test_a_refused_opening_leaves_the_library_free(tmp_path: Path) -> None:
    open_fake(tmp_path).close()
    other = FakeEmbedder()
    other.weights_sha256 = "1" * 64
    with pytest.raises(IndexMismatchError):
        Library.open(tmp_path, embedder=other)
    open_fake(tmp_path).close()


def test_a_missing_library_is_made_only_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "deep"
    with pytest.raises(NotALibraryError, match=r"there is no library in .*: make one with `pressmark ingest --library"):
        open_fake(folder, create=False)
    assert not folder.exists()
    open_fake(folder).close()
    open_fake(folder, create=False).close()


def test_a_file_is_not_a_library(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(NotALibraryError, match="is a file, not a folder"):
        open_fake(tmp_path / "file")


def test_somebody_elses_folder_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(NotALibraryError, match="not a Pressmark library and not empty: choose another folder"):
        open_fake(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_of_another_kind_under_our_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database at all, just some words" * 200)
    with pytest.raises(NotALibraryError, match="is not a Pressmark library"):
        open_fake(tmp_path)
    assert (tmp_path / "store.db").read_bytes().startswith(b"not a database")


def test_somebody_elses_database_is_refused_and_kept(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "store.db") as other:
        other.execute("CREATE TABLE cats (name)")
        other.execute("INSERT INTO cats VALUES ('Tom')")
    other.close()
    with pytest.raises(NotALibraryError, match="is a database, but not a Pressmark library"):
        open_fake(tmp_path)
    again = sqlite3.connect(tmp_path / "store.db")
    assert again.execute("SELECT * FROM cats").fetchall() == [("Tom",)]
    again.close()


def test_a_newer_format_is_refused_and_kept(tmp_path: Path) -> None:
    open_fake(tmp_path).close()
    newer = sqlite3.connect(tmp_path / "store.db")
    newer.execute(f"PRAGMA user_version = {FORMAT + 1}")
    newer.close()
    with pytest.raises(NotALibraryError, match=rf"newer version of Pressmark \(format {FORMAT + 1}.*update Pressmark"):
        open_fake(tmp_path)


@pytest.mark.parametrize("size", ["empty", "header"])
def test_a_library_whose_making_was_cut_short_can_be_opened(tmp_path: Path, size: str) -> None:
    store = tmp_path / "store.db"
    store.touch()
    if size == "header":
        started = sqlite3.connect(store)
        started.execute("PRAGMA journal_mode = WAL")  # writes the first page, before there is any table
        started.close()
        assert store.stat().st_size > 0
    with open_fake(tmp_path) as library:
        put(library, some_article(1))


def test_a_failing_making_leaves_nothing_half_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(schema, "SCHEMA", schema.SCHEMA + "CREATE TABLE wrong wrong;")
        with pytest.raises(StorageError):
            open_fake(tmp_path)
    with open_fake(tmp_path) as library:
        put(library, some_article(1))


def test_another_model_is_refused_and_named(tmp_path: Path) -> None:
    open_fake(tmp_path).close()
    other = FakeEmbedder()
    other.name = "other"
    with pytest.raises(
        IndexMismatchError, match="embedding model 'fake', not 'other': use that, or make a new library"
    ):
        Library.open(tmp_path, embedder=other)


def test_other_passage_settings_are_refused(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        library.require_passages("200 tokens")
        library.require_passages("200 tokens")
        with pytest.raises(IndexMismatchError, match="passages '200 tokens', not '100 tokens'"):
            library.require_passages("100 tokens")


def test_a_path_through_a_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("hello")
    with pytest.raises(LibraryError, match="check its permissions, or choose another with --library"):
        open_fake(tmp_path / "file" / "library")


# -- without permission ------------------------------------------------------------------------------------------------

VISITOR = """
import os, sys, tempfile
from pathlib import Path
from tests.support import shelves
from corpus import CorpusError
with tempfile.TemporaryDirectory() as folder, shelves.open_fake(Path(folder)) as library:
    shelves.put(library, shelves.some_article(1))  # loads what is loaded late: nobody may not read it
if os.geteuid() == 0:  # root may write anywhere: become nobody
    os.setgroups([]); os.setresgid(65534, 65534, 65534); os.setresuid(65534, 65534, 65534)
try:
    with shelves.open_fake(Path(sys.argv[1])) as library:
        shelves.put(library, shelves.some_article(1))
    print("opened")
except CorpusError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def open_path(tmp_path: Path) -> Path:
    """A folder that another user can reach."""
    let_others_in(tmp_path)
    return tmp_path


def visit(folder: Path) -> str:
    process = child(VISITOR, folder, cwd="/")
    said = process.communicate(timeout=60)[0]
    assert process.returncode == 0
    return said.strip()


def test_a_folder_that_may_not_be_written_is_refused_in_words(open_path: Path) -> None:
    folder = open_path / "library"
    open_fake(folder).close()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = visit(folder)
    folder.chmod(0o755)
    assert said.startswith("StorageError")
    assert f"{folder} cannot be used (Permission denied): check its permissions" in said


def test_a_folder_that_may_not_be_made_is_refused_in_words(open_path: Path) -> None:
    closed = open_path / "closed"
    closed.mkdir(mode=0o555)
    said = visit(closed / "library")
    assert said.startswith("StorageError")
    assert "check its permissions, or choose another with --library" in said


def test_a_folder_that_may_not_be_looked_into_is_refused_in_words(open_path: Path) -> None:
    folder = open_path / "private"
    open_fake(folder / "library").close()
    folder.chmod(0o000)
    said = visit(folder / "library")
    folder.chmod(0o755)
    assert said.startswith("StorageError")
    assert "Permission denied" in said


def test_a_store_that_may_not_be_written_is_refused_in_words(open_path: Path) -> None:
    folder = open_path / "library"
    open_fake(folder).close()
    folder.chmod(0o777)
    (folder / "owner.lock").chmod(0o666)
    (folder / "store.db").chmod(0o444)
    said = visit(folder)
    assert said.startswith("StorageError")
    assert "cannot be written: check the permissions" in said


def test_a_copy_of_a_library_is_a_library(tmp_path: Path) -> None:
    with open_fake(tmp_path / "first") as library:
        put(library, *(some_article(number) for number in range(5)))
        fingerprint = library.fingerprint()
    shutil.copytree(tmp_path / "first", tmp_path / "second")
    with open_fake(tmp_path / "first") as first, open_fake(tmp_path / "second") as second:
        assert second.fingerprint() == first.fingerprint() == fingerprint
        assert second.wait_for_index()
        assert second.check() == []


def test_a_garbled_owner_note_only_changes_the_message(tmp_path: Path) -> None:
    with open_fake(tmp_path):
        (tmp_path / "owner.json").write_text("{")
        with pytest.raises(LibraryBusyError, match="in use by another process"):
            open_fake(tmp_path)
        (tmp_path / "owner.json").write_text(json.dumps({"process": 1}))
        with pytest.raises(LibraryBusyError, match="in use by another process"):
            open_fake(tmp_path)


def test_the_command_line_of_the_owner_is_not_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pressmark", "chat", "--auth", "user:password"])
    with open_fake(tmp_path):
        assert json.loads((tmp_path / "owner.json").read_text())["command"] == "pressmark chat"
