"""A slice of `python -m tests.trials.fuzz_inputs`: nothing that comes in breaks the program or passes in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus import Article
from ingest import Report
from tests.trials import fuzz_inputs
from tests.trials.fuzz_inputs import Outcome, faults, fuzz, inputs, run


def test_every_mutated_input_is_done_or_refused_with_a_reason_and_the_sound_ones_go_in() -> None:
    outcome = run(300, seed=2015, batch=150)
    assert outcome.faults == []
    assert outcome.inputs.total() >= 300
    assert outcome.articles > 100
    assert outcome.refused.total() > 50


def test_inputs_are_the_same_for_the_same_seed() -> None:
    assert list(inputs(40, 7))[0::8] == list(inputs(40, 7))[0::8]


def test_the_harness_sees_a_batch_that_breaks_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_inputs, "ingest", _failing)
    outcome = Outcome()
    fuzz([(".txt", b"A text.")], tmp_path, outcome)
    assert outcome.broken_off == [f"{tmp_path}: RuntimeError: over"]


def test_the_harness_sees_an_input_of_which_nothing_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fuzz_inputs, "ingest", lambda *_arguments, **_named: Report())
    outcome = Outcome()
    fuzz([(".txt", b"A text.")], tmp_path, outcome)
    assert str(tmp_path / "input-00000.txt") in outcome.unheard
    assert len(outcome.lost) > 0


def _failing(*_arguments: object, **_named: object) -> object:
    raise RuntimeError("over")


def test_the_harness_sees_what_is_wrong_with_an_article() -> None:
    article = Article(
        "a", "A text.\x07", title="One\ntwo", url="https://news.example/", updated="2031-01-01", source="a.html"
    )
    assert len(faults(article)) == 4
