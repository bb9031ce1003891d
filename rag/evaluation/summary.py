"""Summarises scored questions as the measures of a run, with 95 % bootstrap intervals.

Everything is computed from the `results` of an evaluation, so a run read back from its JSON form gives the same numbers
and two runs can be compared question by question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from rag.evaluation.ranking import ARTICLE_METRICS

SHARES = (
    *ARTICLE_METRICS[:3],
    *(f"evidence_hit@{depth}" for depth in (1, 5, 10, 20)),
    *ARTICLE_METRICS[3:],
    *("exact", "f1", "contains", "exact_forced", "f1_forced", "contains_forced"),
    *("citation_support", "verbatim", "answered_precision", "abstention_recall", "abstention_precision"),
)
METRICS = (*SHARES, "selective_auc", "latency_p50_ms", "latency_p95_ms")
LOWER_IS_BETTER = frozenset(("selective_auc", "latency_p50_ms", "latency_p95_ms"))

RESAMPLES = 1000
SEED = 20150801
DIGITS = 6

Numbers = npt.NDArray[np.float64]
Picked = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The numbers of a run, one column a question: for each share what was reached and what could be, and the
    confidence, the error and the time of each question (NaN where there is none)."""

    reached: Numbers
    possible: Numbers
    confidence: Numbers
    wrong: Numbers
    milliseconds: Numbers

    @classmethod
    def of(cls, results: Sequence[Mapping[str, Any]]) -> Sample:
        """The numbers of the `results` of an evaluation."""
        scores = np.array([[_number(result["scores"].get(name)) for name in SHARES] for result in results]).T
        possible = np.where(np.isnan(scores), 0.0, 1.0)
        # A citation is the unit of this one, so a question counts as often as it cites.
        possible[SHARES.index("verbatim")] *= [len(result.get("citations") or ()) for result in results]
        return cls(
            reached=np.nan_to_num(scores) * possible,
            possible=possible,
            confidence=np.array([result.get("confidence") or 0.0 for result in results], np.float64),
            wrong=np.array([_wrong(result) for result in results], np.float64),
            milliseconds=np.array([_number(result["timings"].get("total_ms")) for result in results], np.float64),
        )

    def measure(self, picked: Picked) -> Numbers:
        """Every measure of `METRICS` over the picked questions (one may be picked twice); NaN when not measurable."""
        weights = np.bincount(picked, minlength=len(self.wrong)).astype(np.float64)
        possible = self.possible @ weights
        shares = np.divide(self.reached @ weights, possible, out=np.full(len(SHARES), np.nan), where=possible > 0)
        times = self.milliseconds[picked]
        times = times[~np.isnan(times)]
        latency = np.percentile(times, (50, 95)) if len(times) else np.full(2, np.nan)
        _, risks = risk_curve(self.confidence[picked], self.wrong[picked])
        return np.concatenate((shares, [risks.mean() if len(risks) else np.nan], latency))


def risk_curve(confidence: Numbers, wrong: Numbers) -> tuple[Numbers, Numbers]:
    """Coverage and risk when the n most confident guesses are kept, for every n: (coverages, risks).

    The mean risk is the area under the curve: lower is better. Equal confidences are taken in no order: each counts as
    the mean of them. Questions whose `wrong` is NaN are left out.
    """
    known = ~np.isnan(wrong)
    _, group, size = np.unique(-confidence[known], return_inverse=True, return_counts=True)
    expected = np.repeat(np.bincount(group, wrong[known], minlength=len(size)) / size, size)
    kept = np.arange(1, len(expected) + 1)
    return kept / max(len(expected), 1), np.cumsum(expected) / kept


def summarise(results: Sequence[Mapping[str, Any]]) -> tuple[dict[str, float | None], dict[str, list[float]]]:
    """`metrics` and `intervals` of an evaluation; what cannot be measured is None and has no interval."""
    sample = Sample.of(results)
    values = sample.measure(np.arange(len(results)))
    resampled = np.array([sample.measure(picked) for picked in resamples(len(results))])
    metrics = {name: round_for_json(value) for name, value in zip(METRICS, values, strict=True)}
    around = {name: interval(resampled[:, at]) for at, name in enumerate(METRICS)}
    return metrics, {name: ends for name, ends in around.items() if ends and metrics[name] is not None}


def resamples(count: int) -> Iterator[Picked]:
    """The same draws with replacement each time, so that a run gives the same intervals again."""
    generator = np.random.default_rng(SEED)
    for _ in range(RESAMPLES):
        yield generator.integers(count, size=count)


def interval(values: Numbers) -> list[float] | None:
    """The middle 95 % of resampled values; those that could not be measured are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return [round(float(low), DIGITS), round(float(high), DIGITS)]


def round_for_json(value: float) -> float | None:
    """A number fit for JSON, or None."""
    return None if np.isnan(value) else round(float(value), DIGITS)


def outcome(result: Mapping[str, Any]) -> float | None:
    """How right a question went, 0 to 1: answered right, or rightly not answered; without answers, whether the
    evidence was among the first ten passages. None when that cannot be told."""
    scores = result["scores"]
    if result["status"] == "failed":
        return 0.0
    found = [scores.get(name) for name in ("contains", "abstention_recall", "evidence_hit@10", "article_hit@10")]
    return next((float(score) for score in found if score is not None), None)


def _number(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _wrong(result: Mapping[str, Any]) -> float:
    """1 when the guess is wrong; to an unanswerable question every guess is. NaN when nothing can be compared."""
    scores = result["scores"]
    if scores.get("abstention_recall") is not None:
        return 1.0
    return 1.0 - _number(scores.get("contains_forced"))
