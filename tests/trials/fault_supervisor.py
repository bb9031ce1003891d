"""Processes that may die, and the count of what became of them.

They are forked from this one, which never opens a library and has no threads: nothing is shared with the dead.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LIMIT = 400
"""Seconds that one process may take: who hangs has failed."""


@dataclass
class Tally:
    """How many trials there were, of which kind, and what went wrong in which."""

    trials: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    facts: Counter[str] = field(default_factory=Counter)

    def note(self, way: str, wrong: list[str], where: object) -> None:
        self.trials[way] += 1
        self.failures += [f"{way} {where}: {one}" for one in wrong]

    def __iadd__(self, other: Tally) -> Tally:
        self.trials += other.trials
        self.failures += other.failures
        self.facts += other.facts
        return self


@dataclass(frozen=True)
class Ended:
    """How a process ended (its exit status, or minus the signal) and what it said."""

    status: int
    said: str


def forked(action: Callable[[], object], kill_after: float | None = None, limit: float = LIMIT) -> Ended:
    """Run something in a process of its own, killed after a while if so wanted."""
    with tempfile.TemporaryFile("w+") as output:
        process = os.fork()
        if not process:
            _run(action, output.fileno())
        timer = threading.Timer(limit if kill_after is None else kill_after, os.kill, (process, signal.SIGKILL))
        timer.start()
        status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        timer.cancel()
        timer.join()  # before the next fork: a process with threads is not to be forked
        output.seek(0)
        return Ended(status, output.read())


class Started:
    """A process of one's own that goes on beside this one."""

    def __init__(self, process: int) -> None:
        self.process = process
        self._status: int | None = None

    def send_signal(self, number: int) -> None:
        if self._status is None:
            os.kill(self.process, number)

    def wait(self) -> int:
        """How it ended."""
        if self._status is None:
            self._status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        return self._status


def started(action: Callable[[], object], output: Path | None = None) -> Started:
    """Let something run in a process of its own, beside this one."""
    with (output or Path(os.devnull)).open("w") as file:
        process = os.fork()
        if not process:
            _run(action, file.fileno())
    return Started(process)


def _run(action: Callable[[], object], output: int) -> None:
    status = 1
    try:
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
        action()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder on the disk that /tmp is on: a real one, so that writing through to it is part of the trial."""
    folder = Path(tempfile.mkdtemp(prefix="pressmark-faults-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
