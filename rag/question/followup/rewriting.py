"""The flow: a question and what was said before → a question that stands by itself.

history ─► Topic ─► fragment put into the question before it? ─► words that point back ─► missing subject ─► question
            topic                fragments                            references              subjects
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.mentions import entities
from rag.question.followup.fragments import OPENING, completed, corrected
from rag.question.followup.references import full_names, put_in
from rag.question.followup.subjects import with_subject
from rag.question.followup.topic import Topic

MOST_ADDED = 400
"""Characters: without a bound a long conversation could make a question grow from turn to turn."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked, and the answer that was given."""

    question: str
    answer: str


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it takes from the history put in; the question itself when it takes nothing.

    Every word comes from the question or the history, but for the few that join them: nothing is made up.
    """
    topic = Topic()
    for turn in history:
        topic = topic.learned(turn.question)
        topic = topic.followed(_resolved(turn.question.strip(), topic), turn.answer)
    return _resolved(question, topic.learned(question))


def _resolved(question: str, topic: Topic) -> str:
    """The question as `_rewritten`, unless more than a question's worth would be put in."""
    rewritten = _rewritten(question, topic)
    return rewritten if len(rewritten) <= len(question) + MOST_ADDED else question


def _rewritten(question: str, topic: Topic) -> str:
    if not topic.question:
        return question
    if whole := completed(question, topic):
        return whole
    asked, _ = corrected(question, topic)
    opened = OPENING.sub("", asked) if topic.subject else asked
    resolved = put_in(opened, topic)
    if resolved == opened:
        resolved = with_subject(opened, topic)
    resolved = full_names(resolved, topic)
    if resolved == opened and asked == question:
        return question
    return (
        resolved[:1].upper() + resolved[1:]
        if resolved[:1].islower() and re.match(r"[a-z]+\b", question) is None
        else resolved
    )


__all__ = ["Turn", "entities", "standalone"]
