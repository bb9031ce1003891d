"""A language model's short answer: whose words it uses, whether the reader agrees, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answer import Answer
from rag.answering.draft import short
from rag.english.values import value_of
from rag.english.words import content_words, normalised
from rag.language_model.claims import CheckedClaim, stray_word
from rag.language_model.reply import Reply
from rag.question.kind import kind_of
from rag.reading.reader import Reader
from rag.verification.verify import verify

YES_NO = frozenset(("yes", "no"))
DOUBTED = 0.5
"""What is left of the confidence in a short answer that the built-in reader reads otherwise."""


def holds(check: CheckedClaim, said: str) -> bool:
    """Whether a quotation of a claim holds the words of a short answer."""
    return any(normalised(said) in normalised(quotation.text) for quotation in check.quotations)


def short_answer(reply: Reply, standing: Sequence[CheckedClaim], builtin: Answer) -> tuple[str | None, bool]:
    """The short answer, and whether its words are the model's own and not those of a quotation.

    The model's, when it stands in a quotation, is yes or no, or holds nothing that the quotations do not; else the
    built-in one, when the model's own claim and its quotation hold it; else there is none.
    """
    evidence = [quotation.text for check in standing for quotation in check.quotations]
    told = (short(reply.short_answer) or "").rstrip(" ,;:")
    if told and any(stands_in(told, text) for text in evidence):
        return told, False
    if told and _is_borne_out(told, evidence):
        return told, True
    guess = builtin.guess
    if guess and any(stands_in(guess, check.claim.text) and holds(check, guess) for check in standing[:1]):
        return guess, False
    return None, False


def stands_in(said: str, text: str) -> bool:
    """Whether words stand in a text, however they are written."""
    plain = normalised(said)
    return bool(plain) and f" {plain} " in f" {normalised(text)} "


def agree(first: str | None, second: str | None) -> bool:
    """Whether one of two short answers holds the other."""
    return bool(first and second) and (stands_in(first or "", second or "") or stands_in(second or "", first or ""))


def _is_borne_out(told: str, evidence: Sequence[str]) -> bool:
    if told.strip(" .!").lower() in YES_NO:
        return True
    held = {word for text in evidence for word in normalised(text).split()}
    words = {normalised(word) for word in content_words(told)}
    known = bool(words) and words <= held and stray_word(told, evidence) is None
    return known and verify(told, evidence).support == "supported"


def read_otherwise(
    reader: Reader, question: str, said: str | None, standing: Sequence[CheckedClaim], builtin: Answer
) -> str | None:
    """What the built-in reader is sure to be the answer in the passages quoted, when it is not what the model said.

    Nothing where the built-in answer, which weighs more than the reader's score, is the model's.
    """
    if said and builtin.status == "answered" and agree(said, builtin.guess):
        return None
    passages = dict.fromkeys(
        quotation.ranked.found.passage.text for check in standing for quotation in check.quotations
    )
    return other_answer(reader, question, said, list(passages)) if said else None


def confidence_in(said: str | None, other: str | None, standing: Sequence[CheckedClaim], builtin: Answer) -> float:
    """A guide, not fitted on anything: what is verified counts, agreement with the built-in answer counts more, and
    least is left where the reader takes `other` for the answer."""
    share = sum(check.verdict.support == "supported" for check in standing) / len(standing)
    confidence = 1 - (1 - builtin.confidence) / 2 if agree(said, builtin.guess) else 0.5
    return round(confidence * (0.5 + share / 2) * (DOUBTED if other else 1.0), 4)


SURE = 2.0
"""The reader's score in logits above "no answer" from which another answer is told."""
APART = 4.0
"""How many logits the other answer is ahead of the model's at least."""
YES_NO = frozenset(("yes", "no"))
NOTHING_READ = -12.0
"""The score of an answer that the reader did not find among its best."""


def other_answer(reader: Reader, question: str, said: str, passages: Sequence[str]) -> str | None:
    """What the reader takes for the answer in the passages, when it is sure that it is not what was said; else None.

    On passages with two subjects (`tests/data/binding.yaml`) 0.76 of the answers that belong to the other one are
    doubted, and 0.06 of the right ones; of right answers to SQuAD 2.0 and to a news quiz 0.03 and 0.02.
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
