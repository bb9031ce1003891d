"""Ranked passages → evidence that agrees: spans are read, spans that say the same strengthen each other.

A span's weight is exp(score / temperature) times how well its passage was ranked; a candidate answer adds up its spans,
once for each article, and takes a part of the weight of candidates that contain it or are contained in it ("Ghazi" and
"Usman Ghazi"). The passages are then ranked anew: those that hold a likely answer come first (after Rider, Mao et al.
2021, which does this with the first predictions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer_kind import Kind, asks_about_now, fitness, kind_of
from rag.followup import entities
from rag.question import Query
from rag.quoting import sentence_around
from rag.reader import Reader, Span
from rag.retrieve import Ranked
from rag.words import normalised


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """Every weight of reading, chosen on the archive of 2022 (see the README)."""

    passages: int = 12
    spans_per_passage: int = 5
    temperature: float = 3.0
    rank_power: float = 2.0
    highest_score: float = 12.0
    asked_words: float = 0.05
    unnamed: float = 0.6
    shared_part: float = 0.25
    years_of_now: float = 4.0
    rerank_weight: float = 0.6
    rerank_candidates: int = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may answer: characters `start:end` of its passage's text, at place `rank` of the ranking."""

    rank: int
    ranked: Ranked
    start: int
    end: int
    score: float
    weight: float

    @property
    def text(self) -> str:
        """The words of the span."""
        return self.ranked.found.passage.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that one or more articles give; `evidence` is one span an article, the weightiest first."""

    key: str
    evidence: tuple[Evidence, ...]
    weight: float
    share: float

    @property
    def text(self) -> str:
        """The answer in the words of its weightiest evidence."""
        return self.evidence[0].text


def read(reader: Reader, query: Query, ranked: Sequence[Ranked], settings: ReadingSettings) -> list[Candidate]:
    """Candidate answers from the best passages, the weightiest first."""
    best = ranked[: settings.passages]
    spans = reader.read(query.text, [one.found.passage.text for one in best])
    return agreed(weighed(query, best, spans, settings), settings)


def weighed(
    query: Query, ranked: Sequence[Ranked], spans: Sequence[Sequence[Span]], settings: ReadingSettings
) -> list[Evidence]:
    """Spans with their weights, in the order of the passages."""
    kind, asked = kind_of(query.text), f" {normalised(query.text)} "
    names = {word for name in entities(query.text) for word in normalised(name).split()}
    top = ranked[0].score if ranked and ranked[0].score > 0 else 1.0
    evidence: list[Evidence] = []
    for rank, (one, found) in enumerate(zip(ranked, spans, strict=True)):
        standing = (one.score / top) ** settings.rank_power * _timeliness(query, one, ranked, settings)
        for span in _inside(found, one.found.passage.text)[: settings.spans_per_passage]:
            text = one.found.passage.text[span.start : span.end]
            weight = math.exp(min(span.score, settings.highest_score) / settings.temperature) * standing
            weight *= _fitness(text, kind, asked, settings) * _binding(one, span, names, settings)
            evidence.append(Evidence(rank, one, span.start, span.end, span.score, weight))
    return evidence


def _inside(spans: Sequence[Span], text: str) -> list[Span]:
    """The spans that lie in their text: whatever a reader returns, nothing else may be quoted."""
    return [span for span in spans if 0 <= span.start < span.end <= len(text) and math.isfinite(span.score)]


def _fitness(text: str, kind: Kind, asked: str, settings: ReadingSettings) -> float:
    repeats = f" {normalised(text)} " in asked
    return fitness(text, kind) * (settings.asked_words if repeats else 1.0)


def _binding(one: Ranked, span: Span, names: set[str], settings: ReadingSettings) -> float:
    """Less when the names of the question stand neither in the span's sentence nor in the title.

    A passage may tell of two presidents: the one of whom was asked is the one that is named beside the country.
    """
    if not names:
        return 1.0
    said = set(normalised(f"{one.found.title} {sentence_around(one, span.start, span.end).text}").split())
    return settings.unnamed + (1 - settings.unnamed) * len(names & said) / len(names)


def _timeliness(query: Query, one: Ranked, ranked: Sequence[Ranked], settings: ReadingSettings) -> float:
    """Less for older evidence when the question asks how things stand."""
    days = [other.found.day for other in ranked if other.found.day is not None]
    if not asks_about_now(query.text) or one.found.day is None or not days:
        return 1.0
    return math.exp(-(max(days) - one.found.day) / 365.25 / settings.years_of_now)


def agreed(evidence: Sequence[Evidence], settings: ReadingSettings) -> list[Candidate]:
    """Evidence grouped by what it says; equal weights in the order in which they were found."""
    groups: dict[str, dict[str, Evidence]] = {}
    for one in evidence:
        key = normalised(one.text)
        if key:
            articles = groups.setdefault(key, {})
            article_id = one.ranked.found.passage.article_id
            if article_id not in articles or one.weight > articles[article_id].weight:
                articles[article_id] = one
    own = {key: sum(one.weight for one in articles.values()) for key, articles in groups.items()}
    total = sum(own.values()) or 1.0
    candidates = []
    for key, articles in groups.items():
        shared = sum(weight for other, weight in own.items() if other != key and _contains(key, other))
        weight = own[key] + settings.shared_part * shared
        ordered = tuple(sorted(articles.values(), key=lambda one: (-one.weight, one.rank)))
        candidates.append(Candidate(key, ordered, weight, weight / total))
    return sorted(candidates, key=lambda candidate: -candidate.weight)


def _contains(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def reranked(ranked: Sequence[Ranked], candidates: Sequence[Candidate], settings: ReadingSettings) -> list[Ranked]:
    """The passages with those first that hold likely answers; scores fall from first to last."""
    if not ranked:
        return []
    top = max(ranked[0].score, 1e-9)
    likely = candidates[: settings.rerank_candidates]
    scored = []
    for one in ranked:
        words = f" {normalised(one.found.passage.text)} "
        held = sum(candidate.share for candidate in likely if f" {candidate.key} " in words)
        scored.append(replace(one, score=one.score / top + settings.rerank_weight * held))
    return sorted(scored, key=lambda one: -one.score)
