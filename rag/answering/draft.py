"""`Draft`: what is known about a question when the answer is written; and how short answers and quotations are cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import MAX_ANSWER_WORDS, Form
from rag.answering.reconcile import Rival
from rag.english.words import normalised
from rag.question.query import Query
from rag.reading.agreement import Evidence, is_copy
from rag.reading.quoting import Quotation, sentence_around
from rag.retrieval.ranked import Ranked

QUOTES = 3
"""Sentences quoted under a short answer at most."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known about a question when the answer is written."""

    query: Query
    guess: str | None
    confidence: float
    quotations: Sequence[Quotation]
    ranked: Sequence[Ranked]
    form: Form = "span"
    rivals: Sequence[Rival] = ()
    notes: tuple[str, ...] = ()


def supporting_sentences(evidence: Sequence[Evidence]) -> list[Quotation]:
    """One to three sentences that hold an answer, each from another article, without repetition."""
    chosen: list[Quotation] = []
    for one in evidence:
        quotation = sentence_around(one.ranked, one.start, one.end)
        if not any(_repeats(quotation.text, other.text) for other in chosen):
            chosen.append(quotation)
        if len(chosen) == QUOTES:
            break
    return chosen


def _repeats(one: str, other: str) -> bool:
    return normalised(one) == normalised(other) or is_copy(one, other)


def short(text: str | None) -> str | None:
    """A guess as a short answer: without quotation marks around it, at most twelve words."""
    if text is None:
        return None
    plain = " ".join(text.split()).strip(" ,;:–—-\"“”‘’'")
    return " ".join(plain.split()[:MAX_ANSWER_WORDS]) or None
