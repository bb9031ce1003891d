"""Compares a run with an earlier one: what changed, by how much, and whether chance explains it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import QuestionFileError
from rag.evaluation.summary import LOWER_IS_BETTER, METRICS, Sample, interval, outcome, resamples, round_for_json

Result = Mapping[str, Any]


def load_result(path: str | Path) -> dict[str, Any]:
    """An evaluation result as `pressmark eval --json` printed it.

    Raises `QuestionFileError` when the file is none.
    """
    try:
        result = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise QuestionFileError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise _no_result(path, f"is not JSON ({error})") from error
    if not isinstance(result, dict) or not {"library", "metrics", "results"} <= result.keys():
        raise _no_result(path, "holds no evaluation result")
    if not result["results"] or not all(
        {"id", "status", "scores", "timings"} <= outcome.keys() for outcome in result["results"]
    ):
        raise _no_result(path, "holds no scored questions")
    return result


def _no_result(path: str | Path, problem: str) -> QuestionFileError:
    return QuestionFileError(f"{path} {problem}: make a baseline with 'pressmark eval QUESTIONS --json > {path}'")


def compare(result: Result, baseline: Result) -> dict[str, Any]:
    """The difference of every measure over the questions that both runs asked, and the questions that changed.

    `interval` is the 95 % paired bootstrap interval of the difference: when it leaves out 0, chance is an unlikely
    explanation. `better` says whether the change is for the better, None when it is not clear.
    """
    earlier = {outcome["id"]: outcome for outcome in baseline["results"]}
    pairs = [(outcome, earlier[outcome["id"]]) for outcome in result["results"] if outcome["id"] in earlier]
    changes = [
        {"id": now["id"], "question": now["question"], "change": change, "was": _summarise(was), "now": _summarise(now)}
        for now, was in pairs
        if (change := _change(now, was))
    ]
    return {
        "warnings": _warnings(result, baseline, len(pairs)),
        "questions": len(pairs),
        "metrics": _differences(pairs) if pairs else {},
        "better": [change for change in changes if change["change"] > 0],
        "worse": [change for change in changes if change["change"] < 0],
    }


def _warnings(result: Result, baseline: Result, shared: int) -> list[str]:
    warnings = []
    if result["library"].get("fingerprint") != baseline["library"].get("fingerprint"):
        warnings.append("The libraries differ: a change may come from the articles, not from the program.")
    counts = len(result["results"]), len(baseline["results"])
    if counts != (shared, shared):
        warnings.append(
            f"The question sets differ ({counts[0]} now, {counts[1]} before): compared are the {shared} in both."
        )
    texts = {outcome["id"]: (outcome.get("question"), outcome.get("answers")) for outcome in baseline["results"]}
    changed = sum(
        (outcome.get("question"), outcome.get("answers")) != texts.get(outcome["id"], ())
        for outcome in result["results"]
    )
    if changed > counts[0] - shared:
        warnings.append(f"{changed - counts[0] + shared} questions of the same id have another text or other answers.")
    if result.get("model") != baseline.get("model"):
        warnings.append(f"The models differ: {result.get('model')} now, {baseline.get('model')} before.")
    return warnings


def _differences(pairs: Sequence[tuple[Result, Result]]) -> dict[str, dict[str, Any]]:
    now, was = (Sample.of([pair[side] for pair in pairs]) for side in (0, 1))
    everything = np.arange(len(pairs))
    values, earlier = now.measure(everything), was.measure(everything)
    draws = np.array([now.measure(picked) - was.measure(picked) for picked in resamples(len(pairs))])
    differences: dict[str, dict[str, Any]] = {}
    for at, name in enumerate(METRICS):
        difference = round_for_json(values[at] - earlier[at])
        around = None if difference is None else interval(draws[:, at])
        differences[name] = {
            "value": round_for_json(values[at]),
            "baseline": round_for_json(earlier[at]),
            "difference": difference,
            "interval": around,
            "better": _verdict(name, around),
        }
    return differences


def _verdict(name: str, around: Sequence[float] | None) -> bool | None:
    if around is None or around[0] <= 0 <= around[1]:
        return None
    return (around[0] > 0) != (name in LOWER_IS_BETTER)


def _change(now: Result, was: Result) -> float:
    """How much better (above 0) or worse a question went."""
    after, before = outcome(now), outcome(was)
    return 0.0 if after is None or before is None else after - before


def _summarise(result: Result) -> str:
    """What a run said to a question, in a few words."""
    if result["status"] == "failed":
        return "failed"
    return str(result.get("answer") or "not found")
