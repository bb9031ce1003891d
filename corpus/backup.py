"""Backups of a library: one file that holds the store as it was at one moment, and a library made from it again.

    store.db ──► copy of one moment ──► looked through ──► zip (store.db, backup.json) ──► its name
    zip ──► store.db.part ──► digest, SQLite's check, every checksum ──► store.db

A backup may be made while another process works on the library: SQLite copies the state after some commit, and whoever
writes goes on. Both ways end in a rename, so that under the final name there is never less than the whole. The dense
index is not in it: it is derived, and built again from the store.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from corpus.errors import BackupError, LibraryError, NotALibraryError, StorageError
from corpus.health import store_problems
from corpus.index.generations import BROKEN
from corpus.owner import INDEX, PARTS, STORE, release, take
from corpus.store import schema
from corpus.store.articles import Store
from corpus.store.database import translate_error

RECORD = "backup.json"
KIND = "pressmark backup"
RECORD_BYTES = 10_000
BLOCK = 2**20
UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, ValueError, RuntimeError)
"""What a damaged zip ends in."""
LARGEST = 1 << 50
"""No count and no size of a backup is larger."""
SHA256 = re.compile(r"[0-9a-f]{64}")
_COUNTS = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
FAST = 1
"""How hard is compressed: half of a store are vectors, which hardly get smaller by any effort."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds; `made` is ISO 8601, `format` that of the store, `size` and `sha256` those of its file."""

    kind: str
    made: str
    format: int
    articles: int
    passages: int
    size: int
    sha256: str


def back_up(folder: Path, target: Path, *, compress: bool = False) -> tuple[Path, Backup]:
    """Write a backup of a library, open or not, to a file or into a folder; returns the file and what it holds.

    Raises `NotALibraryError`, `BackupError` when the target is something else already, `StorageError` when the library
    is damaged or the disk refuses: then there is no new file, and a backup that is to be replaced is as it was.
    """
    folder, target = (path.expanduser().absolute() for path in (folder, target))
    if not (folder / STORE).is_file():
        raise NotALibraryError(f"there is no library in {folder}: name one with --library")
    now = datetime.now(UTC)
    with _refusals(target):
        if target.is_dir():
            target = _free_name(target, now)
        elif target.exists():
            read_record(target)  # only a backup may be replaced
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as scratch:
            copy, packed = Path(scratch) / STORE, Path(scratch) / "packed"
            _copy(folder / STORE, copy)
            record = Backup(KIND, now.isoformat(timespec="seconds"), *_inspect_copy(copy, folder), *_digest(copy))
            _pack(copy, record, packed, zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED)
            os.replace(packed, target)
            _write_through(target.parent)
    return target, record


def restore(backup: Path, folder: Path) -> Backup:
    """Make a library from a backup, in a folder that is missing or empty; returns what the backup holds.

    Everything in it is checked before the library is there. Raises `BackupError` when the backup is not whole,
    `LibraryError` when the folder cannot be used; then there is no library in it.
    """
    backup, folder = (path.expanduser().absolute() for path in (backup, folder))
    record = read_record(backup)
    _require_no_library(folder)
    _require_room(record, backup, folder)
    lock = take(folder, create=True)
    part = folder / PARTS[0]
    try:
        _require_no_library(folder)  # somebody may have made one before the folder was ours
        with _refusals(folder):
            shutil.rmtree(folder / INDEX, ignore_errors=True)
            _remove_parts(folder)
            _unpack(backup, record, part)
            _require_counts(part, record, backup)
            _require_sound(part, backup)
            os.replace(part, folder / STORE)
            _write_through(folder)
    finally:
        _remove_parts(folder)
        release(folder, lock)
    return record


