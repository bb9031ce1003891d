"""Candidates and quotations → `Answer`. Evidence was chosen before; here it is only worded, dated and numbered."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from corpus import Article, LibraryStats, UnknownArticleError
from rag.answer import MAX_ANSWER_WORDS, Answer, Citation, Claim, NearArticle, RankedPassage, Status
from rag.errors import InvalidAnswerError
from rag.question import Query
from rag.quoting import Quotation, sentence_around
from rag.reading import Candidate
from rag.retrieve import Ranked
from rag.words import normalised

NOT_FOUND = "The articles do not say."
QUOTES = 3
"""Sentences quoted under a short answer at most."""
NEAREST = 3


@dataclass(frozen=True, slots=True)
class ConfidenceSettings:
    """Logistic models of being right; below `threshold` nothing is claimed.

    Short answers: the logarithm of the best candidate's weight, its share of all, and how near the second one comes.
    The weights were fitted on the archive of 2022 with an earlier ranking and one more feature, the constant was then
    set by hand and not refitted (see the README for the calibration error). Long answers: the cosine of the question
    and the most telling sentence; `nearness` and `near_enough` were chosen by hand on the sample.
    """

    weight: float = 0.93
    share: float = 0.47
    rival: float = -0.85
    constant: float = -0.9
    threshold: float = 0.3
    nearness: float = 14.0
    near_enough: float = 0.47


def confidence_of(candidates: Sequence[Candidate], settings: ConfidenceSettings) -> float:
    """How likely the best candidate is right, 0..1."""
    if not candidates:
        return 0.0
    best = candidates[0]
    rival = candidates[1].weight / best.weight if len(candidates) > 1 and best.weight > 0 else 0.0
    score = settings.weight * math.log(best.weight + 1e-6) + settings.share * best.share
    return _logistic(score + settings.rival * rival + settings.constant)


def confidence_of_sentences(quotations: Sequence[Quotation], settings: ConfidenceSettings) -> float:
    """How likely the sentences are about what was asked, 0..1; scaled so that the threshold lies where it should."""
    if not quotations:
        return 0.0
    nearest = max(quotation.score for quotation in quotations)
    threshold = min(max(settings.threshold, 1e-6), 1 - 1e-6)
    at_threshold = math.log(threshold / (1 - threshold))
    return _logistic(settings.nearness * (nearest - settings.near_enough) + at_threshold)


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score))))


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known about a question when the answer is written."""

    query: Query
    guess: str | None
    confidence: float
    quotations: Sequence[Quotation]
    ranked: Sequence[Ranked]
    is_long: bool


def supporting_sentences(candidate: Candidate) -> list[Quotation]:
    """One to three sentences that hold a candidate answer, each from another article, without repetition."""
    chosen: list[Quotation] = []
    for one in candidate.evidence:
        quotation = sentence_around(one.ranked, one.start, one.end)
        said = normalised(quotation.text)
        if all(_overlap(said, normalised(other.text)) < 0.8 for other in chosen):
            chosen.append(quotation)
        if len(chosen) == QUOTES:
            break
    return chosen


def _overlap(one: str, other: str) -> float:
    words, others = set(one.split()), set(other.split())
    return len(words & others) / max(1, min(len(words), len(others)))


def short(text: str | None) -> str | None:
    """A guess as a short answer: without quotation marks around it, at most twelve words."""
    if text is None:
        return None
    plain = " ".join(text.split()).strip(" ,;:–—-\"“”‘’'")
    return " ".join(plain.split()[:MAX_ANSWER_WORDS]) or None


