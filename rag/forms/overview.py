"""Overviews: the newest articles about a topic first, one or two telling sentences of each, in the article's order."""

from __future__ import annotations

from collections.abc import Sequence

from corpus import Article
from rag.answer import Answer
from rag.english.time_expressions import time_expressions
from rag.forms.answers import form_answer, form_not_found
from rag.forms.counting import window_of
from rag.forms.overview_questions import OverviewQuestion, overview_question
from rag.forms.quotations import Quotations, counted, spoken_day
from rag.forms.request import FormRequest
from rag.forms.sentences import ArticleSentence, sentences_of, with_lead_in
from rag.forms.topics import TopicArticle, articles_about, repeats, telling

ARTICLES = 5
"""Articles of an overview at most."""
OF_ONE, OF_FEW, OF_EACH = 5, 3, 2
"""Sentences quoted of the one article that is summed up, of each of a few, and of each of several."""
FEW = 3
RELEVANT = 0.75
"""Share of the best article's relevance from which another one belongs to the topic."""
TIMELINE_ARTICLES = 8


def answer_overview(request: FormRequest) -> Answer | None:
    """The answer to a question that asks for an overview, None for any other question."""
    asked = overview_question(_timeless(request))
    if asked is None:
        return None
    if not asked.topic:
        newest = request.library.articles_inside(window_of(request))[-ARTICLES:]
        return _told(request, asked, [request.library.get(article.id) for article in reversed(newest)])
    about = articles_about(request, asked.topic)
    if not about:
        return form_not_found(request, "overview", f"No article tells of “{asked.topic}”.")
    if asked.kind == "article":
        return _summary(request, about[0].article, asked.topic)
    return _told(request, asked, _in_order(asked, about))


def _timeless(request: FormRequest) -> str:
    """The question without the times that became days of publication."""
    text = request.query.text
    for expression in reversed(time_expressions(text, request.asked_on)):
        if expression.relation in ("since", "after", "until", "before"):
            text = f"{text[: expression.start]} {text[expression.end :]}"
    return text


def _in_order(asked: OverviewQuestion, about: Sequence[TopicArticle]) -> list[Article]:
    """The relevant articles, the newest first; for a course of events the oldest first."""
    relevant = [topic for topic in about if topic.relevance >= RELEVANT * about[0].relevance]
    limit = TIMELINE_ARTICLES if asked.kind == "timeline" else ARTICLES
    if asked.kind != "latest":
        relevant = relevant[:limit]
    newest_first = sorted(relevant, key=lambda topic: topic.article.published or "", reverse=True)[:limit]
    articles = [topic.article for topic in newest_first]
    return articles[::-1] if asked.kind == "timeline" else articles


def _summary(request: FormRequest, article: Article, topic: str) -> Answer:
    """The telling sentences of one article."""
    quotations = Quotations(request.library)
    lines = _quoted(request, quotations, article, telling(request.library, article, topic, OF_ONE))
    return form_answer(request, "overview", f"{_headed(article)}\n\n{' '.join(lines)}", article.title, quotations, 0.9)


def _told(request: FormRequest, asked: OverviewQuestion, articles: Sequence[Article]) -> Answer:
    quotations = Quotations(request.library)
    blocks: list[str] = []
    limit = OF_FEW if len(articles) <= FEW else OF_EACH
    for article in articles:
        chosen = telling(request.library, article, asked.topic, limit)
        if lines := _quoted(request, quotations, article, chosen):
            blocks.append(f"{_headed(article)}\n\n{' '.join(lines)}")
    if not blocks:
        return form_not_found(request, "overview", "No article is left to read.")
    note = f"From {counted(len(blocks), 'article')}."
    first = articles[0].title or articles[0].id
    return form_answer(request, "overview", "\n\n".join(blocks), first, quotations, 0.9, notes=(note,))


def _headed(article: Article) -> str:
    """The line above the quotations of an article: its day, outlet and title."""
    named = f"{spoken_day(article.published)}, {article.outlet}" if article.outlet else spoken_day(article.published)
    return f"{named} – {article.title}" if article.title else named


def _quoted(
    request: FormRequest, quotations: Quotations, article: Article, chosen: Sequence[ArticleSentence]
) -> list[str]:
    """The lines of an article's sentences, each after the one that it leans on; what was quoted before is left out."""
    before = [citation.quote for citation in quotations.citations if citation.article_id != article.id]
    sentences = sentences_of(article)
    whole: dict[int, ArticleSentence] = {}
    for sentence in chosen:
        if not repeats(request.library, before, sentence.text):
            whole |= {part.ordinal: part for part in with_lead_in(sentence, sentences)}
    return [quotations.line(quotations.cite_sentence(whole[ordinal])) for ordinal in sorted(whole)]
