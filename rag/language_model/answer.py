"""A language model's answer, held to the same standard as the built-in one.

passages ─► prompt ─► reply ─► claims ─► quotations located ─► claims verified ─► Answer
            prompts   chat_model  model_reply    model_claims       verify          here

Whatever goes wrong, the built-in answer is given, with a note that says why.
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
from rag.language_model.claims import Checked, Offer
from rag.language_model.client import ChatModel, Message
from rag.language_model.prompts import ANSWER_SCHEMA, ANSWER_SYSTEM
from rag.language_model.reply import Reply, parse_reply
from rag.language_model.rewriting import Rewritten, rewritten
from rag.language_model.short_answer import confidence_in, holds, read_otherwise, short_answer, stands_in
from rag.language_model.streaming import Listeners, ReplyWatch, mark_citations, number_quotations
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
    """How a language model is used: how long it may take, how much it is shown, and what becomes of what it made up."""

    seconds: float = 120.0
    rewrite_seconds: float = 20.0
    passages: int = 12
    sub_questions: int = 3
    keep_unsupported: bool = False
    """Show claims that no quotation supports, marked as such, instead of leaving them out."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model is asked about: the question and its passages, and the built-in answer to fall back on."""

    query: Query
    history: Sequence[Turn]
    ranked: Sequence[Ranked]
    builtin: Answer
    reader: Reader
    retrieval: RetrievalSettings = field(default_factory=RetrievalSettings)


def answer_with(
    model: ChatModel,
    library: Library,
    asked: Asked,
    settings: ModelSettings | None = None,
    listeners: Listeners | None = None,
) -> Answer:
    """The model's answer as far as the articles bear it out, else the built-in one with a note that says why."""
    started = time.perf_counter()
    answer = _answered(model, library, asked, settings or ModelSettings(), listeners or Listeners())
    spent = round((time.perf_counter() - started) * 1000, 1)
    earlier = asked.builtin.timings
    return replace(
        answer, timings={**earlier, "model_ms": spent, "total_ms": round(earlier.get("total_ms", 0.0) + spent, 1)}
    )


def _answered(
    model: ChatModel,
    library: Library,
    asked: Asked,
    settings: ModelSettings,
    listeners: Listeners,
) -> Answer:
    if not asked.ranked:
        return asked.builtin
    asked, notes = _understood(model, library, asked, settings, listeners)
    offer = Offer(asked.query, asked.ranked[: settings.passages], library.get)
    _tell(listeners.on_stage, f"Asking {model.name}")
    try:
        reply = parse_reply(_replied(model, offer, settings, listeners))
    except ModelError as error:
        return _instead(asked.builtin, f"{error}: {BUILT_IN}.")
    if reply.declines:
        return _declined(model, library, asked, offer, notes)
    checks = [offer.check(said) for said in reply.claims]
    standing = [check for check in checks if check.stands]
    if not standing:
        return _instead(asked.builtin, f"Nothing that {model.name} said is borne out by the articles: {BUILT_IN}.")
    dropped = [check for check in checks if not check.stands]
    return _composed(model, library, asked, reply, standing, dropped, notes, settings)


def _understood(
    model: ChatModel, library: Library, asked: Asked, settings: ModelSettings, listeners: Listeners
) -> tuple[Asked, tuple[str, ...]]:
    """With a history, the question as the model understands it, and what is found for that; else as the rules do."""
    if not asked.history:
        return asked, ()
    _tell(listeners.on_stage, f"{model.name} reads the conversation")
    try:
        made = rewritten(
            model,
            asked.query.question,
            asked.history,
            seconds=settings.rewrite_seconds,
            sub_questions=settings.sub_questions,
        )
    except ModelError:  # the answer itself will fail the same way, and says so
        return asked, ()
    if made is None or (_same(made.question, asked.query.text) and not made.sub_questions):
        return asked, ()
    query = replace(asked.query, text=made.question)
    ranked = _found(library, query, made, len(asked.ranked), asked.retrieval)
    searched = "; ".join(f"“{part}”" for part in made.sub_questions)
    notes = (f"Also searched: {searched}.",) if searched else ()
    return (replace(asked, query=query, ranked=ranked), notes) if ranked else (asked, ())


def _found(
    library: Library, query: Query, made: Rewritten, limit: int, retrieval: RetrievalSettings
) -> tuple[Ranked, ...]:
    """The best passages for a question and its parts, taken in turns."""
    lists = [
        retrieve(library, replace(query, text=text), limit, retrieval) for text in (query.text, *made.sub_questions)
    ]
    distinct: dict[str, Ranked] = {}
    for one in (found[at] for at in range(limit) for found in lists if at < len(found)):
        distinct.setdefault(one.found.passage.id, one)
    return tuple(distinct.values())[:limit]


def _same(one: str, other: str) -> bool:
    return normalised(one) == normalised(other)


