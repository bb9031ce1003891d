"""A topic → the articles that are about it, and the sentences of each that tell most of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from corpus import Article, Library
from rag.english.tokens import same, stem
from rag.english.words import content_words, normalised
from rag.forms.request import FormRequest
from rag.forms.sentences import ArticleSentence, is_telling, sentences_of
from rag.question.query import Query
from rag.retrieval.retrieve import retrieve

CANDIDATES = 60
"""Passages that are looked at."""
HELD = 0.6
"""Share of a topic's words that an article must hold to be about it."""
TITLE, OFTEN, PLACE = 0.4, 0.3, 0.5
"""What words of the topic in the title, words that come up often, and a good place among the passages add."""
MANY_TIMES = 4
SENTENCES_READ = 40
LEAD, SECOND, WORDS, FIGURES = 0.25, 0.15, 0.35, 0.2
"""What counts for a sentence: to open its article, to come second, to hold the topic's words, to give figures."""
REPEATS = 0.86
"""Cosine above which two sentences say the same."""
GENERAL = frozenset(
    "article story project case affair event thing news plan question topic matter crisis situation".split()
)


@dataclass(frozen=True, slots=True)
class TopicArticle:
    """An article, and how much it is about a topic (0..2)."""

    article: Article
    relevance: float


def articles_about(request: FormRequest, topic: str) -> list[TopicArticle]:
    """The articles that hold most of a topic's words, the most relevant first; near copies only once."""
    since, until = _days(request.query)
    query = replace(request.query, text=topic, events=(), since=since, until=until)
    ranked = retrieve(request.library, query, CANDIDATES, replace(request.settings.retrieval, per_article=1))
    words = topic_words(topic)
    top = max((passage.score for passage in ranked), default=1.0) or 1.0
    voices: dict[str, TopicArticle] = {}
    for passage in ranked:
        article = request.library.get(passage.found.passage.article_id)
        held = share_held(words, f"{article.title} {article.text}")
        if held < HELD or passage.found.voice in voices:
            continue
        relevance = held + PLACE * passage.score / top + TITLE * share_held(words, article.title)
        voices[passage.found.voice] = TopicArticle(article, relevance + OFTEN * _often(words, article.text))
    return sorted(voices.values(), key=lambda about: -about.relevance)


def _days(query: Query) -> tuple[date | None, date | None]:
    """The times that a question speaks of, as days of publication, within its filters."""
    firsts = [day for day in (query.since, *(event.first for event in query.events)) if day]
    lasts = [day for day in (query.until, *(event.last for event in query.events)) if day]
    return max(firsts, default=None), min(lasts, default=None)


def topic_words(topic: str) -> list[str]:
    """The words by which articles about a topic are known, as stems."""
    words = [word for word in content_words(topic) if word not in GENERAL] or content_words(topic)
    return [stem(normalised(word)) for word in words]


def share_held(words: Sequence[str], text: str) -> float:
    """The share of words that stand in a text in some form."""
    said = {stem(word) for word in normalised(text).split()}
    return sum(any(same(word, other) for other in said) for word in words) / max(1, len(words))


def _often(words: Sequence[str], text: str) -> float:
    said = [stem(word) for word in normalised(text).split()]
    most = [sum(same(word, other) for other in said) for word in words]
    return min(1.0, min(most, default=0) / MANY_TIMES)


def telling(library: Library, article: Article, topic: str, limit: int) -> list[ArticleSentence]:
    """The sentences of an article that tell most of a topic, in its order; of the article itself without a topic."""
    sentences = [s for s in sentences_of(article) if is_telling(s)][:SENTENCES_READ]
    if not sentences:
        return []
    vectors = library.embedder.embed([topic or article.title or sentences[0].text, *(s.text for s in sentences)])
    near, words = vectors[1:] @ vectors[0], topic_words(topic) if topic else []
    central = (vectors[1:] @ vectors[1:].T).mean(axis=1)
    opening = np.array([LEAD, SECOND, *[0.0] * len(sentences)])[: len(sentences)]
    holding = np.array([share_held(words, s.text) for s in sentences]) if words else central
    figures = np.array([FIGURES if re.search(r"\d", s.text) else 0.0 for s in sentences])
    value = near + central + opening + WORDS * holding + figures
    return [sentences[at] for at in sorted(_chosen(value, vectors[1:], limit))]


def _chosen(value: npt.NDArray[np.float64], vectors: npt.NDArray[np.float32], limit: int) -> list[int]:
    """The best places, none of which says what a better one says."""
    chosen: list[int] = []
    for place in np.argsort(-value, kind="stable"):
        if len(chosen) == limit:
            break
        if not chosen or float((vectors[chosen] @ vectors[place]).max()) < REPEATS:
            chosen.append(int(place))
    return chosen


def repeats(library: Library, texts: Sequence[str], other: str) -> bool:
    """Whether a text says what one of the others says."""
    if not texts:
        return False
    if re.sub(r"\W+", " ", other).lower() in {re.sub(r"\W+", " ", text).lower() for text in texts}:
        return True
    vectors = library.embedder.embed([other, *texts])
    return bool(float((vectors[1:] @ vectors[0]).max()) > REPEATS)
