"""What spans weigh is fitted: the factor that tells right spans from wrong ones gets the weight."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from rag.evaluation.questions import QuestionRecord
from rag.reading.factors import FACTORS, HAND_SET, load_weights
from rag.reading.read import CHOOSING
from rag.training.choosing import NAMES, ReadQuestion, as_mapping, fit, is_right


def question(factors: list[list[float]], right: list[bool]) -> ReadQuestion:
    record = QuestionRecord(id="q", question="Who?", answers=("Ghazi",), answerable=True)
    rows = np.zeros((len(factors), len(NAMES)))
    rows[:, :2] = factors
    return ReadQuestion("a", record, [], rows, np.array(right))


def test_the_telling_factor_gets_the_weight() -> None:
    telling = [question([[1.0, chance], [0.0, 1.0 - chance]], [True, False]) for chance in (0.0, 1.0) * 10]
    weights = fit(telling, np.zeros(len(NAMES)), ridge=0.01)
    assert weights[0] > 1.0
    assert abs(weights[1]) < 0.1


def test_a_factor_that_tells_nothing_stays_where_it_was() -> None:
    start = np.full(len(NAMES), 0.5)
    weights = fit([question([[1.0, 0.0], [0.0, 0.0]], [True, False])] * 5, start, ridge=0.1)
    assert weights[5:] == pytest.approx(start[5:], abs=1e-6)


def test_questions_without_a_right_span_say_nothing() -> None:
    known = question([[1.0, 0.0], [0.0, 0.0]], [True, False])
    silent = question([[0.0, 9.0], [9.0, 0.0]], [False, False])
    start = np.zeros(len(NAMES))
    assert fit([known, silent], start, 0.1) == pytest.approx(fit([known, known], start, 0.1), rel=0.2)


@pytest.mark.parametrize(
    ("text", "kind", "right"),
    [("Usman Ghazi", "person", True), ("Ghazi", "person", True), ("Usman", "person", False), ("Ghazi", "other", False)],
)
def test_a_last_name_answers_for_a_person(text: str, kind: str, right: bool) -> None:
    assert is_right(text, kind, ["Usman Ghazi"]) is right


def test_the_shipped_weights_name_factors_and_are_finite() -> None:
    names = {factor.__name__ for factor in FACTORS}
    weights = load_weights(CHOOSING)
    assert weights.keys() == names >= HAND_SET.keys()
    assert all(map(math.isfinite, weights.values()))
    assert json.loads(CHOOSING.read_text("utf-8"))["weights"] == weights
    assert as_mapping(np.zeros(len(NAMES))).keys() == names
