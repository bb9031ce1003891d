"""Ranked passages → `Draft`: read, agree, reconcile, and choose the sentences to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corpus import Library
from rag.answering.confidence import ConfidenceSettings, confidence_of, confidence_of_sentences
from rag.answering.draft import Draft, supporting_sentences
from rag.answering.phrasing import phrased
from rag.answering.reconcile import ReconcileSettings, reconcile
from rag.answering.yes_no import NOTHING_SAID, decide
from rag.question.kind import kind_of
from rag.question.open_questions import OpenQuestion, claim_of
from rag.question.query import Query
from rag.reading.agreement import Candidate, Evidence
from rag.reading.quoting import Quotation, telling_sentences, tells_why
from rag.reading.read import ReadingSettings, read, reranked
from rag.reading.reader import Reader
from rag.reading.relevance import asked_for, binding, bound
from rag.retrieval.ranked import Ranked, RetrievalSettings

FOUND = 0.0
"""The reader's score from which the best candidate of a long answer counts full, however many others there are."""
NO_CAUSE = "No sentence says outright why; the nearest ones are quoted."
OF_THE_BUILTIN = frozenset((NO_CAUSE, NOTHING_SAID))
"""Notes that hold for the built-in answer only: a language model may have found what it did not."""
ENOUGH_WORDS = 0.7
"""Share of an open question's words that must stand in the sentence that answers it, or its headline."""
ALSO_LIKELY = 0.1
"""Share of the best candidate's weight from which another may be the answer to an open question as well."""


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """Every setting of answering, stage by stage."""

    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    reconcile: ReconcileSettings = field(default_factory=ReconcileSettings)
    confidence: ConfidenceSettings = field(default_factory=ConfidenceSettings)


def drafted(
    library: Library, query: Query, ranked: Sequence[Ranked], reader: Reader, settings: AnswerSettings
) -> Draft:
    """Read the passages, and choose what to say and what to quote."""
    candidates = read(reader, query, ranked, settings.reading)
    anew = reranked(ranked, candidates, settings.reading)
    finding = reconcile(query, candidates, settings.reconcile)
    confidence = confidence_of(query.text, candidates, finding, settings.confidence)
    if kind_of(query.text) != "long":
        guess = phrased(query.text, finding.best) if finding.best else None
        evidence = bound(finding.best.evidence, asked_for(query.text)) if finding.best else ()
        quotations = supporting_sentences(evidence)
        return Draft(query, guess, confidence, quotations, anew, rivals=finding.rivals)
    return _told(library, query, anew, candidates, confidence, reader, settings)


def _told(
    library: Library,
    query: Query,
    ranked: Sequence[Ranked],
    candidates: Sequence[Candidate],
    confidence: float,
    reader: Reader,
    settings: AnswerSettings,
) -> Draft:
    """An answer of whole sentences; for a question of yes or no, the one that decides it."""
    whole = candidates[0].share if candidates and candidates[0].evidence[0].score >= FOUND else 1.0

    def answering(quotation: Quotation) -> float:
        return _share_read(quotation, candidates) / whole

    best = ranked[: settings.reading.passages]
    quotations = telling_sentences(library.embedder, query.text, best, read=answering)
    confidence = max(confidence, confidence_of_sentences(query.text, quotations, settings.confidence))
    guess = _gist(candidates, quotations)
    if claim_of(query.text) is None:
        notes = () if tells_why(query.text, quotations) else (NO_CAUSE,)
        return Draft(query, guess, confidence, quotations, ranked, is_long=True, notes=notes)
    decision = decide(
        query.text,
        quotations,
        lambda one: _read_openly(query, one, ranked, reader, settings),
        query.as_of or date.today(),
    )
    if decision is None:
        return Draft(query, None, confidence, quotations, ranked, is_long=True, notes=(NOTHING_SAID,))
    return Draft(query, decision.answer, confidence, [decision.quotation], ranked)


def _read_openly(
    query: Query, one: OpenQuestion, ranked: Sequence[Ranked], reader: Reader, settings: AnswerSettings
) -> list[Candidate]:
    """The candidates that answer an open question behind one of yes or no, the best first; none when it is not sure, or
    its words do not stand with it."""
    asked = replace(query, text=one.text, events=())
    candidates = read(reader, asked, ranked, settings.reading)
    finding = reconcile(asked, candidates, settings.reconcile)
    best = finding.best
    if (
        best is None
        or confidence_of(one.text, candidates, finding, settings.confidence) < settings.confidence.threshold
    ):
        return []
    if binding(best.evidence[0], asked_for(one.text)) < ENOUGH_WORDS:
        return []
    return [best, *(other for other in candidates if other is not best and other.weight >= ALSO_LIKELY * best.weight)]


def _share_read(quotation: Quotation, candidates: Sequence[Candidate]) -> float:
    """The share of what was read as an answer that stands in a sentence."""
    return sum(one.share for one in candidates if any(_holds(quotation, span) for span in one.evidence))


def _holds(quotation: Quotation, one: Evidence) -> bool:
    passage = one.ranked.found.passage
    start, end = passage.start + one.start, passage.start + one.end
    return passage.article_id == quotation.ranked.found.passage.article_id and (
        quotation.start <= start and end <= quotation.end
    )


def _gist(candidates: Sequence[Candidate], quotations: Sequence[Quotation]) -> str | None:
    """The likeliest short answer in the first of the sentences quoted that has one; of all, when none does."""
    for quoted in quotations:
        for one in candidates:
            if any(_holds(quoted, span) for span in one.evidence):
                return one.text
    return candidates[0].text if candidates else None
