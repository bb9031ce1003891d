"""A question from the page as a stream: the stages of answering, then the answer as it is shown."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus import CorpusError
from rag import Turn
from ui.page.actions.background import stream_events
from ui.page.actions.filters import Filters
from ui.page.actions.records import write_record
from ui.page.views.answers import answer_html, error_html, working_html

if TYPE_CHECKING:
    from corpus import Library
    from rag import Answer, ChatModel, Citation


log = logging.getLogger(__name__)

SLOW_AFTER_SECONDS = 6.0
KEPT_TURNS = 30
DRAFT_STEP = 24
"""Characters by which a draft has grown when it is shown again."""
UNEXPECTED = "Something went wrong on the server. The details are in its log. Ask again, or ask another question."


@dataclass(frozen=True, slots=True)
class Draft:
    """What a language model has written so far, of which each checked line ends in its numbers."""

    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that has been answered: how it is shown, what the next may refer to, and the evidence to open."""

    html: str
    turn: Turn | None
    evidence: Mapping[str, Any] | None = None
    number: int = 0
    ignored: tuple[str, ...] = ()


def find_turn(
    history: Sequence[Exchange], request: Mapping[str, Any]
) -> tuple[str, Sequence[Exchange], tuple[str, ...]] | None:
    """The question of an earlier turn, what came before it, and the filters to ignore: those of then and one more.

    `request` is what a pressed chip sends: the number of its turn and its words. None when that turn is not kept.
    """
    for at, exchange in enumerate(history):
        if exchange.turn and exchange.number == request.get("turn"):
            return exchange.turn.question, history[:at], (*exchange.ignored, str(request.get("words", "")))
    return None


def stream_answer(
    library: Library, question: str, history: Sequence[Exchange], filters: Filters, model: ChatModel | None = None
) -> Iterator[str | Draft | Answer | Exception | None]:
    """The stages of answering as they happen, the draft of a language model as it grows, None when one takes long, and
    at last the answer or what went wrong. A question that nobody waits for any more ends at its next stage."""
    from rag import ask

    def work(report: Callable[[str | Draft | Answer], None]) -> str | Draft | Answer:
        return ask(
            library,
            question,
            history=[exchange.turn for exchange in history if exchange.turn],
            as_of=filters.as_of,
            since=filters.since,
            until=filters.until,
            outlets=filters.outlets,
            ignore_filters=filters.ignored,
            on_stage=report,
            model=model,
            on_text=lambda text: report(Draft(text)),
        )

    return stream_events(work, SLOW_AFTER_SECONDS, ends_with_listener=True)


def stream_exchange(
    library: Library,
    question: str,
    history: Sequence[Exchange],
    filters: Filters,
    number: int = 1,
    model: ChatModel | None = None,
) -> Iterator[str | Exchange]:
    """The question as it is being answered, as HTML after each stage, and at last the finished exchange.

    `number` is that of the new turn in the conversation, which may be longer than the history it is asked with.
    """
    stages: list[str] = []
    draft = ""
    yield working_html(question, stages)
    for event in stream_answer(library, question, history, filters, model):
        if isinstance(event, Draft):
            if _has_grown(draft, event.text):
                draft = event.text
                yield working_html(question, stages, draft=draft)
        elif event is None or isinstance(event, str):
            stages += [event] if event else []
            yield working_html(question, stages, slow=event is None, draft=draft)
        elif isinstance(event, Exception):
            yield Exchange(error_html(question, explain_error(event)), None, number=number)
        else:
            yield finish_exchange(library, event, number, filters)


def _has_grown(shown: str, draft: str) -> bool:
    """Whether a draft is worth showing again: not at every letter, because the page then draws the conversation."""
    return abs(len(draft) - len(shown)) >= DRAFT_STEP or draft.count("[") != shown.count("[")


def finish_exchange(library: Library, answer: Answer, number: int, filters: Filters) -> Exchange:
    """The answer as it is shown: its citations checked once more against the library (invariant 1)."""
    from rag import verbatim_citations

    citations = verbatim_citations(library, answer)
    html = answer_html(
        number,
        answer,
        citations,
        today=date.today(),
        searched=library.stats().articles,
        filters=filters.words(),
        receipt=_receipt(library, answer, filters) if citations else "",
        record=write_record(answer, filters),
    )
    turn = Turn(answer.question, answer.answer or answer.text)
    return Exchange(html, turn, first_evidence(citations), number, filters.ignored)


def _receipt(library: Library, answer: Answer, filters: Filters) -> str:
    """The answer's receipt, to be downloaded from the page."""
    from rag import receipt_of

    return json.dumps(receipt_of(answer, library, asdict(filters)), ensure_ascii=False, allow_nan=False)


def first_evidence(citations: Sequence[Citation]) -> dict[str, Any] | None:
    """The request that opens the article of the first citation, with all that is cited from it."""
    if not citations:
        return None
    article_id = citations[0].article_id
    highlights = [
        {"n": c.n, "start": c.start, "end": c.end, "quote": c.quote} for c in citations if c.article_id == article_id
    ]
    return {"article_id": article_id, "highlights": highlights, "focus": citations[0].n}


def explain_error(error: Exception) -> str:
    """What to show the reader: our own errors speak for themselves, all others go to the log."""
    from rag import RagError

    if isinstance(error, (CorpusError, RagError)):
        return str(error)
    log.error("a question could not be answered", exc_info=error)
    return UNEXPECTED
