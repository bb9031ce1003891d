"""Fit how confidence is computed: `python -m rag.training.calibrate QUESTIONS --library FOLDER`.

Every question is answered once; what is known of its answer (`rag.answering.confidence.Features`) and whether the
answer is right make one example. A logistic model is fitted on one half of the questions, its threshold chosen there,
and both are judged on the other half, both ways round: expected calibration error (ten bins, Guo et al. 2017) before,
with the share of the weight as confidence, and after; and what would be answered, and how often rightly. The model
fitted on all questions is printed last, ready for `ConfidenceSettings`. Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus import Library
from rag.answering.confidence import Features, features_of
from rag.answering.draft import short
from rag.answering.drafting import AnswerSettings
from rag.answering.phrasing import phrase_answer
from rag.answering.reconcile import reconcile
from rag.evaluation.metrics import contains
from rag.evaluation.questions import QuestionRecord, load_questions
from rag.question.query import parse_query
from rag.reading.read import read
from rag.reading.reader import Reader
from rag.reading.readers import default_reader
from rag.request import TOP_K
from rag.retrieval.retrieve import find_passages

BINS = 10
LEAST_ABSTENTION = 0.78
"""Share of unanswerable questions that the chosen threshold must decline, with a little to spare for the other half."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CalibrationExample:
    """One question answered: what is known of its answer, and whether that is right."""

    question: QuestionRecord
    features: Features
    right: bool


def examples(
    library: Library, questions: Sequence[QuestionRecord], reader: Reader, settings: AnswerSettings
) -> list[CalibrationExample]:
    """Every question that is answered with a span; those for whole sentences are left out."""
    made = []
    for question in questions:
        asked = parse_query(question.question, as_of=question.as_of, since=question.since, until=question.until)
        query, ranked = find_passages(library, asked, TOP_K, settings.retrieval)
        candidates = read(reader, query, ranked, settings.reading)
        finding = reconcile(query, candidates, settings.reconcile)
        features = features_of(query.understanding, candidates, finding)
        if features is None or finding.best is None or query.understanding.kind == "long":
            continue
        guess = short(phrase_answer(query.understanding, finding.best))
        made.append(CalibrationExample(question, features, bool(contains(guess, question.answers))))
    return made


def matrix(made: Sequence[CalibrationExample]) -> tuple[Numbers, Numbers]:
    """Features, one row an example, and 1 for right or 0."""
    rows = [list(asdict(example.features).values()) for example in made]
    return np.array(rows, np.float64), np.array([example.right for example in made], np.float64)


def fit_weights(made: Sequence[CalibrationExample]) -> Numbers:
    """Weights of the features and, last, the constant."""
    from sklearn.linear_model import LogisticRegression

    features, right = matrix(made)
    model = LogisticRegression(C=1.0, max_iter=1000).fit(features, right)
    return np.append(model.coef_[0], model.intercept_[0])


def confidences(made: Sequence[CalibrationExample], weights: Numbers) -> Numbers:
    """The model's confidence in each answer, 0..1."""
    features, _ = matrix(made)
    return np.asarray(1 / (1 + np.exp(-(features @ weights[:-1] + weights[-1]))))


def calibration_error(confidence: Numbers, right: Numbers) -> float:
    """Expected calibration error: the mean gap of confidence and accuracy over bins, weighted by their size."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        np.sum(bins == number) * abs(confidence[bins == number].mean() - right[bins == number].mean())
        for number in range(BINS)
        if np.any(bins == number)
    ]
    return float(np.sum(gaps) / max(1, len(confidence)))


def threshold_for(made: Sequence[CalibrationExample], confidence: Numbers) -> float:
    """The lowest threshold at which enough of the unanswerable questions are declined."""
    unanswerable = np.sort([c for example, c in zip(made, confidence, strict=True) if not example.question.answerable])
    if not len(unanswerable):
        return 0.5
    return float(unanswerable[min(len(unanswerable) - 1, int(LEAST_ABSTENTION * len(unanswerable)))]) + 1e-4


def judge_threshold(made: Sequence[CalibrationExample], confidence: Numbers, threshold: float) -> dict[str, float]:
    """What a threshold does on some examples."""
    _, right = matrix(made)
    answered = confidence >= threshold
    answerable = np.array([example.question.answerable for example in made])
    return {
        "answered_precision": float(right[answered].mean()) if answered.any() else 0.0,
        "abstention_recall": float((~answered[~answerable]).mean()) if (~answerable).any() else 0.0,
        "contains": float((right * answered)[answerable].mean()) if answerable.any() else 0.0,
        "threshold": threshold,
    }


def report(made: Sequence[CalibrationExample]) -> dict[str, object]:
    """Both halves, each judged by the model of the other, and the model of all."""
    halves: tuple[list[CalibrationExample], list[CalibrationExample]] = ([], [])
    for example in made:
        halves[zlib.crc32(example.question.id.encode()) % 2].append(example)
    held_out = []
    for half, other in (halves, halves[::-1]):
        weights = fit_weights(other)
        _, right = matrix(half)
        share = np.array([min(1.0, example.features.share) for example in half])
        after = confidences(half, weights)
        figures = judge_threshold(half, after, threshold_for(other, confidences(other, weights)))
        before, later = calibration_error(share, right), calibration_error(after, right)
        held_out.append({"questions": len(half), "error_before": before, "error_after": later, **figures})
    weights = fit_weights(made)
    names = [*Features.__dataclass_fields__, "constant"]
    return {
        "held_out": held_out,
        "weights": {name: round(float(weight), 3) for name, weight in zip(names, weights, strict=True)},
        "threshold": round(threshold_for(made, confidences(made, weights)), 3),
    }


def main() -> None:
    """Read the command line, fit, print JSON."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.calibrate", description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--library", type=Path, required=True)
    chosen = parser.parse_args()
    with Library.open(chosen.library, create=False) as library:
        made = examples(library, load_questions(chosen.questions), default_reader(), AnswerSettings())
    print(json.dumps(report(made), indent=1))  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
