"""Ranked passages → evidence that agrees: spans are read, spans that say the same strengthen each other.

A span's weight is exp(score / temperature) times how well its passage was ranked, how well the words fit the question,
how many words of the question their sentence and headline hold, and whether they tell of the time that it asks about;
spans that say the same add up (`rag.reading.agreement`). The passages are then ranked anew: those that hold a likely
answer come first (after Rider, Mao et al. 2021, which does this with the first predictions).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from rag.english.names import holds_name
from rag.english.words import normalised
from rag.question.kind import Kind, fitness
from rag.question.query import Query
from rag.reading.agreement import Candidate, Evidence, agreed
from rag.reading.quoting import Quotation, sentence_around
from rag.reading.reader import Reader, Span
from rag.reading.relevance import words_held
from rag.reading.standing import is_ahead, is_over, stretch_of
from rag.retrieval.ranked import Ranked

DATELINE = re.compile(
    r"\s*(?:[A-Z][\w.,/ ’'-]{0,40} ?)?"
    r"\((?:CNN|AP|AFP|BBC|UPI|EFE|ANSA|TASS|Xinhua|Reuters|Bloomberg)[\w ]{0,12}\) ?[–—-]*"
    r"|\s*[A-Z][A-Z .,/’'-]{2,40}(?:, [A-Z]\w+\.?)? ?[–—-]+ "
)
"""The place and the agency before the first words of a report."""
ASKS_FOR_OUTLET = re.compile(
    r"\b(?:outlet|newspaper|paper|network|broadcaster|channel|magazine|agency|media)s?\b", re.I
)
ASKS_FOR_WHAT_WAS = re.compile(r"\b(?:did|was|were|has|have|had)\b", re.I)
ASKS_FOR_A_PLAN = re.compile(
    r"\b(?:say|said|decided?|agreed?|announced?|promised?|vow(?:ed)?|due|planned|scheduled|expected|have to|would)\b",
    re.I,
)
NONE = re.compile(r"(?:no|none|nobody|nothing|not|neither)\b(?!\.)", re.I)
"""How words begin that name nothing; "No. 3" does."""
NOTHING_READ = -12.0
"""The score of a reading that gives no span at all."""
SINCE = re.compile(r"\bsince(?: (?:early|late|mid|about|at least))*[ -]$", re.I)
SINCE_ASKED = re.compile(r"\bsince\b|\bhow long\b|\b(?:become|became|begin|began|start(?:ed)?|take over|took)\b", re.I)
CAPITALS = 4
"""Letters of a word in capitals that is no abbreviation, beside another: "QUIZ TIME"."""
LONGEST_ANSWER = 7
"""Words of a short answer; more are seldom one."""


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """Every weight of reading, chosen on the archive of 2022 (see the README)."""

    passages: int = 12
    spans_per_passage: int = 5
    temperature: float = 3.0
    rank_power: float = 2.5
    highest_score: float = 12.0
    asking_part: float = 0.7
    asked_words: float = 0.05
    unnamed: float = 0.6
    unnamed_whole: float = 0.3
    words_held: float = 1.0
    words_held_by_times: float = 3.0
    begun: float = 0.3
    shared_part: float = 0.25
    outlet_part: float = 0.3
    years_of_now: float = 4.0
    answering_score: float = 1.0
    over: float = 0.3
    asking: float = 0.3
    long_winded: float = 0.5
    dateline: float = 0.1
    other_time: float = 0.4
    ahead: float = 0.1
    rerank_weight: float = 0.6
    rerank_candidates: int = 5


def read(reader: Reader, query: Query, ranked: Sequence[Ranked], settings: ReadingSettings) -> list[Candidate]:
    """Candidate answers from the best passages, the weightiest first."""
    best = ranked[: settings.passages]
    texts = [one.found.passage.text for one in best]
    spans, asking = reader.read(query.text, texts), query.understanding.asking
    if asking != query.text:
        spans = [together(*both, settings) for both in zip(spans, reader.read(asking, texts), strict=True)]
    return agreed(weighed(query, best, spans, settings), settings.shared_part, settings.outlet_part)


def together(whole: Sequence[Span], asking: Sequence[Span], settings: ReadingSettings) -> list[Span]:
    """The spans of one passage, read for the whole question and for the sentence that asks, the best first.

    The reader learned from questions of one sentence: what comes before takes words of the passage for an answer that
    only repeat it. A span that one reading does not give counts there as a little less than the least that it gives.
    """
    scores: dict[tuple[int, int], list[float]] = {}
    parts = ((whole, 1.0 - settings.asking_part), (asking, settings.asking_part))
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


def weighed(
    query: Query, ranked: Sequence[Ranked], spans: Sequence[Sequence[Span]], settings: ReadingSettings
) -> list[Evidence]:
    """Spans with their weights, in the order of the passages."""
    understanding = query.understanding
    kind, asked = understanding.kind, f" {normalised(query.text)} "
    names = {word for name in understanding.names for word in normalised(name).split()}
    wanted, whole = understanding.asked_for, understanding.asked_for.names
    outlets = ASKS_FOR_OUTLET.search(query.text)
    top = ranked[0].score if ranked and ranked[0].score > 0 else 1.0
    is_time = kind in ("date", "year")
    words = settings.words_held_by_times if is_time else settings.words_held
    held = cache(lambda sentence, title: words_held(wanted, sentence, title))
    is_done = is_time and ASKS_FOR_WHAT_WAS.search(query.text) and not ASKS_FOR_A_PLAN.search(query.text)
    done = wanted.besides_names.words if is_done else ()
    evidence: list[Evidence] = []
    for rank, (one, found) in enumerate(zip(ranked, spans, strict=True)):
        standing = (one.score / top) ** settings.rank_power
        for span in _inside(found, one.found.passage.text)[: settings.spans_per_passage]:
            text = one.found.passage.text[span.start : span.end]
            weight = math.exp(min(span.score, settings.highest_score) / settings.temperature) * standing
            around = sentence_around(one, span.start, span.end)
            past = kind != "number" and not is_time and _is_over(around, one, span)
            weight *= _fitness(text, kind, asked, settings) * _binding(around, names, settings)
            weight *= settings.unnamed_whole ** sum(not holds_name(one.found.passage.embedded_text, n) for n in whole)
            weight *= math.exp(words * (held(around.text, one.found.title) - 0.5))
            weight *= _standing(query, around, past, settings)
            weight *= settings.ahead if done and is_ahead(around.text, done) else 1.0
            weight *= settings.begun if is_time and _tells_since(query, one, span) else 1.0
            weight *= settings.asking if _says_nothing(around, text) else 1.0
            weight *= settings.dateline if not outlets and _is_dateline(one, span, text) else 1.0
            evidence.append(Evidence(rank, one, span.start, span.end, span.score, weight, past))
    return _timely(evidence, kind, settings) if query.understanding.is_about_now else evidence


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


def _fitness(text: str, kind: Kind, asked: str, settings: ReadingSettings) -> float:
    repeats = f" {normalised(text)} " in asked
    weight = settings.long_winded if len(text.split()) > LONGEST_ANSWER else 1.0
    return weight * fitness(text, kind) * (settings.asked_words if repeats else 1.0)


def _binding(around: Quotation, names: set[str], settings: ReadingSettings) -> float:
    """Less when the names of the question stand neither in the span's sentence nor in the title.

    A passage may tell of two presidents: the one of whom was asked is the one that is named beside the country.
    """
    if not names:
        return 1.0
    said = set(normalised(f"{around.ranked.found.title} {around.text}").split())
    return settings.unnamed + (1 - settings.unnamed) * len(names & said) / len(names)


def _says_nothing(around: Quotation, text: str) -> bool:
    """Whether a sentence asks, or the words are a heading in capitals, or say that there is none: nothing is named."""
    words = text.split()
    heading = len(words) > 1 and text.isupper() and max(map(len, words)) >= CAPITALS
    return around.text.rstrip("\"'”’ ").endswith("?") or heading or bool(NONE.match(text))


def _is_dateline(one: Ranked, span: Span, text: str) -> bool:
    """Whether a span only says where or for whom an article was written: "LONDON (CNN) —", or the outlet's name."""
    if normalised(text) == normalised(one.found.outlet):
        return True
    opening = DATELINE.match(one.found.passage.text) if one.found.passage.ordinal == 0 else None
    return opening is not None and span.end <= opening.end()


