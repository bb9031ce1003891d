"""Ranked passages without copies: each text takes one place, however many outlets printed it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus import FoundPassage
from rag.english.words import normalised as plain_words
from rag.question.kind import NUMBER_WORDS
from rag.retrieval.ranked import Ranked

_WORDS = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\([^()]*\)")
TELLING = NUMBER_WORDS | frozenset("zero no not never none".split())
"""Words that a correction may turn on."""
SAME = 0.8
"""Share of a passage's words, three in a row, that its copy holds."""


def select_passages(
    scores: Mapping[int, float], found: Mapping[int, FoundPassage], limit: int, per_article: int
) -> list[Ranked]:
    """The best `limit` passages, at most `per_article` of one article; equal scores in the order of numbers.

    A passage takes one place, however many copies of it there are: it stands where the best of them would, in the words
    of the article that was published first.
    """
    ranked = Ranking(limit, per_article)
    for number in sorted(scores, key=lambda number: (-scores[number], number)):
        ranked.offer(Ranked(found[number], scores[number]))
    return ranked.places


class Ranking:
    """Places that are filled with passages, offered best first."""

    def __init__(self, limit: int, per_article: int) -> None:
        self.places: list[Ranked] = []
        self._limit = limit
        self._per_article = per_article
        self._taken: dict[str, int] = {}
        self._voices: dict[str, list[int]] = {}

    def offer(self, one: Ranked) -> None:
        """Give the passage the next place, or that of its copy, or none."""
        article_id, voice = one.found.passage.article_id, one.found.voice
        if self._taken.get(article_id, 0) >= self._per_article:
            return
        copied = self._copied(one, voice)
        if copied is None and len(self.places) < self._limit:
            self._voices.setdefault(voice, []).append(len(self.places))
            self.places.append(one)
        elif copied is not None and _is_earlier(one.found, self.places[copied].found):
            self._taken[self.places[copied].found.passage.article_id] -= 1
            self.places[copied] = Ranked(one.found, self.places[copied].score)
        else:
            return
        self._taken[article_id] = self._taken.get(article_id, 0) + 1

    def _copied(self, one: Ranked, voice: str) -> int | None:
        """The place of a passage that says the same in another article of the same text."""
        for at in self._voices.get(voice, ()):
            other = self.places[at].found
            if other.passage.article_id != one.found.passage.article_id and says_the_same(one.found, other):
                return at
        return None


def says_the_same(one: FoundPassage, other: FoundPassage) -> bool:
    """Whether a passage holds nearly nothing that the other one does not hold, and no figure and no name.

    What a correction changes is often one word: where two copies differ in one, both are read.
    """
    words, others = _threes(one.passage.text), _threes(other.passage.text)
    told = facts_of(one.passage.text) <= facts_of(other.passage.text)
    return told and len(words & others) >= SAME * len(words)


def facts_of(text: str) -> set[str]:
    """The figures and names of a text; not what a dateline adds, in capitals or in brackets."""
    words = _WORDS.findall(_BRACKETS.sub(" ", text))
    return {
        word.lower()
        for word in words
        if word.lower() in TELLING or any(map(str.isdigit, word)) or (word[0].isupper() and not word.isupper())
    }


def _is_earlier(one: FoundPassage, other: FoundPassage) -> bool:
    """Whether a passage was published before its copy and can stand for it: it holds all that the other one does."""
    return one.day is not None and (other.day is None or one.day < other.day) and says_the_same(other, one)


def _threes(text: str) -> set[tuple[str, ...]]:
    words = plain_words(text).split()
    return {tuple(words[at : at + 3]) for at in range(max(1, len(words) - 2))}
