"""Questions from the page: checked filters in, the stages of answering and the answer out, one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus import CorpusError
from rag import Turn
from ui.background import events
from ui.markup import spoken_date
from ui.rendering import answer_html, error_html, working_html

if TYPE_CHECKING:
    from corpus import Library
    from rag import Answer, Citation

log = logging.getLogger(__name__)

SLOW_AFTER_SECONDS = 6.0
KEPT_TURNS = 30
UNEXPECTED = "Something went wrong on the server. The details are in its log. Ask again, or ask another question."


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrows the search to; every date is ISO 8601 or None."""

    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()

    @classmethod
    def read(cls, as_of: str | None, since: str | None, until: str | None, outlets: Sequence[str] | None) -> Filters:
        """The filters as typed; raises `ValueError` when one of them is not a date (see `date_problem`)."""
        days = [day.isoformat() if day else None for day in map(typed_date, (as_of, since, until))]
        return cls(days[0], days[1], days[2], tuple(outlets or ()))

    def words(self) -> str:
        """The filters in words, empty when there are none."""
        dates = (("as of", self.as_of), ("from", self.since), ("until", self.until))
        parts = [f"{word} {spoken_date(day)}" for word, day in dates if day]
        return ", ".join([*parts, *([f"only {' and '.join(self.outlets)}"] if self.outlets else [])])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question that has been answered: how it is shown, what the next may refer to, and the evidence to open."""

    html: str
    turn: Turn | None
    evidence: Mapping[str, Any] | None = None


def typed_date(text: str | None) -> date | None:
    """The day typed into a field, None for an empty field; raises `ValueError` for anything else."""
    return date.fromisoformat(text.strip()) if text and text.strip() else None


def date_problem(text: str | None) -> str | None:
    """What is wrong with a typed date, in words for its field; None when nothing is."""
    try:
        typed_date(text)
    except ValueError:
        return "Write the date as year-month-day, for example 2015-08-31."
    return None


def span_problem(since: str | None, until: str | None) -> str | None:
    """What is wrong with a range of dates, in words for its last field; None when nothing is."""
    problem = date_problem(until)
    if problem or date_problem(since):
        return problem
    first, last = typed_date(since), typed_date(until)
    return "This is before the From date." if first and last and last < first else None


def answering(
    library: Library, question: str, history: Sequence[Exchange], filters: Filters
) -> Iterator[str | Answer | Exception | None]:
    """The stages of answering as they happen, None when one takes long, and at last the answer or what went wrong."""
    from rag import ask

    def work(tell: Callable[[str | Answer], None]) -> str | Answer:
        return ask(
            library,
            question,
            history=[exchange.turn for exchange in history if exchange.turn],
            as_of=filters.as_of,
            since=filters.since,
            until=filters.until,
            outlets=filters.outlets,
            on_stage=tell,
        )

    return events(work, SLOW_AFTER_SECONDS)


def exchanges(
    library: Library, question: str, history: Sequence[Exchange], filters: Filters
) -> Iterator[str | Exchange]:
    """The question as it is being answered, as HTML after each stage, and at last the finished exchange."""
    stages: list[str] = []
    yield working_html(question, stages)
    for event in answering(library, question, history, filters):
        if event is None or isinstance(event, str):
            stages += [event] if event else []
            yield working_html(question, stages, slow=event is None)
        elif isinstance(event, Exception):
            yield Exchange(error_html(question, explained(event)), None)
        else:
            yield finished(library, event, len(history) + 1, filters)


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
    )
    return Exchange(html, Turn(answer.question, answer.answer or answer.text), first_evidence(citations))


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
