"""Fitting of the confidence: what counts as calibrated, which threshold is taken, and that halves are judged apart."""

from __future__ import annotations

import random

import numpy as np
import pytest

from rag.answering.confidence import Features
from rag.evaluation import QuestionRecord
from rag.training.calibrate import (
    CalibrationExample,
    calibration_error,
    confidences,
    fit_weights,
    judge_threshold,
    report,
    threshold_for,
)


def an_example(at: int, weight: float, right: bool, answerable: bool = True) -> CalibrationExample:
    question = QuestionRecord(id=f"q{at}", question="Who?", answers=("A",) if answerable else (), answerable=answerable)
    return CalibrationExample(question, Features(weight, 0.5, 0.2, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0), right)


@pytest.fixture(scope="module")
def made() -> list[CalibrationExample]:
    """Answers that are the likelier right the more they weigh; the unanswerable ones weigh little."""
    chance = random.Random(1)  # noqa: S311
    weights = [chance.uniform(-3, 3) for _ in range(400)]
    answerable = [an_example(at, weight, chance.random() < 1 / (1 + 2.7**-weight)) for at, weight in enumerate(weights)]
    return answerable + [an_example(1000 + at, chance.uniform(-4, 1), False, answerable=False) for at in range(100)]


def test_confidence_that_equals_accuracy_has_no_error() -> None:
    right = np.array([1.0, 0.0, 1.0, 0.0])
    assert calibration_error(np.full(4, 0.5), right) == 0.0
    assert calibration_error(np.full(4, 0.9), right) == pytest.approx(0.4)


def test_a_heavier_answer_is_more_sure_once_fitted(made: list[CalibrationExample]) -> None:
    weights = fit_weights(made)
    light, heavy = confidences([an_example(0, -2.0, False), an_example(1, 2.0, True)], weights)
    assert light < 0.4 < 0.6 < heavy


def test_the_threshold_declines_enough_of_what_cannot_be_answered(made: list[CalibrationExample]) -> None:
    confidence = confidences(made, fit_weights(made))
    figures = judge_threshold(made, confidence, threshold_for(made, confidence))
    assert figures["abstention_recall"] >= 0.78
    assert 0 < figures["contains"] < 1


def test_both_halves_are_judged_by_the_model_of_the_other(made: list[CalibrationExample]) -> None:
    figures = report(made)
    halves = figures["held_out"]
    assert isinstance(halves, list)
    assert sum(half["questions"] for half in halves) == len(made)
    assert all(half["error_after"] < 0.15 for half in halves)
