"""Passages, spans and readers for tests of `rag`, made on the spot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpus import Article, FoundPassage, Library, Passage, day_number
from ingest import PassageSettings, passages_of
from rag import Query, Span
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.retrieval.ranked import Ranked
from tests.support.shelves import open_fake

WHOLE = PassageSettings(target_tokens=200)
LEADER = "Who leads the Islamic Movement of Uzbekistan?"


def ranked_passage(
    text: str,
    article_id: str = "a1",
    *,
    score: float = 1.0,
    published: str | None = None,
    start: int = 0,
    number: int = 1,
) -> Ranked:
    """A passage as retrieval hands it on; `start` is its place in its article."""
    passage = Passage(f"{article_id}:1:{number}", article_id, 1, 0, start, start + len(text), text)
    day = day_number(published)
    title, url = f"Title of {article_id}", f"https://news.example/{article_id}"
    return Ranked(FoundPassage(number, passage, title, "The Gazette", url, published, day), score)


def evidence(ranked: Ranked, words: str, *, weight: float = 1.0, rank: int = 0) -> Evidence:
    """The first place of some words in a passage, as a span that was read."""
    start = ranked.found.passage.text.index(words)
    return Evidence(rank, ranked, start, start + len(words), 1.0, weight)


def candidate(*spans: Evidence, weight: float = 1.0, share: float = 0.5) -> Candidate:
    return Candidate(spans[0].text.lower(), spans, weight, share)


def asked(text: str) -> Query:
    return Query(question=text, text=text)


def understood(text: str) -> Understanding:
    """What a question asks for."""
    return Understanding(text)


class PhraseReader:
    """Marks the phrases that it was told of, wherever they stand, each with its score; or fails as it is told to."""

    def __init__(self, scores: Mapping[str, float], fail: Exception | None = None) -> None:
        self.scores = scores
        self.fail = fail
        self.questions: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[list[Span]]:
        self.questions.append(question)
        if self.fail:
            raise self.fail
        return [self._spans(at, text) for at, text in enumerate(texts)]

    def _spans(self, at: int, text: str) -> list[Span]:
        found = [
            Span(at, match.start(), match.end(), score)
            for phrase, score in self.scores.items()
            for match in re.finditer(re.escape(phrase), text)
        ]
        return sorted(found, key=lambda span: (-span.score, span.start))


class WildReader:
    """Returns the same spans for every text, whether they lie in it or not."""

    def __init__(self, *spans: tuple[int, int, float]) -> None:
        self.spans = spans

    def read(self, question: str, texts: Sequence[str]) -> list[list[Span]]:
        return [[Span(at, *span) for span in self.spans] for at in range(len(texts))]


def library_of(folder: Path, *articles: Article) -> Library:
    """An open library with a fake embedder, each article cut into passages of some sentences."""
    library = open_fake(folder)
    for article in articles:
        library.put(article, passages_of(article, library.embedder, WHOLE))
    return library
