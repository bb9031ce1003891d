"""Deaths of a process at work, each followed by a look at what it left, in a process that never had it open.

Ways to die: at a numbered point of the program (`Failpoints`), at a random moment, at a system call on the library's
files (by strace).
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import corpus.index.dense
from tests import PROJECT
from tests.support.shelves import open_fake
from tests.trials.fault_history import held_after, history, require_all_found, state, unsound
from tests.trials.fault_supervisor import LIMIT, Ended, Tally, forked, scratch_folder
from tests.trials.fault_workload import Failpoints, acknowledged, work

CALLS = ("pwrite64", "fdatasync", "fsync", "ftruncate", "openat", "unlink", "pread64")
"""System calls by which a library's files are changed, opened and read."""


@dataclass(frozen=True)
class Plan:
    """A history to be disturbed: what holds after each of its operations, and how many points it passes."""

    seed: int
    length: int
    chroma: bool
    states: tuple[str, ...]
    points: int
    seconds: float

    @classmethod
    def of(cls, seed: int, scratch: Path, length: int = 30, chroma: bool = False) -> Plan:
        """Carry the history out once, undisturbed, in a process of its own."""
        folder, result = scratch / "calm", scratch / "calm.json"
        ended = forked(lambda: result.write_text(json.dumps(_undisturbed(folder, seed, length, chroma)), "utf-8"))
        if ended.status:
            raise RuntimeError(f"the undisturbed run of seed {seed} failed:\n{ended.said}")
        shutil.rmtree(folder)
        states, points, seconds = json.loads(result.read_text("utf-8"))
        return cls(seed, length, chroma, tuple(states), points, seconds)


def _undisturbed(folder: Path, seed: int, length: int, chroma: bool) -> tuple[list[str], int, float]:
    log, operations = folder.with_suffix(".log"), history(seed, length)
    open_fake(folder).close()
    states = [state(folder / "store.db")]
    from tests.trials.fault_history import carry_out

    corpus.index.dense.ATTEMPTS = 0
    with open_fake(folder) as library:
        for operation in operations:
            carry_out(library, operation)
            states.append(state(folder / "store.db"))
    shutil.rmtree(folder)
    points, started = Failpoints(0), time.monotonic()
    points.start()
    work(folder, log, seed, length=length, chroma=chroma)
    points.stop()
    seconds = time.monotonic() - started
    log.unlink()
    return states, points.passed, seconds


def wrong_after(plan: Plan, folder: Path, log: Path) -> list[str]:
    """What is wrong with the library that a dead process left; it is seen by SQLite alone, then opened and asked."""
    ended = forked(lambda: _look(plan, folder, log))
    return [] if not ended.status else [f"status {ended.status}: {ended.said[-600:]}"]


def _look(plan: Plan, folder: Path, log: Path) -> None:
    done, store = acknowledged(log), folder / "store.db"
    corpus.index.dense.ATTEMPTS = 3 if plan.chroma else 0
    folder.mkdir(exist_ok=True)  # the death may have come before that
    copy = Path(shutil.copytree(folder, folder.with_name("copy"), dirs_exist_ok=True))  # SQLite alone would mend it
    is_made = (copy / "store.db").exists() and _has_tables(copy / "store.db")
    assert is_made or not done, "acknowledged operations, and no store"
    reached = state(copy / "store.db") if is_made else plan.states[0]
    wrong = unsound(copy / "store.db") if is_made else []
    shutil.rmtree(copy)
    assert wrong == []
    expected = plan.states[done : done + 2]
    assert reached in expected, f"after {done} acknowledged operations it holds {reached}, not one of {expected}"
    with open_fake(folder) as library:
        require_all_found(library, held_after(history(plan.seed, plan.length)[: done + expected.index(reached)]))
        if plan.chroma:
            assert library.wait_for_index(300), "the index did not come back"
            require_all_found(library, held_after(history(plan.seed, plan.length)[: done + expected.index(reached)]))
    assert state(store) == reached


def _has_tables(store: Path) -> bool:
    import sqlite3

    connection = sqlite3.connect(store)
    count = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    connection.close()
    return bool(count)


# -- ways to die -------------------------------------------------------------------------------------------------------


