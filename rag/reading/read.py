"""Ranked passages → candidate answers: spans are read and weighed, spans that say the same strengthen each other.

What speaks for a span and against it is in `rag.reading.factors`; spans that say the same add up
(`rag.reading.agreement`). The passages are then ranked again: those that hold a likely answer come first (after Rider,
Mao et al. 2021, which does this with the first predictions).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.english.words import normalised
from rag.question.query import Query
from rag.reading.agreement import Candidate, Evidence, agreed
from rag.reading.factors import (
    AskedQuestion,
    SpanView,
    days_behind,
    load_weights,
    newest_answering,
    weigh,
)
from rag.reading.reader import Reader, Span
from rag.retrieval.ranked import Ranked

CHOOSING = Path(__file__).parent / "weights" / "choosing.json"
"""The fitted weights of the factors."""
NOTHING_READ = -12.0
"""The score of a reading that gives no span at all."""


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """How many passages and spans are read, and what their factors weigh (`rag.training.choosing` fits them)."""

    passages: int = 12
    spans_per_passage: int = 5
    asking_part: float = 0.7
    shared_part: float = 0.25
    outlet_part: float = 0.3
    answering_score: float = 1.0
    rerank_weight: float = 0.6
    rerank_candidates: int = 5
    weights: Mapping[str, float] = field(default_factory=lambda: load_weights(CHOOSING))


def read(reader: Reader, query: Query, ranked: Sequence[Ranked], settings: ReadingSettings) -> list[Candidate]:
    """Candidate answers from the best passages, the weightiest first."""
    evidence = weigh_spans(view_spans(reader, query, ranked, settings), settings)
    return agreed(evidence, settings.shared_part, settings.outlet_part)


def view_spans(reader: Reader, query: Query, ranked: Sequence[Ranked], settings: ReadingSettings) -> list[SpanView]:
    """The spans of the best passages, in their order, with what their factors are measured on."""
    best = ranked[: settings.passages]
    spans = read_spans(reader, query, [passage.found.passage.text for passage in best], settings)
    top = best[0].score if best and best[0].score > 0 else 1.0
    asked = AskedQuestion(query)
    views = [
        SpanView(asked, passage, passage.score / top, span)
        for passage, found in zip(best, spans, strict=True)
        for span in _inside(found, passage.found.passage.text)[: settings.spans_per_passage]
    ]
    newest = newest_answering(views, settings.answering_score)
    return [replace(view, days_old=days_behind(newest, view.ranked.found.day)) for view in views]


def read_spans(reader: Reader, query: Query, texts: Sequence[str], settings: ReadingSettings) -> list[list[Span]]:
    """The spans of each text, best first; a question of several sentences is read twice (see `merge_readings`)."""
    spans, asking = reader.read(query.text, texts), query.understanding.asking
    for wording in query.wordings:
        spans = [best_of_readings(*both) for both in zip(spans, reader.read(wording, texts), strict=True)]
    if asking == query.text:
        return spans
    again = reader.read(asking, texts)
    return [merge_readings(*both, settings.asking_part) for both in zip(spans, again, strict=True)]


def best_of_readings(one: Sequence[Span], other: Sequence[Span]) -> list[Span]:
    """The spans of one passage, read for two wordings of a question: each with its better score, the best first."""
    best: dict[tuple[int, int], Span] = {}
    for span in (*one, *other):
        held = best.get((span.start, span.end))
        if held is None or span.score > held.score:
            best[span.start, span.end] = span
    return sorted(best.values(), key=lambda span: (-span.score, span.start))


def merge_readings(whole: Sequence[Span], asking: Sequence[Span], asking_part: float) -> list[Span]:
    """The spans of one passage, read for the whole question and for the sentence that asks, the best first.

    The reader learned from questions of one sentence: what comes before takes words of the passage for an answer that
    only repeat it. A span that one reading does not give counts there as a little less than the least that it gives.
    """
    scores: dict[tuple[int, int], list[float]] = {}
    parts = ((whole, 1.0 - asking_part), (asking, asking_part))
    least = [min((span.score for span in spans), default=NOTHING_READ) - 1.0 for spans, _ in parts]
    for at, (spans, _) in enumerate(parts):
        for span in spans:
            scores.setdefault((span.start, span.end), list(least))[at] = span.score
    passage = next((span.passage for spans, _ in parts for span in spans), 0)
    mixed = [
        Span(passage, start, end, sum(score * part for score, (_, part) in zip(both, parts, strict=True)))
        for (start, end), both in scores.items()
    ]
    return sorted(mixed, key=lambda span: (-span.score, span.start))


def weigh_spans(views: Sequence[SpanView], settings: ReadingSettings) -> list[Evidence]:
    """Spans as evidence, with their weights, in the order of the passages."""
    ranks: dict[int, int] = {}
    return [
        Evidence(
            ranks.setdefault(id(view.ranked), len(ranks)),
            view.ranked,
            view.span.start,
            view.span.end,
            view.span.score,
            weigh(view, settings.weights),
            view.is_past,
        )
        for view in views
    ]


def _inside(spans: Sequence[Span], text: str) -> list[Span]:
    """The spans that lie in their text, as whole words: whatever a reader returns, nothing else may be quoted."""
    inside = (span for span in spans if 0 <= span.start < span.end <= len(text) and math.isfinite(span.score))
    return [_whole_words(span, text) for span in inside]


def _whole_words(span: Span, text: str) -> Span:
    """A span without a word cut in two: "hir Yuldashev" is "Tohir Yuldashev"."""
    start, end = span.start, span.end
    while start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return replace(span, start=start, end=end)


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
