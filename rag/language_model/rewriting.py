"""Lets a language model make a follow-up question standalone, and checks its rewrite against the conversation."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language_model.client import ChatModel
from rag.language_model.prompts import REWRITE_SCHEMA, REWRITE_SYSTEM, REWRITE_USER, TURN
from rag.language_model.reply import json_objects, plain_text
from rag.question.followup.rewriting import Turn

TURNS = 6
"""Turns of a conversation that are shown to a model, the last ones."""
LONGEST_TURN = 600
LONGEST_QUESTION = 300
NAMES = re.compile(r"\b(?:[A-ZÀ-ÖØ-Þ][\w’'-]*|\d[\d.,]*)")
OPENING = frozenset(
    "who whom whose what when where why how which did do does is are was were has have had can could will would should "
    "in on at by since until before after according name list tell and the a an there".split()
)


@dataclass(frozen=True, slots=True)
class RewrittenQuestion:
    """A question as a model understood it, and the questions that it wants answered first, at most three."""

    question: str
    sub_questions: tuple[str, ...] = ()


def rewrite_question(
    model: ChatModel, question: str, history: Sequence[Turn], *, seconds: float, sub_questions: int
) -> RewrittenQuestion | None:
    """The question made standalone; None when the reply cannot be used. Raises `ModelError` when there is no reply.

    A model may put in only names and figures of the conversation: what brings others is not used.
    """
    turns = "\n".join(
        TURN.format(question=turn.question[:LONGEST_TURN], answer=plain_text(turn.answer, LONGEST_TURN))
        for turn in history[-TURNS:]
    )
    user = REWRITE_USER.format(turns=turns, question=question)
    reply = model.reply((("system", REWRITE_SYSTEM), ("user", user)), seconds=seconds, schema=REWRITE_SCHEMA)
    known = f"{turns}\n{question}"
    value = next((value for value in json_objects(reply) if "standalone_question" in value), {})
    standalone = _usable(value.get("standalone_question"), known)
    if standalone is None:
        return None
    listed = value.get("sub_questions")
    parts = [_usable(part, known) for part in (listed if isinstance(listed, list) else [])]
    distinct = dict.fromkeys(part for part in parts if part and part.lower() != standalone.lower())
    return RewrittenQuestion(standalone, tuple(distinct)[:sub_questions])


def _usable(value: object, known: str) -> str | None:
    """A question of a model that brings nothing of its own, or None."""
    if not isinstance(value, str):
        return None
    text = plain_text(value, LONGEST_QUESTION)
    if text.endswith("…") or not any(character.isalpha() for character in text):
        return None
    has = known.lower()
    for name in NAMES.findall(text):
        bare = re.sub(r"[’']s?$", "", name).rstrip(".,").lower()
        if bare not in OPENING and bare not in has:
            return None
    return text
