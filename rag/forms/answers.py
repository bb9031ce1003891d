"""Answers of a form, with what all of them share."""

from __future__ import annotations

from typing import Any

from rag.answer import MAX_ANSWER_WORDS, Answer, Form
from rag.forms.quotations import Quotations
from rag.forms.request import FormRequest


def form_answer(
    request: FormRequest,
    form: Form,
    text: str,
    answer: str | None,
    quotations: Quotations | None = None,
    confidence: float = 1.0,
    **fields: Any,
) -> Answer:
    """An answer that was found; `fields` are those of this form alone."""
    stats = request.library.stats()
    first, last = stats.first_published, stats.last_published
    short = " ".join(answer.split()[:MAX_ANSWER_WORDS]) if answer else None
    return Answer(
        question=request.query.question,
        standalone_question=request.query.text,
        status="answered",
        answer=short,
        guess=short,
        text=text,
        as_of=quotations.newest if quotations else None,
        confidence=confidence,
        claims=quotations.claims if quotations else (),
        citations=quotations.citations if quotations else (),
        library_span=(first, last) if first and last else None,
        form=form,
        **fields,
    )


def form_not_found(request: FormRequest, form: Form, text: str) -> Answer:
    """An answer that says what the library does not tell."""
    return Answer(
        question=request.query.question,
        standalone_question=request.query.text,
        status="not_found",
        answer=None,
        guess=None,
        text=text,
        form=form,
    )
