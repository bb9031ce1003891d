"""`AnswerRequest`: a question with everything that was asked for along with it, as it is passed from stage to stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from corpus import LibraryStats
from rag.answering.drafting import AnswerSettings
from rag.errors import InvalidQuestionError
from rag.language_model.answer import ModelSettings
from rag.language_model.client import ChatModel
from rag.question.followup.rewriting import Turn
from rag.question.query import Query, parse_query
from rag.reading.reader import Reader

TOP_K = 20
Stage = Callable[[str], None]


class AnswerOptions(TypedDict, total=False):
    """What `ask` takes beside the question: the fields of `AnswerRequest`."""

    history: Sequence[Turn]
    as_of: str | date | None
    since: str | date | None
    until: str | date | None
    outlets: Sequence[str]
    top_k: int
    on_stage: Stage | None
    retrieval_only: bool
    ignore_filters: Sequence[str]
    reader: Reader | None
    settings: AnswerSettings | None
    model: ChatModel | None
    model_settings: ModelSettings | None
    on_text: Callable[[str], None] | None


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """A question, its conversation, its filters, and how it is to be answered.

    `on_stage` is called with a sentence about each stage. With `retrieval_only` the reader is skipped: the answer lists
    the ranked passages, with status `not_found`. `ignore_filters` names words of the question that are not to be read
    as a filter (`AppliedFilter.words`). `on_text` is called with a language model's draft as it grows.

    Raises `InvalidQuestionError` when no passage is asked for.
    """

    question: str
    history: Sequence[Turn] = ()
    as_of: str | date | None = None
    since: str | date | None = None
    until: str | date | None = None
    outlets: Sequence[str] = ()
    top_k: int = TOP_K
    on_stage: Stage | None = None
    retrieval_only: bool = False
    ignore_filters: Sequence[str] = ()
    reader: Reader | None = None
    settings: AnswerSettings | None = None
    model: ChatModel | None = None
    model_settings: ModelSettings | None = None
    on_text: Callable[[str], None] | None = None
    today: date = field(default_factory=date.today)

    def __post_init__(self) -> None:
        if self.top_k < 1:
            raise InvalidQuestionError(f"top_k is {self.top_k}: ask for at least one passage")

    def parse(self, stats: LibraryStats) -> Query:
        """The question as understood, in a library with these outlets and days; raises as `parse_query` does."""
        first, last = stats.first_published, stats.last_published
        return parse_query(
            self.question,
            self.history,
            self.as_of,
            self.since,
            self.until,
            self.outlets,
            known_outlets=[outlet for outlet, _ in stats.outlets],
            ignore_filters=self.ignore_filters,
            published=(first, last) if first and last else None,
            today=self.today,
        )
