"""The built-in reader and its stand-in: one contract for both, then what the shipped weights can read."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import ModelError, Reader, default_reader
from rag.reading.reader import MAX_WINDOW_TOKENS, WEIGHTS, SpanReader, window_bounds
from tests.support.evidence import PhraseReader

PASSAGE = (
    "The parliament in Bishkek met on Friday. It elected Sadyr Japarov as president of Kyrgyzstan by 88 votes. "
    "The session lasted four hours, and no deputy spoke against the proposal."
)
QUESTION = "Who was elected president of Kyrgyzstan?"
FILLER = "The river rose slowly in the valley while farmers moved their sheep to higher ground. "


@pytest.fixture(params=["shipped", "fake"])
def reader(request: pytest.FixtureRequest) -> Reader:
    return default_reader() if request.param == "shipped" else PhraseReader({"Japarov": 3.0, "Friday": 1.0, "e": 0.5})


@pytest.fixture(scope="module")
def shipped() -> Reader:
    return default_reader()


# -- the contract of every reader --------------------------------------------------------------------------------------


def assert_right(texts: list[str], read: list[list[object]]) -> None:
    """One list a text, best first, every span a stretch of its text that is not empty."""
    assert len(read) == len(texts)
    for at, (text, spans) in enumerate(zip(texts, read, strict=True)):
        scores = [span.score for span in spans]  # type: ignore[attr-defined]
        assert scores == sorted(scores, reverse=True)
        assert np.isfinite(scores).all()
        for span in spans:
            assert span.passage == at  # type: ignore[attr-defined]
            assert 0 <= span.start < span.end <= len(text)  # type: ignore[attr-defined]
            assert text[span.start : span.end].strip()  # type: ignore[attr-defined]


def test_spans_lie_in_their_texts_best_first(reader: Reader) -> None:
    texts = [PASSAGE, "", FILLER * 30, "Orbán’s “naïve” café 🙂 in São Paulo — 北京的總統 won 1,5 %."]
    read = reader.read(QUESTION, texts)
    assert_right(texts, read)  # type: ignore[arg-type]
    assert read[0]
    assert read[1] == []


@settings(max_examples=15, deadline=None)
@given(question=st.text(max_size=40), texts=st.lists(st.text(max_size=120), max_size=3))
def test_no_text_is_too_odd_to_be_read(question: str, texts: list[str]) -> None:
    for reader in (default_reader(), PhraseReader({"a": 1.0, " ?": 0.0})):
        read = reader.read(question, texts)
        if isinstance(reader, SpanReader):
            assert_right(texts, read)  # type: ignore[arg-type]
        assert len(read) == len(texts)


def test_reading_nothing_gives_nothing(reader: Reader) -> None:
    assert reader.read(QUESTION, []) == []


def test_reading_again_gives_the_same(reader: Reader) -> None:
    assert reader.read(QUESTION, [PASSAGE]) == reader.read(QUESTION, [PASSAGE])


# -- the shipped weights -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (QUESTION, "Sadyr Japarov"),
        ("How many votes did Japarov get?", "88"),
        ("When did the parliament meet?", "Friday"),
        ("Where did the parliament meet?", "Bishkek"),
        ("How long did the session last?", "four hours"),
    ],
)
def test_a_simple_passage_is_read(shipped: Reader, question: str, answer: str) -> None:
    best = shipped.read(question, [PASSAGE])[0][0]
    assert answer in PASSAGE[best.start : best.end]
    assert best.score > 0


def test_a_passage_that_answers_scores_above_one_that_does_not(shipped: Reader) -> None:
    silent, telling = shipped.read(QUESTION, [FILLER * 3, PASSAGE])
    assert telling[0].score > 0 > silent[0].score


@pytest.mark.parametrize("before", [0, 20, 60])
def test_a_long_text_is_read_to_its_end(shipped: Reader, before: int) -> None:
    text = FILLER * before + PASSAGE + " " + FILLER * (60 - before)
    best = shipped.read(QUESTION, [text])[0][0]
    assert "Sadyr Japarov" in text[best.start : best.end]


def test_a_text_without_a_full_stop_is_read_to_its_end(shipped: Reader) -> None:
    text = "and then the river rose slowly in the valley " * 60 + "Sadyr Japarov was elected president of Kyrgyzstan"
    read = shipped.read(QUESTION, [text])[0]
    assert "Japarov" in text[read[0].start : read[0].end]


def test_a_question_longer_than_is_read_does_not_push_the_passage_out(shipped: Reader) -> None:
    best = shipped.read(QUESTION + " Please tell." * 300, [PASSAGE])[0]
    assert best
    assert all(0 <= span.start < span.end <= len(PASSAGE) for span in best)


def test_a_text_is_read_the_same_beside_others(shipped: Reader) -> None:
    alone = shipped.read(QUESTION, [PASSAGE])[0][0]
    beside = shipped.read(QUESTION, [FILLER * 12, PASSAGE, "Short."])[1][0]
    assert (alone.start, alone.end) == (beside.start, beside.end)
    assert alone.score == pytest.approx(beside.score, abs=0.1)


def test_missing_weights_are_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"weights are not in .*install Pressmark again"):
        SpanReader(tmp_path)


def test_a_missing_tokenizer_is_told_in_words(tmp_path: Path) -> None:
    shutil.copy(WEIGHTS / "reader.xml", tmp_path)
    with pytest.raises(ModelError, match="install Pressmark again"):
        SpanReader(tmp_path)


# -- windows -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 300), max_size=30))
def test_windows_hold_every_token_once_in_order(lengths: list[int]) -> None:
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    bounds = window_bounds(sentences)
    read = [token for first, last in bounds for token in range(first, last)]
    assert read == list(range(len(sentences)))
    assert all(0 < last - first <= MAX_WINDOW_TOKENS for first, last in bounds)


@given(st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_windows_begin_where_sentences_do(lengths: list[int]) -> None:
    sentences = np.repeat(np.arange(len(lengths)), lengths)
    starts = {0, *np.cumsum(lengths).tolist()}
    assert all(first in starts for first, _ in window_bounds(sentences))
