"""Denial and certainty: what a sentence says is so, is not so, may be so, or will be so.

What a claim says must be turned ("did not") and weakened ("may", "reportedly", "plans to") as in its evidence. Both are
compared both ways: what covers words of the claim against the evidence, and what covers words of the evidence against
the claim. `DENIAL_RULES` and `CERTAINTY_RULES` say when a difference matters, and how it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rag.english.tokens import Sentence, is_verb
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.covers import DENYING, Cover, Effect, covers_of, effects_at, is_denied

Side = Literal["claim", "article"]

DENIALS: frozenset[Effect] = frozenset(("denied",))
HEDGES: frozenset[Effect] = frozenset(("possible", "alleged", "planned"))
MOST = 0.6


@dataclass(frozen=True, slots=True)
class Pair:
    """A place of the claim's sentence, and the place in a sentence of the evidence where its word stands too."""

    claim_at: int
    number: int
    evidence_at: int


@dataclass(frozen=True, slots=True)
class CoveredPair(Pair):
    """A pair one place of which is covered; `covered_at` is that place."""

    covered_at: int


@dataclass(frozen=True, slots=True)
class CoveredWords:
    """What a word covers in its sentence, with where it stands on the other side; no number for the claim's own."""

    cover: Cover
    sentence: Sentence
    number: int | None
    pairs: tuple[CoveredPair, ...]

    @property
    def of_heads(self) -> list[CoveredPair]:
        """The pairs of the first words that are covered."""
        return [pair for pair in self.pairs if pair.covered_at in self.cover.heads]

    @property
    def of_first(self) -> list[CoveredPair]:
        """The pairs of the very first word that is covered."""
        return [pair for pair in self.pairs if pair.covered_at in self.cover.heads[:1]]

    @property
    def phrase(self) -> str:
        """The words from what covers to what it covers, to be shown."""
        places = [self.cover.word.at, *self.cover.heads[:1]]
        first, last = min(places), min(max(places), min(places) + 8)
        return " ".join(word.text for word in self.sentence[first : last + 1])


class Comparison:
    """What turns or weakens the words of a claim, beside what does so in its evidence."""

    def __init__(self, alignment: Alignment) -> None:
        self.alignment = alignment
        self.of_claim = covers_of(alignment.claim)
        self.of_evidence = [covers_of(sentence) for sentence in alignment.evidence]

    def covered_pairs(self, side: Side, effects: frozenset[Effect]) -> Iterator[CoveredWords]:
        """What is covered on a side with one of these effects, in order."""
        alignment = self.alignment
        if side == "claim":
            for cover in self.of_claim:
                if cover.effect in effects:
                    yield CoveredWords(cover, alignment.claim, None, tuple(self._pairs_of_claim(cover)))
            return
        for number in alignment.sentences():
            for cover in self.of_evidence[number]:
                if cover.effect in effects:
                    pairs = tuple(self._pairs_of_evidence(number, cover))
                    yield CoveredWords(cover, alignment.evidence[number], number, pairs)

    def _pairs_of_claim(self, cover: Cover) -> Iterator[CoveredPair]:
        for at in cover.scope:
            for number, word in self.alignment.places(at):
                yield CoveredPair(at, number, word.at, covered_at=at)

    def _pairs_of_evidence(self, number: int, cover: Cover) -> Iterator[CoveredPair]:
        for at in cover.scope:
            for word in self.alignment.claim_places(number, self.alignment.evidence[number][at]):
                yield CoveredPair(word.at, number, at, covered_at=at)

    def evidence_covers(self) -> list[Cover]:
        """What turns or weakens words in the sentences of the evidence that the claim rests on."""
        return [cover for number in self.alignment.sentences() for cover in self.of_evidence[number]]

    def differ_in_denial(self, pair: Pair) -> bool:
        """Whether a word is turned round on one side only."""
        return is_denied(self.of_claim, pair.claim_at) != is_denied(self.of_evidence[pair.number], pair.evidence_at)

    def differ_in_certainty(self, pair: Pair) -> bool:
        """Whether a word is told as surer on one side than on the other."""
        claimed = effects_at(self.of_claim, pair.claim_at)
        return not _are_as_sure(claimed, effects_at(self.of_evidence[pair.number], pair.evidence_at))


@dataclass(frozen=True, slots=True)
class StanceRule:
    """When what is covered on one side tells of a mismatch: where all `pairs` differ, and nothing excuses it."""

    side: Side
    effects: frozenset[Effect]
    pairs: Callable[[CoveredWords], Sequence[CoveredPair]]
    differ: Callable[[Comparison, Pair], bool]
    is_excused: Callable[[Comparison, CoveredWords, Sequence[CoveredPair]], bool]
    reason: str


def find_denial_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """What a claim denies and its evidence does not, and the other way round."""
    return _find_stance_mismatches(alignment, DENIAL_RULES, is_mild=False)


