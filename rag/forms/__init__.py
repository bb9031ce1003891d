"""Questions whose answer is no span of one article: counts, lists, tables, overviews, help."""

from __future__ import annotations

from corpus import Library
from rag.answer import Answer
from rag.question.query import Query
from rag.request import AnswerRequest


def answer_form(library: Library, request: AnswerRequest, query: Query) -> Answer | None:
    """The answer to a question of a form of its own; None when it is to be answered from passages."""
    return None