def read_record(path: Path) -> Backup:
    """What a backup says that it holds; raises `BackupError` when it is none that can be read."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise BackupError(f"{path} is no file: name a backup, as `pressmark backup` makes them")
        with zipfile.ZipFile(path) as packed, packed.open(RECORD) as file:
            fields = json.loads(file.read(RECORD_BYTES))
        record = Backup(**fields)
    except FileNotFoundError as error:
        raise BackupError(f"there is no file {path}") from error
    except OSError as error:
        raise BackupError(f"{path} cannot be read ({error.strerror or error})") from error
    except (*UNREADABLE, TypeError) as error:
        raise BackupError(f"{path} is not a backup of Pressmark, or not all of one") from error
    if record.kind != KIND or not _is_possible(record):
        raise BackupError(f"{path} is not a backup of Pressmark")
    if record.format > schema.FORMAT:
        raise BackupError(f"{path} was written by a newer version of Pressmark (format {record.format}): update it")
    return record


def _is_possible(record: Backup) -> bool:
    """Whether the fields are of their kinds: whoever made the file may have written anything."""
    numbers = (record.format, record.articles, record.passages, record.size)
    digest = record.sha256
    return (
        all(type(number) is int and 0 <= number <= LARGEST for number in numbers)
        and isinstance(record.made, str)
        and isinstance(digest, str)
        and SHA256.fullmatch(digest) is not None
    )


# -- making one --------------------------------------------------------------------------------------------------------


def _free_name(folder: Path, now: datetime) -> Path:
    """A name for a backup of now that is not taken."""
    stem, number = f"pressmark-{now:%Y%m%dT%H%M%SZ}", 1
    path = folder / f"{stem}.zip"
    while path.exists():
        number += 1
        path = folder / f"{stem}-{number}.zip"
    return path


def _copy(store: Path, copy: Path) -> None:
    """The state after one commit, as a file of its own. In one step: so it is one moment, whoever writes meanwhile."""
    try:
        source, target = schema.connect(store, read_only=True), sqlite3.connect(copy)
        try:
            target.execute("PRAGMA synchronous = OFF")  # it is packed from memory, and the pack is written through
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            target.execute("VACUUM")  # without the gaps between rows, in which something of removed ones may stand
        finally:
            source.close()
            target.close()
    except sqlite3.DatabaseError as error:
        raise translate_error(error, store) from error


def _inspect_copy(copy: Path, folder: Path) -> tuple[int, int, int]:
    """The format and how many articles and passages there are; raises when it is no sound library."""
    connection = sqlite3.connect(copy)
    try:
        if connection.execute("PRAGMA application_id").fetchone()[0] != schema.APPLICATION_ID:
            raise NotALibraryError(f"{folder / STORE} is not a Pressmark library: choose another folder with --library")
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version > schema.FORMAT:
            raise NotALibraryError(f"{folder} was written by a newer version of Pressmark: update Pressmark")
        wrong = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if wrong != "ok":
            raise StorageError(
                f"{folder / STORE} is damaged ({wrong}): run `pressmark check --repair`, then back it up"
            )
        articles, passages = connection.execute(_COUNTS).fetchone()
    except sqlite3.DatabaseError as error:
        raise translate_error(error, folder / STORE) from error
    finally:
        connection.close()
    return version, articles, passages


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _pack(copy: Path, record: Backup, target: Path, method: int) -> None:
    with _new(target) as file:
        with zipfile.ZipFile(file, "w", method, compresslevel=FAST) as packed:
            packed.writestr(RECORD, json.dumps(asdict(record), indent=1))
            packed.write(copy, STORE)
        file.flush()
        os.fsync(file.fileno())
    with zipfile.ZipFile(target) as packed:
        if packed.testzip() is not None:
            raise StorageError(f"the disk that holds {target.parent.parent} does not keep what is written to it")


# -- making a library of one -------------------------------------------------------------------------------------------


def _require_no_library(folder: Path) -> None:
    if (folder / STORE).exists():
        raise LibraryError(f"there is a library in {folder} already: restore into another folder with --library")


def _require_room(record: Backup, backup: Path, folder: Path) -> None:
    """What a backup says that it unpacks to is there, and fits on the disk."""
    try:
        with zipfile.ZipFile(backup) as packed:
            held = packed.getinfo(STORE).file_size
    except (*UNREADABLE, OSError) as error:
        raise BackupError(f"{backup} is damaged ({error}): use another one") from error
    if held != record.size:
        raise BackupError(f"{backup} is damaged (its store is not the one that was backed up): use another one")
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    if record.size > free:
        needed, left = record.size / BLOCK, free / BLOCK
        raise StorageError(f"{folder} has no room for {backup}: {needed:,.0f} MB are needed, {left:,.0f} MB are free")


def _require_counts(part: Path, record: Backup, backup: Path) -> None:
    """The store holds as many articles and passages as the backup says."""
    try:
        connection = sqlite3.connect(part)
        try:
            counts = connection.execute(_COUNTS).fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{backup} holds no store that can be read ({error}): use another one") from error
    if tuple(counts) != (record.articles, record.passages):
        raise BackupError(
            f"{backup} says that it holds {record.articles:,} articles, and holds {counts[0]:,}: use another one"
        )


def _unpack(backup: Path, record: Backup, part: Path) -> None:
    digest, size = hashlib.sha256(), 0
    try:
        with zipfile.ZipFile(backup) as packed, packed.open(STORE) as content, _new(part) as file:
            while size <= record.size and (block := content.read(BLOCK)):
                size += len(block)
                digest.update(block)
                file.write(block)
            _flush(file)
    except UNREADABLE as error:
        raise BackupError(f"{backup} is damaged ({error}): use another one") from error
    if (size, digest.hexdigest()) != (record.size, record.sha256):
        raise BackupError(f"{backup} is damaged (its store is not the one that was backed up): use another one")


def _require_sound(part: Path, backup: Path) -> None:
    """The store opens, in this version's format, and every text, passage and vector in it is what was stored."""
    store = Store(part)
    try:
        wrong = store_problems(store)
        if not wrong:  # indexes belong to the library that was backed up, and may know passages that came later
            store.set_meta(served_state=BROKEN, index_files=BROKEN)
    finally:
        store.close()
    if wrong:
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        raise BackupError(f"{backup} holds a library that was damaged already: {wrong[0]}{more}")
    with part.open("rb") as file:
        os.fsync(file.fileno())


def _remove_parts(folder: Path) -> None:
    for name in PARTS:
        (folder / name).unlink(missing_ok=True)


# -- the disk ----------------------------------------------------------------------------------------------------------


def _new(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _flush(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _write_through(folder: Path) -> None:
    """Make a rename in a folder last."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(f"{path} cannot be written ({error.strerror or error}): nothing was left there") from error
