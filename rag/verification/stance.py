"""Denial and certainty: what a sentence says is so, is not so, may be so, or will be so.

A sentence's words are covered by what turns them ("did not", "denied that") and by what weakens them ("may",
"reportedly", "plans to"). What a claim says must be turned and weakened as in its evidence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.english.tokens import BREAKS, Sentence, Word, is_verb, stem
from rag.verification.alignment import Alignment, Problem

Effect = Literal["denied", "possible", "alleged", "planned", "told"]

PARTICLES = frozenset("not never no none nobody nothing neither nor without hardly".split())
OBJECTS = frozenset("nobody nothing none".split())
NOT_DENIALS = frozenset(
    (("not", "only"), ("no", "fewer"), ("no", "less"), ("no", "later"), ("no", "more"), ("no", "doubt"))
)
DENYING = frozenset(
    map(stem, "deny refuse reject fail decline doubt lack avoid prevent unable impossible unlikely rule".split())
)
MODALS: dict[str, Effect] = {
    **dict.fromkeys(
        "may might could possibly probably perhaps apparently presumably likely maybe potentially".split(), "possible"
    ),
    **dict.fromkeys("reportedly allegedly supposedly purportedly".split(), "alleged"),
    **dict.fromkeys("will would shall".split(), "planned"),
}  # fmt: skip
VERBS: dict[str, Effect] = {
    **dict.fromkeys(
        map(
            stem,
            "believe think suspect fear appear seem suspicion assume estimate forecast predict consider".split(),
        ),
        "possible",
    ),
    **dict.fromkeys(map(stem, "allege claim accuse rumour allegation".split()), "alleged"),
    **dict.fromkeys(
        map(stem, "plan intend hope aim promise propose want threaten expect vow pledge seek decision".split()),
        "planned",
    ),
    **dict.fromkeys(
        map(stem, "say tell announce report add explain state write warn argue confirm insist admit recall".split()),
        "told",
    ),
}  # fmt: skip
NEEDS_LINK: dict[str, frozenset[str]] = {
    stem("accuse"): frozenset(("of",)),
    stem("suspicion"): frozenset(("of",)),
    **{
        stem(verb): frozenset(("to",))
        for verb in (
            "plan intend hope aim promise propose want threaten expect vow pledge seek appear seem decision forecast "
            "predict"
        ).split()
    },
}
"""Verbs that cover only what follows a word: "accused him of", "plans to"."""
PASSIVE = frozenset("is are was were been be".split())
HEDGES: frozenset[Effect] = frozenset(("possible", "alleged", "planned"))
HEADS = 2
"""How many of the first words covered are compared: those nearest to what covers them."""
NEAR = 7
MOST = 0.6


@dataclass(frozen=True, slots=True)
class Cover:
    """A word that turns or weakens what stands at `scope`, places of its sentence; `heads` are the first of them."""

    word: Word
    effect: Effect
    scope: tuple[int, ...]
    heads: tuple[int, ...]


def covers_of(words: Sentence) -> list[Cover]:
    """What turns or weakens words of a sentence, in order."""
    return [cover for word in words if (cover := _cover(words, word))]


def _cover(words: Sentence, word: Word) -> Cover | None:
    following = words[word.at + 1].lower if word.at + 1 < len(words) else ""
    before = words[word.at - 1].lower if word.at else ""
    if word.lower in PARTICLES:
        if (word.lower, following) in NOT_DENIALS or (word.lower == "nor" and "neither" in {w.lower for w in words}):
            return None
        return _covering(words, word, "denied", near=word.lower in ("not", "without", "never", "hardly"))
    if word.lower == "down" and before in ("voted", "turned"):
        return _covering(words, word, "denied", near=False)
    if word.lower in MODALS and not (word.is_capital and word.at):
        return _covering(words, word, MODALS[word.lower], near=True)
    if word.stem in DENYING and not (word.stem == "rul" and following != "out"):
        if before in PASSIVE and "by" in {other.lower for other in words[word.at : word.at + 4]}:
            subject = tuple(other.at for other in words[: word.at] if other.is_content)[-2:]
            return Cover(word, "denied", subject, subject)
        return _covering(words, word, "denied", near=False)
    effect = VERBS.get(word.stem)
    if effect == "possible" and following == ",":  # "older than was thought, they report"
        return None
    if word.lower == "estimated" and before in ("an", "the"):  # it bounds a figure
        return None
    if effect == "told" and before in PASSIVE and following in ("to", "that", "dead"):
        effect = "alleged"
    return _covering(words, word, effect, near=False) if effect else None


def _covering(words: Sentence, word: Word, effect: Effect, *, near: bool) -> Cover | None:
    start = word.at + 1
    links = NEEDS_LINK.get(word.stem)
    if links:
        linked = next((other.at for other in words[start : start + 8] if other.lower in links), None)
        if linked is None:
            return None
        start = linked + 1
    scope = list(_until_break(words, start, near=near, stops=effect == "denied"))
    if word.lower in OBJECTS:
        scope = [*_verb_before(words, word.at), *scope]
    return Cover(word, effect, tuple(scope), tuple(scope[:HEADS]))


def _until_break(words: Sentence, start: int, *, near: bool, stops: bool) -> Iterator[int]:
    for word in words[start : start + NEAR] if near else words[start:]:
        if word.lower in BREAKS and not (word.at == start and word.lower in (",", "that")):
            return
        if stops and (word.lower == "and" or word.lower in PARTICLES):
            return
        if word.is_content:
            yield word.at


def _verb_before(words: Sentence, at: int) -> Iterator[int]:
    if at and words[at - 1].is_content:
        yield at - 1


def is_denied(covers: list[Cover], at: int) -> bool:
    """Whether a place of a sentence is turned round by what covers it; two denials cancel out."""
    return sum(cover.effect == "denied" and at in cover.scope for cover in covers) % 2 == 1


def _effects(covers: list[Cover], at: int) -> set[Effect]:
    return {cover.effect for cover in covers if at in cover.scope}


def denial_problems(aligned: Alignment) -> Iterator[Problem]:
    """What a claim denies and its evidence does not, and the other way round."""
    mine = covers_of(aligned.said)
    theirs = [covers_of(sentence) for sentence in aligned.shown]
    for cover in (one for one in mine if one.effect == "denied"):
        if any(one.word.stem == cover.word.stem in DENYING for n in aligned.sentences() for one in theirs[n]):
            continue
        pairs = [(at, place) for at in cover.heads for place in aligned.places(at)]
        agreeing = [1 for at, (n, word) in pairs if is_denied(mine, at) == is_denied(theirs[n], word.at)]
        bare = not pairs and not any(c.effect == "denied" for n in aligned.sentences() for c in theirs[n])
        if (pairs and not agreeing) or bare:
            yield Problem(f"the claim says “{_phrase(aligned.said, cover)}”, the article does not", cover.word.at)
    for number in aligned.sentences():
        for cover in (one for one in theirs[number] if one.effect == "denied"):
            sentence = aligned.shown[number]
            if cover.word.stem in DENYING and any(one.word.stem == cover.word.stem for one in mine):
                continue
            turned = [(at, w) for at in cover.heads for w in aligned.claim_places(number, sentence[at])]
            agreeing = [1 for at, w in turned if is_denied(mine, w.at) == is_denied(theirs[number], at)]
            if cover.word.stem in DENYING and _tells_of_another(aligned, number, cover):
                continue
            if turned and not agreeing:
                yield Problem(f"the article says “{_phrase(sentence, cover)}”, the claim does not", turned[0][1].at)


def _tells_of_another(aligned: Alignment, number: int, cover: Cover) -> bool:
    """Whether a claim's verbs stand in a sentence of the evidence outside of what is denied there."""
    covered = {cover.word.at, *cover.scope[: cover.scope.index(cover.heads[-1]) + 1]} if cover.heads else set()
    places = [p for word in aligned.said if is_verb(word) for p in aligned.places(word.at) if p[0] == number]
    return bool(places) and all(word.at not in covered for _, word in places)


