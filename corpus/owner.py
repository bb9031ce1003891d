"""Whose folder it is: recognising a library, and letting one process in at a time."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import LibraryBusyError, NotALibraryError, StorageError

STORE, INDEX, LOCK, OWNER = "store.db", "index", "owner.lock", "owner.json"


def take(folder: Path, create: bool) -> FileLock:
    """Make sure that a folder is a library, or may become one, and become its owner; the kernel frees a dead owner's.

    Raises `NotALibraryError`, `LibraryBusyError`, or `StorageError` when the folder cannot be used.
    """
    try:
        _recognise(folder, create)
        folder.mkdir(parents=True, exist_ok=True)
        # Not local to the thread: a library may be closed by another thread than the one that opened it.
        lock = FileLock(folder / LOCK, timeout=0, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise LibraryBusyError(f"the library {folder} is in use{_owner(folder)}: stop that first") from error
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be used ({error.strerror}): check its permissions, or choose another with --library"
        ) from error
    _note_owner(folder)
    return lock


def require(folder: Path) -> None:
    """Make sure that a folder is a library that can be read; raises `NotALibraryError` or `StorageError`."""
    try:
        _recognise(folder, create=False)
    except OSError as error:
        raise StorageError(f"{folder} cannot be read ({error.strerror}): check its permissions") from error


def release(folder: Path, lock: FileLock) -> None:
    """Let the next owner in."""
    with suppress(OSError):
        (folder / OWNER).unlink(missing_ok=True)
    lock.release()


def _recognise(folder: Path, create: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotALibraryError(f"{folder} is a file, not a folder: name the folder of a library")
    holds = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if STORE in holds or (create and not holds - {LOCK, OWNER, INDEX}):
        return
    if holds - {LOCK, OWNER, INDEX}:
        raise NotALibraryError(
            f"{folder} is not a Pressmark library and not empty: choose another folder with --library"
        )
    raise NotALibraryError(
        f"there is no library in {folder}: make one with `pressmark ingest --library {folder} SOURCE`"
    )


def _note_owner(folder: Path) -> None:
    owner = {
        "process": os.getpid(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    with suppress(OSError):  # it only serves a message
        (folder / OWNER).write_text(json.dumps(owner), "utf-8")


def _owner(folder: Path) -> str:
    try:
        owner = json.loads((folder / OWNER).read_text("utf-8"))
        return f" by `{owner['command']}` (process {owner['process']}, since {owner['since']})"
    except (OSError, ValueError, KeyError):
        return " by another process"
