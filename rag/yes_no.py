"""Questions that are answered with yes or no, by a sentence of an article that says so, or that says the contrary.

"Was Karimov born in Samarkand?" becomes the claim "Karimov born in Samarkand", which is held against the nearest
sentences (`rag.verify`). A sentence that supports it answers yes; one that tells of the same but denies it, or gives
another figure, name or date in its place, answers no; if there is neither, nothing is decided.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.quoting import Quotation
from rag.verify import verify
from rag.verify_words import held, sentences_of

YES_NO = re.compile(
    r"^(?:(?:and|but|so|then)[,\s]+)?(?P<verb>is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
    r"(?P<denied>n['’]t| not)?\s+(?P<rest>.+?)\s*\?*$",
    re.I | re.S,
)
CHOICE = re.compile(r"\bor\b", re.I)
EXISTENCE = re.compile(r"^there\s+(?:(?:still|already|ever)\s+)?(?:an?|any|some)?\s*", re.I)
CONTRARY = re.compile(r"^the (?:article (?:says|names)|claim says)\b")
NOTHING_SAID = "The articles do not say yes or no; the nearest sentences are quoted."
NEAR = 0.45
"""Cosine to the question below which a sentence decides nothing."""
FARTHEST = 6
"""Words between two words of the claim at most, in a sentence that says yes."""
LEAST_SHARED = 2
"""Words of the claim that a sentence must hold at least, and all but one, to decide that it is not so."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Yes or no, and the sentence that says so."""

    answer: str
    quotation: Quotation


def claim_of(question: str) -> str | None:
    """What a question asks to be true; None when it is not one for yes or no ("Is it A or B?")."""
    match = YES_NO.match(question.strip())
    if match is None or CHOICE.search(match["rest"]):
        return None
    return EXISTENCE.sub("", match["rest"])


def decide(question: str, quotations: Sequence[Quotation]) -> Decision | None:
    """The first of the sentences, nearest first, that says yes or no; None when none does."""
    claim = claim_of(question)
    if claim is None:
        return None
    near = [one for one in quotations if one.score >= NEAR]
    for one in near:
        if _says_it_closely(claim, one) and verify(claim, [one.text]).support == "supported":
            return Decision("Yes", one)
    for one in near:
        verdict = verify(claim, [one.text])
        if verdict.support != "supported" and CONTRARY.match(verdict.reason) and _tells_of_the_same(claim, one):
            return Decision("No", one)
    return None


def _says_it_closely(claim: str, quotation: Quotation) -> bool:
    """Whether sentence and headline hold all words of the claim, and the sentence those that it holds near each other.

    "Ghazi is the third man to lead it since the death of Namangani" holds all of "Ghazi dead" and does not say it.
    """
    said = [word for one in sentences_of(quotation.text) for word in one]
    titled = [word for one in sentences_of(quotation.ranked.found.title) for word in one]
    places: list[int] = []
    for word in (word for one in sentences_of(claim) for word in one if word.is_content):
        here = [at for at, other in enumerate(said) if held(word, [other])]
        if not here and not held(word, titled):
            return False
        places += here[:1]
    places.sort()
    return len(places) > 1 and all(after - before <= FARTHEST for before, after in itertools.pairwise(places))


def _tells_of_the_same(claim: str, quotation: Quotation) -> bool:
    found = _found(claim, quotation.text)
    return sum(found) >= max(LEAST_SHARED, len(found) - 1)


def _found(claim: str, text: str) -> list[bool]:
    said = [word for one in sentences_of(text) for word in one]
    return [held(word, said) for one in sentences_of(claim) for word in one if word.is_content]
