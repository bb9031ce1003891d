"""Fit what the factors of spans weigh: `python -m rag.training.choosing --archive QUESTIONS LIBRARY [--archive …]`.

Every answerable question is read once, and the factors of its spans are kept (`rag.reading.factors`). The weights are
those under which the spans that hold an accepted answer take most of a question's weight: the likelihood is the share
of exp(weights · factors) that lies on right spans, as candidates add it up (a conditional logit, McFadden 1974, whose
choices are sums). Weights are drawn to where they stood before (ridge), so that a factor that the questions say little
about stays what it was.

Judged by cross-validation over months: the weights that judge a month were fitted without it. What is printed is the
share of questions whose first candidate is right, before and after, each archive by itself, and the weights of all.
Needs the extra `pressmark[train]`.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from corpus import Library
from rag.answering.drafting import AnswerSettings
from rag.english.words import normalised
from rag.evaluation.metrics import contains
from rag.evaluation.questions import QuestionRecord, load_questions
from rag.question.query import parse_query
from rag.reading.agreement import agreed
from rag.reading.factors import FACTORS, HAND_SET, SpanView, measure
from rag.reading.read import ReadingSettings, view_spans, weigh_spans
from rag.reading.reader import Reader
from rag.reading.readers import default_reader
from rag.request import TOP_K
from rag.retrieval.retrieve import find_passages

NAMES = tuple(factor.__name__ for factor in FACTORS)
FOLDS = 6
RIDGES = (0.02, 0.1)
"""How strongly weights are drawn to the earlier ones, a question; the best in cross-validation is taken."""
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ReadQuestion:
    """One question with its spans, their factors (shape (spans, factors)), and which spans are right."""

    archive: str
    question: QuestionRecord
    views: list[SpanView]
    factors: Numbers
    right: npt.NDArray[np.bool_]

    @property
    def month(self) -> str:
        """The month that it was asked in, which decides its fold."""
        return f"{self.question.as_of}"[:7]


def read_questions(
    archive: str, library: Library, questions: Iterable[QuestionRecord], reader: Reader
) -> list[ReadQuestion]:
    """Every question that a span can answer, read."""
    settings = AnswerSettings()
    found = []
    for question in questions:
        asked = parse_query(question.question, as_of=question.as_of, since=question.since, until=question.until)
        if asked.understanding.kind == "long":
            continue
        query, ranked = find_passages(library, asked, TOP_K, settings.retrieval)
        views = view_spans(reader, query, ranked, settings.reading)
        factors = np.array([list(measure(view).values()) for view in views], np.float64).reshape(-1, len(NAMES))
        right = np.array([is_right(view.text, view.asked.kind, question.answers) for view in views], bool)
        found.append(ReadQuestion(archive, question, views, factors, right))
    return found


def is_right(text: str, kind: str, answers: Sequence[str]) -> bool:
    """Whether a span answers; of a person the last name will do, since the fullest name of a candidate is shown."""
    if contains(text, answers):
        return True
    words = normalised(text)
    return kind == "person" and bool(words) and any(normalised(answer).endswith(f" {words}") for answer in answers)


def fit(questions: Sequence[ReadQuestion], start: Numbers, ridge: float) -> Numbers:
    """The weights of greatest penalised likelihood; questions without a right span say nothing."""
    from scipy.optimize import minimize

    telling = [question for question in questions if question.right.any() and not question.right.all()]
    scale = np.vstack([question.factors for question in telling]).std(0) + 1e-3

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        total, slope = 0.0, np.zeros_like(weights)
        for question in telling:
            logits = question.factors @ weights
            all_shares, right_shares = _softmax(logits), _softmax(np.where(question.right, logits, -np.inf))
            total -= _logsumexp(logits[question.right]) - _logsumexp(logits)
            slope -= (right_shares - all_shares) @ question.factors
        apart = (weights - start) * scale
        total, slope = total / len(telling), slope / len(telling)
        return total + ridge * float(apart @ apart), slope + 2 * ridge * apart * scale

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def _softmax(logits: Numbers) -> Numbers:
    powers = np.exp(logits - logits.max())
    return np.asarray(powers / powers.sum())


def _logsumexp(logits: Numbers) -> float:
    top = float(logits.max())
    return top + float(np.log(np.exp(logits - top).sum()))


def first_is_right(question: ReadQuestion, weights: Mapping[str, float], settings: ReadingSettings) -> bool:
    """Whether the weightiest candidate is right."""
    evidence = weigh_spans(question.views, replace(settings, weights=weights))
    candidates = agreed(evidence, settings.shared_part, settings.outlet_part)
    kind = question.views[0].asked.kind if question.views else "other"
    return bool(candidates) and any(
        is_right(span.text, kind, question.question.answers) for span in candidates[0].evidence
    )


def cross_validate(questions: Sequence[ReadQuestion], start: Numbers, ridge: float) -> list[bool]:
    """For each question, whether its first candidate is right under the weights fitted without its fold."""
    months = sorted({question.month for question in questions})
    fold_of = {month: place % FOLDS for place, month in enumerate(months)}
    right = [False] * len(questions)
    for fold in range(FOLDS):
        weights = as_mapping(fit([q for q in questions if fold_of[q.month] != fold], start, ridge))
        for place, question in enumerate(questions):
            if fold_of[question.month] == fold:
                right[place] = first_is_right(question, weights, ReadingSettings())
    return right


def as_mapping(weights: Numbers) -> dict[str, float]:
    """Weights by the names of their factors."""
    return {name: round(float(weight), 4) for name, weight in zip(NAMES, weights, strict=True)}


def report(questions: Sequence[ReadQuestion]) -> dict[str, object]:
    """Shares of right first candidates by archive, before and after by ridge, and the weights fitted on all."""
    answerable = [question for question in questions if question.question.answerable]
    start = np.array([HAND_SET.get(name, 0.0) for name in NAMES])
    shares: dict[str, object] = {
        "before": _by_archive(answerable, [first_is_right(q, HAND_SET, ReadingSettings()) for q in answerable]),
        "right_span_among_all": _by_archive(answerable, [bool(question.right.any()) for question in answerable]),
    }
    best, best_share = RIDGES[0], -1.0
    for ridge in RIDGES:
        right = cross_validate(answerable, start, ridge)
        shares[f"cross_validated_ridge_{ridge}"] = _by_archive(answerable, right)
        if sum(right) > best_share:
            best, best_share = ridge, sum(right)
    return {"shares": shares, "ridge": best, "weights": as_mapping(fit(answerable, start, best))}


def _by_archive(questions: Sequence[ReadQuestion], right: Sequence[bool]) -> dict[str, float]:
    archives = sorted({question.archive for question in questions})
    pairs = list(zip(questions, right, strict=True))
    own = {name: [is_so for question, is_so in pairs if question.archive == name] for name in archives}
    return {name: round(sum(flags) / len(flags), 4) for name, flags in own.items()}


def main() -> None:
    """Read the command line, fit, print JSON; write the weights where `--output` says."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.choosing", description=__doc__.splitlines()[0])
    parser.add_argument("--archive", nargs=2, action="append", required=True, metavar=("QUESTIONS", "LIBRARY"))
    parser.add_argument("--cache", type=Path, help="keep what was read here, and take it from here")
    parser.add_argument("--output", type=Path, help="write the fitted weights to this file")
    chosen = parser.parse_args()
    if chosen.cache and chosen.cache.exists():
        questions = pickle.loads(chosen.cache.read_bytes())  # noqa: S301 - the user's own file
    else:
        questions = []
        for file, folder in chosen.archive:
            with Library.open(Path(folder), create=False) as library:
                records = load_questions(Path(file))
                questions += read_questions(Path(file).stem, library, records, default_reader())
        if chosen.cache:
            chosen.cache.write_bytes(pickle.dumps(questions))
    found = report(questions)
    if chosen.output:
        chosen.output.write_text(json.dumps({"weights": found["weights"]}, indent=1) + "\n", "utf-8")
    print(json.dumps(found, indent=1))  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