def compose(draft: Draft, article_of: Callable[[str], Article], stats: LibraryStats, threshold: float) -> Answer:
    """Write the answer: found, or not found with what is near."""
    passages = tuple(_ranked_passage(one) for one in draft.ranked)
    guess = short(draft.guess)
    citations = _citations(draft.quotations, article_of) if draft.confidence >= threshold else ()
    if not citations:
        return _not_found(draft, guess, passages, stats)
    newest = max((c.published[:10] for c in citations if c.published), default=None)
    status: Status = "answered"
    return Answer(
        question=draft.query.question,
        standalone_question=draft.query.text,
        status=status,
        answer=guess,
        guess=guess,
        text=_worded(None if draft.is_long else guess, citations),
        as_of=newest,
        confidence=round(draft.confidence, 4),
        claims=tuple(Claim(citation.quote, "supported", (citation.n,)) for citation in citations),
        citations=citations,
        passages=passages,
        library_span=_span(stats),
    )


def _citations(quotations: Sequence[Quotation], article_of: Callable[[str], Article]) -> tuple[Citation, ...]:
    """Numbered in the order of appearance; a quotation that is not at its place any more is left out."""
    citations: list[Citation] = []
    for quotation in quotations:
        passage = quotation.ranked.found.passage
        try:
            article = article_of(passage.article_id)
            citation = Citation.cite(len(citations) + 1, article, passage.id, quotation.start, quotation.end)
        except (UnknownArticleError, InvalidAnswerError):  # removed or shortened since it was found
            continue
        if citation.quote == quotation.text:
            citations.append(citation)
    return tuple(citations)


def _worded(guess: str | None, citations: Sequence[Citation]) -> str:
    quotes = [f"“{' '.join(citation.quote.split())}” [{citation.n}]" for citation in citations]
    opening = [f"{guess} {''.join(f'[{citation.n}]' for citation in citations)}"] if guess else []
    return "\n\n".join(opening + quotes)


def _not_found(draft: Draft, guess: str | None, passages: tuple[RankedPassage, ...], stats: LibraryStats) -> Answer:
    nearest = _nearest(draft.ranked)
    return Answer(
        question=draft.query.question,
        standalone_question=draft.query.text,
        status="not_found",
        answer=None,
        guess=guess,
        text=_not_found_text(draft.query, nearest, stats),
        confidence=round(draft.confidence, 4),
        passages=passages,
        nearest=nearest,
        library_span=_span(stats),
    )


def _not_found_text(query: Query, nearest: Sequence[NearArticle], stats: LibraryStats) -> str:
    """What a person reads when nothing was found: what was searched, what is near, what to try."""
    if not stats.articles:
        return "The library is empty: add articles first."
    extent = f"{stats.articles:,} articles"
    if span := _span(stats):
        extent += f", published from {_spoken(span[0])} to {_spoken(span[1])}"
    lines = [f"{NOT_FOUND} Searched: {extent}."]
    if query.as_of or query.since or query.until or query.outlets:
        lines.append("The dates or outlets asked for may leave out what would answer: widen them.")
    if nearest:
        titles = "; ".join(
            f"“{near.title or near.article_id}”" + (f" ({_spoken(near.published)})" if near.published else "")
            for near in nearest
        )
        return f"{' '.join(lines)}\n\nNearest: {titles}."
    return " ".join(lines)


def _spoken(published: str) -> str:
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def _span(stats: LibraryStats) -> tuple[str, str] | None:
    first, last = stats.first_published, stats.last_published
    return (first, last) if first and last else None


def _nearest(ranked: Sequence[Ranked]) -> tuple[NearArticle, ...]:
    near: Mapping[str, Ranked] = {one.found.passage.article_id: one for one in reversed(ranked)}
    ordered = sorted(near.values(), key=lambda one: -one.score)[:NEAREST]
    return tuple(
        NearArticle(
            article_id=one.found.passage.article_id,
            title=one.found.title,
            outlet=one.found.outlet,
            url=one.found.url,
            published=one.found.published,
        )
        for one in ordered
    )


def _ranked_passage(one: Ranked) -> RankedPassage:
    """A passage as it was searched: its headline, outlet and date, then its text."""
    passage = one.found.passage
    return RankedPassage(
        passage_id=passage.id,
        article_id=passage.article_id,
        url=one.found.url,
        published=one.found.published,
        text=passage.embedded_text,
        score=round(one.score, 6),
    )
