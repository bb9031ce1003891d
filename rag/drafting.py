"""Ranked passages → `Draft`: read, agree, reconcile, and choose the sentences to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus import Library
from rag.agreement import Candidate, Evidence
from rag.answer_kind import kind_of
from rag.compose import Draft, supporting_sentences
from rag.confidence import ConfidenceSettings, confidence_of, confidence_of_sentences
from rag.phrasing import phrased
from rag.question import Query
from rag.quoting import Quotation, telling_sentences
from rag.reader import Reader
from rag.reading import ReadingSettings, read, reranked
from rag.reconcile import ReconcileSettings, asked_for, bound, reconcile
from rag.retrieve import Ranked, RetrievalSettings
from rag.yes_no import NOTHING_SAID, claim_of, decide


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
    return _told(library, query, anew, candidates, confidence, settings)


def _told(
    library: Library,
    query: Query,
    ranked: Sequence[Ranked],
    candidates: Sequence[Candidate],
    confidence: float,
    settings: AnswerSettings,
) -> Draft:
    """An answer of whole sentences; for a question of yes or no, the one that decides it."""
    quotations = telling_sentences(
        library.embedder,
        query.text,
        ranked[: settings.reading.passages],
        read=lambda quotation: sum(one.share for one in candidates if any(_holds(quotation, e) for e in one.evidence)),
    )
    confidence = max(confidence, confidence_of_sentences(query.text, quotations, settings.confidence))
    guess = _gist(candidates, quotations)
    if claim_of(query.text) is None:
        return Draft(query, guess, confidence, quotations, ranked, is_long=True)
    decision = decide(query.text, quotations)
    if decision is None:
        return Draft(query, None, confidence, quotations, ranked, is_long=True, notes=(NOTHING_SAID,))
    return Draft(query, decision.answer, confidence, [decision.quotation], ranked)


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
