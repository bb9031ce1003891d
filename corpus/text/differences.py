"""What changed between two texts: sentence by sentence, and word by word inside the sentences that changed.

    before, after ─► sentences ─► pieces (same, changed, removed, added) ─► stretches of words (same, removed, added)

Put together again, the pieces give each text back, but for the white space between its sentences. Sentences and words
are compared apart from how they are set: typographic quotes, dashes, blanks. A piece that differs in nothing else says
so. Alignment is difflib's.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from corpus.text.sentences import sentence_spans

Kind = Literal["same", "changed", "removed", "added"]
WORD = re.compile(r"\s*(?:\w+(?:[.,:'’-]\w+)*[%°]?|[^\w\s])|\s+")
SETTING = str.maketrans(
    {**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'), **dict.fromkeys("‐‑‒–—―−", "-"), "…": "...",
     **dict.fromkeys("\u00ad\u200b\u2060\ufeff", None)}
)  # fmt: skip
"""Characters that only set a text otherwise."""
ALIKE = 0.5
"""The share of words that two sentences must have in common to be one sentence that was changed."""
FEW = 40
"""Sentences of one changed stretch that are paired by likeness; longer stretches are paired in their order."""
MANY_WORDS = 2_000
"""A sentence of more words is shown as removed and added as a whole."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some words of a sentence: in both texts, only in the earlier (removed) or only in the later (added)."""

    kind: Literal["same", "removed", "added"]
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence: in both texts, changed, or in one of them only (the other is ""). `opens` says whether a paragraph
    begins with it, `stretches` are the words of a changed one, and `typographic` that only their setting differs."""

    kind: Kind
    before: str
    after: str
    opens: bool = False
    stretches: tuple[Stretch, ...] = ()
    typographic: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """All sentences of two texts, in order."""

    pieces: tuple[Piece, ...]

    @property
    def changes(self) -> tuple[Piece, ...]:
        """The sentences that are not the same."""
        return tuple(piece for piece in self.pieces if piece.kind != "same")

    @property
    def is_typographic(self) -> bool:
        """Whether the texts differ in their setting alone."""
        return all(piece.typographic for piece in self.changes)


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    opens: bool
    plain: str


def difference(before: str, after: str) -> Difference:
    """What changed from one text to another."""
    old, new = _sentences(before), _sentences(after)
    matcher = SequenceMatcher(None, [sentence.plain for sentence in old], [sentence.plain for sentence in new])
    pieces: list[Piece] = []
    for tag, from_, to, start, end in matcher.get_opcodes():
        if tag == "equal":
            pieces += [
                _pair_equal(old_sentence, new_sentence)
                for old_sentence, new_sentence in zip(old[from_:to], new[start:end], strict=True)
            ]
        else:
            pieces += _pair_replaced(old[from_:to], new[start:end])
    return Difference(tuple(pieces))


def plain_setting(text: str) -> str:
    """A text as it is compared: straight quotes, plain dashes, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).translate(SETTING).split())


def _sentences(text: str) -> list[_Sentence]:
    sentences: list[_Sentence] = []
    last = 0
    for start, end in sentence_spans(text):
        opens = not sentences or "\n" in text[last:start]
        sentences.append(_Sentence(text[start:end], opens, plain_setting(text[start:end])))
        last = end
    return sentences


def _pair_equal(old: _Sentence, new: _Sentence) -> Piece:
    if old.text == new.text:
        return Piece("same", old.text, new.text, new.opens)
    stretches = (Stretch("removed", old.text), Stretch("added", new.text))
    return Piece("changed", old.text, new.text, new.opens, stretches, typographic=True)


def _pair_replaced(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> Iterator[Piece]:
    """The pieces of a stretch of sentences that stand in the place of others: pairs, and what has no counterpart."""
    done_old = done_new = 0
    for at, other in [*_pairs(old, new), (len(old), len(new))]:
        yield from (Piece("removed", sentence.text, "", sentence.opens) for sentence in old[done_old:at])
        yield from (Piece("added", "", sentence.text, sentence.opens) for sentence in new[done_new:other])
        if at < len(old):
            stretches = tuple(_stretches(old[at].text, new[other].text))
            yield Piece("changed", old[at].text, new[other].text, new[other].opens, stretches)
        done_old, done_new = at + 1, other + 1


def _pairs(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> list[tuple[int, int]]:
    """Which sentences became which: in order, with the greatest likeness in all."""
    if len(old) > FEW or len(new) > FEW:
        return [
            (at, at)
            for at, (old_sentence, new_sentence) in enumerate(zip(old, new, strict=False))
            if _alike(old_sentence, new_sentence) >= ALIKE
        ]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(old_sentence, new_sentence) for new_sentence in new] for old_sentence in old]
    for at in reversed(range(len(old))):
        for other in reversed(range(len(new))):
            paired = alike[at][other] + best[at + 1][other + 1] if alike[at][other] >= ALIKE else 0.0
            best[at][other] = max(paired, best[at + 1][other], best[at][other + 1])
    pairs, at, other = [], 0, 0
    while at < len(old) and other < len(new):
        if best[at][other] == best[at + 1][other]:
            at += 1
        elif best[at][other] == best[at][other + 1]:
            other += 1
        else:
            pairs.append((at, other))
            at, other = at + 1, other + 1
    return pairs


def _alike(old_sentence: _Sentence, new_sentence: _Sentence) -> float:
    """The share of words that two sentences have in common, 0..1."""
    words, others = (Counter(re.findall(r"\w+", each.plain.lower())) for each in (old_sentence, new_sentence))
    return 2 * (words & others).total() / max(1, words.total() + others.total())


def _stretches(before: str, after: str) -> Iterator[Stretch]:
    """The words of a changed sentence; a blank goes with the word after it."""
    old, new = WORD.findall(before), WORD.findall(after)
    if max(len(old), len(new)) > MANY_WORDS:
        yield from (Stretch("removed", before), Stretch("added", after))
        return
    matcher = SequenceMatcher(None, [plain_setting(word) for word in old], [plain_setting(word) for word in new], False)
    for tag, from_, to, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield from _same_words(old[from_:to], new[start:end])
            continue
        if from_ < to:
            yield Stretch("removed", "".join(old[from_:to]))
        if start < end:
            yield Stretch("added", "".join(new[start:end]))


def _same_words(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    """Words that are the same, or differ in their setting alone: then each text keeps its own."""
    if "".join(old) == "".join(new):
        yield Stretch("same", "".join(new))
        return
    for old_word, new_word in zip(old, new, strict=True):
        word = new_word.lstrip()
        if old_word.lstrip() != word:
            yield from (Stretch("removed", old_word), Stretch("added", new_word))
            continue
        blank, new_blank = old_word[: len(old_word) - len(word)], new_word[: len(new_word) - len(word)]
        if blank != new_blank:
            yield from (Stretch("removed", blank), Stretch("added", new_blank))
        yield Stretch("same", word if blank != new_blank else new_word)