def certainty_problems(aligned: Alignment) -> Iterator[Problem]:
    """What the evidence holds possible, alleged or planned and the claim says as a fact; and the other way round."""
    mine = covers_of(aligned.said)
    theirs = [covers_of(sentence) for sentence in aligned.shown]
    for number in aligned.sentences():
        sentence = aligned.shown[number]
        for cover in (one for one in theirs[number] if one.effect in HEDGES and one.heads):
            pairs = [(at, w) for at in cover.scope for w in aligned.claim_places(number, sentence[at])]
            telling = [p for p in pairs if p[0] == cover.heads[0]] or (pairs if _covers_most(pairs, cover) else [])
            bare = [w for at, w in telling if not _as_sure(_effects(mine, w.at), _effects(theirs[number], at))]
            if telling and len(bare) == len(telling) and not _weakened(mine, cover.effect):
                said = _phrase(sentence, cover)
                yield Problem(f"the article says “{said}”, the claim says it as a fact", bare[0].at, is_mild=True)
    for cover in (one for one in mine if one.effect in HEDGES and one.heads):
        placed = [(at, place) for at in cover.heads for place in aligned.places(at)]
        placed = [pair for pair in placed if pair[0] == cover.heads[0]] or placed
        surer = [1 for at, (n, w) in placed if not _as_sure(_effects(mine, at), _effects(theirs[n], w.at))]
        numbers = {n for _, (n, _) in placed}
        if placed and len(surer) == len(placed) and not any(_weakened(theirs[n], cover.effect) for n in numbers):
            said = _phrase(aligned.said, cover)
            yield Problem(f"the claim says “{said}”, the article says it otherwise", cover.word.at, is_mild=True)


def _weakened(covers: list[Cover], effect: Effect) -> bool:
    """Whether a sentence weakens something in this way, if not with the same words."""
    return any(cover.effect == effect for cover in covers)


def _covers_most(pairs: list[tuple[int, Word]], cover: Cover) -> bool:
    """Whether a claim holds most of the words that are covered in the evidence."""
    return len({at for at, _ in pairs}) >= MOST * len(cover.scope)


def _as_sure(claimed: set[Effect], shown: set[Effect]) -> bool:
    """Whether a claim is as sure as its evidence; to allege is to say, but not to state as a fact."""
    if claimed & HEDGES == {"planned"} and shown & HEDGES == {"possible"}:
        return False
    if bool(claimed & HEDGES) == bool(shown & HEDGES):
        return True
    return (claimed & HEDGES or shown & HEDGES) == {"alleged"} and "told" in claimed | shown


def _phrase(words: Sentence, cover: Cover) -> str:
    """The words from what covers to what it covers, to be shown."""
    places = [cover.word.at, *cover.heads[:1]]
    first, last = min(places), min(max(places), min(places) + 8)
    return " ".join(word.text for word in words[first : last + 1])
