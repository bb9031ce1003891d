"""Several questions in one message: each is asked in turn, and answered under its own heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from rag.answer import MAX_ANSWER_WORDS, Answer, AnswerPart, Citation, Claim
from rag.forms.request import FormRequest
from rag.forms.several_questions import questions_in
from rag.question.followup.rewriting import Turn


def answer_several(request: FormRequest) -> Answer | None:
    """The answers to the questions of a message, None when it asks only one."""
    questions = questions_in(request.query.text)
    if len(questions) < 2:
        return None
    answers: list[Answer] = []
    for question in questions:
        history = [Turn(asked.standalone_question, asked.answer or "") for asked in answers]
        answers.append(request.answer(question, history))
    return _together(request, questions, answers)


def _together(request: FormRequest, questions: Sequence[str], answers: Sequence[Answer]) -> Answer:
    citations: list[Citation] = []
    claims: list[Claim] = []
    parts: list[AnswerPart] = []
    for question, answer in zip(questions, answers, strict=True):
        numbers = {citation.n: len(citations) + at for at, citation in enumerate(answer.citations, start=1)}
        citations += [replace(citation, n=numbers[citation.n]) for citation in answer.citations]
        claims += [replace(claim, citations=tuple(numbers[n] for n in claim.citations)) for claim in answer.claims]
        text = re.sub(r"\[(\d{1,3})\]", partial(_renumbered, numbers), answer.text)
        own = tuple(numbers.values())
        parts.append(AnswerPart(question, answer.status, answer.answer, text, answer.confidence, answer.form, own))
    return _answer(request, answers, parts, citations, claims)


def _answer(
    request: FormRequest,
    answers: Sequence[Answer],
    parts: Sequence[AnswerPart],
    citations: Sequence[Citation],
    claims: Sequence[Claim],
) -> Answer:
    told = [part for part in parts if part.status != "not_found"]
    short = " ".join("; ".join(part.answer for part in told if part.answer).split()[:MAX_ANSWER_WORDS]) or None
    return Answer(
        question=request.query.question,
        standalone_question=request.query.text,
        status="answered" if told else "not_found",
        answer=short,
        guess=short,
        text="\n\n".join(f"{at}. {part.question}\n\n{part.text}" for at, part in enumerate(parts, start=1)),
        as_of=max((answer.as_of for answer in answers if answer.as_of), default=None),
        confidence=min((part.confidence for part in told), default=0.0),
        claims=tuple(claims),
        citations=tuple(citations),
        passages=tuple({passage.passage_id: passage for answer in answers for passage in answer.passages}.values()),
        library_span=answers[0].library_span,
        notes=tuple(dict.fromkeys(note for answer in answers for note in answer.notes)),
        filters=request.query.filters,
        form="several",
        parts=tuple(parts),
    )


def _renumbered(numbers: dict[int, int], mark: re.Match[str]) -> str:
    return f"[{numbers[int(mark[1])]}]" if int(mark[1]) in numbers else mark[0]
