"""A careful reader reads again what a fast one holds likely; both score the same tokens."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from rag.reading.cascade import FILLING, PIECES_APART, START, STOP, CascadeReader, CascadeSettings, own_ids
from rag.reading.reader import Logits, ReadingWindow, SpanReader

QUESTION = "Who leads the movement?"
TEXTS = ("Usman Ghazi leads the movement.", "The movement was founded in 1998.", "It rained in Tashkent.")


class Favourite:
    """A careful reader that holds one word of any window for the answer, and notes what it was given."""

    def __init__(self, piece: int, score: float = 40.0) -> None:
        self.piece, self.score = piece, score
        self.given: list[ReadingWindow] = []

    def score_windows(self, windows: Sequence[ReadingWindow], start: int, stop: int) -> list[tuple[Logits, Logits]]:
        self.given += windows
        rows = [np.where(np.array(window.ids) == self.piece, self.score, -self.score) for window in windows]
        return [(row.astype(np.float32), row.astype(np.float32)) for row in rows]


@pytest.fixture(scope="module")
def fast() -> SpanReader:
    return SpanReader()


def piece_of(fast: SpanReader, word: str) -> int:
    window = fast.cut_windows("", [word])[0]
    return window.ids[window.begins]


def test_without_a_share_the_careful_reader_changes_nothing(fast: SpanReader) -> None:
    cascade = CascadeReader(fast, Favourite(piece_of(fast, "rained")), CascadeSettings(careful_share=0.0))
    assert cascade.read(QUESTION, TEXTS) == fast.read(QUESTION, TEXTS)


def test_the_careful_reader_changes_what_it_reads_again(fast: SpanReader) -> None:
    careful = Favourite(piece_of(fast, "movement"))
    spans = CascadeReader(fast, careful, CascadeSettings(windows=3, careful_share=1.0)).read(QUESTION, TEXTS)
    assert TEXTS[0][spans[0][0].start : spans[0][0].end] == "movement"


def test_only_the_likeliest_windows_are_read_again(fast: SpanReader) -> None:
    careful = Favourite(0)
    CascadeReader(fast, careful, CascadeSettings(windows=1)).read(QUESTION, TEXTS)
    assert [window.text for window in careful.given] == [0]


def test_no_text_costs_no_reading(fast: SpanReader) -> None:
    careful = Favourite(0)
    assert CascadeReader(fast, careful).read(QUESTION, []) == []
    assert careful.given == []


def test_word_pieces_of_one_vocabulary_become_those_of_the_other() -> None:
    assert own_ids([101, 2040, 102, 2054, 102], 101, 102).tolist() == [
        START,
        2040 + PIECES_APART,
        STOP,
        2054 + PIECES_APART,
        STOP,
    ]
    assert FILLING not in own_ids([101, 2040, 102], 101, 102)
