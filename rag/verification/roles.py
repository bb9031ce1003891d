"""Who did it to whom, and which figure belongs to what: right words in the wrong places.

The names, figures and dates of a claim must stand with the same words as in the evidence.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.english.dates import moments_of
from rag.english.figures import Figure, figures_of
from rag.english.names import TITLES, canonical, names_of
from rag.english.tokens import BREAKS, LIGHT, Sentence, Word, is_verb, lower_at, same
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.speakers import is_speaking

OPPOSITE_WAYS = (("from", "to"), ("to", "from"), ("first", "then"), ("then", "first"))
TO_AND_FRO = frozenset(("from", "to", "by", "after", "before", "on", ",", ";"))
ARTICLES = frozenset(("a", "an", "the"))
AMOUNTS = ("figure", "date")
IN_TURN = frozenset(("first", "then", ",", ";"))
PREPOSITIONS = frozenset("in at on from to of by for with near after before since until against between under".split())
PASSIVE = frozenset("is are was were been be being".split())
SEGMENT_ENDS = frozenset(", ; : . ( ) “ ” — – and but while whereas who which that when where after before as".split())


@dataclass(frozen=True, slots=True)
class Item:
    """A name, a figure or a date of a sentence: what it is compared by, how it is written, and where it stands."""

    kind: str
    key: object
    text: str
    at: int
    until: int


@lru_cache(maxsize=256)
def items_of(words: Sentence) -> tuple[Item, ...]:
    """What a sentence holds that another sentence may hold in another place."""
    items = [
        Item("name", tuple(canonical(w.lower) for w in name), _written(name), name[0].at, name[-1].at + 1)
        for name in names_of(words)
    ]
    items += [Item("figure", f, f.text, f.at, f.until) for f in figures_of(words) if f.kind != "ordinal"]
    items += [Item("date", m, m.text, m.at, m.until) for m in moments_of(words)]
    return tuple(sorted(items, key=lambda item: item.at))


@lru_cache(maxsize=256)
def actors_of(words: Sentence) -> tuple[Item, ...]:
    """What a sentence says that does something, or that something is done to: its items, and its other nouns."""
    items = items_of(words)
    taken = {at for item in items for at in range(item.at, item.until)}
    nouns = [
        Item("noun", word.stem, word.text, _group_start(words, word), word.at + 1)
        for word in words
        if word.at not in taken and _is_head(words, word)
    ]
    return tuple(sorted([*items, *nouns], key=lambda item: item.at))


def _group_start(words: Sentence, head: Word) -> int:
    at = head.at
    while at and words[at - 1].is_content and not is_verb(words[at - 1]):
        at -= 1
    return at


def _is_head(words: Sentence, word: Word) -> bool:
    """Whether a word looks like the last of a noun group."""
    if not word.is_content or is_verb(word) or not word.text[0].isalpha() or word.lower.endswith("ly"):
        return False
    if word.at and words[word.at - 1].lower == "to":  # "voted to lower"
        return False
    following = words[word.at + 1] if word.at + 1 < len(words) else None
    return following is None or not following.is_content or is_verb(following)


def _written(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def agrees(claimed: Item, shown: Item) -> bool:
    """Whether two items are the same person, figure or day."""
    if claimed.kind != shown.kind:
        return False
    if isinstance(claimed.key, str) and isinstance(shown.key, str):
        return same(claimed.key, shown.key)
    if isinstance(claimed.key, tuple) and isinstance(shown.key, tuple):
        one, other = set(claimed.key), set(shown.key)
        return one <= other or other <= one or _is_acronym(claimed, shown) or _is_acronym(shown, claimed)
    return bool(claimed.key.agrees(shown.key))  # type: ignore[attr-defined]


def _is_acronym(item: Item, spelled: Item) -> bool:
    """Whether a name is made of the first letters of another one."""
    initials = "".join(word[0] for word in spelled.text.split() if word[0].isupper())
    return item.text.isupper() and len(item.text) > 1 and item.text == initials


def find_order_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where two names stand on other sides of a verb than in the evidence, which is not in the passive there."""
    mine = items_of(alignment.claim)
    for word in alignment.claim:
        if not is_verb(word) or any(item.at <= word.at < item.until for item in mine):
            continue
        places = alignment.places(word.at)
        for number, verb in [place for place in places if place[1].stem == word.stem] or places:
            sentence = alignment.evidence[number]
            crossed = _crossed(alignment.claim, word, sentence, verb)
            if crossed:
                yield Mismatch(f"in the article {crossed} stand the other way round", word.at)
                return