def _replied(model: ChatModel, offer: Offer, settings: ModelSettings, listeners: Listeners) -> str:
    messages: list[Message] = [("system", ANSWER_SYSTEM), ("user", offer.message())]
    on_piece = ReplyWatch(offer, listeners.on_text) if listeners.on_text else None
    return model.reply(messages, seconds=settings.seconds, schema=ANSWER_SCHEMA, on_piece=on_piece)


def _composed(
    model: ChatModel,
    library: Library,
    asked: Asked,
    reply: Reply,
    standing: Sequence[Checked],
    dropped: Sequence[Checked],
    notes: tuple[str, ...],
    settings: ModelSettings,
) -> Answer:
    """The claims that stand, worded, dated and numbered."""
    numbers = number_quotations(standing)
    citations = _citations(library, standing, numbers)
    claims = [
        Claim(check.said.text, check.verdict.support, own, check.verdict.reason)
        for check, own in zip(standing, numbers, strict=True)
    ]
    said, own_words = short_answer(reply, standing, asked.builtin)
    alternatives, others = _carried(asked.builtin, said, claims, len(citations))
    if settings.keep_unsupported:
        claims += [Claim(check.said.text, "unsupported", (), check.verdict.reason) for check in dropped]
    elif dropped:
        left = "1 sentence" if len(dropped) == 1 else f"{len(dropped)} sentences"
        notes += (f"{left} of {model.name} left out: the quotations do not bear them out.",)
    if own_words:
        notes += (OWN_WORDS.format(model=model.name),)
    other = read_otherwise(asked.reader, asked.query.text, said, standing, asked.builtin)
    if other and not any(stands_in(other, alternative.answer) for alternative in alternatives):
        notes += (READ_OTHERWISE.format(other=other),)
    newest = max((citation.published[:10] for citation in citations if citation.published), default=None)
    # What the built-in answer says of the age of its evidence holds for evidence of the same age.
    notes = (*(asked.builtin.notes if newest == asked.builtin.as_of else asked.query.notes), *notes)
    return replace(
        _base(library, asked),
        status="conflicting" if any(one.relation == "conflicting" for one in alternatives) else "answered",
        answer=said,
        guess=said or asked.builtin.guess,
        text="\n\n".join([*_worded(said, standing, numbers), *(one.text for one in alternatives)]),
        as_of=newest,
        confidence=confidence_in(said, other, standing, asked.builtin),
        claims=tuple(claims),
        citations=(*citations, *others),
        alternatives=alternatives,
        nearest=(),
        notes=tuple(note for note in notes if note not in OF_THE_BUILTIN),
        model=model.name,
    )


def _base(library: Library, asked: Asked) -> Answer:
    """The question with what was found for it, not answered yet."""
    draft = Draft(asked.query, asked.builtin.guess, 0.0, (), asked.ranked)
    base = compose(draft, library.get, library.stats(), 1.0)
    return replace(base, filters=asked.builtin.filters, form=asked.builtin.form)


def _citations(
    library: Library, standing: Sequence[Checked], numbers: Sequence[tuple[int, ...]]
) -> tuple[Citation, ...]:
    cited: dict[int, Citation] = {}
    for check, own in zip(standing, numbers, strict=True):
        for n, quotation in zip(own, check.quotations, strict=True):
            passage = quotation.ranked.found.passage
            article = library.get(passage.article_id)
            cited[n] = Citation.cite(n, article, passage.id, quotation.start, quotation.end)
    return tuple(cited[n] for n in sorted(cited))


def _worded(said: str | None, standing: Sequence[Checked], numbers: Sequence[tuple[int, ...]]) -> list[str]:
    """The paragraphs that a person reads: the short answer with its numbers, then each claim with its own."""
    texts = [
        check.said.text
        if check.verdict.support == "supported"
        else f"{check.said.text} (in part: {check.verdict.reason})"
        for check in standing
    ]
    opening = []
    if said:
        holding = [own for check, own in zip(standing, numbers, strict=True) if holds(check, said)] or [numbers[0]]
        opening = mark_citations([said], [tuple(sorted({n for own in holding for n in own}))])
    return [*opening, *mark_citations(texts, numbers)]


def _carried(
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


def _declined(model: ChatModel, library: Library, asked: Asked, offer: Offer, notes: tuple[str, ...]) -> Answer:
    """The model read the passages and said that they do not answer."""
    said = f"{model.name} read the {len(offer)} best passages and found no answer in them."
    if asked.builtin.status != "not_found":
        said += " The built-in reader found one: ask without the model to see it."
    base = _base(library, asked)
    return replace(
        base,
        confidence=round(asked.builtin.confidence / 2, 4),
        notes=(*asked.query.notes, *notes, said),
        model=model.name,
    )


def _instead(builtin: Answer, note: str) -> Answer:
    return replace(builtin, notes=(*builtin.notes, note[:1].upper() + note[1:]))


def _tell(on_stage: Callable[[str], None] | None, what: str) -> None:
    if on_stage:
        on_stage(what)
