"""The whole flow of answering, in one function.

question, history, filters ─► Query ─► ranked passages ─► candidate answers ─► quotations ─► Answer
                             question    retrieve            reading             quoting      compose
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from corpus import Library, UnknownArticleError, Window
from rag.acronyms import spelled_out
from rag.answer import Answer, Citation
from rag.answer_kind import kind_of
from rag.compose import (
    ConfidenceSettings,
    Draft,
    compose,
    confidence_of,
    confidence_of_sentences,
    supporting_sentences,
)
from rag.errors import InvalidQuestionError
from rag.followup import Turn
from rag.question import Query, parse_query
from rag.quoting import telling_sentences
from rag.reader import Reader, SpanReader
from rag.reading import ReadingSettings, read, reranked
from rag.retrieve import Ranked, RetrievalSettings, retrieve

TOP_K = 20
Stage = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class AnswerSettings:
    """Every setting of answering, stage by stage."""

    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    confidence: ConfidenceSettings = field(default_factory=ConfidenceSettings)


_reader_lock = threading.Lock()
_shared_reader: list[Reader] = []


def default_reader() -> Reader:
    """The shipped reader, loaded once for the process; raises `ModelError` when its files are missing."""
    with _reader_lock:
        if not _shared_reader:
            _shared_reader.append(SpanReader())
        return _shared_reader[0]


def warm_up(library: Library) -> None:
    """Load the models and the vectors, so that the first answer does not wait for them; raises as `ask` does."""
    vector = library.embedder.embed(["ready"])[0]
    library.search_dense(vector, 1, Window())
    default_reader().read("Ready?", ["Ready."])


def ask(
    library: Library,
    question: str,
    *,
    history: Sequence[Turn] = (),
    as_of: str | date | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    outlets: Sequence[str] = (),
    top_k: int = TOP_K,
    on_stage: Stage | None = None,
    retrieval_only: bool = False,
    reader: Reader | None = None,
    settings: AnswerSettings | None = None,
) -> Answer:
    """Answer a question from a library, in words that stand in its articles.

    `on_stage` is told in a sentence what is being done. With `retrieval_only` nothing is read: the answer holds the
    ranked passages and is not found. Raises `InvalidQuestionError` when the question or a filter cannot be used.
    """
    if top_k < 1:
        raise InvalidQuestionError(f"top_k is {top_k}: ask for at least one passage")
    settings = settings or AnswerSettings()
    query = parse_query(question, history, as_of, since, until, outlets)
    stats = library.stats()
    started = time.perf_counter()
    _tell(on_stage, f"Searching {stats.articles:,} articles")
    query, ranked = _retrieved(library, query, top_k, settings.retrieval)
    retrieved = time.perf_counter()
    if retrieval_only or not ranked:
        draft = Draft(query, None, 0.0, (), ranked, is_long=False)
    else:
        _tell(on_stage, f"Reading the {min(len(ranked), settings.reading.passages)} best passages")
        draft = _drafted(library, query, ranked, reader or default_reader(), settings)
    answer = compose(draft, library.get, stats, settings.confidence.threshold)
    ended = time.perf_counter()
    return replace(
        answer,
        filters=query.filters,
        notes=(*answer.notes, *query.notes),
        timings=_timings(started, retrieved, ended),
    )


def _retrieved(library: Library, query: Query, top_k: int, settings: RetrievalSettings) -> tuple[Query, list[Ranked]]:
    """The best passages; searched once more when they tell what an acronym in the question stands for."""
    ranked = retrieve(library, query, top_k, settings)
    spelled = spelled_out(query.text, (one.found.passage.embedded_text for one in ranked))
    if spelled == query.text:
        return query, ranked
    query = replace(query, text=spelled)
    return query, retrieve(library, query, top_k, settings)


def _drafted(
    library: Library, query: Query, ranked: Sequence[Ranked], reader: Reader, settings: AnswerSettings
) -> Draft:
    """Read the passages, and choose what to quote."""
    candidates = read(reader, query, ranked, settings.reading)
    anew = reranked(ranked, candidates, settings.reading)
    guess = candidates[0].text if candidates else None
    confidence = confidence_of(candidates, settings.confidence)
    if kind_of(query.text) != "long":
        quotations = supporting_sentences(candidates[0]) if candidates else []
        return Draft(query, guess, confidence, quotations, anew, is_long=False)
    quotations = telling_sentences(library.embedder, query.text, anew[: settings.reading.passages])
    confidence = max(confidence, confidence_of_sentences(quotations, settings.confidence))
    return Draft(query, guess, confidence, quotations, anew, is_long=True)


def _tell(on_stage: Stage | None, what: str) -> None:
    if on_stage:
        on_stage(what)


def _timings(started: float, retrieved: float, ended: float) -> dict[str, float]:
    return {
        "retrieve_ms": round((retrieved - started) * 1000, 1),
        "read_ms": round((ended - retrieved) * 1000, 1),
        "total_ms": round((ended - started) * 1000, 1),
    }


def verbatim_citations(library: Library, answer: Answer) -> tuple[Citation, ...]:
    """The citations of an answer that still stand word for word in the library (invariant 1, when shown)."""
    standing = []
    for citation in answer.citations:
        try:
            article = library.get(citation.article_id)
        except UnknownArticleError:
            continue
        if citation.is_verbatim(article):
            standing.append(citation)
    return tuple(standing)
