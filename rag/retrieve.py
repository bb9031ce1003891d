"""`Query` → ranked passages: dense and lexical candidates, fused, dated.

Both searches give their candidates with scores of different scales. Each list is min–max normalised and the two are
averaged, which beat reciprocal rank fusion on 27 of 29 collections of BEIR (Pyserini, experiments-beir-fusion); on the
archive that this project is measured on the two are level. When the question has a date, articles near it count more:
news questions are mostly about the news of their week. When it speaks of a time ("in 2010"), articles of that time and
those that name it count more, and articles from before it less; none is left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus import FoundPassage, Library
from rag.answer_kind import NUMBER_WORDS
from rag.calendar_days import MONTH_NAMES, month_of
from rag.question import EventWindow, Query
from rag.words import content_words
from rag.words import normalised as plain_words

_WORDS = re.compile(r"[^\W_]+")
_BRACKETS = re.compile(r"\([^()]*\)")
TELLING = NUMBER_WORDS | frozenset("zero no not never none".split())
"""Words that a correction may turn on."""
SAME = 0.8
"""Share of a passage's words, three in a row, that its copy holds."""
Hits = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """Every weight of retrieval, chosen on the archive of 2022 (see the README)."""

    candidates: int = 400
    dense_weight: float = 0.5
    header_weight: float = 1.0
    recency_weight: float = 2.0
    recency_days: float = 21.0
    event_weight: float = 1.0
    event_named: float = 0.3
    before_event: float = 0.3
    before_event_days: float = 14.0
    standing_days: float = 730.0
    lead_weight: float = 0.1
    per_article: int = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score: comparable within one question only."""

    found: FoundPassage
    score: float


def retrieve(library: Library, query: Query, limit: int, settings: RetrievalSettings | None = None) -> list[Ranked]:
    """The best passages for a query, best first, at most a few of each article."""
    settings = settings or RetrievalSettings()
    window = query.window
    vector = library.embedder.embed([query.text])[0]
    dense = library.search_dense(vector, settings.candidates, window)
    words = content_words(query.text)
    lexical = library.search_lexical(words, settings.candidates, window, settings.header_weight)
    scores = fused(dense, lexical, settings.dense_weight)
    found = library.found(scores)
    dated = {
        number: score * weight_of(found[number], query, settings) for number, score in scores.items() if number in found
    }
    return capped(dated, found, limit, settings.per_article)


def fused(dense: Hits, lexical: Hits, dense_weight: float) -> dict[int, float]:
    """The weighted average of two lists of hits, each brought to 0..1; absent from a list counts 0."""
    near, worded = normalised(dense), normalised(lexical)
    return {
        number: dense_weight * near.get(number, 0.0) + (1 - dense_weight) * worded.get(number, 0.0)
        for number in near.keys() | worded.keys()
    }


def normalised(hits: Hits) -> dict[int, float]:
    """Scores brought to 0..1, the worst hit being 0 and the best 1."""
    if not hits:
        return {}
    scores = [score for _, score in hits]
    low, high = min(scores), max(scores)
    return {number: (score - low) / (high - low) if high > low else 1.0 for number, score in hits}


def weight_of(found: FoundPassage, query: Query, settings: RetrievalSettings) -> float:
    """How much a passage counts for its place and its dates: about 1, more for an opening and near the asked dates."""
    weight = 1.0 + settings.lead_weight / (1 + found.passage.ordinal)
    near = [_recency(found, query, settings)]
    near += [settings.event_weight * _closeness(found, event, settings) for event in query.events]
    near += [settings.event_named for event in query.events if names_time(found.passage.text, event)]
    weight += max(near)
    return weight * max((_penalty(found, event, settings) for event in query.events), default=1.0)


def _recency(found: FoundPassage, query: Query, settings: RetrievalSettings) -> float:
    """What nearness to the day of "as of" is worth."""
    if query.as_of is None or found.day is None:
        return 0.0
    age = max(0, query.as_of.toordinal() - found.day)
    return settings.recency_weight * math.exp(-age / settings.recency_days)


def _closeness(found: FoundPassage, event: EventWindow, settings: RetrievalSettings) -> float:
    """1 for what was published while it happened, less the later (slowly for a long time) and the earlier it was."""
    if found.day is None:
        return 0.0
    before, after = _days_outside(found.day, event)
    length = (event.last - event.first).days if event.first and event.last else 0
    patience = settings.standing_days if event.standing else settings.before_event_days
    return math.exp(-before / patience - after / (settings.recency_days + length))


def _penalty(found: FoundPassage, event: EventWindow, settings: RetrievalSettings) -> float:
    """Below 1 for what was published before it began: it can hardly tell of it, unless it looked ahead or held on."""
    if found.day is None or event.ahead or event.standing:
        return 1.0
    before, _ = _days_outside(found.day, event)
    return 1.0 - settings.before_event * (1.0 - math.exp(-before / settings.before_event_days))


def _days_outside(day: int, event: EventWindow) -> tuple[int, int]:
    """How many days before and after an event a day lies, both 0 within it."""
    before = max(0, event.first.toordinal() - day) if event.first else 0
    return before, max(0, day - event.last.toordinal()) if event.last else 0


def names_time(text: str, event: EventWindow) -> bool:
    """Whether a text names the time of an event: its year, its month and year, or its day and month."""
    if event.first is None or event.last is None:
        return False
    return bool(_time_pattern(event.first, event.last).search(text))


@lru_cache(maxsize=64)
def _time_pattern(first: date, last: date) -> re.Pattern[str]:
    month = MONTH_NAMES[first.month - 1].capitalize()
    if first == last:
        return re.compile(rf"\b(?:{first.day} {month}|{month} {first.day})\b(?!,? (?!{first.year})\d{{4}})")
    if (first, last) == month_of(first.year, first.month):
        return re.compile(rf"\b{month},? {first.year}\b")
    if (first.month, first.day, last.month, last.day) != (1, 1, 12, 31):
        return re.compile(r"(?!)")  # nobody writes "6 to 12 June": there is nothing to look for
    return re.compile(rf"\b(?:{'|'.join(map(str, range(first.year, last.year + 1)))})\b")


def capped(
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
