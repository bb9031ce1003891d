"""Questions that are answered with yes or no, by a sentence of an article that says so, or that says the contrary.

"Was Karimov born in Samarkand?" becomes the claim "Karimov born in Samarkand", which is held against the nearest
sentences (`rag.verification.verify`). A sentence that supports it answers yes; one that tells of the same but denies
it, or gives another figure, name or date in its place, answers no. If there is neither, the reader is asked the open
questions behind it (`rag.question.open_questions`): "Where was Karimov born?" decides as well. Else nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from rag.english.names import holds_name
from rag.english.predicates import Predication, says_of_another, says_of_subject, split_claim
from rag.english.tokens import held, sentences_of
from rag.english.values import value_of
from rag.question.open_questions import OpenQuestion
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.reading.quoting import Quotation, sentence_around
from rag.verification.verify import find_contradictions, verify

EXISTENCE = re.compile(r"^there\s+(?:(?:still|already|ever)\s+)?(?:an?|any|some)?\s*", re.I)
ONE_UNIT = re.compile(
    r"(?<!dollars )(?<!euros )(?<!percent )(?<!times )(?<!\d )\ban?(?= (?:year|month|week|day|hour|decade)\b)", re.I
)
"""A length of time that an article can contradict: "gave them a year", not "60 million dollars a year"."""
NOTHING_SAID = "The articles do not say yes or no; the nearest sentences are quoted."
NEAR = 0.45
"""Cosine to the question below which a sentence decides nothing."""
PLANNED = re.compile(
    r"\b(?:(?:is|are|was|were) (?:also )?(?:to|due|expected|planned|scheduled|meant)|will|would|plan(?:s|ned)? to)\b",
    re.I,
)
"""What tells of something that had not happened yet."""
LEAST_SHARED = 2
"""Words of the claim that a sentence must hold at least to decide that it is not so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and the sentence that says so."""

    answer: str
    quotation: Quotation


def decide(
    understanding: Understanding,
    quotations: Sequence[Quotation],
    read: Callable[[OpenQuestion], Sequence[Candidate]],
    today: date,
) -> Decision | None:
    """Yes or no with the sentence that says so, the nearest of the sentences first; None when none does.

    `read` gives the candidates that answer an open question well, the best first.
    """
    if understanding.claim is None:
        return None
    claim = ONE_UNIT.sub("1", EXISTENCE.sub("", understanding.claim))
    return _decided_by_reading(understanding, understanding.open_questions(today), read) or _decided_by_sentence(
        understanding, claim, [quotation for quotation in quotations if quotation.score >= NEAR]
    )


def _decided_by_sentence(understanding: Understanding, claim: str, near: Sequence[Quotation]) -> Decision | None:
    """What one sentence says of the claim's subject; a newer sentence that denies it outweighs one that says so."""
    predication = split_claim(claim, understanding.opening)
    yes = next((quotation for quotation in near if _says_so(understanding, claim, predication, quotation)), None)
    no = next((quotation for quotation in near if _denies(claim, predication, quotation)), None)
    if yes and (no is None or _day(no) <= _day(yes)):
        return Decision("Yes", yes)
    return Decision("No", no) if no else None


def _day(quotation: Quotation) -> int:
    return quotation.ranked.found.day or 0


def _decided_by_reading(
    understanding: Understanding, opened: Sequence[OpenQuestion], read: Callable[[OpenQuestion], Sequence[Candidate]]
) -> Decision | None:
    """What the answers to open questions decide: one that contradicts says no; yes takes that all are answered by what
    was named, and not by what is only planned."""
    agreed: list[Evidence] = []
    for one in opened:
        found = read(one)
        named = next((candidate for candidate in found if _says(candidate.text, one)), None)
        if named is None and found and one.one_only and not _is_among(one, found[0].evidence[0]):
            return Decision("No", _quoted(found[0].evidence[0]))
        if named is not None and named is found[0]:
            agreed.append(named.evidence[0])
    if not agreed or len(agreed) < len(opened) or _is_only_planned(understanding, agreed[0].sentence):
        return None
    return Decision("Yes", _quoted(agreed[0]))


def _is_among(one: OpenQuestion, found: Evidence) -> bool:
    """Whether who was named stands beside who was found: "the six presidents signed it"."""
    return one.text.startswith("Who") and holds_name(found.sentence, one.named)


def _is_only_planned(understanding: Understanding, sentence: str) -> bool:
    return bool(understanding.tense == "past" and PLANNED.search(sentence))


def _says_so(understanding: Understanding, claim: str, predication: Predication | None, quotation: Quotation) -> bool:
    """Whether a sentence supports a claim in the claim's words, and says it of the claim's subject."""
    if _is_only_planned(understanding, quotation.text) or predication is None:
        return False
    if not _holds_all_words(claim, quotation) or not says_of_subject(quotation.text, predication):
        return False
    return verify(claim, _evidence(quotation)).support == "supported"


def _denies(claim: str, predication: Predication | None, quotation: Quotation) -> bool:
    """Whether a sentence tells of the same as a claim, and says the contrary of its subject."""
    if predication is not None and says_of_another(quotation.text, predication):
        return False
    return _tells_of_the_same(claim, quotation) and bool(find_contradictions(claim, _evidence(quotation)))


def _says(answer: str, one: OpenQuestion) -> bool:
    """Whether a short answer is what was named: a figure within what was said of it ("more than 70")."""
    found, wanted = value_of(answer), value_of(one.named)
    if one.bound:
        if not (found.figures and wanted.figures):
            return False
        more = found.figures[0].value > wanted.figures[0].value
        return more == (one.bound == "more") and found.figures[0].value != wanted.figures[0].value
    if found.figures and wanted.figures:
        return wanted.figures[0].agrees(found.figures[0])
    return found.same(wanted)


def _evidence(quotation: Quotation) -> list[str]:
    """A sentence, and the headline beside it: it names whom the sentence calls "he"."""
    return [text for text in (quotation.text, quotation.ranked.found.title) if text]


def _quoted(one: Evidence) -> Quotation:
    return sentence_around(one.ranked, one.start, one.end)


def _holds_all_words(claim: str, quotation: Quotation) -> bool:
    """Whether sentence and headline hold all words of the claim, and the sentence more than one of them."""
    here, all_held = _found(claim, quotation.text), _found(claim, " ".join(_evidence(quotation)))
    return sum(here) > 1 and all(all_held)


def _tells_of_the_same(claim: str, quotation: Quotation) -> bool:
    """Whether a sentence holds most of a claim's words, and with its headline all but one of them."""
    here, all_held = _found(claim, quotation.text), _found(claim, " ".join(_evidence(quotation)))
    return sum(here) >= max(LEAST_SHARED, len(here) / 2) and sum(all_held) >= len(all_held) - 1


def _found(claim: str, text: str) -> list[bool]:
    said = [word for one in sentences_of(text) for word in one]
    return [held(word, said) for one in sentences_of(claim) for word in one if word.is_content]
