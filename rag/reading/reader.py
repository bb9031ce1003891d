"""The built-in reader: question and passages → scored spans.

A MiniLM encoder with a span head reads the question beside each passage and scores every token as the start and as the
end of an answer; the first token stands for "no answer here". Scores are logits: they can be compared between passages
of one question, because each is taken against its own passage's "no answer".
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from corpus import sentence_spans
from corpus.embedding.compiled import CompiledModel, pad_rows
from rag.errors import ModelError

WEIGHTS = Path(__file__).parent / "weights"
WINDOW_TOKENS = 110
"""Tokens of a text that are read at a time, in whole sentences: what the reader was trained on."""
MAX_WINDOW_TOKENS = 220
MAX_QUESTION_TOKENS = 96
MAX_SPAN_TOKENS = 20
SPANS_PER_WINDOW = 5
BATCH_TOKENS = 4096
"""Tokens in one run, so that memory does not grow with the number of passages."""

Logits = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a passage's text that may answer: characters `start:end`; `score` is logits above "no answer"."""

    passage: int
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class ReadingWindow:
    """A piece of one text as the reader sees it: question, separator, tokens of some sentences."""

    text: int
    ids: list[int]
    begins: int
    offsets: list[tuple[int, int]]
    sentences: npt.NDArray[np.int64]


class Reader(Protocol):
    """What the composing of answers needs of a reader."""

    def read(self, question: str, texts: Sequence[str]) -> list[list[Span]]: ...


