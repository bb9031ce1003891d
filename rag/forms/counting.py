"""Counts of articles: exact, from the store, by month and outlet, with some of the articles quoted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from corpus import CountedArticle, Window
from rag.answer import Answer, CountRow
from rag.english.words import content_words
from rag.forms.answers import form_answer
from rag.forms.count_questions import CountQuestion, count_question
from rag.forms.quotations import Quotations, counted, spoken_day
from rag.forms.request import FormRequest
from rag.forms.sentences import is_telling, sentences_of

QUOTED = 3
"""Articles quoted under a count at most, the newest ones."""
OUTLETS_NAMED = 8


def answer_count(request: FormRequest) -> Answer | None:
    """The answer to a question that counts articles, None for any other question."""
    asked = count_question(request.query.text, request.query.filters)
    if asked is None:
        return None
    window = window_of(request)
    if asked.by:
        return _answer_by(request, asked, window)
    articles = request.library.articles_inside(window, asked.words)
    if articles or not asked.words:
        return _answer(request, asked, articles)
    return _answer_apart(request, asked, window)


def window_of(request: FormRequest) -> Window:
    """The filters of a question, and the times that it speaks of as days of publication: articles are counted."""
    window, query = request.query.window, request.query
    for event in query.events:
        since = max((day for day in (window.since, _number(event.first)) if day), default=None)
        until = min((day for day in (window.until, _number(event.last)) if day), default=None)
        window = replace(window, since=since, until=until)
    return window


def _number(day: date | None) -> int | None:
    return day.toordinal() if day else None


def _answer_by(request: FormRequest, asked: CountQuestion, window: Window) -> Answer | None:
    """A count of what an author or an outlet wrote; None when the library has no such one."""
    outlets = [name for name, _ in request.library.stats().outlets if _same(name, asked.by)]
    if outlets:
        return _answer(request, asked, request.library.articles_inside(replace(window, outlets=tuple(outlets))))
    written = [
        a for a in request.library.articles_inside(window) if any(_same(author, asked.by) for author in a.authors)
    ]
    return _answer(request, asked, written) if written else None


def _same(name: str, asked: str) -> bool:
    return name.casefold().removeprefix("the ") == asked.casefold().removeprefix("the ")


def _answer_apart(request: FormRequest, asked: CountQuestion, window: Window) -> Answer:
    """Where no article has the words together: how many have all of them."""
    words = content_words(asked.words)
    held = [{article.id for article in request.library.articles_inside(window, word)} for word in words]
    ids = set.intersection(*held) if len(words) > 1 else set()
    apart = (
        [article for article in request.library.articles_inside(window, words[0]) if article.id in ids] if ids else []
    )
    answer = _answer(request, asked, apart)
    if not apart:
        return answer
    note = f"No article holds the words “{asked.words}” together; counted are those that hold all of them."
    return replace(answer, notes=(*answer.notes, note), text=f"{answer.text}\n\n{note}", confidence=0.8)


def _answer(request: FormRequest, asked: CountQuestion, articles: Sequence[CountedArticle]) -> Answer:
    quotations = Quotations(request.library)
    if asked.words:
        _quote(request, quotations, asked.words, articles)
    times = sum(article.times for article in articles)
    total = counted(len(articles), "article")
    verb = "mentions" if len(articles) == 1 else "mention"
    what = f" {verb} “{asked.words}”" if asked.words else f" by {asked.by}" if asked.by else ""
    sentence = f"{total}{what}{_within(request, articles)}."
    if asked.words and articles and asked.kind == "times":
        sentence = f"{sentence[:-1]}, {counted(times, 'time')} altogether."
    text = "\n\n".join(
        part for part in (sentence, _by_outlet(articles), _by_year(articles), _quoted(quotations)) if part
    )
    short = _outlets_named(articles) if asked.kind == "outlets" else total
    return form_answer(
        request,
        "count",
        text,
        short,
        quotations,
        filters=request.query.filters,
        counts=count_rows(articles),
        counted=asked.words or None,
    )


def count_rows(articles: Sequence[CountedArticle]) -> tuple[CountRow, ...]:
    """How many articles there are of each month and outlet, in the order of time."""
    found = Counter(((article.published or "")[:7], article.outlet) for article in articles)
    return tuple(CountRow(month, outlet, number) for (month, outlet), number in sorted(found.items()))


def _within(request: FormRequest, articles: Sequence[CountedArticle]) -> str:
    """The filters of a count in words, or from when to when its articles are."""
    told = [applied.value for applied in request.query.filters if applied.kind != "as_of"]
    days = [article.published for article in articles if article.published]
    if told:
        return f" ({', '.join(told)})"
    if len(days) < 2:
        return ""
    return f", published from {spoken_day(min(days))} to {spoken_day(max(days))}"


def _by_outlet(articles: Sequence[CountedArticle]) -> str:
    found = Counter(article.outlet for article in articles if article.outlet).most_common()
    if not found:
        return ""
    named = [f"{outlet} ({number:,})" for outlet, number in found[:OUTLETS_NAMED]]
    more = [counted(len(found) - OUTLETS_NAMED, "other outlet")] if len(found) > OUTLETS_NAMED else []
    return f"By outlet: {', '.join((*named, *more))}."


def _by_year(articles: Sequence[CountedArticle]) -> str:
    found = Counter(article.published[:4] for article in articles if article.published)
    return f"By year: {', '.join(f'{year} ({found[year]:,})' for year in sorted(found))}." if len(found) > 1 else ""


def _outlets_named(articles: Sequence[CountedArticle]) -> str:
    found = [outlet for outlet, _ in Counter(a.outlet for a in articles if a.outlet).most_common()]
    return ", ".join(found) if len(", ".join(found).split()) <= 12 else counted(len(found), "outlet")


def _quote(request: FormRequest, quotations: Quotations, words: str, articles: Sequence[CountedArticle]) -> None:
    """Cite the first sentence with the words of the newest articles; their first one when only the title has them."""
    for counted_article in reversed(articles[-QUOTED:]):
        sentences = [s for s in sentences_of(request.library.get(counted_article.id)) if is_telling(s)]
        holding = (s for s in sentences if words.casefold() in s.text.casefold())
        chosen = next(holding, sentences[0] if sentences else None)
        if chosen:
            quotations.cite_sentence(chosen)


def _quoted(quotations: Quotations) -> str:
    return "\n\n".join(
        f"{citation.outlet or 'Unknown outlet'}, {spoken_day(citation.published)}: {quotations.line(citation.n)}"
        for citation in quotations.citations
    )
