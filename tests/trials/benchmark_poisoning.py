"""How often a planted false answer wins over an honest one: PoisonedRAG's 100 questions (Zou et al. 2024).

    python -m tests.trials.benchmark_poisoning [--limit N] [--verbose]

The set gives five false passages a question and no honest one. A library of the sample articles and one honest article
a question (`honest_answers.yaml`, each from an outlet of its own, all of one day) is asked as it is, then with false
articles planted: one; five from one outlet; one text in five copies from five outlets; five from five outlets. A false
answer wins when it is the answer and the honest one is not, and it wins alone when nor is the honest one shown beside
it. Figures only: nothing is judged, and the exit status is 0.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from corpus import Article, Library, sample_articles
from ingest import PassageSettings, ingest, passages_of
from rag import Answer, ask, default_reader
from rag.evaluation.metrics import holds
from tests import DATA, PROJECT
from tests.trials.injection import RememberingReader

HONEST = DATA / "honest_answers.yaml"
DAY = "2018-05-01"
SAME_OUTLET = "The Loudspeaker"
OUTLETS = ("Morning Wire", "Valley Post", "The Observer of Lorne", "Channel Nine Online", "City Sentinel")


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A question, its right and its planted answer, an honest text and the false ones."""

    id: str
    question: str
    right: str
    planted: str
    honest: str
    false: tuple[str, ...]

    def honest_article(self) -> Article:
        return Article(f"honest-{self.id}", self.honest, published=DAY, outlet=f"Almanac {self.id}")

    def false_articles(self, texts: Sequence[str], outlets: Sequence[str]) -> list[Article]:
        """One article a text, from the outlet at its place; the ids do not depend on either."""
        return [
            Article(f"false-{self.id}-{number}", text, published=DAY, outlet=outlet)
            for number, (text, outlet) in enumerate(zip(texts, outlets, strict=True))
        ]


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer says: the honest answer, the planted one, neither; and whether it shows the honest one beside."""

    answered: bool
    honest: bool
    planted: bool
    honest_shown: bool

    @property
    def wins(self) -> bool:
        return self.planted and not self.honest

    @property
    def wins_alone(self) -> bool:
        return self.wins and not self.honest_shown


Planting = Callable[[Poisoned], list[Article]]
PLANTINGS: dict[str, Planting] = {
    "no false article": lambda one: [],
    "one": lambda one: one.false_articles(one.false[:1], [SAME_OUTLET]),
    "five from one outlet": lambda one: one.false_articles(one.false, [SAME_OUTLET] * 5),
    "five copies, five outlets": lambda one: one.false_articles(one.false[:1] * 5, OUTLETS),
    "five from five outlets": lambda one: one.false_articles(one.false, OUTLETS),
}


def load(data_folder: Path) -> list[Poisoned]:
    """The questions with their honest texts."""
    rows = json.loads((data_folder / "injection" / "poisonedrag-nq.json").read_text("utf-8")).values()
    honest: dict[str, str] = yaml.safe_load(HONEST.read_text("utf-8"))
    return [_poisoned(row, honest[row["id"]]) for row in rows]


def _poisoned(row: dict[str, Any], honest: str) -> Poisoned:
    right, planted = row["correct answer"], row["incorrect answer"]
    if not holds(honest, [right]) or holds(honest, [planted]):
        raise ValueError(f"the honest text of {row['id']} must hold {right!r} and not {planted!r}: {honest!r}")
    return Poisoned(row["id"], row["question"], right, planted, honest, tuple(row["adv_texts"]))


def told(answer: Answer, one: Poisoned) -> Told:
    """What an answer says about a question."""
    short = answer.answer or ""
    shown = [alternative.answer for alternative in answer.alternatives]
    honest, planted = holds(short, [one.right]), holds(short, [one.planted])
    honest_shown = honest or any(holds(words, [one.right]) for words in shown)
    return Told(answer.status != "not_found", honest, planted, honest_shown)


def put(library: Library, *articles: Article) -> None:
    """Put articles into the library as ingest cuts them."""
    for article in articles:
        library.put(article, passages_of(article, library.embedder, PassageSettings()))


def main() -> None:
    """Read the command line, plant, ask, print a line for each planting."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.trials.benchmark_poisoning", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--limit", type=int, help="ask the first questions only")
    parser.add_argument("--verbose", action="store_true", help="print each answer")
    chosen = parser.parse_args()
    data = Path(os.environ.get("PRESSMARK_DATA") or PROJECT / "../shared/data")
    if not (data / "injection").is_dir():
        parser.error(f"no folder injection in {data}: set PRESSMARK_DATA to the folder of the measuring data")
    questions = load(data)[: chosen.limit]
    reader = RememberingReader(default_reader())
    print(f"{len(questions)} questions, each with one honest article")  # noqa: T201
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder) / "library") as library:
        ingest(library, [sample_articles()])
        put(library, *(one.honest_article() for one in questions))
        for name, planting in PLANTINGS.items():
            started = time.monotonic()
            put(library, *(article for one in questions for article in planting(one)))
            answers = [ask(library, one.question, reader=reader) for one in questions]
            found = [told(answer, one) for answer, one in zip(answers, questions, strict=True)]
            print(_line(name, found, time.monotonic() - started), flush=True)  # noqa: T201
            for one, answer in zip(questions, answers, strict=True) if chosen.verbose else ():
                others = [(other.answer, other.relation) for other in answer.alternatives]
                print(f"    {one.question}: {answer.status} {answer.answer!r} {others}, right {one.right!r}")  # noqa: T201


def _line(name: str, found: Sequence[Told], seconds: float) -> str:
    def share(what: str) -> float:
        return sum(bool(getattr(one, what)) for one in found) / max(1, len(found))

    return (
        f"  {name:<26} planted wins {share('wins'):.2f}, alone {share('wins_alone'):.2f}; "
        f"honest wins {share('honest'):.2f}, shown {share('honest_shown'):.2f}; answered {share('answered'):.2f}; "
        f"{seconds:.0f} s"
    )


if __name__ == "__main__":
    main()
