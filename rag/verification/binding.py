"""Which name, figure or date belongs to what: right words in the wrong places.

The names, figures and dates of a claim must stand with the same words as in the evidence.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.english.figures import Figure, figures_of
from rag.english.names import TITLES, canonical, names_of
from rag.english.tokens import LIGHT, Sentence, Word, is_verb, same
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.items import SentenceItem, agrees, items_of, slot_of

SEGMENT_ENDS = frozenset(", ; : . ( ) “ ” — – and but while whereas who which that when where after before as".split())


def find_binding_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a name, figure or date of a claim stands with words that belong to another one in the evidence."""
    mine = items_of(alignment.claim)
    there = [i for sentence in alignment.evidence for i in items_of(sentence) if i.at]
    named = [i for i in mine if i.kind == "name" and any(agrees(i, other) for other in there)]
    shown = [held for number, sentence in enumerate(alignment.evidence) for held in _read_segments(number, sentence)]
    for segment in segments_of(alignment.claim):
        for item in (i for i in mine if i.at in segment):
            context = _context(alignment.claim, segment, item, named if item.kind != "name" else [])
            rival = _find_rival(item, slot_of(alignment.claim, item), context, shown) if context else None
            if rival and not any(agrees(i, rival) for i in mine):
                yield Mismatch(f"the article says this of {rival.text}, the claim of {item.text}", item.at)


def segments_of(words: Sentence) -> list[range]:
    """The stretches of a sentence between commas, joining words and the like."""
    cuts = [0, *(word.at for word in words if word.lower in SEGMENT_ENDS), len(words)]
    return [range(a, b) for a, b in itertools.pairwise(cuts) if b > a]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a sentence of the evidence: the sentence's number, its words, and items with what leads to each."""

    number: int
    words: tuple[Word, ...]
    items: tuple[tuple[SentenceItem, str], ...]

    def holds(self, item: SentenceItem) -> bool:
        """Whether the same person, figure or day stands in it."""
        return any(agrees(item, other) for other, _ in self.items)

    def in_role(self, kind: str, slot: str) -> list[SentenceItem]:
        """The items of a kind to which this preposition leads."""
        return [item for item, where in self.items if item.kind == kind and where == slot]


def _read_segments(number: int, words: Sentence) -> Iterator[Segment]:
    """The segments of a sentence; one that begins with "who" is about the name before it."""
    items = items_of(words)
    for segment in segments_of(words):
        inside = [(item, slot_of(words, item)) for item in items if item.at in segment]
        opening = words[segment.start].lower
        if opening == "," and segment.start + 1 < len(words):
            opening = words[segment.start + 1].lower
        if opening in ("who", "which"):
            inside += [(item, "") for item in items if item.kind == "name" and item.until <= segment.start][-1:]
        yield Segment(number, tuple(words[at] for at in segment), tuple(inside))


def _context(words: Sentence, segment: range, item: SentenceItem, names: Sequence[SentenceItem]) -> list[Word]:
    """The words that an item stands with, without some names: they may be a "he" in the evidence."""
    taken = {at for i in (item, *names) for at in range(i.at, i.until)}
    return [words[at] for at in segment if words[at].is_content and at not in taken]


@dataclass(frozen=True, slots=True)
class RivalItem:
    """An item of the evidence, with how many words of the claim's segment it stands with there."""

    item: SentenceItem
    score: int
    is_near: bool
    """Whether the claim's own item stands in its sentence."""


def _find_rival(
    item: SentenceItem, slot: str, context: Sequence[Word], segments: Sequence[Segment]
) -> SentenceItem | None:
    """Another item of the kind, in the same role, that stands with more of these words than the item itself does."""
    own = [segment for segment in segments if segment.holds(item)]
    if not own:
        return None
    best = max(_count_shared(context, segment) for segment in own)
    numbers = {segment.number for segment in own}
    rivals = [
        RivalItem(others[0], _count_shared(context, segment), segment.number in numbers)
        for segment in segments
        if not segment.holds(item) and (others := segment.in_role(item.kind, slot))
    ]
    reachable = [rival for rival in rivals if rival.score and (rival.is_near or slot == "" or item.kind != "name")]
    strongest = max(reachable, key=lambda rival: rival.score, default=None)
    return strongest.item if strongest and _is_clear(strongest, best, len(context)) else None


def _count_shared(context: Sequence[Word], segment: Segment) -> int:
    return sum(any(same(word.stem, other.stem) for other in segment.words) for word in context)


def _is_clear(rival: RivalItem, best: int, context_words: int) -> bool:
    """Whether a rival stands with so many more words than the item that these belong to it."""
    if rival.score >= best + 2 or (best == 0 and 2 * rival.score >= context_words):
        return True
    return rival.is_near and rival.item.kind == "figure" and best < rival.score and 3 * rival.score >= 2 * context_words


def find_modifier_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a name stands before a noun that another name stands before in the evidence: "a Pakistani drone"."""
    for name in names_of(alignment.claim):
        at = name[-1].at + 1
        if len(name) > 1 or at >= len(alignment.claim) or not _is_noun(alignment.claim[at]):
            continue
        before = [alignment.evidence[number][word.at - 1] for number, word in alignment.places(at) if word.at > 1]
        key = canonical(name[0].lower)
        if before and all(_is_modifier(word) and canonical(word.lower) != key for word in before):
            noun = alignment.claim[at].text
            yield Mismatch(f"the article says {before[0].text} {noun}, the claim {name[0].text} {noun}", name[0].at)


def _is_noun(word: Word) -> bool:
    """Whether a word may be what a name describes: not a name, and not what somebody of that name does."""
    return word.is_content and not word.is_capital and not is_verb(word) and not word.lower.endswith("s")


def _is_modifier(word: Word) -> bool:
    return word.is_capital and not word.is_mark and word.lower not in LIGHT and word.lower not in TITLES


def find_base_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a claim counts all of "14 of the 61"."""
    for figure in figures_of(alignment.claim):
        shown = [(s, f) for s in alignment.evidence for f in figures_of(s) if figure.agrees(f)]
        if shown and not _is_base(alignment.claim, figure) and all(_is_base(s, f) for s, f in shown):
            yield Mismatch(f"the article says a part of the {figure.text}, the claim {figure.text}", figure.at)


def _is_base(words: Sentence, figure: Figure) -> bool:
    before = [w.lower for w in words[max(0, figure.at - 3) : figure.at]]
    if figure.kind == "percent" and before[-1:] == ["of"]:  # "a rise of 7%"
        return False
    return len(before) >= 2 and "of" in before[-2:] and before[-1] in ("the", "its", "their", "of", "these", "those")
