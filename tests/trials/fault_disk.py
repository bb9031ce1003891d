"""A disk that fails at one point: what it refused was not acknowledged, questions go on, and so does the work after.

The failing system calls come from strace, files that may not grow from RLIMIT_FSIZE, a full disk from a small tmpfs.
"""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
from collections import Counter
from pathlib import Path

from tests.trials.fault_history import state
from tests.trials.fault_supervisor import Tally, forked, scratch_folder
from tests.trials.fault_trials import Plan, traced, wrong_after
from tests.trials.fault_workload import acknowledged, work

FAULTS = (
    ("pwrite64", "ENOSPC", 60),
    ("pwrite64", "EIO", 60),
    ("fdatasync", "EIO", 40),
    ("fdatasync", "ENOSPC", 40),
    ("fsync", "EIO", 4),
    ("ftruncate", "EIO", 6),
    ("openat", "ENOSPC", 8),
    ("openat", "EMFILE", 8),
    ("pread64", "EIO", 30),
    ("unlink", "EIO", 2),
)
"""A system call, the error it ends in, and the highest number of the first one that does."""


def faults(seed: int, wanted: int, *, chroma: bool = False) -> Tally:
    """System calls on the store's files that fail: one, or a row of them; the process itself goes on."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        plan = Plan.of(seed, scratch, chroma=chroma)
        turn = 0
        while sum(tally.trials.values()) < wanted and turn < 4 * wanted:
            call, error, highest = FAULTS[turn % len(FAULTS)]
            first = chance.randint(1, highest)
            last = first + chance.choice((0, 0, 3, 12))
            folder, log = scratch / f"{turn}", scratch / f"{turn}.log"
            ended = traced(plan, folder, log, f"inject={call}:error={error}:when={first}..{last}", "--patient")
            turn += 1
            if not ended.status and "(INJECTED)" not in ended.said:
                tally.facts["faults that were not reached"] += 1
                continue
            tally.facts["calls that failed"] += ended.said.count("(INJECTED)")
            tally.facts["refusals in words"] += ended.said.count("refused: ")
            where = f"{call} {error} {first}..{last}"
            tally.note(f"{call} {error}", _wrong(plan, folder, log, ended.status, ended.said), where)
            shutil.rmtree(folder, ignore_errors=True)
    return tally


def _wrong(plan: Plan, folder: Path, log: Path, status: int, said: str) -> list[str]:
    if status:
        return [f"it ended with {status}: {said[-900:]}"]
    if acknowledged(log) != plan.length or state(folder / "store.db") != plan.states[-1]:
        return ["it holds something else than after an undisturbed run"]
    return wrong_after(plan, folder, log)


def small_files(seed: int, wanted: int) -> Tally:
    """Files that may not grow past a size for a while (RLIMIT_FSIZE)."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    with scratch_folder() as scratch:
        plan = Plan.of(seed, scratch)
        for turn in range(wanted):
            folder, log = scratch / f"{turn}", scratch / f"{turn}.log"
            size = chance.randrange(20_000, 700_000)

            def limited(size: int = size, folder: Path = folder, log: Path = log) -> None:
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
                signal.signal(signal.SIGALRM, _lift)
                signal.setitimer(signal.ITIMER_REAL, plan.seconds * 1.5)
                work(folder, log, plan.seed, length=plan.length, chroma=False, patient=True)

            ended = forked(limited)
            tally.note("RLIMIT_FSIZE", _wrong(plan, folder, log, ended.status, ended.said), size)
            tally.facts["refusals"] += ended.said.count("refused: ")
    return tally


def _lift(*_: object) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def full_disks(seed: int, wanted: int) -> Tally:
    """A disk that is really full, and then made larger while the process goes on."""
    tally, chance, words = Tally(), random.Random(seed), Counter[str]()  # noqa: S311
    with scratch_folder() as scratch:
        plan = Plan.of(seed, scratch)
        for turn in range(wanted):
            disk, log = scratch / f"disk{turn}", scratch / f"{turn}.log"
            disk.mkdir()
            size = chance.randrange(150, 900)
            _mount(disk, f"size={size}k")
            try:
                ended = forked(lambda disk=disk, log=log: _work_on_a_full_disk(disk, log, plan))  # type: ignore[misc]
                words.update(line for line in ended.said.splitlines() if line.startswith("refused"))
                wrong = _wrong(plan, disk / "library", log, ended.status, ended.said)
            finally:
                subprocess.run(["umount", "-l", disk], check=False)
            tally.note("tmpfs", wrong, f"{size} KiB")
    tally.facts["refusals"] += sum(words.values())
    return tally


def _work_on_a_full_disk(disk: Path, log: Path, plan: Plan) -> None:
    signal.signal(signal.SIGALRM, lambda *_: _mount(disk, "remount,size=64m"))
    signal.setitimer(signal.ITIMER_REAL, plan.seconds * 1.5)
    work(disk / "library", log, plan.seed, length=plan.length, chroma=False, patient=True)


def _mount(disk: Path, options: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", disk], check=True)


def can_mount() -> bool:
    """Whether this user may make a disk."""
    with scratch_folder() as scratch:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", scratch]
        try:
            if subprocess.run(command, capture_output=True, check=False).returncode:
                return False
        except OSError:
            return False
        subprocess.run(["umount", "-l", scratch], check=False)
    return True
