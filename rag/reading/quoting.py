"""Evidence → sentences quoted whole: where a span stands, and which sentences tell most when a span is not enough."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from corpus import Embedder, sentence_spans
from rag.english.names import share_of_names
from rag.english.words import content_words, normalised
from rag.question.understanding import Understanding
from rag.reading.causes import Stretch, causes_first, causes_in
from rag.reading.furniture import is_furniture
from rag.retrieval.ranked import Ranked

LONGEST = 600
"""Characters of a sentence that are quoted at most; a longer one is a list or a broken page."""
SHORTEST_WORDS = 7
CANDIDATES = 56
SENTENCES = 5
REDUNDANCY = 0.3
NEAR_COPY = 0.93
"""Cosine above which two sentences say the same."""
CLOSE_ENOUGH = 0.85
"""Sentences with less than this share of the best one's nearness are left out, once there are three."""


WORDS_HELD, STANDING, CAUSE_BONUS, READ, LED = 0.2, 0.2, 0.25, 0.4, 0.3
"""What words of the question, a good place of the passage, words of cause, what was read there as an answer, and what
was read in the sentence that leads to a cause add to a cosine."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of an article to be quoted: characters `start:end` of the article's text."""

    ranked: Ranked
    start: int
    end: int
    score: float = 0.0
    gives_cause: bool = False
    """Whether it says outright why, for a question of why."""

    @property
    def text(self) -> str:
        """The words, as they stand in the article."""
        passage = self.ranked.found.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


