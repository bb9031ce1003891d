"""A backup is one moment of a library, whole or not there; a library made from it is checked before it is one."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus import BackupError, LibraryBusyError, LibraryError, NotALibraryError, StorageError, back_up, owner, restore
from corpus import library as library_module
from corpus.store import schema
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import assert_whole, open_fake, put, some_article
from tests.trials.fault_history import state
from ui.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_fake(tmp_path / "library") as library:
        put(library, *(some_article(number) for number in range(6)), some_article(2, title="Corrected"))
        library.remove("a4")
    return tmp_path / "library"


@pytest.fixture
def packed(folder: Path, tmp_path: Path) -> Path:
    return back_up(folder, tmp_path / "packed.zip")[0]


@pytest.mark.parametrize("compress", [False, True])
def test_a_restored_library_holds_what_the_first_one_held_and_answers(
    folder: Path, tmp_path: Path, compress: bool
) -> None:
    path, made = back_up(folder, tmp_path / "packed.zip", compress=compress)
    assert (made.articles, made.format) == (5, schema.FORMAT)
    assert restore(path, tmp_path / "new") == made
    assert state(tmp_path / "new" / "store.db") == state(folder / "store.db")
    with open_fake(tmp_path / "new", create=False) as library:
        assert library.get("a2", 1) == some_article(2)
        assert_whole(library, some_article(2, title="Corrected"))
        assert library.wait_for_index(60)
        assert library.check() == []
        assert_whole(library, some_article(5))


def test_a_library_in_use_is_backed_up_and_goes_on(folder: Path, tmp_path: Path) -> None:
    with open_fake(folder) as library:
        put(library, some_article(8))
        path = back_up(folder, tmp_path)[0]
        put(library, some_article(9))
        assert_whole(library, some_article(9))
    restore(path, tmp_path / "new")
    with open_fake(tmp_path / "new") as library:
        assert_whole(library, some_article(8))
        assert not library.has_id("a9")


def test_a_folder_gets_a_new_file_for_each_backup(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    paths = {back_up(folder, tmp_path / "backups")[0] for _ in range(3)}
    assert paths == set((tmp_path / "backups").iterdir())
    assert len(paths) == 3


def test_only_a_backup_is_replaced(folder: Path, packed: Path, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(BackupError, match="notes is not a backup of Pressmark"):
        back_up(folder, tmp_path / "notes")
    assert (tmp_path / "notes").read_text() == "mine"
    with open_fake(folder) as library:
        library.remove("a0")
    assert back_up(folder, packed)[1].articles == 4
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "notes", "packed.zip"]


def test_a_full_disk_leaves_the_earlier_backup_and_nothing_else(
    folder: Path, packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = packed.read_bytes()
    monkeypatch.setattr("corpus.backup.os.fsync", full)
    with pytest.raises(StorageError, match="No space left on device"):
        back_up(folder, packed)
    with pytest.raises(StorageError, match="No space left on device"):
        restore(packed, tmp_path / "new")
    monkeypatch.undo()
    assert packed.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["library", "new", "packed.zip"]
    restore(packed, tmp_path / "new")


def test_what_is_no_library_is_not_backed_up(tmp_path: Path) -> None:
    with pytest.raises(NotALibraryError, match="there is no library in"):
        back_up(tmp_path / "missing", tmp_path / "packed.zip")
    (tmp_path / "other").mkdir()
    sqlite3.connect(tmp_path / "other" / "store.db").executescript("CREATE TABLE t(a)")
    with pytest.raises(NotALibraryError, match="is not a Pressmark library"):
        back_up(tmp_path / "other", tmp_path / "packed.zip")
    assert not (tmp_path / "packed.zip").exists()


def test_a_damaged_store_is_not_backed_up(folder: Path, tmp_path: Path) -> None:
    content = bytearray((folder / "store.db").read_bytes())
    content[4096 * 12 : 4096 * 13] = bytes(4096)
    (folder / "store.db").write_bytes(content)
    with pytest.raises(StorageError, match="is damaged"):
        back_up(folder, tmp_path / "packed.zip")
    assert not (tmp_path / "packed.zip").exists()


# -- restoring ---------------------------------------------------------------------------------------------------------


def test_nothing_is_restored_over_a_library_or_other_files(folder: Path, packed: Path, tmp_path: Path) -> None:
    before = state(folder / "store.db")
    with pytest.raises(LibraryError, match=r"there is a library in .* already: restore into another folder"):
        restore(packed, folder)
    assert state(folder / "store.db") == before
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine").touch()
    with pytest.raises(NotALibraryError, match="not empty"):
        restore(packed, tmp_path / "other")


def test_a_library_that_is_being_made_is_not_restored_into(packed: Path, tmp_path: Path) -> None:
    lock = owner.take(tmp_path / "new", create=True)
    with pytest.raises(LibraryBusyError):
        restore(packed, tmp_path / "new")
    owner.release(tmp_path / "new", lock)


def test_what_a_broken_off_restoring_left_is_no_obstacle(packed: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    (new / "index" / "1").mkdir(parents=True)
    for name in ("store.db.part", "store.db.part-wal", "owner.json"):
        (new / name).write_text("half")
    restore(packed, new)
    with open_fake(new) as library:
        assert_whole(library, some_article(5))
    assert not [path for path in new.iterdir() if "part" in path.name]


def cut_short(content: bytes) -> bytes:
    return content[: len(content) // 2]


def emptied(content: bytes) -> bytes:
    return b""


def something_else(content: bytes) -> bytes:
    return b"Dear diary" * 100


def one_byte_changed(content: bytes) -> bytes:
    return content[:90_000] + bytes([content[90_000] ^ 1]) + content[90_001:]


@pytest.mark.parametrize("damage", [cut_short, emptied, something_else, one_byte_changed])
def test_a_backup_that_is_not_whole_is_refused(packed: Path, tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    packed.write_bytes(damage(packed.read_bytes()))
    with pytest.raises(BackupError, match=r"is not a backup of Pressmark, or not all of one|is damaged"):
        restore(packed, tmp_path / "new")
    assert not (tmp_path / "new" / "store.db").exists()


def repacked(packed: Path, store: bytes | None = None, **fields: Any) -> None:
    """The same backup with another store or another record, and everything around it as it should be."""
    with zipfile.ZipFile(packed) as file:
        record, content = json.loads(file.read("backup.json")), file.read("store.db")
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("backup.json", json.dumps({**record, **fields}))
        file.writestr("store.db", store or content)


def test_a_store_that_is_not_the_one_of_the_record_is_refused(folder: Path, packed: Path, tmp_path: Path) -> None:
    with open_fake(folder) as library:
        library.remove("a0")
    repacked(packed, (folder / "store.db").read_bytes())
    with pytest.raises(BackupError, match="its store is not the one that was backed up"):
        restore(packed, tmp_path / "new")


def test_a_backup_of_a_newer_version_is_refused(packed: Path, tmp_path: Path) -> None:
    repacked(packed, format=schema.FORMAT + 1)
    with pytest.raises(BackupError, match="was written by a newer version of Pressmark"):
        restore(packed, tmp_path / "new")


def test_a_text_that_was_damaged_before_the_backup_is_found_when_restoring(folder: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(folder / "store.db")
    connection.execute("UPDATE revisions SET text = replace(text, 'says', 'denies') WHERE article = 2")
    connection.commit()
    connection.close()
    packed = back_up(folder, tmp_path / "packed.zip")[0]
    with pytest.raises(BackupError, match="holds a library that was damaged already: article 'a1' is damaged"):
        restore(packed, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == [tmp_path / "new" / "owner.lock"]


# -- the commands ------------------------------------------------------------------------------------------------------


def test_the_commands_back_up_and_restore(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(library_module, "SentenceEmbedder", FakeEmbedder)

    def run(*arguments: str | Path) -> tuple[object, str, str]:
        with pytest.raises(SystemExit) as ended:
            main([*map(str, arguments)])
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    status, said, _ = run("backup", tmp_path / "packed.zip", "--library", folder, "--json")
    assert (status, json.loads(said)["articles"]) == (0, 5)
    status, said, _ = run("restore", tmp_path / "packed.zip", "--library", tmp_path / "new")
    assert status == 0
    assert said.startswith("5 articles and ")
    assert json.loads(run("check", "--library", tmp_path / "new", "--json")[1])["ok"]
    status, _, reason = run("restore", tmp_path / "packed.zip", "--library", tmp_path / "new")
    assert (status, reason.startswith("error: there is a library in")) == (1, True)
    status, said, _ = run("backup", f"{tmp_path / 'nightly'}/", "--library", folder, "--json")
    assert Path(json.loads(said)["path"]).parent == tmp_path / "nightly"
    status, _, reason = run("backup", f"{tmp_path / 'packed.zip'}/", "--library", folder)
    assert (status, "cannot be made" in reason) == (1, True)
    status, _, reason = run("backup", tmp_path / "nowhere" / "packed.zip", "--library", folder)
    assert (status, "No such file or directory" in reason) == (1, True)
    assert os.listdir(tmp_path) != []


def test_a_backup_holds_nothing_of_what_was_removed_before_it(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        for number in range(80):
            put(library, some_article(number, sentences=3 + number % 11))
        gone = [f"a{number}" for number in range(80) if number % 3]
        for article_id in gone:
            library.remove(article_id)
        path = back_up(folder, tmp_path / "packed.zip")[0]
    with zipfile.ZipFile(path) as packed:
        content = packed.read("store.db").lower()
    assert b"marked3x1" in content
    assert [article_id for article_id in gone if f"marked{article_id[1:]}x".encode() in content] == []


@pytest.mark.parametrize(
    "fields",
    [
        {"size": "x"},
        {"size": -1},
        {"size": 1 << 60},
        {"size": True},
        {"articles": None},
        {"passages": 1.5},
        {"sha256": 7},
        {"sha256": "abc"},
        {"made": []},
        {"format": "2"},
        {"more": 1},
    ],
)
def test_a_record_of_wrong_kinds_is_refused(packed: Path, tmp_path: Path, fields: dict[str, Any]) -> None:
    repacked(packed, **fields)
    with pytest.raises(BackupError, match="is not a backup of Pressmark"):
        restore(packed, tmp_path / "new")
    assert not (tmp_path / "new" / "store.db").exists()


def test_a_store_that_holds_less_than_the_record_says_is_refused(packed: Path, tmp_path: Path) -> None:
    with open_fake(tmp_path / "empty"):
        pass
    connection = sqlite3.connect(tmp_path / "empty" / "store.db")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    content = (tmp_path / "empty" / "store.db").read_bytes()
    repacked(packed, content, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    with pytest.raises(BackupError, match="says that it holds 5 articles, and holds 0"):
        restore(packed, tmp_path / "new")
    assert not (tmp_path / "new" / "store.db").exists()


def test_a_backup_that_says_it_fills_the_disk_is_refused(packed: Path, tmp_path: Path) -> None:
    repacked(packed, size=1 << 49)
    with pytest.raises((BackupError, StorageError), match=r"is damaged|no room"):
        restore(packed, tmp_path / "new")


def test_what_is_no_file_is_no_backup(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(BackupError, match="is no file"):
            restore(path, tmp_path / "new")


def test_a_library_and_its_backup_are_their_owner_s_alone(folder: Path, packed: Path, tmp_path: Path) -> None:
    restore(packed, tmp_path / "new")
    for made in (folder, tmp_path / "new"):
        assert made.stat().st_mode & 0o777 == 0o700
        assert (made / "store.db").stat().st_mode & 0o777 == 0o600
    assert packed.stat().st_mode & 0o777 == 0o600


def test_a_folder_that_somebody_opened_to_others_stays_so(folder: Path) -> None:
    folder.chmod(0o750)
    with open_fake(folder):
        pass
    assert folder.stat().st_mode & 0o777 == 0o750
