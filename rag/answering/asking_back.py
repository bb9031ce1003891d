"""A question that cannot be understood without more is asked back in one line, with what it may mean."""

from __future__ import annotations

from rag.answer import Answer
from rag.question.followup.unresolved import Unresolved
from rag.question.query import Query

PERSONS = frozenset("he him his she her hers".split())


def ask_back(query: Query, unresolved: Unresolved, *, is_first: bool) -> Answer:
    """The answer that asks whom or what a word means; `is_first` says that nothing was asked before."""
    wanted = "Who" if unresolved.word.lower() in PERSONS else "What"
    asked = f"{wanted} is meant by “{unresolved.word}”?"
    if is_first:
        text = f"{asked} Nothing was asked before this question: ask again with the name."
    elif unresolved.readings:
        text = f"{asked} Perhaps: {' / '.join(unresolved.readings)}"
    else:
        text = f"{asked} The conversation does not say: ask again with the name."
    return Answer(
        question=query.question,
        standalone_question=query.text,
        status="not_found",
        answer=None,
        guess=None,
        text=text,
        suggestions=unresolved.readings,
        filters=query.filters,
        notes=query.notes,
        form="clarify",
    )