def sentence_around(ranked: Ranked, start: int, end: int) -> Quotation:
    """The sentence, or sentences, that hold characters `start:end` of a passage's text."""
    passage = ranked.found.passage
    touched = [span for span in sentence_spans(passage.text) if span[0] < end and span[1] > start]
    first, last = (touched[0][0], touched[-1][1]) if touched else (start, end)
    if last - first > LONGEST:
        begins, ends = first, last
        first, last = max(begins, start - LONGEST // 2), min(ends, end + LONGEST // 2)
        while begins < first < start and not passage.text[first - 1].isspace():
            first += 1
        while ends > last > end and not passage.text[last].isspace():
            last -= 1
    return Quotation(ranked, passage.start + first, passage.start + last)


def telling_sentences(
    embedder: Embedder,
    understanding: Understanding,
    ranked: Sequence[Ranked],
    limit: int = SENTENCES,
    read: Callable[[Quotation], float] = lambda quotation: 0.0,
) -> list[Quotation]:
    """Three to five sentences that tell most about a question, without repetition, most relevant first.

    By date where the question asks for a timeline; where it asks to compare, each of the names has the best sentence
    that holds it; where it asks why or how, only passages count that hold its names as well as the best one does.
    Relevance is the cosine of a sentence and the question, the share of the question's words that it holds, and the
    share of the reader's answers that stand in it, as `read` tells; a sentence that repeats a chosen one counts less
    (maximal marginal relevance, Carbonell and Goldstein 1998).
    """
    quotations = _sentences(ranked)[:CANDIDATES]
    if not understanding.asks_to_compare and not understanding.is_yes_no:  # what says no names something else
        quotations = _naming(understanding, quotations)
    if not quotations:
        return []
    vectors = embedder.embed([understanding.text, *(_in_context(quotation) for quotation in quotations)])
    near = vectors[1:] @ vectors[0]
    words = {normalised(word) for word in content_words(understanding.text)}
    held = np.array([len(words & set(normalised(q.text).split())) / max(1, len(words)) for q in quotations])
    top = max(ranked[0].score, 1e-9)
    standing = np.array([quotation.ranked.score / top for quotation in quotations])
    answering = np.array([read(quotation) for quotation in quotations])
    relevance = near + WORDS_HELD * held + STANDING * standing + READ * answering
    causes = None
    if understanding.asks_why:
        causes = causes_in([_stretch(quotation) for quotation in quotations], answering)
        relevance = relevance + CAUSE_BONUS * causes.speaks + LED * causes.led
    chosen = _diverse(relevance, vectors[1:], limit, _compared(understanding, quotations, relevance))
    if causes:
        chosen = causes_first(chosen, causes.told)
    quoted = [
        replace(quotations[at], score=float(near[at]), gives_cause=bool(causes and at in causes.told)) for at in chosen
    ]
    return sorted(quoted, key=_when) if understanding.asks_in_order else quoted


def tells_why(understanding: Understanding, quotations: Sequence[Quotation]) -> bool:
    """Whether one of the sentences chosen for a question of why says outright why; also when it does not ask why."""
    return not understanding.asks_why or any(quotation.gives_cause for quotation in quotations)


def _sentences(ranked: Sequence[Ranked]) -> list[Quotation]:
    """The sentences of the passages that can stand alone, in order."""
    return [
        Quotation(one, one.found.passage.start + start, one.found.passage.start + end)
        for one in ranked
        for start, end in sentence_spans(one.found.passage.text)
        if end - start <= LONGEST
        and len(one.found.passage.text[start:end].split()) >= SHORTEST_WORDS
        and not is_furniture(one.found.passage.text[start:end])
    ]


def _naming(understanding: Understanding, quotations: Sequence[Quotation]) -> list[Quotation]:
    """Those of articles whose passages hold the question's names as well as the best article does."""
    names = understanding.sure_names
    texts: dict[str, set[str]] = {}
    for one in quotations:
        passage = one.ranked.found.passage
        texts.setdefault(passage.article_id, set()).add(passage.embedded_text)
    held = {article: max(share_of_names(names, text) for text in told) for article, told in texts.items()}
    most = max(held.values(), default=0.0)
    return [one for one in quotations if held[one.ranked.found.passage.article_id] == most]


def _compared(
    understanding: Understanding, quotations: Sequence[Quotation], relevance: npt.NDArray[np.float64]
) -> list[int]:
    """For each name that a question compares, the place of the best sentence that holds it."""
    if not understanding.asks_to_compare:
        return []
    places: list[int] = []
    names = [part for name in understanding.names for part in re.split(r"\s+and\s+", name)]
    for name in names:
        holding = [at for at, quotation in enumerate(quotations) if name in quotation.text]
        if holding:
            places.append(max(holding, key=lambda at: relevance[at]))
    return list(dict.fromkeys(places))[:SENTENCES]


def _stretch(quotation: Quotation) -> Stretch:
    return Stretch(quotation.ranked.found.passage.article_id, quotation.start, quotation.end, quotation.text)


def _when(quotation: Quotation) -> tuple[str, int]:
    """The day of publication, then the place in the article; undated ones last."""
    return (quotation.ranked.found.published or "9999")[:10], quotation.start


def _in_context(quotation: Quotation) -> str:
    """A sentence with its article's title, which often names what the sentence calls "it"."""
    title = quotation.ranked.found.title
    return f"{title}. {quotation.text}" if title else quotation.text


def _diverse(
    relevance: npt.NDArray[np.float64], vectors: npt.NDArray[np.float32], limit: int, wanted: Sequence[int] = ()
) -> list[int]:
    chosen = list(wanted)
    likeness = vectors @ vectors.T
    best = float(relevance.max())
    while len(chosen) < min(limit, len(relevance)):
        repeats = likeness[:, chosen].max(axis=1) if chosen else np.zeros(len(relevance))
        value = np.where(repeats > NEAR_COPY, -np.inf, relevance - REDUNDANCY * np.maximum(repeats, 0))
        value[chosen] = -np.inf
        at = int(np.argmax(value))
        if not np.isfinite(value[at]) or (len(chosen) >= 3 and relevance[at] < CLOSE_ENOUGH * best):
            break
        chosen.append(at)
    return chosen
