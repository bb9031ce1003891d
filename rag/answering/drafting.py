"""Candidates → `Draft`: reconcile them, and choose what to say and which sentences to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corpus import Library
from rag.answering.confidence import ConfidenceSettings, confidence_of, confidence_of_sentences
from rag.answering.draft import Draft, supporting_sentences
from rag.answering.missing import lacks_premise
from rag.answering.phrasing import phrase_answer
from rag.answering.reconcile import ReconcileSettings, reconcile
from rag.answering.screening import screen
from rag.answering.yes_no import NOTHING_SAID, decide
from rag.question.open_questions import OpenQuestion
from rag.question.query import Query
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.reading.long_forms import find_long_form
from rag.reading.quoting import Quotation, telling_sentences, tells_why
from rag.reading.read import ReadingSettings, read, reranked
from rag.reading.reader import Reader
from rag.reading.relevance import binding, bound
from rag.retrieval.ranked import Ranked, RetrievalSettings

UNTOLD = 0.1
"""Confidence at most in an answer to why or how something happened that no article tells."""
SPELLED_OUT = 0.9
"""Confidence in what an acronym stands for: its initials are all there."""
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


def draft_answer(
    library: Library,
    query: Query,
    ranked: Sequence[Ranked],
    candidates: Sequence[Candidate],
    reader: Reader,
    settings: AnswerSettings,
) -> Draft:
    """Choose what to say and what to quote; the reader is asked again for what decides a question of yes or no."""
    understanding = query.understanding
    if understanding.acronym and (spelled := find_long_form(understanding.acronym, ranked)):
        return Draft(query, spelled[0].text, SPELLED_OUT, supporting_sentences(spelled), ranked)
    candidates = screen(understanding, candidates)
    reordered = reranked(ranked, candidates, settings.reading)
    finding = reconcile(query, candidates, settings.reconcile)
    confidence = confidence_of(understanding, candidates, finding, settings.confidence)
    if understanding.kind != "long":
        guess = phrase_answer(understanding, finding.best) if finding.best else None
        evidence = bound(finding.best.evidence, understanding.asked_for) if finding.best else ()
        return Draft(query, guess, confidence, supporting_sentences(evidence), reordered, rivals=finding.rivals)
    quotations = _choose_sentences(library, query, reordered, candidates, settings)
    confidence = max(confidence, confidence_of_sentences(understanding, quotations, settings.confidence))
    if understanding.claim is None and lacks_premise(query, reordered):
        confidence = min(confidence, UNTOLD)
    if understanding.claim is None:
        notes = () if tells_why(understanding, quotations) else (NO_CAUSE,)
        guess = _gist(candidates, quotations)
        return Draft(query, guess, confidence, quotations, reordered, form="sentences", notes=notes)
    return _decide(Draft(query, None, confidence, quotations, reordered), reader, settings)


def _choose_sentences(
    library: Library,
    query: Query,
    ranked: Sequence[Ranked],
    candidates: Sequence[Candidate],
    settings: AnswerSettings,
) -> list[Quotation]:
    """The sentences that tell most; those in which the reader found answers count more."""
    whole = candidates[0].share if candidates and candidates[0].evidence[0].score >= FOUND else 1.0

    def answering(quotation: Quotation) -> float:
        return _share_read(quotation, candidates) / whole

    best = ranked[: settings.reading.passages]
    return telling_sentences(library.embedder, query.understanding, best, read=answering)


def _decide(draft: Draft, reader: Reader, settings: AnswerSettings) -> Draft:
    """Yes or no with the sentence that decides it, or the nearest sentences when none does."""
    query, today = draft.query, draft.query.as_of or date.today()

    def read_openly(opened: OpenQuestion) -> list[Candidate]:
        return _read_openly(query, opened, draft.ranked, reader, settings)

    wordings = (query.understanding, *map(Understanding, query.wordings))
    decisions = (decide(wording, draft.quotations, read_openly, today) for wording in wordings)
    decision = next((decision for decision in decisions if decision), None)
    if decision is None:
        return replace(draft, form="yes_no", notes=(NOTHING_SAID,))
    return replace(draft, guess=decision.answer, quotations=[decision.quotation], form="yes_no")


def _read_openly(
    query: Query, opened: OpenQuestion, ranked: Sequence[Ranked], reader: Reader, settings: AnswerSettings
) -> list[Candidate]:
    """The candidates that answer an open question behind one of yes or no, the best first; none when it is not sure, or
    its words do not stand with it."""
    asked = replace(query, text=opened.text, events=())
    candidates = screen(asked.understanding, read(reader, asked, ranked, settings.reading))
    finding = reconcile(asked, candidates, settings.reconcile)
    best, understanding = finding.best, asked.understanding
    if (
        best is None
        or confidence_of(understanding, candidates, finding, settings.confidence) < settings.confidence.threshold
        or binding(best.evidence[0], understanding.asked_for) < ENOUGH_WORDS
    ):
        return []
    gone = [rival.candidate for rival in finding.rivals if rival.relation == "superseded"]
    others = (other for other in candidates if other is not best and all(other is not former for former in gone))
    return [best, *(other for other in others if other.weight >= ALSO_LIKELY * best.weight)]


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
