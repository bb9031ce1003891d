"""A slice of every measurement of `benchmark_faults`, and that what measures would see a loss.

The measurements run in a process of their own: they fork, and this one has had libraries open.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import PROJECT
from tests.support.shelves import open_fake, put, some_article
from tests.trials import fault_trials
from tests.trials.fault_disk import can_mount
from tests.trials.fault_history import carry_out, history, state, unsound
from tests.trials.fault_supervisor import Ended
from tests.trials.fault_trials import Plan, can_trace, wrong_after


def measured(tmp_path: Path, what: str, scale: float) -> dict[str, dict[str, Any]]:
    """The results of a measurement by name; fails when any trial failed."""
    results = tmp_path / "results"
    command = [sys.executable, "-m", "tests.trials.benchmark_faults", what, "--scale", str(scale), "--results", results]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert not done.returncode, done.stdout + done.stderr
    lines = [json.loads(line) for line in results.read_text("utf-8").splitlines()]
    return {line["name"]: line for line in lines}


def trials(results: dict[str, dict[str, Any]]) -> int:
    return sum(sum(result["trials"].values()) for result in results.values())


@pytest.fixture
def strace() -> None:
    if not can_trace():
        pytest.skip("there is no strace, or it may not trace: system calls cannot be made to fail")


@pytest.mark.usefixtures("strace")
def test_of_a_hundred_deaths_none_loses_or_halves_anything_acknowledged(tmp_path: Path) -> None:
    assert trials(measured(tmp_path, "crashes", 0.1)) >= 100


def test_an_ingest_that_is_killed_and_run_again_makes_what_an_undisturbed_one_makes(tmp_path: Path) -> None:
    results = measured(tmp_path, "ingest", 0.1)
    assert trials(results) >= 12
    assert results["ingest killed and run again"]["facts"]["finished after kills"] > 0


@pytest.mark.usefixtures("strace")
def test_a_disk_that_fails_anywhere_loses_nothing_and_work_goes_on_after(tmp_path: Path) -> None:
    results = measured(tmp_path, "disk", 0.1)
    assert trials(results) >= (18 if can_mount() else 15)
    assert results["files that may not grow"]["facts"]["refusals"] > 0


def test_backups_while_work_goes_on_are_states_of_its_history(tmp_path: Path) -> None:
    assert trials(measured(tmp_path, "backups", 0.1)) >= 11


def test_a_mutated_store_is_told_or_repaired_and_never_quoted_wrongly(tmp_path: Path) -> None:
    results = measured(tmp_path, "stores", 0.2)
    assert trials(results) == 24
    assert set(results["mutated stores"]["facts"]) >= {"told", "refused in words"}


def test_a_mutated_index_is_put_right_and_never_kills(tmp_path: Path) -> None:
    assert trials(measured(tmp_path, "indexes", 0.02)) == 4


def test_an_update_killed_before_any_statement_leaves_one_format_or_the_other(tmp_path: Path) -> None:
    assert trials(measured(tmp_path, "migration", 1)) >= 20


def test_of_several_processes_one_works_and_the_others_are_told(tmp_path: Path) -> None:
    results = measured(tmp_path, "processes", 0.08)
    assert trials(results) == 8
    assert results["several processes on one library"]["facts"]["refusals in words"] > 0


def test_nothing_is_quoted_after_its_replacement_or_removal_returned(tmp_path: Path) -> None:
    results = measured(tmp_path, "asking", 0.04)
    assert results["replaced and removed while 50 ask"]["facts"]["quotations looked at"] > 1000


def test_a_large_library_answers_at_once_after_a_kill_and_builds_its_index_again(tmp_path: Path) -> None:
    facts = measured(tmp_path, "recovery", 0.04)["50,000 passages: a backup, and Chroma broken"]["facts"]
    assert facts["passages"] >= 2000
    assert facts["first answer after ms"] < facts["index built again after ms"]


# -- what measures sees ------------------------------------------------------------------------------------------------


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> Plan:
    """A history of puts, in this process: nothing is forked."""

    def here(action: Any, *_: object, **__: object) -> Ended:
        try:
            action()
        except AssertionError as error:
            return Ended(1, str(error))
        return Ended(0, "")

    monkeypatch.setattr(fault_trials, "forked", here)
    monkeypatch.setattr("corpus.index.dense.ATTEMPTS", 0)
    return Plan(5, 8, False, (), 0, 0.0)


def carried_out(plan: Plan, folder: Path) -> Plan:
    states = []
    with open_fake(folder) as library:
        states.append(state(folder / "store.db"))
        for operation in history(plan.seed, plan.length):
            carry_out(library, operation)
            states.append(state(folder / "store.db"))
    return Plan(plan.seed, plan.length, False, tuple(states), 0, 0.0)


def test_the_harness_sees_what_was_acknowledged_and_is_not_there(plan: Plan, tmp_path: Path) -> None:
    folder, log = tmp_path / "library", tmp_path / "log"
    plan = carried_out(plan, folder)
    log.write_text("".join(f"{done}\n" for done in range(1, plan.length + 1)))
    assert wrong_after(plan, folder, log) == []
    with open_fake(folder) as library:
        library.remove(library.articles()[0].id)
    assert "acknowledged operations it holds" in wrong_after(plan, folder, log)[0]
    shutil.rmtree(folder)
    assert "and no store" in wrong_after(plan, folder, log)[0]


def test_the_harness_sees_an_article_that_is_there_by_half(tmp_path: Path) -> None:
    with open_fake(tmp_path) as library:
        put(library, some_article(1), some_article(2))
    before = state(tmp_path / "store.db")
    assert unsound(tmp_path / "store.db") == []
    connection = sqlite3.connect(tmp_path / "store.db")
    connection.execute("DELETE FROM passages WHERE article = 1 AND ordinal = 2")
    connection.commit()
    connection.close()
    assert unsound(tmp_path / "store.db") == ["article 'a1' is there by half"]
    assert state(tmp_path / "store.db") != before


def test_the_state_does_not_depend_on_the_order_in_which_articles_came(tmp_path: Path) -> None:
    for name, order in {"first": (1, 2, 3), "second": (3, 1, 2)}.items():
        with open_fake(tmp_path / name) as library:
            put(library, *(some_article(number) for number in order))
    assert state(tmp_path / "first" / "store.db") == state(tmp_path / "second" / "store.db")
