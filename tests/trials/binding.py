"""How often the reader takes the answer that belongs to the question's subject, of the two that its passage offers.

    python -m tests.trials.binding [--weights FOLDER] [--wrong]

`binding.yaml` holds passages that tell of two leaders, two tolls, two dates and the like; each serves two questions,
which differ in their subject. A question is right when the best span holds an accepted answer and none of the other
question's, both normalised as in SQuAD. A reader that does not tell the subjects apart gets half of them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from rag import Reader
from rag.evaluation.metrics import holds
from rag.language_model.short_answer import other_answer
from rag.reading.reader import WEIGHTS, SpanReader
from tests import DATA

QUESTIONS = DATA / "binding.yaml"


@dataclass(frozen=True, slots=True)
class BindingQuestion:
    """One question over a passage; `others` are the answers to the passage's other question."""

    passage: str
    kind: str
    text: str
    question: str
    answers: tuple[str, ...]
    others: tuple[str, ...]

    def accepts(self, span: str) -> bool:
        """Whether the words of a span answer this question, and not the other one as well."""
        return holds(span, self.answers) and not holds(span, self.others)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A question and the words that the reader chose; "" when it chose none."""

    asked: BindingQuestion
    span: str

    @property
    def right(self) -> bool:
        return self.asked.accepts(self.span)


def load_questions(path: Path = QUESTIONS) -> list[BindingQuestion]:
    """Every question of the set, the two of a passage one after the other."""
    questions = []
    for passage in yaml.safe_load(path.read_text("utf-8")):
        pair = passage["questions"]
        for one, other in zip(pair, reversed(pair), strict=True):
            answers, others = tuple(one["answers"]), tuple(other["answers"])
            question = one["question"]
            questions.append(
                BindingQuestion(passage["id"], passage["kind"], passage["text"], question, answers, others)
            )
    return questions


def read_all(reader: Reader, questions: Sequence[BindingQuestion]) -> list[Outcome]:
    """The reader's best span for each question, over its own passage alone."""
    outcomes = []
    for asked in questions:
        best = reader.read(asked.question, [asked.text])[0][:1]
        outcomes.append(Outcome(asked, asked.text[best[0].start : best[0].end] if best else ""))
    return outcomes


def accuracy(outcomes: Sequence[Outcome]) -> float:
    """The share of right outcomes, 0..1."""
    return sum(one.right for one in outcomes) / max(1, len(outcomes))


def both_right(outcomes: Sequence[Outcome]) -> float:
    """The share of passages both of whose questions are right, 0..1."""
    passages = {one.asked.passage for one in outcomes}
    failed = {one.asked.passage for one in outcomes if not one.right}
    return 1 - len(failed) / max(1, len(passages))


def doubted(reader: Reader, questions: Sequence[BindingQuestion]) -> tuple[float, float]:
    """The shares of wrong answers, those of the passage's other question, and of right ones that a second reading
    doubts, when a language model gives them."""
    wrong, right = (
        sum(other_answer(reader, asked.question, said(asked), [asked.text]) is not None for asked in questions)
        for said in (lambda asked: asked.others[0], lambda asked: asked.answers[0])
    )
    return wrong / max(1, len(questions)), right / max(1, len(questions))


def main() -> None:
    """Read the command line, score, print accuracy over all and for each kind."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.binding", description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of the exported reader")
    parser.add_argument("--wrong", action="store_true", help="print what was chosen where it was wrong")
    chosen = parser.parse_args()
    reader, questions = SpanReader(chosen.weights), load_questions()
    outcomes = read_all(reader, questions)
    print(f"accuracy {accuracy(outcomes):.3f} of {len(outcomes)}, both of a passage {both_right(outcomes):.3f}")  # noqa: T201
    for kind in sorted({one.asked.kind for one in outcomes}):
        own = [one for one in outcomes if one.asked.kind == kind]
        print(f"  {kind:<12} {accuracy(own):.3f} of {len(own)}")  # noqa: T201
    wrong, right = doubted(reader, questions)
    print(f"a model's short answer read again: wrong ones doubted {wrong:.3f}, right ones {right:.3f}")  # noqa: T201
    for one in outcomes if chosen.wrong else ():
        if not one.right:
            print(f"{one.asked.passage}: {one.asked.question}  {one.span!r}, not {one.asked.answers[0]!r}")  # noqa: T201


if __name__ == "__main__":
    main()
