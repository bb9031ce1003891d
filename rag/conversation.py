"""The whole flow of answering, in one function.

question, history, filters ─► Query ─► ranked passages ─► candidate answers ─► quotations ─► Answer
                             question    retrieve            reading             quoting      compose
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial

from corpus import Library, UnknownArticleError, Window
from rag.answer import Answer, AppliedFilter, Citation
from rag.answering.compose import compose
from rag.answering.draft import Draft
from rag.answering.drafting import AnswerSettings, drafted
from rag.errors import InvalidQuestionError
from rag.language_model.answer import Asked, ModelSettings, answer_with
from rag.language_model.client import ChatModel
from rag.language_model.streaming import Listeners
from rag.question.filters import what_to_remove
from rag.question.followup.rewriting import Turn
from rag.question.query import Query, parse_query
from rag.reading.reader import Reader, SpanReader
from rag.retrieval.acronyms import spelled_out
from rag.retrieval.ranked import Ranked, RetrievalSettings
from rag.retrieval.retrieve import retrieve

TOP_K = 20
Stage = Callable[[str], None]


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
    ignore_filters: Sequence[str] = (),
    reader: Reader | None = None,
    settings: AnswerSettings | None = None,
    model: ChatModel | None = None,
    model_settings: ModelSettings | None = None,
    on_text: Callable[[str], None] | None = None,
) -> Answer:
    """Answer a question from a library, in words that stand in its articles.

    `on_stage` is told in a sentence what is being done. With `retrieval_only` nothing is read: the answer holds the
    ranked passages and is not found. What the question itself says about dates and outlets is applied and told in
    `Answer.filters`; `ignore_filters` names words of it that are not to be (`AppliedFilter.words`). With
    a language `model`, its claims answer as far as the passages bear them out, else the built-in answer does and says
    why; `on_text` is told the draft as it grows (see `Listeners`). Raises `InvalidQuestionError` when the question or
    a filter cannot be used.
    """
    if top_k < 1:
        raise InvalidQuestionError(f"top_k is {top_k}: ask for at least one passage")
    settings = settings or AnswerSettings()
    stats = library.stats()
    known = [outlet for outlet, _ in stats.outlets]
    parse = partial(parse_query, question, history, as_of, since, until, outlets, known_outlets=known)
    query = parse(ignore_filters=ignore_filters)
    started = time.perf_counter()
    _tell(on_stage, f"Searching {stats.articles:,} articles")
    query, ranked = ranked_passages(library, query, top_k, settings.retrieval)
    retrieved = time.perf_counter()
    if retrieval_only or not ranked:
        draft = Draft(query, None, 0.0, (), ranked)
    else:
        _tell(on_stage, f"Reading the {min(len(ranked), settings.reading.passages)} best passages")
        reader = reader or default_reader()
        draft = drafted(library, query, ranked, reader, settings)
    # Each article is read once, so that no answer quotes two revisions of one that changes meanwhile.
    answer = compose(draft, cache(library.get), stats, settings.confidence.threshold)
    unheard = () if ranked else what_to_remove(query.filters, partial(_searchable, library, parse, ignore_filters))
    ended = time.perf_counter()
    answer = replace(
        answer,
        text=" ".join((answer.text, *unheard)),
        filters=query.filters,
        notes=(*answer.notes, *query.notes, *unheard),
        timings=_timings(started, retrieved, ended),
    )
    if model is not None and ranked and not retrieval_only:
        asked = Asked(query, history, draft.ranked, answer, reader or default_reader(), settings.retrieval)
        answer = answer_with(model, library, asked, model_settings, Listeners(on_stage, on_text))
    return with_places(library, answer, query.as_of)


def with_places(library: Library, answer: Answer, as_of: date | None) -> Answer:
    """The answer with the other places of each cited article; those later than "as of" are not told."""
    last = as_of.isoformat() if as_of else None
    cited = tuple(
        replace(
            citation,
            also_in=tuple(
                place
                for place in library.also_in(citation.article_id)
                if last is None or (place.published is not None and place.published[:10] <= last)
            ),
        )
        for citation in answer.citations
    )
    return replace(answer, citations=cited)


def ranked_passages(
    library: Library, query: Query, top_k: int, settings: RetrievalSettings
) -> tuple[Query, list[Ranked]]:
    """The best passages; searched once more when they tell what an acronym in the question stands for."""
    ranked = retrieve(library, query, top_k, settings)
    spelled = spelled_out(query.text, (one.found.passage.embedded_text for one in ranked))
    if spelled == query.text:
        return query, ranked
    query = replace(query, text=spelled)
    return query, retrieve(library, query, top_k, settings)


def _searchable(library: Library, parse: Callable[..., Query], ignored: Sequence[str], unwanted: AppliedFilter) -> bool:
    """Whether there is anything to search when one more filter of the question is ignored."""
    return bool(retrieve(library, parse(ignore_filters=(*ignored, unwanted.words)), 1))


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