class SpanReader:
    """One span reader from its files; raises `ModelError` when they are missing."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self.folder = folder
        if not (folder / "reader.xml").exists() or not (folder / "tokenizer.json").exists():
            raise ModelError(f"the reader's weights are not in {folder}: install Pressmark again")

    @cached_property
    def tokenizer(self) -> Any:
        """What cuts texts into word pieces; it neither fills up nor cuts off."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _model(self) -> CompiledModel:
        return CompiledModel(self.folder / "reader.xml")

    @cached_property
    def marks(self) -> tuple[int, int]:
        """The word pieces that open a window and end its parts."""
        start, stop = (self.tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
        return start, stop

    def read(self, question: str, texts: Sequence[str]) -> list[list[Span]]:
        """The best spans of each text, best first; offsets are characters of that text."""
        return self.read_windows(self.cut_windows(question, texts), len(texts))

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[list[Span]]:
        """The best spans of each pair's text for its question, best first; `Span.passage` is the pair's place."""
        return self.read_windows(self.cut_pairs(pairs), len(pairs))

    def read_windows(self, windows: Sequence[ReadingWindow], texts: int) -> list[list[Span]]:
        """The best spans of each of `texts` texts that the windows are of, best first."""
        return spans_by_text(windows, self.score_windows(windows), texts)

    def score_windows(self, windows: Sequence[ReadingWindow]) -> list[tuple[Logits, Logits]]:
        """The start and end logits of each window, one number a token; the first stands for "no answer"."""
        scored: list[tuple[Logits, Logits] | None] = [None] * len(windows)
        order = sorted(range(len(windows)), key=lambda place: len(windows[place].ids))
        per_run = max(1, BATCH_TOKENS // max((len(window.ids) for window in windows), default=1))
        for at in range(0, len(order), per_run):
            places = order[at : at + per_run]
            starts, ends = self._run([windows[place] for place in places])
            for place, start, end in zip(places, starts, ends, strict=True):
                count = len(windows[place].ids)
                scored[place] = (start[:count], end[:count])
        return [logits for logits in scored if logits is not None]

    def cut_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[ReadingWindow]:
        """The windows of each pair of question and text; `ReadingWindow.text` is the pair's place."""
        return [
            replace(window, text=place)
            for place, (question, text) in enumerate(pairs)
            for window in self.cut_windows(question, [text])
        ]

    def cut_windows(self, question: str, texts: Sequence[str]) -> list[ReadingWindow]:
        """The windows in which texts are read for a question, in order."""
        start, stop = self.marks
        asked = self.tokenizer.encode(question, add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
        opening = [start, *asked, stop]
        windows = []
        for text, encoding in enumerate(self.tokenizer.encode_batch(list(texts), add_special_tokens=False)):
            sentences = sentence_numbers(texts[text], encoding.offsets)
            for first, last in window_bounds(sentences):
                ids = [*opening, *encoding.ids[first:last], stop]
                own = slice(first, last)
                windows.append(ReadingWindow(text, ids, len(opening), encoding.offsets[own], sentences[own]))
        return windows

    def _run(self, windows: Sequence[ReadingWindow]) -> tuple[Logits, Logits]:
        ids, mask = pad_rows(
            [np.array(window.ids, np.int64) for window in windows], self.tokenizer.token_to_id("[PAD]")
        )
        kinds = np.zeros_like(ids)
        for row, window in enumerate(windows):
            kinds[row, window.begins : len(window.ids)] = 1
        starts, ends = self._model.run({"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})
        return starts, ends


def spans_by_text(
    windows: Sequence[ReadingWindow], scored: Sequence[tuple[Logits, Logits]], texts: int
) -> list[list[Span]]:
    """The best spans of each text, best first, from the logits of its windows."""
    spans: list[list[Span]] = [[] for _ in range(texts)]
    for window, (start, end) in zip(windows, scored, strict=True):
        spans[window.text] += best_spans(window, start, end)
    return [sorted(found, key=lambda span: (-span.score, span.start)) for found in spans]


def sentence_numbers(text: str, offsets: Sequence[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """The number of the sentence that each token belongs to, ascending from 1; `offsets` are characters of the text."""
    starts = np.array([start for start, _ in sentence_spans(text)], np.int64)
    return np.searchsorted(starts, np.array([start for start, _ in offsets], np.int64), side="right")


def window_bounds(sentences: npt.NDArray[np.int64], tokens: int = WINDOW_TOKENS) -> list[tuple[int, int]]:
    """Tokens as (first, after the last) pieces of about `tokens` tokens, whole sentences where they fit.

    `sentences` holds the number of the sentence that each token belongs to, ascending.
    """
    count = len(sentences)
    edges = [int(edge) for edge in np.flatnonzero(np.diff(sentences)) + 1]
    pieces = max(1, round(count / tokens))
    cuts = {0, count}
    for piece in range(1, pieces):
        distances = np.abs(np.array(edges) - count * piece / pieces)
        cuts.add(edges[int(distances.argmin())] if edges else 0)
    return [
        (at, min(at + MAX_WINDOW_TOKENS, until))
        for first, until in itertools.pairwise(sorted(cuts))
        for at in range(first, until, MAX_WINDOW_TOKENS)
    ]


def best_spans(window: ReadingWindow, start: Logits, end: Logits) -> list[Span]:
    """The best spans of a window that do not overlap, each within one sentence, best first.

    `start` and `end` are the logits of its tokens (and of what it was filled up with); a score is the sum of both less
    that of the first token, which stands for "no answer".
    """
    count = len(window.offsets)
    if not count:
        return []
    own = slice(window.begins, window.begins + count)
    null = float(start[0] + end[0])
    sums = start[own, None] + end[None, own]
    allowed = np.triu(np.ones((count, count), bool)) & ~np.triu(np.ones((count, count), bool), MAX_SPAN_TOKENS)
    allowed &= window.sentences[:, None] == window.sentences[None, :]
    sums = np.where(allowed, sums, -np.inf)
    spans: list[Span] = []
    for flat in np.argsort(-sums, axis=None, kind="stable")[: 60 * SPANS_PER_WINDOW]:
        row, column = divmod(int(flat), count)
        if not np.isfinite(sums[row, column]) or len(spans) == SPANS_PER_WINDOW:
            break
        at, until = window.offsets[row][0], window.offsets[column][1]
        if until > at and all(until <= other.start or at >= other.end for other in spans):
            spans.append(Span(window.text, at, until, float(sums[row, column]) - null))
    return spans


__all__ = ["Reader", "Span", "SpanReader"]
