"""A language model's answer, held to the same standard as the built-in one.

passages ─► prompt ─► reply ─► claims ─► quotations located ─► claims verified ─► Answer
            prompts    client   reply              claims               claims         here

If anything goes wrong, the built-in answer is returned with a note that says why.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from corpus import Library
from rag.answer import Alternative, Answer, Citation, Claim
from rag.answering.compose import compose
from rag.answering.draft import Draft
from rag.answering.drafting import OF_THE_BUILTIN
from rag.english.words import normalised
from rag.errors import ModelError
from rag.language_model.claims import CheckedClaim, Offer
from rag.language_model.client import ChatModel, Message
from rag.language_model.prompts import ANSWER_SCHEMA, ANSWER_SYSTEM
from rag.language_model.reply import Reply, parse_reply
from rag.language_model.rewriting import RewrittenQuestion, rewrite_question
from rag.language_model.short_answer import confidence_in, holds, read_otherwise, short_answer, stands_in
from rag.language_model.streaming import Callbacks, ReplyWatch, mark_citations, number_quotations
from rag.question.followup.rewriting import Turn
from rag.question.query import Query
from rag.reading.reader import Reader
from rag.retrieval.ranked import Ranked, RetrievalSettings
from rag.retrieval.retrieve import retrieve

OWN_WORDS = "The short answer is worded by {model}; the quotations are the articles' own words."
READ_OTHERWISE = "The built-in reader takes “{other}” for the answer in the passages quoted here: check the quotations."
BUILT_IN = "this is the built-in answer"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How a language model is used: time limits, how many passages it sees, and what happens to unsupported claims."""

    seconds: float = 120.0
    rewrite_seconds: float = 20.0
    passages: int = 12
    sub_questions: int = 3
    keep_unsupported: bool = False
    """Show claims that no quotation supports, marked as such, instead of leaving them out."""


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What a model is request about: the question and its passages, and the built-in answer to fall back on."""

    query: Query
    history: Sequence[Turn]
    ranked: Sequence[Ranked]
    builtin: Answer
    reader: Reader
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)


def answer_with_model(
    model: ChatModel,
    library: Library,
    request: ModelRequest,
    settings: ModelSettings | None = None,
    callbacks: Callbacks | None = None,
) -> Answer:
    """The model's answer as far as the articles support it, or else the built-in answer with a note that says why."""
    started = time.perf_counter()
    answer = _answer(model, library, request, settings or ModelSettings(), callbacks or Callbacks())
    spent = round((time.perf_counter() - started) * 1000, 1)
    earlier = request.builtin.timings
    return replace(
        answer, timings={**earlier, "model_ms": spent, "total_ms": round(earlier.get("total_ms", 0.0) + spent, 1)}
    )


def _answer(
    model: ChatModel,
    library: Library,
    request: ModelRequest,
    settings: ModelSettings,
    callbacks: Callbacks,
) -> Answer:
    if not request.ranked:
        return request.builtin
    request, notes = _rewrite_with_history(model, library, request, settings, callbacks)
    offer = Offer(request.query, request.ranked[: settings.passages], library.get)
    _notify(callbacks.on_stage, f"Asking {model.name}")
    try:
        reply = parse_reply(_request_reply(model, offer, settings, callbacks))
    except ModelError as error:
        return _fall_back(request.builtin, f"{error}: {BUILT_IN}.")
    if reply.declines:
        return _decline(model, library, request, offer, notes)
    checks = [offer.check(said) for said in reply.claims]
    standing = [check for check in checks if check.stands]
    if not standing:
        return _fall_back(request.builtin, f"Nothing that {model.name} said is supported by the articles: {BUILT_IN}.")
    dropped = [check for check in checks if not check.stands]
    return _compose_answer(model, library, request, reply, standing, dropped, notes, settings)


def _rewrite_with_history(
    model: ChatModel, library: Library, request: ModelRequest, settings: ModelSettings, callbacks: Callbacks
) -> tuple[ModelRequest, tuple[str, ...]]:
    """With a history, the question as the model rewrites it and the passages found for it; otherwise unchanged."""
    if not request.history:
        return request, ()
    _notify(callbacks.on_stage, f"{model.name} reads the conversation")
    try:
        made = rewrite_question(
            model,
            request.query.question,
            request.history,
            seconds=settings.rewrite_seconds,
            sub_questions=settings.sub_questions,
        )
    except ModelError:  # the answer itself will fail the same way, and says so
        return request, ()
    if made is None or (_same(made.question, request.query.text) and not made.sub_questions):
        return request, ()
    query = replace(request.query, text=made.question)
    ranked = _retrieve_parts(library, query, made, len(request.ranked), request.retrieval)
    searched = "; ".join(f"“{part}”" for part in made.sub_questions)
    notes = (f"Also searched: {searched}.",) if searched else ()
    return (replace(request, query=query, ranked=ranked), notes) if ranked else (request, ())


def _retrieve_parts(
    library: Library, query: Query, made: RewrittenQuestion, limit: int, retrieval: RetrievalSettings
) -> tuple[Ranked, ...]:
    """The best passages for a question and its parts, taken in turns."""
    lists = [
        retrieve(library, replace(query, text=text), limit, retrieval) for text in (query.text, *made.sub_questions)
    ]
    distinct: dict[str, Ranked] = {}
    for ranked in (found[at] for at in range(limit) for found in lists if at < len(found)):
        distinct.setdefault(ranked.found.passage.id, ranked)
    return tuple(distinct.values())[:limit]


def _same(first: str, second: str) -> bool:
    return normalised(first) == normalised(second)