def find_certainty_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """What the evidence holds possible, alleged or planned and the claim says as a fact; and the other way round."""
    return _find_stance_mismatches(alignment, CERTAINTY_RULES, is_mild=True)


def _find_stance_mismatches(alignment: Alignment, rules: Iterable[StanceRule], *, is_mild: bool) -> Iterator[Mismatch]:
    comparison = Comparison(alignment)
    for rule in rules:
        for covered in comparison.covered_pairs(rule.side, rule.effects):
            pairs = rule.pairs(covered)
            differ = all(rule.differ(comparison, pair) for pair in pairs)
            if differ and not rule.is_excused(comparison, covered, pairs):
                at = covered.cover.word.at if rule.side == "claim" else pairs[0].claim_at
                yield Mismatch(rule.reason.format(covered.phrase), at, is_mild)


def _is_denied_in_evidence_too(comparison: Comparison, covered: CoveredWords, pairs: Sequence[CoveredPair]) -> bool:
    """Whether the evidence denies by the same verb, or, where it holds none of the words, denies anything."""
    evidence = comparison.evidence_covers()
    verb = covered.cover.word.stem
    if verb in DENYING and any(cover.word.stem == verb for cover in evidence):
        return True
    return not pairs and any(cover.effect == "denied" for cover in evidence)


def _is_denied_in_claim_too(comparison: Comparison, covered: CoveredWords, pairs: Sequence[CoveredPair]) -> bool:
    """Whether the claim denies by the same verb, holds none of the words, or tells of something else."""
    verb = covered.cover.word.stem
    if not pairs:
        return True
    if verb not in DENYING:
        return False
    return any(cover.word.stem == verb for cover in comparison.of_claim) or _tells_of_another(comparison, covered)


def _tells_of_another(comparison: Comparison, covered: CoveredWords) -> bool:
    """Whether a claim's verbs stand in a sentence of the evidence outside of what is denied there."""
    cover, alignment = covered.cover, comparison.alignment
    denied = {cover.word.at, *cover.scope[: cover.scope.index(cover.heads[-1]) + 1]} if cover.heads else set()
    places = [place for word in alignment.claim if is_verb(word) for place in alignment.places(word.at)]
    there = [word for number, word in places if number == covered.number]
    return bool(there) and all(word.at not in denied for word in there)


def _is_weakened_in_claim(comparison: Comparison, covered: CoveredWords, pairs: Sequence[CoveredPair]) -> bool:
    return not pairs or _weakens(comparison.of_claim, covered.cover.effect)


def _is_weakened_in_evidence(comparison: Comparison, covered: CoveredWords, pairs: Sequence[CoveredPair]) -> bool:
    numbers = {pair.number for pair in pairs}
    return not pairs or any(_weakens(comparison.of_evidence[n], covered.cover.effect) for n in numbers)


def _weakens(covers: list[Cover], effect: Effect) -> bool:
    """Whether a sentence weakens something in this way, if not with the same words."""
    return any(cover.effect == effect for cover in covers)


def _first_or_most(covered: CoveredWords) -> Sequence[CoveredPair]:
    """The pairs of the first word that is covered, else all when the claim holds most of those words."""
    is_most = len({pair.covered_at for pair in covered.pairs}) >= MOST * len(covered.cover.scope)
    return covered.of_first or (covered.pairs if is_most else ())


def _are_as_sure(claimed: set[Effect], shown: set[Effect]) -> bool:
    """Whether a claim is as sure as its evidence; to allege is to say, but not to state as a fact."""
    if claimed & HEDGES == {"planned"} and shown & HEDGES == {"possible"}:
        return False
    if bool(claimed & HEDGES) == bool(shown & HEDGES):
        return True
    return (claimed & HEDGES or shown & HEDGES) == {"alleged"} and "told" in claimed | shown


DENIAL_RULES = (
    StanceRule(
        "claim",
        DENIALS,
        lambda covered: covered.of_heads,
        Comparison.differ_in_denial,
        _is_denied_in_evidence_too,
        "the claim says “{}”, the article does not",
    ),
    StanceRule(
        "article",
        DENIALS,
        lambda covered: covered.of_heads,
        Comparison.differ_in_denial,
        _is_denied_in_claim_too,
        "the article says “{}”, the claim does not",
    ),
)
CERTAINTY_RULES = (
    StanceRule(
        "article",
        HEDGES,
        _first_or_most,
        Comparison.differ_in_certainty,
        _is_weakened_in_claim,
        "the article says “{}”, the claim says it as a fact",
    ),
    StanceRule(
        "claim",
        HEDGES,
        lambda covered: covered.of_first or covered.of_heads,
        Comparison.differ_in_certainty,
        _is_weakened_in_evidence,
        "the claim says “{}”, the article says it otherwise",
    ),
)
