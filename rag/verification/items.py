"""Names, figures and dates of a sentence, and the nouns that act in it: what may stand in the wrong place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.english.dates import moments_of
from rag.english.figures import figures_of
from rag.english.names import canonical, names_of
from rag.english.tokens import Sentence, Word, is_verb, same

PREPOSITIONS = frozenset("in at on from to of by for with near after before since until against between under".split())


@dataclass(frozen=True, slots=True)
class SentenceItem:
    """A name, a figure or a date of a sentence: what it is compared by, how it is written, and where it stands."""

    kind: str
    key: object
    text: str
    at: int
    until: int


@lru_cache(maxsize=256)
def items_of(words: Sentence) -> tuple[SentenceItem, ...]:
    """What a sentence holds that another sentence may hold in another place."""
    items = [
        SentenceItem("name", tuple(canonical(w.lower) for w in name), _join(name), name[0].at, name[-1].at + 1)
        for name in names_of(words)
    ]
    items += [SentenceItem("figure", f, f.text, f.at, f.until) for f in figures_of(words) if f.kind != "ordinal"]
    items += [SentenceItem("date", m, m.text, m.at, m.until) for m in moments_of(words)]
    return tuple(sorted(items, key=lambda item: item.at))


@lru_cache(maxsize=256)
def actors_of(words: Sentence) -> tuple[SentenceItem, ...]:
    """What a sentence says that does something, or that something is done to: its items, and its other nouns."""
    items = items_of(words)
    taken = {at for item in items for at in range(item.at, item.until)}
    nouns = [
        SentenceItem("noun", word.stem, word.text, _group_start(words, word), word.at + 1)
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


def _join(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def agrees(claimed: SentenceItem, shown: SentenceItem) -> bool:
    """Whether two items are the same person, figure or day."""
    if claimed.kind != shown.kind:
        return False
    if isinstance(claimed.key, str) and isinstance(shown.key, str):
        return same(claimed.key, shown.key)
    if isinstance(claimed.key, tuple) and isinstance(shown.key, tuple):
        mine, theirs = set(claimed.key), set(shown.key)
        return mine <= theirs or theirs <= mine or _is_acronym(claimed, shown) or _is_acronym(shown, claimed)
    return bool(claimed.key.agrees(shown.key))  # type: ignore[attr-defined]


def _is_acronym(item: SentenceItem, spelled: SentenceItem) -> bool:
    """Whether a name is made of the first letters of another one."""
    initials = "".join(word[0] for word in spelled.text.split() if word[0].isupper())
    return item.text.isupper() and len(item.text) > 1 and item.text == initials


def slot_of(words: Sentence, item: SentenceItem) -> str:
    """The preposition that leads to an item, empty when there is none: what it does in its sentence."""
    before = [w.lower for w in words[max(0, item.at - 2) : item.at] if w.lower not in ("the", "a", "about", "some")]
    return before[-1] if before and before[-1] in PREPOSITIONS else ""


def is_actor(words: Sentence, item: SentenceItem) -> bool:
    """Whether an item stands as who does something, or to whom it is done: not "in", "of" or "with" it."""
    return slot_of(words, item) in ("", "by", "to", "from")
