"""Backups made while a process is at work, each restored and compared with what was acknowledged around it."""

from __future__ import annotations

import random
import signal
import time
from collections import Counter
from pathlib import Path

import corpus.index.dense
from corpus import back_up, restore
from tests.support.shelves import open_fake
from tests.trials.fault_history import held_after, history, require_all_found, state
from tests.trials.fault_supervisor import Tally, forked, scratch_folder, started
from tests.trials.fault_trials import Plan
from tests.trials.fault_workload import acknowledged, work


def backups(seed: int, wanted: int, length: int = 30) -> Tally:
    """Each must be a state of the history, not older than what was acknowledged when it began."""
    tally, chance = Tally(), random.Random(seed)  # noqa: S311
    while sum(tally.trials.values()) < wanted:
        with scratch_folder() as scratch:
            plan = Plan.of(seed, scratch, length)
            folder, log = scratch / "library", scratch / "log"
            worker = started(lambda: work(folder, log, plan.seed, length=length, chroma=False))  # noqa: B023
            while acknowledged(log) < 2:
                time.sleep(0.005)
            while acknowledged(log) < length - 1 and sum(tally.trials.values()) < wanted:
                compress = chance.random() < 0.3
                began = acknowledged(log)
                made = forked(lambda: back_up(folder, scratch / "backup.zip", compress=compress))  # noqa: B023
                ended = min(acknowledged(log) + 1, length)
                wrong = [made.said[-600:]] if made.status else _wrong(plan, scratch, began, ended)
                tally.note("compressed" if compress else "plain", wrong, f"seed {seed}, operations {began} to {ended}")
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        seed += 1
    return tally


def _wrong(plan: Plan, scratch: Path, began: int, ended: int) -> list[str]:
    """What is wrong with the library that the backup becomes."""
    new = scratch / "restored"
    result = forked(lambda: restore(scratch / "backup.zip", new))
    if result.status:
        return [result.said[-600:]]
    try:
        reached = state(new / "store.db")
        if reached not in plan.states[began : ended + 1]:
            return [f"it holds {reached}, no state of the operations {began} to {ended}"]
        looked = forked(lambda: _look(plan, new, began + plan.states[began : ended + 1].index(reached)))
        return [looked.said[-600:]] if looked.status else []
    finally:
        for path in sorted(new.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        new.rmdir()


def _look(plan: Plan, folder: Path, done: int) -> None:
    corpus.index.dense.ATTEMPTS = 0
    with open_fake(folder) as library:
        require_all_found(library, held_after(history(plan.seed, plan.length)[:done]))


def kills(seed: int, wanted: int) -> Tally:
    """A backup or a restoring that is killed leaves what was there or all of the new one, and can be repeated."""
    tally, chance, ends = Tally(), random.Random(seed), Counter[str]()  # noqa: S311
    with scratch_folder() as scratch:
        plan = Plan.of(seed, scratch)
        folder, log, first = scratch / "library", scratch / "log", scratch / "first.zip"
        forked(lambda: work(folder, log, seed, length=plan.length, chroma=False))
        clock = time.monotonic()
        assert not forked(lambda: back_up(folder, first)).status
        seconds = time.monotonic() - clock
        for turn in range(wanted):
            target, new = scratch / f"{turn}.zip", scratch / f"{turn}"
            after = chance.uniform(0, seconds)
            if turn % 2:
                ended = forked(lambda target=target: back_up(folder, target), after)  # type: ignore[misc]
                again = forked(lambda target=target: target.exists() or back_up(folder, target))  # type: ignore[misc]
            else:
                target = first
                ended = forked(lambda new=new: restore(first, new), after * 3)  # type: ignore[misc]
                again = forked(lambda new=new: (new / "store.db").exists() or restore(first, new))  # type: ignore[misc]
            ends["killed" if ended.status == -signal.SIGKILL else "done before"] += 1
            if not again.status and turn % 2:
                again = forked(lambda new=new, target=target: restore(target, new))  # type: ignore[misc]
            wrong = [again.said[-600:]] if again.status else []
            if not wrong and state(new / "store.db") != plan.states[-1]:
                wrong = ["it holds something else"]
            tally.note("killed backup" if turn % 2 else "killed restoring", wrong, f"after {after:.3f} s")
    tally.facts += ends
    return tally
