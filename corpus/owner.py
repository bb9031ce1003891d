"""Ownership of a library folder: recognise a library, let one process own it at a time, and name the current owner.

`owner.json` names the owner and, when it takes articles from other processes, its door: an address and a word that
opens it. Only the user who owns the file can read it.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import LibraryBusyError, NotALibraryError, StorageError

STORE, INDEX, LOCK, OWNER = "store.db", "index", "owner.lock", "owner.json"
NEW_OWNER, SOCKET = "owner.json.new", "owner.sock"
PARTS = tuple(f"{STORE}.part{ending}" for ending in ("", "-wal", "-shm", "-journal"))
"""What a restoring that was broken off leaves; the first is what becomes the store."""
PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600
PASSING = {LOCK, OWNER, NEW_OWNER, SOCKET, INDEX, *PARTS}
"""What may be in a folder before there is a store."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that has a library open; `door` is where it takes requests, "" when it takes none."""

    process: int
    command: str
    since: str
    door: str = ""
    token: str = ""

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process}, since {self.since})"


def take(folder: Path, create: bool) -> FileLock:
    """Make sure that a folder is a library, or may become one, and become its owner; the kernel frees a dead owner's.

    Raises `NotALibraryError`, `LibraryBusyError`, or `StorageError` when the folder cannot be used.
    """
    try:
        _recognise(folder, create)
        _make_private(folder)
        # Not local to the thread: a library may be closed by another thread than the one that opened it.
        lock = FileLock(folder / LOCK, timeout=0, mode=0o600, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise LibraryBusyError(f"the library {folder} is in use{_owner(folder)}: stop that first") from error
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be used ({error.strerror}): check its permissions, or choose another with --library"
        ) from error
    note_owner(folder)
    return lock


def _make_private(folder: Path) -> None:
    """Make the folder of a new library, which nobody else may look into; who shares one later says so by its mode."""
    folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    if not (folder / STORE).exists():
        with suppress(OSError):  # a disk that knows no modes
            folder.chmod(PRIVATE_FOLDER)


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
    if STORE in holds or (create and not holds - PASSING):
        return
    if holds - PASSING:
        raise NotALibraryError(
            f"{folder} is not a Pressmark library and not empty: choose another folder with --library"
        )
    raise NotALibraryError(
        f"there is no library in {folder}: make one with `pressmark ingest --library {folder} SOURCE`"
    )


def note_owner(folder: Path, door: str = "", token: str = "") -> None:
    """Note this process as the owner, and its door. If that fails, messages are poorer and the door is not found."""
    owner = Owner(
        process=os.getpid(),
        command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),
        since=datetime.now(UTC).isoformat(timespec="seconds"),
        door=door,
        token=token,
    )
    new = folder / NEW_OWNER
    with suppress(OSError):
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(owner), file)
        new.replace(folder / OWNER)


def owner_of(folder: Path) -> Owner | None:
    """Who has noted itself as the owner; None when nobody has, or it cannot be read."""
    try:
        owner = Owner(**json.loads((folder / OWNER).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return owner


def _owner(folder: Path) -> str:
    return f" by {owner_of(folder) or 'another process'}"
