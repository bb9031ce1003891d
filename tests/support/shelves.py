"""Articles and libraries for tests of `corpus`, made on the spot."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from corpus import Article, Change, Embedder, Library, PassageDraft, Window
from ingest import PassageSettings, passages_of
from tests import PROJECT
from tests.support.fakes import FakeEmbedder

EVERYTHING = Window()
SMALL = PassageSettings(target_tokens=40)
WORDS = (
    "harbour minister budget reef island storm election court railway vaccine drought orchestra senate glacier "
    "referendum strike pipeline museum hospital border satellite cyclone treaty inflation wheat dam festival airport"
).split()


def some_article(number: int, *, sentences: int = 8, **fields: str) -> Article:
    """An article that differs from every other by its number; the same number gives the same article."""
    chance = random.Random(number)  # noqa: S311
    text = " ".join(
        f"Report {number} says in line {line}, the {' '.join(chance.choices(WORDS, k=9))} was marked{number}x{line}."
        for line in range(sentences)
    )
    article = Article(
        id=f"a{number}",
        text=text,
        title=f"Report number {number}",
        published=f"20{number % 20 + 10}-03-{number % 28 + 1:02}",
        outlet=("The Gazette", "The Herald", "The Observer")[number % 3],
        url=f"https://news.example/{number}",
    )
    return replace(article, **fields)


def cut(article: Article, embedder: Embedder) -> list[PassageDraft]:
    return passages_of(article, embedder, SMALL)


def put(library: Library, *articles: Article) -> list[Change]:
    """Put articles into a library, cut into small passages."""
    return [library.put(article, cut(article, library.embedder)) for article in articles]


def open_fake(folder: Path, *, create: bool = True) -> Library:
    return Library.open(folder, embedder=FakeEmbedder(), create=create)


def dense(library: Library, text: str, limit: int = 10, window: Window = EVERYTHING) -> list[tuple[int, float]]:
    return library.search_dense(library.embedder.embed([text])[0], limit, window)


def articles_found(library: Library, text: str, limit: int = 10) -> list[str]:
    """The ids of the articles of the nearest passages, best first."""
    hits = dense(library, text, limit)
    found = library.find_passages(number for number, _ in hits)
    return [found[number].passage.article_id for number, _ in hits if number in found]


def lexical(library: Library, *words: str, limit: int = 10) -> list[str]:
    """The ids of the articles whose passages have one of these words, best first."""
    hits = library.search_lexical(words, limit, EVERYTHING)
    found = library.find_passages(number for number, _ in hits)
    return [found[number].passage.article_id for number, _ in hits if number in found]


def assert_whole(library: Library, article: Article) -> None:
    """The article is there, unchanged, with its passages at their places, and found by both searches."""
    assert library.get(article.id) == article
    passages = library.passages_of(article.id)
    assert [found.passage.ordinal for found in passages] == list(range(len(passages)))
    assert len(passages) == len(cut(article, library.embedder))
    for found in passages:
        passage = found.passage
        assert article.text[passage.start : passage.end] == passage.text
        nearest = dense(library, passage.embedded_text, 3)
        assert found.number in [number for number, score in nearest if score > 0.999], (article.id, nearest)
        last_word = passage.text.split()[-1].rstrip(".")
        assert article.id in lexical(library, last_word)


def unit_vectors(count: int, dimension: int = 32, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def let_others_in(folder: Path) -> None:
    """Let another user reach a folder of a test: pytest's own folders above it are closed to others."""
    temporary = Path(tempfile.gettempdir())
    for one in (folder, *folder.parents):
        if temporary in one.parents:
            one.chmod(one.stat().st_mode | 0o055)


def child(program: str, *arguments: str | Path, **options: object) -> subprocess.Popen[str]:
    """A Python process that can import the tests' own modules."""
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=environment, **options)  # type: ignore[call-overload,no-any-return]
