"""Questions from the page: checked filters in, the stages of answering and the answer out, one after the other."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus import CorpusError
from rag import Turn
from ui.page.background import events
from ui.page.rendering import answer_html, error_html, working_html
from ui.wording import spoken_date

if TYPE_CHECKING:
    from corpus import Library
    from rag import Answer, ChatModel, Citation


log = logging.getLogger(__name__)

SLOW_AFTER_SECONDS = 6.0
KEPT_TURNS = 30
DRAFT_STEP = 24
"""Characters by which a draft has grown when it is shown anew."""
UNEXPECTED = "Something went wrong on the server. The details are in its log. Ask again, or ask another question."


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrows the search to; every date is ISO 8601 or None."""

    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Words of the question that are not to be read as a filter."""

    @classmethod
    def read(cls, as_of: str | None, since: str | None, until: str | None, outlets: Sequence[str] | None) -> Filters:
        """The filters as typed; raises `ValueError` when one of them is not a date (see `date_problem`)."""
        typed = (typed_date(as_of, is_last=True), typed_date(since), typed_date(until, is_last=True))
        days = [day.isoformat() if day else None for day in typed]
        return cls(days[0], days[1], days[2], tuple(outlets or ()))

    def words(self) -> str:
        """The filters in words, empty when there are none."""
        dates = (("as of", self.as_of), ("from", self.since), ("until", self.until))
        parts = [f"{word} {spoken_date(day)}" for word, day in dates if day]
        return ", ".join([*parts, *([f"only {' and '.join(self.outlets)}"] if self.outlets else [])])


@dataclass(frozen=True, slots=True)
class Written:
    """What a language model has written so far: a draft, of which each checked line ends in its numbers."""

    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that has been answered: how it is shown, what the next may refer to, and the evidence to open."""

    html: str
    turn: Turn | None
    evidence: Mapping[str, Any] | None = None
    number: int = 0
    ignored: tuple[str, ...] = ()


def asked_again(
    history: Sequence[Exchange], request: Mapping[str, Any]
) -> tuple[str, Sequence[Exchange], tuple[str, ...]] | None:
    """The question of an earlier turn, what came before it, and the filters to ignore: those of then and one more.

    `request` is what a pressed chip sends: the number of its turn and its words. None when that turn is not kept.
    """
    for at, exchange in enumerate(history):
        if exchange.turn and exchange.number == request.get("turn"):
            return exchange.turn.question, history[:at], (*exchange.ignored, str(request.get("words", "")))
    return None


def typed_date(text: str | None, *, is_last: bool = False) -> date | None:
    """The day typed into a field, None for an empty field; of a month or a year the first day, or the last one.

    Raises `ValueError` for anything else.
    """
    from rag.english.calendar import written_day

    return written_day(text, is_last=is_last) if text and text.strip() else None


def date_problem(text: str | None) -> str | None:
    """What is wrong with a typed date, in words for its field; None when nothing is."""
    try:
        typed_date(text)
    except ValueError:
        return "Write the date as year-month-day, for example 2015-08-31; or only 2015-08, or 2015."
    return None


def span_problem(since: str | None, until: str | None) -> str | None:
    """What is wrong with a range of dates, in words for its last field; None when nothing is."""
    problem = date_problem(until)
    if problem or date_problem(since):
        return problem
    first, last = typed_date(since), typed_date(until, is_last=True)
    return "This is before the From date." if first and last and last < first else None


def answering(
    library: Library, question: str, history: Sequence[Exchange], filters: Filters, model: ChatModel | None = None
) -> Iterator[str | Written | Answer | Exception | None]:
    """The stages of answering as they happen, the draft of a language model as it grows, None when one takes long, and
    at last the answer or what went wrong."""
    from rag import ask

    def work(tell: Callable[[str | Written | Answer], None]) -> str | Written | Answer:
        return ask(
            library,
            question,
            history=[exchange.turn for exchange in history if exchange.turn],
            as_of=filters.as_of,
            since=filters.since,
            until=filters.until,
            outlets=filters.outlets,
            ignore_filters=filters.ignored,
            on_stage=tell,
            model=model,
            on_text=lambda text: tell(Written(text)),
        )

    return events(work, SLOW_AFTER_SECONDS)


def exchanges(
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
    for event in answering(library, question, history, filters, model):
        if isinstance(event, Written):
            if _has_grown(draft, event.text):
                draft = event.text
                yield working_html(question, stages, draft=draft)
        elif event is None or isinstance(event, str):
            stages += [event] if event else []
            yield working_html(question, stages, slow=event is None, draft=draft)
        elif isinstance(event, Exception):
            yield Exchange(error_html(question, explained(event)), None, number=number)
        else:
            yield finished(library, event, number, filters)


def _has_grown(shown: str, draft: str) -> bool:
    """Whether a draft is worth showing anew: not at every letter, because the page then draws the conversation."""
    return abs(len(draft) - len(shown)) >= DRAFT_STEP or draft.count("[") != shown.count("[")


def finished(library: Library, answer: Answer, number: int, filters: Filters) -> Exchange:
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
    )
    turn = Turn(answer.question, answer.answer or answer.text)
    return Exchange(html, turn, first_evidence(citations), number, filters.ignored)


def _receipt(library: Library, answer: Answer, filters: Filters) -> str:
    """The answer's receipt, to be downloaded from the page."""
    from rag.verification.receipt import receipt_of

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


def explained(error: Exception) -> str:
    """What to tell the reader: our own errors speak for themselves, all others go to the log."""
    from rag import RagError

    if isinstance(error, (CorpusError, RagError)):
        return str(error)
    log.error("a question could not be answered", exc_info=error)
    return UNEXPECTED
