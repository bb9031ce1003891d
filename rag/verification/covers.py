"""Words that turn or weaken others: "did not", "denied that", "may", "reportedly", "plans to".

Each such word covers a part of its sentence. `COVER_RULES` says which words do, and what each of them covers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from rag.english.tokens import BREAKS, Sentence, Word, lower_at, stem

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
NEAR_PARTICLES = frozenset("not without never hardly".split())
"""Particles that turn only the words next to them."""
HEADS = 2
"""How many of the first words covered are compared: those nearest to what covers them."""
NEAR = 7


@dataclass(frozen=True, slots=True)
class Cover:
    """A word that turns or weakens the words at `scope`, places in its sentence; `heads` are the first of them."""

    word: Word
    effect: Effect
    scope: tuple[int, ...]
    heads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CoverRule:
    """Which words turn or weaken others, and what one of them covers: None when it covers nothing here."""

    applies: Callable[[Sentence, Word], bool]
    cover: Callable[[Sentence, Word], Cover | None]


def covers_of(words: Sentence) -> list[Cover]:
    """What turns or weakens words of a sentence, in order."""
    return [cover for word in words if (cover := _cover_of(words, word))]


def is_denied(covers: list[Cover], at: int) -> bool:
    """Whether a place of a sentence is turned round by what covers it; two denials cancel out."""
    return sum(cover.effect == "denied" and at in cover.scope for cover in covers) % 2 == 1


def effects_at(covers: list[Cover], at: int) -> set[Effect]:
    """How the word at a place of a sentence is turned or weakened."""
    return {cover.effect for cover in covers if at in cover.scope}


def _cover_of(words: Sentence, word: Word) -> Cover | None:
    """What a word covers by the first rule that applies to it."""
    return next((rule.cover(words, word) for rule in COVER_RULES if rule.applies(words, word)), None)


def _cover_by_particle(words: Sentence, word: Word) -> Cover | None:
    is_second_half = word.lower == "nor" and any(other.lower == "neither" for other in words)
    if is_second_half or (word.lower, lower_at(words, word.at + 1)) in NOT_DENIALS:
        return None
    return _cover_from(words, word, "denied", near=word.lower in NEAR_PARTICLES)


def _is_voted_down(words: Sentence, word: Word) -> bool:
    return word.lower == "down" and lower_at(words, word.at - 1) in ("voted", "turned")


def _is_denying(words: Sentence, word: Word) -> bool:
    return word.stem in DENYING and not (word.stem == "rul" and lower_at(words, word.at + 1) != "out")


def _is_denied_by_somebody(words: Sentence, word: Word) -> bool:
    is_passive = lower_at(words, word.at - 1) in PASSIVE
    return (
        is_passive and _is_denying(words, word) and any(other.lower == "by" for other in words[word.at : word.at + 4])
    )


def _cover_subject(words: Sentence, word: Word) -> Cover:
    """In "the report was denied by the ministry" the subject is denied."""
    subject = tuple(other.at for other in words[: word.at] if other.is_content)[-2:]
    return Cover(word, "denied", subject, subject)


def _is_no_verb_here(words: Sentence, word: Word) -> bool:
    """Whether a word of `VERBS` weakens nothing: "older than was thought, they report", "an estimated 40"."""
    is_aside = VERBS.get(word.stem) == "possible" and lower_at(words, word.at + 1) == ","
    return is_aside or (word.lower == "estimated" and lower_at(words, word.at - 1) in ("an", "the"))


def _is_only_said_of_somebody(words: Sentence, word: Word) -> bool:
    """Whether "is said to", "was reported dead" tells what nobody answers for."""
    is_passive = lower_at(words, word.at - 1) in PASSIVE
    return VERBS.get(word.stem) == "told" and is_passive and lower_at(words, word.at + 1) in ("to", "that", "dead")


COVER_RULES = (
    CoverRule(lambda words, word: word.lower in PARTICLES, _cover_by_particle),
    CoverRule(_is_voted_down, lambda words, word: _cover_from(words, word, "denied", near=False)),
    CoverRule(
        lambda words, word: word.lower in MODALS and not (word.is_capital and word.at),
        lambda words, word: _cover_from(words, word, MODALS[word.lower], near=True),
    ),
    CoverRule(_is_denied_by_somebody, _cover_subject),
    CoverRule(_is_denying, lambda words, word: _cover_from(words, word, "denied", near=False)),
    CoverRule(_is_no_verb_here, lambda words, word: None),
    CoverRule(_is_only_said_of_somebody, lambda words, word: _cover_from(words, word, "alleged", near=False)),
    CoverRule(
        lambda words, word: word.stem in VERBS,
        lambda words, word: _cover_from(words, word, VERBS[word.stem], near=False),
    ),
)
"""In order: the first rule that applies to a word decides."""


def _cover_from(words: Sentence, word: Word, effect: Effect, *, near: bool) -> Cover | None:
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
