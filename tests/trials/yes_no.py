"""How often a question of yes or no is decided as the sample articles decide it, and how often it is decided wrongly.

    python -m tests.trials.yes_no LIBRARY [--wrong]

`yes_no_questions.yaml` holds questions with yes, no or "unsaid", and the sentence that decides them. LIBRARY is a
folder into which the sample articles were ingested. A wrong decision is worse than none: both are counted apart.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from corpus import Library
from rag import ask
from tests import DATA

QUESTIONS = DATA / "yes_no_questions.yaml"


@dataclass(frozen=True, slots=True)
class YesNoQuestion:
    """A question, its answer ("yes", "no" or "unsaid"), and the article and sentence that decide it."""

    question: str
    answer: str
    article: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and what was answered: "yes", "no" or "unsaid"."""

    asked: YesNoQuestion
    given: str

    @property
    def right(self) -> bool:
        return self.given == self.asked.answer

    @property
    def wrong(self) -> bool:
        return self.given != "unsaid" and not self.right


def load_questions(path: Path = QUESTIONS) -> list[YesNoQuestion]:
    """Every question of the set, in order."""
    return [YesNoQuestion(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


def ask_all(library: Library, questions: Iterable[YesNoQuestion]) -> list[Outcome]:
    """What the library answers; anything but a plain yes or no counts as unsaid."""
    return [Outcome(one, _given(library, one.question)) for one in questions]


def _given(library: Library, question: str) -> str:
    short = (ask(library, question).answer or "").lower()
    return short if short in ("yes", "no") else "unsaid"


def shares(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The share of decidable questions that were decided rightly, and the share of all that were decided wrongly."""
    decidable = [one for one in outcomes if one.asked.answer != "unsaid"]
    right = sum(one.right for one in decidable) / max(1, len(decidable))
    return right, sum(one.wrong for one in outcomes) / max(1, len(outcomes))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.yes_no", description=__doc__.splitlines()[0])
    parser.add_argument("library", type=Path, help="a library of the sample articles")
    parser.add_argument("--wrong", action="store_true", help="print every question that was not decided rightly")
    chosen = parser.parse_args()
    with Library.open(chosen.library, reading=True) as library:
        outcomes = ask_all(library, load_questions())
    for one in outcomes:
        if chosen.wrong and not one.right:
            print(f"{one.asked.answer} -> {one.given} | {one.asked.question}")  # noqa: T201
    right, wrong = shares(outcomes)
    print(f"decided rightly {right:.3f} of those that the articles decide; wrongly {wrong:.3f} of all")  # noqa: T201


if __name__ == "__main__":
    main()
