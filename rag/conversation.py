"""The whole flow of answering, in one function.

question, history, filters ─► Query ─► ranked passages ─► candidates ─► Draft ─► Answer ─► language model's Answer
                              parse       retrieve           read       draft    compose      if there is one
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import Unpack

from corpus import Library, LibraryStats, UnknownArticleError, Window
from rag.answer import Answer, AppliedFilter, Citation
from rag.answering.asking_back import ask_back
from rag.answering.compose import compose
from rag.answering.draft import Draft
from rag.answering.drafting import AnswerSettings, draft_answer
from rag.forms import answer_form
from rag.forms.languages import tell_language
from rag.language_model.answer import ModelRequest, answer_with_model
from rag.language_model.streaming import Callbacks
from rag.question.filters import what_to_remove
from rag.question.followup.unresolved import find_unresolved
from rag.question.query import Query
from rag.reading.read import read
from rag.reading.readers import default_reader
from rag.request import AnswerOptions, AnswerRequest, Stage
from rag.retrieval.ranked import Ranked
from rag.retrieval.retrieve import find_passages, retrieve


def warm_up(library: Library) -> None:
    """Load the models and the vectors, so that the first answer does not wait for them; raises as `ask` does."""
    vector = library.embedder.embed(["ready"])[0]
    library.search_dense(vector, 1, Window())
    default_reader().read("Ready?", ["Ready."])


def ask(library: Library, question: str, **options: Unpack[AnswerOptions]) -> Answer:
    """Answer a question from a library, in words that stand in its articles.

    Parse the question; let a form of its own answer it (a count, a list, help); ask back when it points to something
    that nobody named; else retrieve passages, read them, draft an answer, compose it, and let a language model, if
    there is one, say what the passages bear out. The options are the fields of `AnswerRequest`. What the question
    itself says about dates and outlets is applied, and listed in `Answer.filters`. Raises `InvalidQuestionError` when
    the question or a filter cannot be used.
    """
    request = AnswerRequest(question, **options)
    stats, settings, watch = library.stats(), request.settings or AnswerSettings(), _Stopwatch(request.on_stage)
    query = tell_language(request.parse(stats))
    if not request.retrieval_only and (answer := answer_form(library, request, query, partial(ask, library))):
        return add_copies(library, answer, query.as_of)
    if unresolved := find_unresolved(query.text, request.history):
        return ask_back(query, unresolved, is_first=not request.history)
    with watch.stage("retrieve_ms", f"Searching {stats.articles:,} articles"):
        query, ranked = find_passages(library, query, request.top_k, settings.retrieval)
    is_read = bool(ranked) and not request.retrieval_only
    with watch.stage("read_ms", f"Reading the {min(len(ranked), settings.reading.passages)} best passages" * is_read):
        draft = _draft(library, request, settings, query, ranked) if is_read else Draft(query, None, 0.0, (), ranked)
        # Each article is read once, so that no answer quotes two revisions of one that changes meanwhile.
        answer = compose(draft, cache(library.get), stats, settings.confidence.threshold)
        answer = _tell_filters(answer, query, () if ranked else _filters_to_remove(library, request, query, stats))
    answer = replace(answer, timings=watch.timings())
    if request.model is not None and is_read:
        asked = ModelRequest(
            query, request.history, draft.ranked, answer, request.reader or default_reader(), settings.retrieval
        )
        listeners = Callbacks(request.on_stage, request.on_text)
        answer = answer_with_model(request.model, library, asked, request.model_settings, listeners)
    return add_copies(library, answer, query.as_of)


def _draft(
    library: Library, request: AnswerRequest, settings: AnswerSettings, query: Query, ranked: Sequence[Ranked]
) -> Draft:
    """Read the passages, and choose what to say and what to quote."""
    reader = request.reader or default_reader()
    candidates = read(reader, query, ranked, settings.reading)
    return draft_answer(library, query, ranked, candidates, reader, settings)


def _tell_filters(answer: Answer, query: Query, removable: tuple[str, ...]) -> Answer:
    """The answer with what was read out of the question, and what of it leaves nothing to search."""
    return replace(
        answer,
        text=" ".join((answer.text, *removable)),
        filters=query.filters,
        notes=(*answer.notes, *query.notes, *removable),
    )


def _filters_to_remove(library: Library, request: AnswerRequest, query: Query, stats: LibraryStats) -> tuple[str, ...]:
    """What to say when the question's own filters leave nothing to search."""

    def helps(unwanted: AppliedFilter) -> bool:
        without = replace(request, ignore_filters=(*request.ignore_filters, unwanted.words))
        return bool(retrieve(library, without.parse(stats), 1))

    return what_to_remove(query.filters, helps)


def add_copies(library: Library, answer: Answer, as_of: date | None) -> Answer:
    """The answer with the other places of each cited article; copies published after `as_of` are left out."""
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


class _Stopwatch:
    """Announces each stage and measures how long it takes."""

    def __init__(self, on_stage: Stage | None) -> None:
        self._on_stage = on_stage
        self._spent: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, notice: str) -> Iterator[None]:
        """Announce a stage in a sentence, unless that is empty, and take its time."""
        if self._on_stage and notice:
            self._on_stage(notice)
        started = time.perf_counter()
        yield
        self._spent[name] = (time.perf_counter() - started) * 1000

    def timings(self) -> dict[str, float]:
        """Milliseconds of each stage, and of all of them."""
        return {name: round(spent, 1) for name, spent in {**self._spent, "total_ms": sum(self._spent.values())}.items()}


def verbatim_citations(library: Library, answer: Answer) -> tuple[Citation, ...]:
    """The citations of an answer that still stand word for word in the library (invariant 1, when shown)."""

    def stands(citation: Citation) -> bool:
        try:
            return citation.is_verbatim(library.get(citation.article_id))
        except UnknownArticleError:
            return False

    return tuple(citation for citation in answer.citations if stands(citation))
