"""Articles change and go while many ask: a slice of `tests.trials.benchmark_changes`, and that its checker can see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag import Answer
from tests.support.shelves import open_fake, put, some_article
from tests.trials.benchmark_changes import READER, History, Version, run


def test_no_answer_cites_what_was_gone_before_it_was_asked(tmp_path: Path) -> None:
    history = run(tmp_path, changes=60, askers=8, articles=24)
    assert history.errors == []
    assert history.problems() == []
    assert {"removed", "replaced", "put back"} == set(history.changes)
    assert sum(len(answer.citations) for _, _, answer in history.answers) > 20


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    with open_fake(tmp_path) as library:
        put(library, some_article(1))
        found = rag.ask(library, "What was marked1x3 in the harbour of report 1?", reader=READER)
    assert len(found.citations) >= 1
    return found


TEXT = some_article(1).text


@pytest.mark.parametrize(
    ("versions", "wrong"),
    [
        ([Version(TEXT, 0, 1)], False),
        ([Version(TEXT, 0, 1), Version(None, 12, 13)], False),  # removed while it was written
        ([Version(TEXT, 0, 1), Version(None, 2, 3)], True),
        ([Version(TEXT, 0, 1), Version("Other words.", 2, 3)], True),
        ([Version(TEXT, 0, 1), Version(None, 2, 3), Version(TEXT, 12, 13)], False),
        ([Version("Other words.", 0, 1), Version(TEXT, 30, 31)], True),
    ],
)
def test_the_checker_sees_what_was_not_current(answer: Answer, versions: Sequence[Version], wrong: bool) -> None:
    history = History(answers=[(10, 20, answer)])
    history.versions["a1"] += versions
    assert bool(history.problems()) == wrong


def test_the_checker_sees_two_revisions_in_one_answer(answer: Answer) -> None:
    first = answer.citations[0]
    second = replace(first, n=2, start=0, end=6, quote="Report")
    mixed = replace(answer, citations=(first, second), claims=())
    history = History(answers=[(10, 20, mixed)])
    history.versions["a1"] += [Version(f"Repair{TEXT[6:]}", 0, 15), Version("Report of something else.", 15, 16)]
    assert any("two revisions" in problem for problem in history.problems())
