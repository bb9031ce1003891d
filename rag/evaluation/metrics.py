"""Scores one answer: pure functions from a question and its answer to numbers between 0 and 1.

A score of None means that the measure does not apply to the question (no accepted answers, nothing cited, …): it is
left out of the mean.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rag.answer import Answer
from rag.evaluation.questions import QuestionRecord

EVIDENCE_DEPTHS = (1, 5, 10, 20)
Scores = dict[str, float | None]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_BREAKS = "—―…"
"""Punctuation that stands between words without a space: taken out, it would glue them together."""


def normalise(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: the normalisation of the published SQuAD script.

    Typographic punctuation goes the same way, so that “Squid Game” equals "Squid Game".
    """
    text = unicodedata.normalize("NFC", text).lower().translate(_PUNCTUATION)
    # Once more: an accent that stood on a punctuation mark stands on a letter now.
    return " ".join(_ARTICLES.sub(" ", unicodedata.normalize("NFC", text)).split())


class _Punctuation(dict[int, str | None]):
    """Decides about a character when it is first met: ASCII symbols and all Unicode punctuation go."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        gone = character in string.punctuation or character in "´`′″" or unicodedata.category(character)[0] == "P"
        self[code] = " " if character in _BREAKS else None if gone else character
        return self[code]


_PUNCTUATION = _Punctuation()


def holds(text: str, accepted: Iterable[str]) -> bool:
    """Whether one of the accepted answers stands in the text, as whole words, both normalised."""
    words = f" {normalise(text)} "
    return any(wanted and f" {wanted} " in words for wanted in map(normalise, accepted))


def exact(answer: str | None, accepted: Sequence[str]) -> float:
    """1 when the answer equals an accepted one, both normalised; no answer scores 0."""
    return float(answer is not None and normalise(answer) in {normalise(wanted) for wanted in accepted})


def f1(answer: str | None, accepted: Sequence[str]) -> float:
    """The best word overlap with an accepted answer (harmonic mean of precision and recall); no answer scores 0."""
    return (
        max((_overlap(normalise(answer).split(), normalise(wanted).split()) for wanted in accepted), default=0.0)
        if answer
        else 0.0
    )


def contains(answer: str | None, accepted: Sequence[str]) -> float:
    """1 when an accepted answer stands in the answer; no answer scores 0."""
    return float(answer is not None and holds(answer, accepted))


def _overlap(given: list[str], wanted: list[str]) -> float:
    if not given or not wanted:
        return float(given == wanted)
    same = (Counter(given) & Counter(wanted)).total()
    return 2 * same / (len(given) + len(wanted))


def first_evidence(question: QuestionRecord, passages: Sequence[str]) -> int | None:
    """The rank, from 1, of the first passage text in which an accepted answer stands."""
    return next((rank for rank, text in enumerate(passages, start=1) if holds(text, question.answers)), None)


def evidence_scores(question: QuestionRecord, rank: int | None) -> Scores:
    """`evidence_hit@k`, from the rank of the first evidence."""
    applies = question.answerable and question.answers
    return {
        f"evidence_hit@{depth}": float(rank is not None and rank <= depth) if applies else None
        for depth in EVIDENCE_DEPTHS
    }


def answer_scores(question: QuestionRecord, answer: Answer | None, verbatim: Sequence[bool]) -> Scores:
    """Every score of the answer itself; `answer` is None when asking failed, which counts as wrong.

    `verbatim` tells of each citation whether it stands in its article. A question with a "conflicting" answer counts as
    answered; `citation_support` looks at answered questions that have accepted answers.
    """
    given = answer.answer if answer else None
    guess = answer.guess if answer else None
    quotes = [citation.quote for citation in answer.citations] if answer else []
    answered = answer is not None and answer.status != "not_found"
    declined = answer is not None and not answered
    scores: Scores = {}
    for name, score in {"exact": exact, "f1": f1, "contains": contains}.items():
        for key, short in {name: given if answered else None, f"{name}_forced": guess}.items():
            scores[key] = score(short, question.answers) if question.answerable and question.answers else None
    supported = float(any(holds(quote, question.answers) for quote in quotes))
    scores["citation_support"] = supported if answered and scores["contains"] is not None else None
    scores["verbatim"] = sum(verbatim) / len(verbatim) if verbatim else None
    scores["answered_precision"] = _right_when_answered(question, scores) if answered else None
    scores["abstention_recall"] = None if question.answerable else float(declined)
    scores["abstention_precision"] = float(not question.answerable) if declined else None
    return scores


def _right_when_answered(question: QuestionRecord, scores: Mapping[str, float | None]) -> float | None:
    return scores["contains"] if question.answerable else 0.0
