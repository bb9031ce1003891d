"""Everything that can happen to a library, many times over, and what was left of it.

    python -m tests.trials.benchmark_faults [WHAT…] [--seed N] [--scale X] [--results FILE]

WHAT is some of: crashes ingest disk backups stores indexes migration processes asking recovery bare-chroma; all of them
unless named. `--scale` multiplies the number of trials: 0.1 for a first look. The failing system calls need strace. A
line is printed for each measurement, with the number of trials and of failures, the seed and the seconds; the exit
status is 1 when anything failed that must not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # processes are forked from this one: it may have no threads

from tests.trials import (
    fault_backups,
    fault_damage,
    fault_disk,
    fault_ingest,
    fault_migration,
    fault_processes,
    fault_recovery,
)
from tests.trials.fault_supervisor import Tally
from tests.trials.fault_trials import can_trace, crashes

Measurement = Callable[[int, float], Tally]


def many(number: float) -> int:
    """A number of trials, at least one."""
    return max(1, round(number))


MEASUREMENTS: dict[str, dict[str, Measurement]] = {
    "crashes": {
        "killed at a numbered point": lambda seed, scale: crashes(seed, "failpoint", many(600 * scale)),
        "killed at a random moment": lambda seed, scale: crashes(seed, "SIGKILL", many(260 * scale)),
        "killed at a system call": lambda seed, scale: crashes(seed, "system call", many(120 * scale)),
        "killed at a numbered point, Chroma at work": lambda seed, scale: crashes(
            seed, "failpoint", many(30 * scale), chroma=True
        ),
        "killed at a random moment, Chroma at work": lambda seed, scale: crashes(
            seed, "SIGKILL", many(30 * scale), chroma=True
        ),
    },
    "ingest": {
        "ingest killed and run again": lambda seed, scale: fault_ingest.ingests(seed, many(120 * scale)),
    },
    "disk": {
        "system calls that fail": lambda seed, scale: fault_disk.faults(seed, many(100 * scale)),
        "system calls that fail, Chroma at work": lambda seed, scale: fault_disk.faults(
            seed, many(20 * scale), chroma=True
        ),
        "files that may not grow": lambda seed, scale: fault_disk.small_files(seed, many(30 * scale)),
        "a full disk": lambda seed, scale: fault_disk.full_disks(seed, many(30 * scale)),
    },
    "backups": {
        "backups while work goes on, restored": lambda seed, scale: fault_backups.backups(seed, many(50 * scale)),
        "backups and restorings that are killed": lambda seed, scale: fault_backups.kills(seed, many(60 * scale)),
    },
    "stores": {
        "mutated stores": lambda seed, scale: fault_damage.stores(seed, many(120 * scale)),
    },
    "indexes": {
        "mutated indexes": lambda seed, scale: fault_damage.indexes(seed, many(200 * scale)),
    },
    "migration": {
        "killed while it is brought to this format": lambda seed, scale: fault_migration.migrations(seed, 1000),
    },
    "processes": {
        "several processes on one library": lambda seed, scale: fault_processes.contests(seed, many(100 * scale)),
    },
    "asking": {
        "replaced and removed while 50 ask": lambda seed, scale: fault_processes.asking(seed, many(1000 * scale)),
    },
    "recovery": {
        "50,000 passages: a backup, and Chroma broken": lambda seed, scale: fault_recovery.recovery(
            seed, many(50_000 * scale)
        ),
    },
    "bare-chroma": {
        "the same kills on bare Chroma": lambda seed, scale: fault_recovery.bare_chroma(seed, many(60 * scale)),
    },
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_faults", description=__doc__.splitlines()[0]
    )
    parser.add_argument("what", nargs="*", choices=[[], *MEASUREMENTS], metavar="WHAT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--results", type=Path, help="also write a line of JSON for each measurement here")
    chosen = parser.parse_args()
    wrong = 0
    for what in chosen.what or MEASUREMENTS:
        for name, measurement in MEASUREMENTS[what].items():
            if reason := _in_the_way(name):
                print(f"{name}: not measured, {reason}", flush=True)  # noqa: T201
                continue
            began = time.monotonic()
            tally = measurement(chosen.seed, chosen.scale)
            _tell(name, tally, chosen.seed, time.monotonic() - began, chosen.results)
            wrong += len(tally.failures) if what != "bare-chroma" else not tally.failures
    sys.exit(1 if wrong else 0)


def _in_the_way(name: str) -> str:
    """Why something cannot be measured here."""
    if "system call" in name and not can_trace():
        return "there is no strace, or it may not trace"
    if "full disk" in name and not fault_disk.can_mount():
        return "nothing may be mounted"
    return ""


def _tell(name: str, tally: Tally, seed: int, seconds: float, results: Path | None) -> None:
    trials = sum(tally.trials.values())
    facts = "".join(f", {name}: {number}" for name, number in sorted(tally.facts.items()))
    print(f"{name}: {trials} trials, {len(tally.failures)} failed (seed {seed}, {seconds:.0f} s{facts})", flush=True)  # noqa: T201
    for failure in tally.failures[:20]:
        print(f"  {failure}", flush=True)  # noqa: T201
    if results:
        record = {"name": name, "seed": seed, "seconds": round(seconds, 1), "trials": dict(tally.trials)}
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**record, "facts": dict(tally.facts), "failures": tally.failures}) + "\n")


if __name__ == "__main__":
    main()
