"""How near standalone questions come to those that people wrote, on conversations with rewrites.

    PRESSMARK_DATA=FOLDER python -m tests.trials.benchmark_followups [--misses N]

Reads `followups/canard-half.jsonl` (history, question, rewrite; a conversation opens with the name of what it is about
and of one of its sides). ROUGE-1 against the rewrites: the share of the rewrite's words that are there (recall), and of
the words there that are the rewrite's (precision), counted with repetition, averaged over questions. Two baselines: the
question alone, and all that was said before it in front of it. Conversations about the same name fall into the same
half; the rules were written with the first half in view, the other was held out. The exit status is 1 when a floor of
the half that was held out is not reached.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from rag import Turn
from rag.question.followup.rewriting import standalone
from tests import PROJECT

FLOORS = {"recall": 0.70, "precision": 0.87}


@dataclass(frozen=True)
class Exchange:
    """A question, what was said before it, and the standalone question that a person wrote for it."""

    history: tuple[str, ...]
    question: str
    rewrite: str

    @property
    def turns(self) -> list[Turn]:
        """What was said, in pairs; what the conversation is about is asked first, and a side of it answers nothing."""
        asked = [Turn(*pair) for pair in zip(self.history[2::2], self.history[3::2], strict=True)]
        return [Turn(self.history[0], ""), *asked]

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(self.history[0].encode()).digest()[0] % 2 == 1


@dataclass(frozen=True)
class Overlap:
    """ROUGE-1: the words that two texts share."""

    recall: float
    precision: float

    @property
    def f1(self) -> float:
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


def overlap(said: str, wanted: str) -> Overlap:
    """How many of the wanted words are said, and how many of the said words are wanted."""
    ours, theirs = (Counter(re.findall(r"[^\W_]+", text.lower())) for text in (said, wanted))
    shared = (ours & theirs).total()
    return Overlap(shared / max(theirs.total(), 1), shared / max(ours.total(), 1))


WAYS: dict[str, Callable[[Exchange], str]] = {
    "question alone": lambda exchange: exchange.question,
    "all history prepended": lambda exchange: " ".join((*exchange.history, exchange.question)),
    "standalone question": lambda exchange: standalone(exchange.question, exchange.turns),
}


def load(path: Path) -> list[Exchange]:
    """The exchanges of a file of JSON lines."""
    records = map(json.loads, path.read_text("utf-8").splitlines())
    return [Exchange(tuple(record["history"]), record["question"], record["rewrite"]) for record in records]


def scores(exchanges: Iterable[Exchange], way: Callable[[Exchange], str]) -> dict[str, float]:
    """The mean recall, precision and F1 of a way of asking."""
    overlaps = [overlap(way(exchange), exchange.rewrite) for exchange in exchanges]
    return {name: fmean(getattr(one, name) for one in overlaps) for name in ("recall", "precision", "f1")}


def print_misses(exchanges: Sequence[Exchange], count: int) -> None:
    """The questions that came least near their rewrite."""
    way = WAYS["standalone question"]
    for exchange in sorted(exchanges, key=lambda one: overlap(way(one), one.rewrite).f1)[:count]:
        print("\n" + " | ".join(exchange.history[:1] + exchange.history[2:][-4:]))  # noqa: T201
        print(f"  asked   {exchange.question}\n  ours    {way(exchange)}\n  rewrite {exchange.rewrite}")  # noqa: T201


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and say whether the floors were held."""
    parser = argparse.ArgumentParser(description="ROUGE-1 of standalone questions against people's rewrites")
    parser.add_argument("--misses", type=int, default=0, help="print so many of the worst, of the half in view")
    misses = parser.parse_args(arguments).misses
    folder = Path(os.environ.get("PRESSMARK_DATA") or PROJECT / "../shared/data").resolve()
    path = folder / "followups" / "canard-half.jsonl"
    if not path.is_file():
        print(f"no conversations at {path}: set PRESSMARK_DATA to the folder of measuring data", file=sys.stderr)  # noqa: T201
        return 2
    exchanges = load(path)
    halves = {
        "in view": [one for one in exchanges if not one.held_out],
        "held out": [one for one in exchanges if one.held_out],
    }
    print(f"{'':38}{'recall':>10}{'precision':>11}{'F1':>8}")  # noqa: T201
    for half, part in {**halves, "all": exchanges}.items():
        for name, way in WAYS.items():
            figures = scores(part, way)
            columns = f"{figures['recall']:10.3f}{figures['precision']:11.3f}{figures['f1']:8.3f}"
            print(f"{half:9}{len(part):5}  {name:22}{columns}")  # noqa: T201
    print_misses(halves["in view"], misses)
    reached = scores(halves["held out"], WAYS["standalone question"])
    return 0 if all(reached[name] >= floor for name, floor in FLOORS.items()) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
