"""`Query` → ranked passages: dense and lexical candidates, fused, dated.

Both searches give their candidates with scores of different scales. Each list is min–max normalised and the two are
averaged, which beat reciprocal rank fusion on 27 of 29 collections of BEIR (Pyserini, experiments-beir-fusion); on the
archive that this project is measured on the two are level. When the question has a date, articles near it count more:
news questions are mostly about the news of their week. When it speaks of a time ("in 2010"), articles of that time and
those that name it count more, and articles from before it less; none is left out.
"""

from __future__ import annotations

from corpus import Library, Window
from rag.english.words import content_words
from rag.question.query import Query
from rag.retrieval.copies import select_passages
from rag.retrieval.ranked import Hits, Ranked, RetrievalSettings
from rag.retrieval.respelling import respell
from rag.retrieval.timeliness import weight_of


def retrieve(library: Library, query: Query, limit: int, settings: RetrievalSettings | None = None) -> list[Ranked]:
    """The best passages for a query, best first, at most a few of each article."""
    settings = settings or RetrievalSettings()
    window = query.window
    vector = library.embedder.embed([query.text])[0]
    dense = library.search_dense(vector, settings.candidates, window)
    words = content_words(query.text)
    lexical = library.search_lexical(words, settings.candidates, window, settings.header_weight)
    scores = fuse(dense, lexical, settings.dense_weight)
    found = library.find_passages(scores)
    dated = {
        number: score * weight_of(found[number], query, settings) for number, score in scores.items() if number in found
    }
    return select_passages(dated, found, limit, settings.per_article)


def find_passages(
    library: Library, query: Query, limit: int, settings: RetrievalSettings
) -> tuple[Query, list[Ranked]]:
    """The best passages, and the query in the words of the archive.

    Searched once more when the passages tell how a word of the question is spelled, that it is a name, or what an
    acronym stands for.
    """
    ranked = retrieve(library, query, limit, settings)
    texts = [passage.found.passage.embedded_text for passage in ranked]
    respelled = respell(query, texts, lambda word: _is_known(library, word))
    if respelled.text == query.text:
        return query, ranked
    return respelled, retrieve(library, respelled, limit, settings)


def _is_known(library: Library, word: str) -> bool:
    """Whether an article holds a word, or it is one that the embedding model knows."""
    return bool(library.search_lexical([word], 1, Window())) or len(library.embedder.tokenize(word)) <= 1


def fuse(dense: Hits, lexical: Hits, dense_weight: float) -> dict[int, float]:
    """The weighted average of two lists of hits, each brought to 0..1; absent from a list counts 0."""
    near, worded = min_max(dense), min_max(lexical)
    return {
        number: dense_weight * near.get(number, 0.0) + (1 - dense_weight) * worded.get(number, 0.0)
        for number in near.keys() | worded.keys()
    }


def min_max(hits: Hits) -> dict[int, float]:
    """Scores brought to 0..1, the worst hit being 0 and the best 1."""
    if not hits:
        return {}
    scores = [score for _, score in hits]
    low, high = min(scores), max(scores)
    return {number: (score - low) / (high - low) if high > low else 1.0 for number, score in hits}