def at_a_point(plan: Plan, folder: Path, log: Path, chance: random.Random) -> Ended:
    """Killed at a numbered point of the program."""

    def die() -> None:
        Failpoints(chance_at).start()
        work(folder, log, plan.seed, length=plan.length, chroma=plan.chroma)

    chance_at = chance.randint(1, max(2, plan.points // 2))
    return forked(die)


def at_a_moment(plan: Plan, folder: Path, log: Path, chance: random.Random) -> Ended:
    """Killed after a random time."""
    after = chance.uniform(0.0, plan.seconds if plan.chroma else plan.seconds * 0.4)
    return forked(lambda: work(folder, log, plan.seed, length=plan.length, chroma=plan.chroma), after)


def at_a_system_call(plan: Plan, folder: Path, log: Path, chance: random.Random) -> Ended:
    """Killed when it enters a system call on one of the store's files; the call is not made."""
    call = chance.choice(CALLS)
    at = chance.randint(1, {"openat": 8, "unlink": 2, "ftruncate": 6}.get(call, 60))
    return traced(plan, folder, log, f"inject={call}:signal=SIGKILL:when={at}")


WAYS = {"failpoint": at_a_point, "SIGKILL": at_a_moment, "system call": at_a_system_call}


def traced(plan: Plan, folder: Path, log: Path, injection: str, *options: str) -> Ended:
    """The workload under strace, with something done to its system calls on the library's files.

    What it says ends with a line for each call to which it was done.
    """
    call, trace = re.findall(r"inject=([^:]+)", injection)[0], log.with_suffix(".trace")
    files = [folder / name for name in ("store.db", "store.db-wal", "store.db-shm", "store.db-journal")]
    command = [*("strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={call}", "-e", injection)]
    command += [part for path in (folder, *files) for part in ("-P", str(path))]
    command += [sys.executable, "-m", "tests.trials.fault_workload", str(folder), str(log), str(plan.seed)]
    command += ["--length", str(plan.length), *(["--chroma"] if plan.chroma else []), *options]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "OPENBLAS_NUM_THREADS": "1"}
    try:
        process = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return Ended(1, f"it took over {LIMIT} seconds")
    status = -9 if process.returncode in (137, -9) else process.returncode
    injected = [line for line in trace.read_text("utf-8", "replace").splitlines() if "(INJECTED)" in line]
    trace.unlink()
    return Ended(status, "\n".join([process.stdout + process.stderr, *injected]))


def can_trace() -> bool:
    """Whether there is strace, and it may look at processes here."""
    try:
        return not subprocess.run(
            ["strace", "-qq", "-o", "/dev/null", "true"], capture_output=True, check=False
        ).returncode
    except OSError:
        return False


def crashes(seed: int, way: str, wanted: int, *, chroma: bool = False, length: int = 30) -> Tally:
    """Histories with several deaths each, until there were so many deaths."""
    tally, chance = Tally(), random.Random(f"{seed} {way}")  # noqa: S311
    while tally.trials[way] < wanted:
        with scratch_folder() as scratch:
            plan = Plan.of(seed, scratch, length, chroma)
            for turn in range(6):
                if tally.trials[way] < wanted:
                    _chain(plan, scratch / str(turn), way, chance, min(6, wanted - tally.trials[way]), tally)
        seed += 1
    return tally


def _chain(plan: Plan, scratch: Path, way: str, chance: random.Random, deaths: int, tally: Tally) -> None:
    """A history with several deaths; what the last one left is finished, and must be what an undisturbed run makes."""
    folder, log = scratch / "library", scratch / "log"
    scratch.mkdir()
    where = f"seed {plan.seed} in {scratch.name}{' with Chroma' if plan.chroma else ''}"
    for death in range(deaths):
        ended = WAYS[way](plan, folder, log, chance)
        if ended.status != -signal.SIGKILL:
            if ended.status:
                tally.note(way, [f"it ended with {ended.status}: {ended.said[-600:]}"], where)
            break
        tally.note(way, wrong_after(plan, folder, log), f"{where}, death {death}")
    ended = forked(lambda: work(folder, log, plan.seed, length=plan.length, chroma=plan.chroma))
    finished = [] if not ended.status else [f"it could not go on: {ended.said[-600:]}"]
    if not finished and state(folder / "store.db") != plan.states[-1]:
        finished = ["it holds something else than after an undisturbed run"]
    tally.failures += [f"{way} {where}, finished: {one}" for one in finished]
    tally.facts["histories finished"] += 1