def _request_reply(model: ChatModel, offer: Offer, settings: ModelSettings, callbacks: Callbacks) -> str:
    messages: list[Message] = [("system", ANSWER_SYSTEM), ("user", offer.message())]
    on_piece = ReplyWatch(offer, callbacks.on_text) if callbacks.on_text else None
    return model.reply(messages, seconds=settings.seconds, schema=ANSWER_SCHEMA, on_piece=on_piece)


def _compose_answer(
    model: ChatModel,
    library: Library,
    request: ModelRequest,
    reply: Reply,
    standing: Sequence[CheckedClaim],
    dropped: Sequence[CheckedClaim],
    notes: tuple[str, ...],
    settings: ModelSettings,
) -> Answer:
    """The answer made of the claims that stand, dated and numbered."""
    numbers = number_quotations(standing)
    citations = _citations(library, standing, numbers)
    claims = [
        Claim(check.claim.text, check.verdict.support, own, check.verdict.reason)
        for check, own in zip(standing, numbers, strict=True)
    ]
    said, own_words = short_answer(reply, standing, request.builtin)
    alternatives, others = _carry_alternatives(request.builtin, said, claims, len(citations))
    if settings.keep_unsupported:
        claims += [Claim(check.claim.text, "unsupported", (), check.verdict.reason) for check in dropped]
    elif dropped:
        left = "1 sentence" if len(dropped) == 1 else f"{len(dropped)} sentences"
        notes += (f"{left} of {model.name} left out: the quotations do not support them.",)
    if own_words:
        notes += (OWN_WORDS.format(model=model.name),)
    other = read_otherwise(request.reader, request.query.text, said, standing, request.builtin)
    if other and not any(stands_in(other, alternative.answer) for alternative in alternatives):
        notes += (READ_OTHERWISE.format(other=other),)
    newest = max((citation.published[:10] for citation in citations if citation.published), default=None)
    # What the built-in answer says of the age of its evidence holds for evidence of the same age.
    notes = (*(request.builtin.notes if newest == request.builtin.as_of else request.query.notes), *notes)
    return replace(
        _base(library, request),
        status="conflicting"
        if any(alternative.relation == "conflicting" for alternative in alternatives)
        else "answered",
        answer=said,
        guess=said or request.builtin.guess,
        text="\n\n".join(
            [*_write_paragraphs(said, standing, numbers), *(alternative.text for alternative in alternatives)]
        ),
        as_of=newest,
        confidence=confidence_in(said, other, standing, request.builtin),
        claims=tuple(claims),
        citations=(*citations, *others),
        alternatives=alternatives,
        nearest=(),
        notes=tuple(note for note in notes if note not in OF_THE_BUILTIN),
        model=model.name,
    )


def _base(library: Library, request: ModelRequest) -> Answer:
    """The question with what was found for it, not answered yet."""
    draft = Draft(request.query, request.builtin.guess, 0.0, (), request.ranked)
    base = compose(draft, library.get, library.stats(), 1.0)
    return replace(base, filters=request.builtin.filters, form=request.builtin.form)


def _citations(
    library: Library, standing: Sequence[CheckedClaim], numbers: Sequence[tuple[int, ...]]
) -> tuple[Citation, ...]:
    cited: dict[int, Citation] = {}
    for check, own in zip(standing, numbers, strict=True):
        for n, quotation in zip(own, check.quotations, strict=True):
            passage = quotation.ranked.found.passage
            article = library.get(passage.article_id)
            cited[n] = Citation.cite(n, article, passage.id, quotation.start, quotation.end)
    return tuple(cited[n] for n in sorted(cited))


def _write_paragraphs(
    said: str | None, standing: Sequence[CheckedClaim], numbers: Sequence[tuple[int, ...]]
) -> list[str]:
    """The paragraphs that a person reads: the short answer with its numbers, then each claim with its own."""
    texts = [
        check.claim.text
        if check.verdict.support == "supported"
        else f"{check.claim.text} (in part: {check.verdict.reason})"
        for check in standing
    ]
    opening = []
    if said:
        holding = [own for check, own in zip(standing, numbers, strict=True) if holds(check, said)] or [numbers[0]]
        opening = mark_citations([said], [tuple(sorted({n for own in holding for n in own}))])
    return [*opening, *mark_citations(texts, numbers)]


def _carry_alternatives(
    builtin: Answer, said: str | None, claims: Sequence[Claim], taken: int
) -> tuple[tuple[Alternative, ...], tuple[Citation, ...]]:
    """Other values that the built-in answer found, with their citations renumbered: a model may not hide them."""
    told = " ".join([said or "", *(claim.text for claim in claims)])
    numbers: dict[int, int] = {}
    alternatives = []
    for other in builtin.alternatives:
        if not stands_in(other.answer, told):
            own = tuple(numbers.setdefault(n, taken + len(numbers) + 1) for n in other.citations)
            alternatives.append(replace(other, citations=own))
    citations = tuple(replace(c, n=numbers[c.n]) for c in builtin.citations if c.n in numbers)
    return tuple(alternatives), tuple(sorted(citations, key=lambda citation: citation.n))


def _decline(model: ChatModel, library: Library, request: ModelRequest, offer: Offer, notes: tuple[str, ...]) -> Answer:
    """The model read the passages and said that they do not answer."""
    said = f"{model.name} read the {len(offer)} best passages and found no answer in them."
    if request.builtin.status != "not_found":
        said += " The built-in reader found one: ask without the model to see it."
    base = _base(library, request)
    return replace(
        base,
        confidence=round(request.builtin.confidence / 2, 4),
        notes=(*request.query.notes, *notes, said),
        model=model.name,
    )


def _fall_back(builtin: Answer, note: str) -> Answer:
    return replace(builtin, notes=(*builtin.notes, note[:1].upper() + note[1:]))


def _notify(on_stage: Callable[[str], None] | None, what: str) -> None:
    if on_stage:
        on_stage(what)
