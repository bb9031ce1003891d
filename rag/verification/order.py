"""Who did it to whom: what a claim puts on other sides of a verb, of "from" and "to", or of "than"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.english.tokens import BREAKS, Sentence, Word, is_verb, lower_at
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.items import PREPOSITIONS, SentenceItem, actors_of, agrees, is_actor, items_of
from rag.verification.speakers import is_speaking

OPPOSITE_WAYS = (("from", "to"), ("to", "from"), ("first", "then"), ("then", "first"))
TO_AND_FRO = frozenset(("from", "to", "by", "after", "before", "on", ",", ";"))
ARTICLES = frozenset(("a", "an", "the"))
AMOUNTS = ("figure", "date")
IN_TURN = frozenset(("first", "then", ",", ";"))
PASSIVE = frozenset("is are was were been be being".split())


def find_order_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where two names stand on other sides of a verb than in the evidence, which is not in the passive there."""
    mine = items_of(alignment.claim)
    for word in alignment.claim:
        if not is_verb(word) or any(item.at <= word.at < item.until for item in mine):
            continue
        places = alignment.places(word.at)
        for number, verb in [place for place in places if place[1].stem == word.stem] or places:
            sentence = alignment.evidence[number]
            crossed = _find_crossing(alignment.claim, word, sentence, verb)
            if crossed:
                yield Mismatch(f"in the article {crossed} stand the other way round", word.at)
                return


def _find_crossing(said: Sentence, word: Word, sentence: Sentence, verb: Word) -> str | None:
    """Two items that change sides between a claim's word and the same word in the evidence."""
    turned = _is_passive(said, word) != _is_passive(sentence, verb)
    theirs = actors_of(sentence)
    for before, after in _pairs_around(said, word):
        if agrees(before, after):
            continue
        first = _nearest(before, theirs, verb.at, sentence)
        second = _nearest(after, theirs, verb.at, sentence)
        if not first or not second or not is_actor(said, before) or not is_actor(said, after):
            continue
        is_first_before, is_second_before = first[0].at < verb.at, second[0].at < verb.at
        if is_first_before != is_second_before and is_first_before == turned:
            return f"{before.text} and {after.text}"
    return None


def _pairs_around(claim: Sentence, verb: Word) -> Iterator[tuple[SentenceItem, SentenceItem]]:
    """What stands before a verb of a claim, with each thing that stands after it."""
    yield from _amounts_around(claim, verb)
    describes_noun = claim[verb.at - 1].lower in PREPOSITIONS | ARTICLES
    if not describes_noun and not is_speaking(verb):  # a verb of saying may stand after what is said
        yield from _actors_around(claim, verb)


def _amounts_around(claim: Sentence, verb: Word) -> Iterator[tuple[SentenceItem, SentenceItem]]:
    """The nearest name, figure or date before a verb, with each of its kind after it."""
    items = items_of(claim)
    for before in [item for item in items if item.until <= verb.at][-1:]:
        yield from ((before, after) for after in items if after.at > verb.at and after.kind == before.kind)


def _actors_around(claim: Sentence, verb: Word) -> Iterator[tuple[SentenceItem, SentenceItem]]:
    """The first and the last subject of a verb in its clause, with each of the other nouns after it."""
    clause = _clause_around(claim, verb)
    actors = [item for item in actors_of(claim) if item.at in clause and item.kind not in AMOUNTS]
    subjects = [item for item in actors if item.until <= verb.at and is_actor(claim, item)]
    if subjects and any(is_verb(claim[at]) for at in range(subjects[0].until, verb.at)):
        del subjects[0]  # it does something else
    for subject in subjects[:1] + subjects[1:][-1:]:
        yield from ((subject, actor) for actor in actors if actor.at > verb.at)


def _clause_around(words: Sentence, verb: Word) -> range:
    """The places between the marks and joining words that are nearest to a verb, these left out."""
    first = max((word.at for word in words[: verb.at] if _ends_clause(word)), default=-1)
    return range(first + 1, min((word.at for word in words[verb.at :] if _ends_clause(word)), default=len(words)))


def _ends_clause(word: Word) -> bool:
    return word.is_mark or word.lower in BREAKS


def _nearest(item: SentenceItem, theirs: Sequence[SentenceItem], at: int, words: Sentence) -> list[SentenceItem]:
    """The same item of the evidence, that nearest to a place first, where it acts or is acted on."""
    return sorted((i for i in theirs if agrees(item, i) and is_actor(words, i)), key=lambda i: abs(i.at - at))


def _is_passive(words: Sentence, verb: Word) -> bool:
    before = {w.lower for w in words[max(0, verb.at - 3) : verb.at]}
    after = [w for w in words[verb.at + 1 : verb.at + 12] if w.lower == "by"]
    if lower_at(words, verb.at + 1) == "by" and verb.lower.endswith("ed"):  # "a calf rescued by rangers"
        return True
    return bool(before & PASSIVE) and any(lower_at(words, w.at + 2) not in ("end", "start") for w in after)


def find_from_to_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where what stands after "from" and after "to" has changed places."""
    yield from _find_turned_nouns(alignment)
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
            theirs = next((shown.at for shown in sentence if shown.lower == "than"), None)
            if theirs is not None and not any(shown.is_mark for shown in sentence[theirs : other.at]):
                sides.add(other.at > theirs)  # a word behind a mark is not what is compared with
        if sides == {word.at < ours}:
            turned.setdefault(word.at > ours, word)
    if len(turned) == 2:
        before, after = turned[False], turned[True]
        yield Mismatch(f"the article says “than {before.text}”, the claim “than {after.text}”", after.at)


def _find_turned_nouns(alignment: Alignment) -> Iterator[Mismatch]:
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


def _follows(words: Sentence, item: SentenceItem, preposition: str) -> bool:
    ways = TO_AND_FRO if preposition in TO_AND_FRO else IN_TURN
    return next((w.lower for w in reversed(words[: item.at]) if w.lower in ways), "") == preposition
