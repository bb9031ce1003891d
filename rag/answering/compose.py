"""Candidates and quotations → `Answer`. Evidence was chosen before; here it is only worded, dated and numbered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from corpus import Article, LibraryStats, UnknownArticleError
from rag.answer import SURENESS_WORDS, Alternative, Answer, Citation, Claim, NearArticle, RankedPassage, sureness_of
from rag.answering.draft import Draft, short, supporting_sentences
from rag.answering.missing import say_what_is_missing
from rag.answering.reconcile import Rival
from rag.errors import InvalidAnswerError
from rag.question.query import Query
from rag.reading.quoting import Quotation
from rag.retrieval.ranked import Ranked

NOT_FOUND = "The articles do not say."
NEAREST = 3
OLD_DAYS = 365
"""Days after which the newest article on how things stand is called old."""


def compose(
    draft: Draft,
    article_of: Callable[[str], Article],
    stats: LibraryStats,
    threshold: float,
    today: date | None = None,
) -> Answer:
    """Write the answer: found, with what was so before and what is told otherwise, or not found with what is near."""
    passages = tuple(shown_passage(one) for one in draft.ranked)
    guess = short(draft.guess)
    citations = _citations(draft.quotations, article_of) if draft.confidence >= threshold else ()
    if not citations:
        return _not_found(draft, guess, passages, stats)
    alternatives, further = _alternatives(draft.rivals, len(citations), article_of)
    newest = max((c.published[:10] for c in citations if c.published), default=None)
    disputed = any(alternative.relation == "conflicting" for alternative in alternatives)
    return Answer(
        question=draft.query.question,
        standalone_question=draft.query.text,
        status="conflicting" if disputed else "answered",
        answer=guess,
        guess=guess,
        text=_worded(_opening(draft, guess, citations), citations, alternatives, further),
        sureness=None if draft.form == "sentences" else sureness_of(draft.confidence),
        as_of=newest,
        confidence=round(draft.confidence, 4),
        claims=tuple(Claim(citation.quote, "supported", (citation.n,)) for citation in citations),
        citations=(*citations, *further),
        alternatives=alternatives,
        passages=passages,
        library_span=_span(stats),
        notes=(*draft.notes, *_notes(draft.query, newest, today or date.today())),
        form=draft.form,
    )


def _alternatives(
    rivals: Sequence[Rival], cited: int, article_of: Callable[[str], Article]
) -> tuple[tuple[Alternative, ...], tuple[Citation, ...]]:
    """What the articles give beside the answer, each with the sentence that says so, numbered after the others."""
    alternatives: list[Alternative] = []
    further: list[Citation] = []
    for rival in rivals:
        answer = short(rival.candidate.text)
        citations = _citations(supporting_sentences(rival.candidate.evidence)[:1], article_of, cited + len(further))
        if answer and citations:
            alternatives.append(Alternative(answer, rival.relation, tuple(citation.n for citation in citations)))
            further += citations
    return tuple(alternatives), tuple(further)


def _notes(query: Query, newest: str | None, today: date) -> tuple[str, ...]:
    """A warning when the newest evidence about a current state is more than a year old."""
    asked = query.as_of or today
    if not (newest and query.understanding.is_about_now):
        return ()
    if (asked - date.fromisoformat(newest)).days <= OLD_DAYS:
        return ()
    return (f"The newest article that says so is from {_spoken(newest)}: it may have changed since.",)


def _citations(
    quotations: Sequence[Quotation], article_of: Callable[[str], Article], before: int = 0
) -> tuple[Citation, ...]:
    """Numbered in order after those `before`; a quotation that is not at its place any more is left out."""
    citations: list[Citation] = []
    for quotation in quotations:
        passage = quotation.ranked.found.passage
        try:
            article = article_of(passage.article_id)
            citation = Citation.cite(before + len(citations) + 1, article, passage.id, quotation.start, quotation.end)
        except (UnknownArticleError, InvalidAnswerError):  # removed or shortened since it was found
            continue
        if citation.quote == quotation.text:
            citations.append(citation)
    return tuple(citations)


def _opening(draft: Draft, guess: str | None, citations: Sequence[Citation]) -> str | None:
    """The first line of an answer: the short answer, with a word for how sure it is."""
    if draft.form == "sentences" or not guess:
        return None
    marks = "".join(f"[{citation.n}]" for citation in citations)
    sureness = sureness_of(draft.confidence)
    if sureness == "sure":
        return f"{guess} {marks}"
    alone = len({citation.article_id for citation in citations}) == 1
    return f"{SURENESS_WORDS[sureness]} {guess} {marks}" + (" (only one article says so)" if alone else "")


def _worded(
    opened: str | None,
    citations: Sequence[Citation],
    alternatives: Sequence[Alternative],
    further: Sequence[Citation],
) -> str:
    quotes = {citation.n: f"“{' '.join(citation.quote.split())}” [{citation.n}]" for citation in (*citations, *further)}
    opening = [opened] if opened else []
    others = [line for other in alternatives for line in (other.text, *(quotes[n] for n in other.citations))]
    return "\n\n".join([*opening, *(quotes[citation.n] for citation in citations), *others])


def _not_found(draft: Draft, guess: str | None, passages: tuple[RankedPassage, ...], stats: LibraryStats) -> Answer:
    nearest = _nearest(draft.ranked)
    return Answer(
        question=draft.query.question,
        standalone_question=draft.query.text,
        status="not_found",
        answer=None,
        guess=guess,
        text=_not_found_text(draft.query, nearest, stats, say_what_is_missing(draft.query, draft.ranked)),
        confidence=round(draft.confidence, 4),
        passages=passages,
        nearest=nearest,
        library_span=_span(stats),
        form=draft.form,
    )


def _not_found_text(query: Query, nearest: Sequence[NearArticle], stats: LibraryStats, missing: str) -> str:
    """What a person reads when nothing was found: what is missing, what was searched, what is near, what to try."""
    if not stats.articles:
        return "The library is empty: add articles first."
    extent = f"{stats.articles:,} articles"
    if span := _span(stats):
        extent += f", published from {_spoken(span[0])} to {_spoken(span[1])}"
    lines = [f"{NOT_FOUND} {missing} Searched: {extent}." if missing else f"{NOT_FOUND} Searched: {extent}."]
    if query.as_of or query.since or query.until or query.outlets:
        lines.append("The dates or outlets asked for may leave out what would answer: widen them.")
    if nearest:
        titles = "; ".join(
            f"“{near.title or near.article_id}”" + (f" ({_spoken(near.published)})" if near.published else "")
            for near in nearest
        )
        return f"{' '.join(lines)}\n\nNearest: {titles}."
    return " ".join(lines)


def _spoken(published: str) -> str:
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def _span(stats: LibraryStats) -> tuple[str, str] | None:
    first, last = stats.first_published, stats.last_published
    return (first, last) if first and last else None


def _nearest(ranked: Sequence[Ranked]) -> tuple[NearArticle, ...]:
    near: Mapping[str, Ranked] = {one.found.passage.article_id: one for one in reversed(ranked)}
    ordered = sorted(near.values(), key=lambda one: -one.score)[:NEAREST]
    return tuple(
        NearArticle(
            article_id=one.found.passage.article_id,
            title=one.found.title,
            outlet=one.found.outlet,
            url=one.found.url,
            published=one.found.published,
        )
        for one in ordered
    )


def shown_passage(one: Ranked) -> RankedPassage:
    """A passage as it was searched: its headline, outlet and date, then its text."""
    passage = one.found.passage
    return RankedPassage(
        passage_id=passage.id,
        article_id=passage.article_id,
        url=one.found.url,
        published=one.found.published,
        text=passage.embedded_text,
        score=round(one.score, 6),
    )
