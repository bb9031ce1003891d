"""Aligns a claim with its evidence: where each of its words appears there."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.figures import told_in_figures
from rag.english.tokens import Sentence, Word, country_of, same

EvidencePlace = tuple[int, Word]
"""The number of a sentence of the evidence, and a word of it."""
CLAUSE_WORDS = 4
"""A clause with fewer words is no clause of its own: a part of a list, or an aside."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that the evidence does not say so: why, and the place in the claim's sentence.

    A mild one overstates or understates what is there; another contradicts it, or is not there at all.
    """

    reason: str
    at: int
    is_mild: bool = False


class Alignment:
    """One sentence of a claim beside all sentences of its evidence."""

    def __init__(self, said: Sentence, shown: Sequence[Sentence]) -> None:
        """`shown` holds at least one sentence."""
        self.claim = said
        self.evidence = shown
        self.clauses = list(_clauses(said))
        self._anywhere = {
            word.at: [
                (number, other) for number, sentence in enumerate(shown) for other in sentence if _match(word, other)
            ]
            for word in said
            if word.is_content
        }
        self._best = [self._nearest(clause) for clause in self.clauses]

    def _nearest(self, clause: range) -> int:
        """The number of the sentence of the evidence that holds most of a clause's words."""

        def overlap(number: int) -> int:
            return sum(any(place[0] == number for place in self._anywhere.get(at, ())) for at in clause)

        return max(range(len(self.evidence)), key=lambda number: (overlap(number), -number))

    def clause_of(self, at: int) -> int:
        """The number of the clause that a place of the claim belongs to."""
        return next(number for number, clause in enumerate(self.clauses) if at in clause)

    def sentence_for(self, at: int) -> Sentence:
        """The sentence of the evidence that the clause at a place of the claim is told by."""
        return self.evidence[self._best[self.clause_of(at)]]

    def sentences(self) -> list[int]:
        """The numbers of the sentences of the evidence that the clauses are told by."""
        return sorted({number for at in self._anywhere for number, _ in self.places(at)} | set(self._best))

    def places(self, at: int) -> list[EvidencePlace]:
        """Where the word at a place of the claim stands: in its clause's sentence, else in the others."""
        found = self._anywhere.get(at, [])
        best = self._best[self.clause_of(at)]
        return [place for place in found if place[0] == best] or found

    def claim_places(self, number: int, word: Word) -> list[Word]:
        """The words of the claim that stand for a word of a sentence of the evidence."""
        return [self.claim[at] for at in self._anywhere if any(place == (number, word) for place in self.places(at))]

    def unknown(self) -> list[Word]:
        """The words of the claim that stand nowhere in the evidence."""
        told = told_in_figures(self.claim)
        return [self.claim[at] for at, places in self._anywhere.items() if not places and at not in told]


def _match(word: Word, other: Word) -> bool:
    if other.is_mark:
        return False
    return same(word.stem, other.stem) or (word.is_capital and other.is_capital and _are_of_one_country(word, other))


def _are_of_one_country(word: Word, other: Word) -> bool:
    country = country_of(word.lower)
    return country is not None and country == country_of(other.lower)


def _clauses(said: Sentence) -> Iterator[range]:
    """The clauses of a sentence, as ranges of places that cover it."""
    cuts = [0]
    for word in said[1:-1]:
        before = said[word.at - 1].lower
        joins = word.lower in ("but", "while", "whereas") or (word.lower == "and" and before == ",")
        if (word.lower == ";" or joins) and word.at - cuts[-1] >= CLAUSE_WORDS and len(said) - word.at > CLAUSE_WORDS:
            cuts.append(word.at)
    for first, after in itertools.pairwise([*cuts, len(said)]):
        yield range(first, after)
