"""A language model's short answer, read again: the built-in reader answers the same question over the passages quoted.

A model may quote truly and take the wrong one of two names, figures or dates in its passage; each of its words then
stands in the article. The reader, trained to tell them apart, doubts it where it is sure of another answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer_kind import kind_of
from rag.reader import Reader
from rag.values import value_of
from rag.words import normalised

SURE = 2.0
"""The reader's score in logits above "no answer" from which another answer is told."""
APART = 4.0
"""How many logits the other answer is ahead of the model's at least."""
YES_NO = frozenset(("yes", "no"))
NOTHING_READ = -12.0
"""The score of an answer that the reader did not find among its best."""


def other_answer(reader: Reader, question: str, said: str, passages: Sequence[str]) -> str | None:
    """What the reader takes for the answer in the passages, when it is sure that it is not what was said; else None.

    On passages with two subjects (`tests/binding.yaml`) 0.76 of the answers that belong to the other one are doubted,
    and 0.06 of the right ones; of right answers to SQuAD 2.0 and to a news quiz 0.03 and 0.02.
    """
    if kind_of(question) == "long" or normalised(said) in YES_NO:
        return None
    said_best, other_best, other = NOTHING_READ, NOTHING_READ, None
    for text, spans in zip(passages, reader.read(question, passages), strict=True):
        for span in spans:
            words = text[span.start : span.end]
            if _say_the_same(words, said):
                said_best = max(said_best, span.score)
            elif span.score > other_best:
                other_best, other = span.score, words
    return other if other_best >= SURE and other_best - said_best >= APART else None


def _say_the_same(one: str, other: str) -> bool:
    """Whether two short answers say the same, or one holds the other."""
    first, second = f" {normalised(one)} ", f" {normalised(other)} "
    return first in second or second in first or value_of(one).same(value_of(other))