def _crossed(said: Sentence, word: Word, sentence: Sentence, verb: Word) -> str | None:
    """Two items that change sides between a claim's word and the same word in the evidence."""
    turned = _is_passive(said, word) != _is_passive(sentence, verb)
    theirs = actors_of(sentence)
    for one, other in _around(said, word):
        if agrees(one, other):
            continue
        ones = _nearest(one, theirs, verb.at, sentence)
        others = _nearest(other, theirs, verb.at, sentence)
        if not ones or not others or not _acts(said, one) or not _acts(said, other):
            continue
        one_before, other_before = ones[0].at < verb.at, others[0].at < verb.at
        if one_before != other_before and one_before == turned:
            return f"{one.text} and {other.text}"
    return None


def _around(said: Sentence, verb: Word) -> Iterator[tuple[Item, Item]]:
    """Pairs of what stands before a verb and after it: of names, figures or dates the nearest one before it; of nouns
    those of its clause, unless it is a verb of saying, which may stand after what is said, or describes a noun."""
    before = [i for i in items_of(said) if i.until <= verb.at]
    yield from (
        (one, other) for one in before[-1:] for other in items_of(said) if other.at > verb.at and other.kind == one.kind
    )
    if is_speaking(verb) or said[verb.at - 1].lower in PREPOSITIONS | ARTICLES:
        return
    first = max((w.at for w in said[: verb.at] if w.is_mark or w.lower in BREAKS), default=-1)
    last = min((w.at for w in said[verb.at :] if w.is_mark or w.lower in BREAKS), default=len(said))
    actors = [i for i in actors_of(said) if first < i.at < last and i.kind not in AMOUNTS]
    subjects = [i for i in actors if i.until <= verb.at and _acts(said, i)]
    if subjects and any(is_verb(said[at]) for at in range(subjects[0].until, verb.at)):
        del subjects[0]  # it does something else
    for one in {id(i): i for i in (*subjects[:1], *subjects[-1:])}.values():
        yield from ((one, other) for other in actors if other.at > verb.at)


def _nearest(item: Item, theirs: Sequence[Item], at: int, words: Sentence) -> list[Item]:
    """The same item of the evidence, that nearest to a place first, where it acts or is acted on."""
    return sorted((i for i in theirs if agrees(item, i) and _acts(words, i)), key=lambda i: abs(i.at - at))


def _acts(words: Sentence, item: Item) -> bool:
    """Whether an item stands as who does something, or to whom it is done: not "in", "of" or "with" it."""
    return _slot(words, item) in ("", "by", "to", "from")


def _is_passive(words: Sentence, verb: Word) -> bool:
    before = {w.lower for w in words[max(0, verb.at - 3) : verb.at]}
    after = [w for w in words[verb.at + 1 : verb.at + 12] if w.lower == "by"]
    if lower_at(words, verb.at + 1) == "by" and verb.lower.endswith("ed"):  # "a calf rescued by rangers"
        return True
    return bool(before & PASSIVE) and any(lower_at(words, w.at + 2) not in ("end", "start") for w in after)


def find_from_to_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where what stands after "from" and after "to" has changed places."""
    yield from _nouns_turned(alignment)
    for preposition, counter in OPPOSITE_WAYS:
        for item in items_of(alignment.claim):
            if not _follows(alignment.claim, item, preposition):
                continue
            places = [(s, i) for s in alignment.evidence for i in items_of(s) if agrees(item, i)]
            if places and all(_follows(s, i, counter) for s, i in places):
                yield Mismatch(
                    f"the article says “{counter} {item.text}”, the claim “{preposition} {item.text}”", item.at
                )


def find_comparison_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where what stands before "than" and after it has changed places."""
    ours = next((word.at for word in alignment.claim if word.lower == "than"), None)
    if ours is None:
        return
    turned: dict[bool, Word] = {}
    for word in (word for word in alignment.claim if word.is_content):
        sides = set()
        for number, other in alignment.places(word.at):
            sentence = alignment.evidence[number]
            theirs = next((one.at for one in sentence if one.lower == "than"), None)
            if theirs is not None and not any(one.is_mark for one in sentence[theirs : other.at]):
                sides.add(other.at > theirs)  # a word behind a mark is not what is compared with
        if sides == {word.at < ours}:
            turned.setdefault(word.at > ours, word)
    if len(turned) == 2:
        before, after = turned[False], turned[True]
        yield Mismatch(f"the article says “than {before.text}”, the claim “than {after.text}”", after.at)


