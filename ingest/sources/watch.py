"""Folders that are watched: which files came or changed, as soon as they are complete; the only door to watchfiles.

The system says at once that something moved; looking through the folders now and then finds what it did not say (as on
drives of other machines). A file is complete when its size and time have not changed for a moment, so that no upload is
read by half.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ingest.errors import SourceError
from ingest.text.decoding import clean_line

SETTLED = 2.0
"""Seconds for which a file must not have changed."""
LOOK_AGAIN = 300.0
"""Seconds after which the folders are looked through, whatever the system said."""
TICK = 250
"""Milliseconds between two looks at the files that are not complete yet."""
PARTIAL = (".part", ".partial", ".crdownload", ".download", ".tmp", ".temp", ".swp", "~")
"""Endings of files that are still being written; the complete file gets another name."""

State = tuple[int, int]
"""Size and time of change, in nanoseconds."""


class Stop(Protocol):
    """Says that watching is to end; a `threading.Event` is one."""

    def is_set(self) -> bool: ...


@dataclass(slots=True)
class Unsettled:
    """Files that moved, until they stay as they are; `known` is every file as it was told last."""

    settled: float
    clock: Callable[[], float] = time.monotonic
    known: dict[Path, State] = field(default_factory=dict)
    waiting: dict[Path, tuple[State, float]] = field(default_factory=dict)

    def look(self, paths: Iterable[Path]) -> None:
        """Take note of how these files are now."""
        for path in paths:
            state = _state(path)
            if state is None:
                self.known.pop(path, None)
                self.waiting.pop(path, None)
            elif self.known.get(path) == state:
                self.waiting.pop(path, None)
            elif self.waiting.get(path, (None,))[0] != state:
                self.waiting[path] = (state, self.clock())

    def take(self) -> set[Path]:
        """The files that have come to rest since they moved; each is told once."""
        self.look(list(self.waiting))
        rested = {path for path, (_, since) in self.waiting.items() if self.clock() - since >= self.settled}
        for path in rested:
            self.known[path] = self.waiting.pop(path)[0]
        return rested


def changed(
    paths: Sequence[Path],
    stop: Stop | None = None,
    *,
    settled: float = SETTLED,
    look_again: float = LOOK_AGAIN,
    polling: bool | None = None,
) -> Iterator[set[Path]]:
    """The files in these folders that came or changed and are complete, whenever there are some.

    The first set comes as soon as watching has begun; it holds the files that are there already and may be empty. Files
    that are deleted are not told. It ends when `stop` is set, and with Ctrl-C in a `KeyboardInterrupt`. `polling` says
    to compare files instead of listening to the system. Raises `SourceError` when a folder is not there.
    """
    from watchfiles import watch

    unsettled = Unsettled(settled)
    next_look = first = time.monotonic()
    try:
        for moved in watch(
            *paths,
            watch_filter=None,
            stop_event=stop,
            rust_timeout=TICK,
            debounce=TICK,
            yield_on_timeout=True,
            force_polling=polling,
        ):
            unsettled.look(file for _, name in moved for file in _files(Path(name), paths))
            if time.monotonic() >= next_look:
                unsettled.look(file for path in paths for file in _files(path, paths))
                next_look = time.monotonic() + look_again
            ready = unsettled.take()
            if ready or first:
                if first:
                    ready |= _at_rest(unsettled)
                first = 0.0
                yield ready
    except OSError as error:
        raise SourceError(f"cannot be watched: {error}") from error


def _at_rest(unsettled: Unsettled) -> set[Path]:
    """Of files that were there at the beginning: those whose own time says that they have not changed for a moment."""
    now = time.time_ns()
    rested = {path for path, (state, _) in unsettled.waiting.items() if now - state[1] >= unsettled.settled * 1e9}
    for path in rested:
        unsettled.known[path] = unsettled.waiting.pop(path)[0]
    return rested


def _files(path: Path, watched: Sequence[Path]) -> Iterator[Path]:
    """A file, or all files below a folder; none that is hidden, or is a part of one that is still to come."""
    if _is_passed_over(path, watched):
        return
    if not path.is_dir():
        yield path
        return
    if path.is_symlink() and path not in watched:
        return
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not _is_partial(name))


def _is_passed_over(path: Path, watched: Sequence[Path]) -> bool:
    below = next((path.relative_to(root) for root in watched if path.is_relative_to(root)), path)
    return any(part.startswith(".") for part in below.parts) or (bool(below.parts) and _is_partial(path.name))


def _is_partial(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(PARTIAL)


def _state(path: Path) -> State | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None


def watched_folders(sources: Sequence[str]) -> list[Path]:
    """The folders and files that were given, absolute; raises `SourceError` for anything else."""
    for source in sources:
        if not Path(source).exists():
            raise SourceError(f"{clean_line(source)} cannot be watched: it is no folder and no file here")
    return [Path(os.path.abspath(source)) for source in sources]