def _is_over(around: Quotation, one: Ranked, span: Span) -> bool:
    shift = one.found.passage.start - around.start
    return is_over(around.text, span.start + shift, span.end + shift)


def _tells_since(query: Query, one: Ranked, span: Span) -> bool:
    """Whether a time is when something began that still goes on, which the question does not ask for."""
    return bool(SINCE.search(one.found.passage.text[: span.start])) and not SINCE_ASKED.search(query.text)


def _standing(query: Query, around: Quotation, past: bool, settings: ReadingSettings) -> float:
    """Less for what is over when the question asks how things stand, and for another time than was asked about."""
    if query.understanding.is_about_now:
        return settings.over if past else 1.0
    event = query.event
    if event is None or event.ahead:
        return 1.0
    published = around.ranked.found.published
    stretch = stretch_of(around.text, int(published[:4]) if published else None)
    first, last = (day.year if day else None for day in (event.first, event.last))
    return 1.0 if stretch is None or stretch.overlaps(first, last) else settings.other_time


def _timely(evidence: Sequence[Evidence], kind: Kind, settings: ReadingSettings) -> list[Evidence]:
    """Less weight for older evidence, counted from the newest article that seems to answer.

    An article that is newer and answers nothing makes no other one old.
    """
    answering = [
        one.ranked.found.day or 0
        for one in evidence
        if one.score > settings.answering_score and fitness(one.text, kind) == 1.0
    ]
    newest = max(answering, default=max((one.ranked.found.day or 0 for one in evidence), default=0))
    decay = 365.25 * settings.years_of_now
    return [
        replace(one, weight=one.weight * math.exp(min(0.0, (one.ranked.found.day - newest) / decay)))
        if one.ranked.found.day is not None
        else one
        for one in evidence
    ]


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
