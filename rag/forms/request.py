"""What a form of question needs to be answered: the library, the query, and the whole flow for what it asks itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from corpus import Library
from rag.answer import Answer
from rag.answering.drafting import AnswerSettings
from rag.question.followup.rewriting import Turn
from rag.question.query import Query
from rag.reading.reader import Reader
from rag.reading.readers import default_reader
from rag.request import AnswerRequest

Ask = Callable[..., Answer]
"""What answers any question of the library: called with the question and the options of `AnswerRequest`."""


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A parsed question with what may answer it."""

    library: Library
    asked: AnswerRequest
    query: Query
    ask: Ask

    @property
    def settings(self) -> AnswerSettings:
        """The settings of every stage."""
        return self.asked.settings or AnswerSettings()

    @property
    def reader(self) -> Reader:
        """The reader, loaded when it is needed: that takes a second."""
        return self.asked.reader or default_reader()

    @property
    def asked_on(self) -> date:
        """The day from which "now" is seen: the newest that may be used."""
        return self.query.as_of or self.asked.today

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer to another question, after a conversation, within the same filters, by the built-in answerer."""
        asked = self.asked
        return self.ask(
            question,
            history=history,
            as_of=asked.as_of,
            since=asked.since,
            until=asked.until,
            outlets=asked.outlets,
            top_k=asked.top_k,
            ignore_filters=asked.ignore_filters,
            reader=asked.reader,
            settings=asked.settings,
        )