def _nouns_turned(alignment: Alignment) -> Iterator[Mismatch]:
    """Nouns that stand straight after "from" in a claim and after "to" in the evidence, or the other way round."""
    for word in alignment.claim[1:]:
        before = alignment.claim[word.at - 1].lower
        if before not in ("from", "to") or not word.is_content:
            continue
        there = {
            alignment.evidence[number][other.at - 1].lower for number, other in alignment.places(word.at) if other.at
        }
        if there and there <= {"from", "to"} - {before}:
            counter = next(iter(there))
            yield Mismatch(f"the article says “{counter} {word.text}”, the claim “{before} {word.text}”", word.at)


def _follows(words: Sentence, item: Item, preposition: str) -> bool:
    ways = TO_AND_FRO if preposition in TO_AND_FRO else IN_TURN
    return next((w.lower for w in reversed(words[: item.at]) if w.lower in ways), "") == preposition


def find_binding_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a name, figure or date of a claim stands with words that belong to another one in the evidence."""
    mine = items_of(alignment.claim)
    there = [i for sentence in alignment.evidence for i in items_of(sentence) if i.at]
    named = [i for i in mine if i.kind == "name" and any(agrees(i, other) for other in there)]
    shown = [
        held for number, sentence in enumerate(alignment.evidence) for held in _segments_with_items(number, sentence)
    ]
    for segment in segments_of(alignment.claim):
        for item in (i for i in mine if i.at in segment):
            context = _context(alignment.claim, segment, item, named if item.kind != "name" else [])
            rival = _rival(item, _slot(alignment.claim, item), context, shown) if context else None
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
    items: tuple[tuple[Item, str], ...]


def _segments_with_items(number: int, words: Sentence) -> Iterator[Segment]:
    """The segments of a sentence; one that begins with "who" is about the name before it."""
    items = items_of(words)
    for segment in segments_of(words):
        inside = [(item, _slot(words, item)) for item in items if item.at in segment]
        opening = words[segment.start].lower
        if opening == "," and segment.start + 1 < len(words):
            opening = words[segment.start + 1].lower
        if opening in ("who", "which"):
            inside += [(item, "") for item in items if item.kind == "name" and item.until <= segment.start][-1:]
        yield Segment(number, tuple(words[at] for at in segment), tuple(inside))


def _slot(words: Sentence, item: Item) -> str:
    """The preposition that leads to an item, empty when there is none: what it does in its sentence."""
    before = [w.lower for w in words[max(0, item.at - 2) : item.at] if w.lower not in ("the", "a", "about", "some")]
    return before[-1] if before and before[-1] in PREPOSITIONS else ""


def _context(words: Sentence, segment: range, item: Item, names: Sequence[Item]) -> list[Word]:
    """The words that an item stands with, without some names: they may be a "he" in the evidence."""
    taken = {at for i in (item, *names) for at in range(i.at, i.until)}
    return [words[at] for at in segment if words[at].is_content and at not in taken]


def _rival(item: Item, slot: str, context: Sequence[Word], shown: Sequence[Segment]) -> Item | None:
    """Another item of the kind, in the same role, that stands with more of these words than the item itself does."""
    best, rival_score, rival, near = 0, 0, None, False
    own = {s.number for s in shown if any(agrees(item, other) for other, _ in s.items)}
    for segment in shown:
        score = sum(any(same(w.stem, other.stem) for other in segment.words) for w in context)
        alike = [(other, where) for other, where in segment.items if other.kind == item.kind]
        if any(agrees(item, other) for other, _ in alike):
            best = max(best, score)
            continue
        in_role = [other for other, where in alike if where == slot]
        is_near = segment.number in own
        reachable = is_near or slot == "" or item.kind != "name"
        if in_role and reachable and score > rival_score:
            rival_score, rival, near = score, in_role[0], is_near
    clear = rival_score >= best + 2 or (best == 0 and 2 * rival_score >= len(context))
    clear |= near and item.kind == "figure" and rival_score > best and 3 * rival_score >= 2 * len(context)
    return rival if own and clear else None


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
