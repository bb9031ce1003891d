"""The reader's score on SQuAD 2.0: `python -m rag.training.score FILE`, exact match and F1.

Contexts are read in windows as in use; the best span's score above "no answer" decides whether there is one. The
threshold for that is fitted on one half of the contexts and the figures are given for the other half, both ways round,
beside those with the threshold that is best for the whole file, which is how published scores are often given. The
normalisation and F1 are those of the official script (Rajpurkar et al. 2018).
"""

from __future__ import annotations

import argparse
import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.evaluation.metrics import exact, f1
from rag.reading.reader import WEIGHTS, Span, SpanReader

TOGETHER = 256
"""Questions read in one go."""


@dataclass(frozen=True, slots=True)
class ScoredReading:
    """One question read: the best span's score, and how right it would be to answer with it, 0..1."""

    context: str
    answerable: bool
    score: float
    exact: float
    f1: float


def readings(reader: SpanReader, rows: Sequence[dict[str, Any]]) -> list[ScoredReading]:
    """Every question of a set, read over its context."""
    found = []
    for at in range(0, len(rows), TOGETHER):
        part = rows[at : at + TOGETHER]
        read = reader.read_pairs([(row["question"], row["context"]) for row in part])
        found += [_reading(row, spans) for row, spans in zip(part, read, strict=True)]
    return found


def _reading(row: dict[str, Any], spans: Sequence[Span]) -> ScoredReading:
    accepted = [answer["text"] for answer in row["answers"]]
    guess = row["context"][spans[0].start : spans[0].end] if spans else ""
    score = spans[0].score if spans else float("-inf")
    return ScoredReading(row["context"], bool(accepted), score, exact(guess, accepted), f1(guess, accepted))


def score_at(found: Sequence[ScoredReading], threshold: float) -> tuple[float, float]:
    """Exact match and F1 in percent when spans at or below the threshold count as "no answer"."""
    chosen = [
        (reading.exact, reading.f1)
        if reading.score > threshold
        else (float(not reading.answerable), float(not reading.answerable))
        for reading in found
    ]
    count = max(1, len(chosen))
    return 100 * sum(value for value, _ in chosen) / count, 100 * sum(value for _, value in chosen) / count


def best_threshold(found: Sequence[ScoredReading]) -> float:
    """The threshold with the highest F1; the lowest of equals."""
    ordered = sorted(found, key=lambda reading: -reading.score)
    total = sum(float(not reading.answerable) for reading in found)
    best, threshold = total, ordered[0].score if ordered else 0.0
    for place, reading in enumerate(ordered):
        total += reading.f1 - float(not reading.answerable)
        below = ordered[place + 1].score if place + 1 < len(ordered) else reading.score - 1.0
        if total >= best and below < reading.score:
            best, threshold = total, (reading.score + below) / 2
    return threshold


def report(found: Sequence[ScoredReading]) -> dict[str, float]:
    """All figures of one reader, in percent."""
    halves: tuple[list[ScoredReading], list[ScoredReading]] = ([], [])
    for reading in found:
        halves[zlib.crc32(reading.context.encode()) % 2].append(reading)
    held_out = [
        (score_at(half, best_threshold(other)), len(half)) for half, other in (halves, halves[::-1]) if half and other
    ]
    threshold = best_threshold(found)
    best = score_at(found, threshold)
    answerable = [reading for reading in found if reading.answerable]
    forced = score_at(answerable, float("-inf"))
    count = sum(size for _, size in held_out) or 1
    return {
        "questions": len(found),
        "exact": sum(figures[0] * size for figures, size in held_out) / count,
        "f1": sum(figures[1] * size for figures, size in held_out) / count,
        "best_exact": best[0],
        "best_f1": best[1],
        "best_threshold": threshold,
        "answerable_exact": forced[0],
        "answerable_f1": forced[1],
    }


def main() -> None:
    """Read the command line, score, print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.score", description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path, help="questions in SQuAD's shape, .jsonl.gz")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the exported reader")
    parser.add_argument("--limit", type=int, help="score the first questions only")
    chosen = parser.parse_args()
    with gzip.open(chosen.file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines][: chosen.limit]
    figures = report(readings(SpanReader(chosen.weights), rows))
    print(json.dumps({name: round(value, 3) for name, value in figures.items()}))  # noqa: T201 - a command's output


if __name__ == "__main__":
    main()
