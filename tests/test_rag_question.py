"""What may be asked: every bad question or filter is refused in words, every other one is asked as it was meant."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import InvalidQuestionError, Turn, parse_query
from rag.question.query import MAX_CHARACTERS

QUESTION = "Who leads the IMU?"


@pytest.mark.parametrize("empty", ["", "   ", "\n\t", "???", "…", "\x00\x07", "\u200b", "“”"])
def test_a_question_without_a_word_is_refused(empty: str) -> None:
    with pytest.raises(InvalidQuestionError, match="empty: ask in a few words"):
        parse_query(empty)


def test_a_question_of_ten_thousand_characters_is_refused_with_its_length() -> None:
    with pytest.raises(InvalidQuestionError, match=r"10,000 characters.*shorten it"):
        parse_query("w" * 10_000)


def test_the_longest_question_that_is_read_is_taken_whole() -> None:
    longest = "w" * MAX_CHARACTERS
    assert parse_query(longest).text == longest
    with pytest.raises(InvalidQuestionError, match="shorten"):
        parse_query(longest + "w")


@pytest.mark.parametrize("question", ["Кто возглавляет ИДУ?", "谁领导乌兹别克斯坦?", "من يقود الحركة", "👍 who?"])
def test_a_question_in_any_script_is_taken_as_it_is(question: str) -> None:
    assert parse_query(question).text == question


def test_control_characters_become_spaces() -> None:
    assert parse_query("Who\x00leads\x1b[31m\r\nthe\tIMU?\ud800").text == "Who leads [31m the IMU?"


def test_characters_are_composed() -> None:
    assert parse_query("Who is Orba\u0301n?").text == "Who is Orb\u00e1n?"


@given(st.text(max_size=300))
def test_a_question_is_refused_or_fit_to_be_asked(question: str) -> None:
    try:
        query = parse_query(question)
    except InvalidQuestionError:
        return
    query.text.encode()
    assert query.text == query.question == " ".join(query.text.split())
    assert query.text.isprintable() or any(ord(character) > 127 for character in query.text)
    assert parse_query(query.text) == query


@pytest.mark.parametrize("name", ["as_of", "since", "until"])
@pytest.mark.parametrize("value", ["yesterday", "15", "201508", "01.08.2015", "2015-08-01T10:00", "20150801"])
def test_a_date_that_is_not_one_is_named_with_how_to_write_it(name: str, value: str) -> None:
    with pytest.raises(InvalidQuestionError, match=rf"^{name.replace('_', ' ')}: '{value}' .*2015-08-01"):
        parse_query(QUESTION, **{name: value})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", ["2015-02-29", "2015-13-01", "0000-01-01", "2015-00-10", "2015-13", "2015-00", "0000"]
)
def test_a_day_that_no_calendar_has_is_refused(value: str) -> None:
    with pytest.raises(InvalidQuestionError, match="is not a date"):
        parse_query(QUESTION, since=value)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2015", date(2015, 1, 1), date(2015, 12, 31)),
        ("2016-02", date(2016, 2, 1), date(2016, 2, 29)),
        (" 2015-08-01 ", date(2015, 8, 1), date(2015, 8, 1)),
        ("2015-8-1", date(2015, 8, 1), date(2015, 8, 1)),
    ],
)
def test_a_month_or_a_year_begins_with_its_first_day_and_ends_with_its_last(
    written: str, first: date, last: date
) -> None:
    query = parse_query(QUESTION, since=written, until=written)
    assert (query.since, query.until) == (first, last)
    assert parse_query(QUESTION, as_of=written).as_of == last


def test_dates_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(InvalidQuestionError, match="since 2015-08-02 and until 2015-08-01: swap"):
        parse_query(QUESTION, since="2015-08-02", until="2015-08-01")


def test_since_after_as_of_is_refused() -> None:
    with pytest.raises(InvalidQuestionError, match="choose an earlier"):
        parse_query(QUESTION, since="2015-08-02", as_of="2015-08-01")


def test_one_day_is_a_window() -> None:
    window = parse_query(QUESTION, since="2015-08-01", until="2015-08-01").window
    assert window.since == window.until == date(2015, 8, 1).toordinal()


def test_the_window_ends_at_the_earlier_of_until_and_as_of() -> None:
    early, late = date(2014, 1, 1), date(2015, 1, 1)
    assert parse_query(QUESTION, until=early, as_of=late).window.until == early.toordinal()
    assert parse_query(QUESTION, until=late, as_of=early).window.until == early.toordinal()


def test_no_filter_leaves_the_window_open() -> None:
    assert parse_query(QUESTION, as_of=None, since="", until=" ", outlets=["", " "]).window.is_open


def test_a_moment_is_taken_for_its_day() -> None:
    assert parse_query(QUESTION, as_of=datetime(2015, 8, 1, 23, 59)).as_of == date(2015, 8, 1)


def test_outlets_are_taken_without_surrounding_space() -> None:
    assert parse_query(QUESTION, outlets=[" The Gazette ", ""]).window.outlets == ("The Gazette",)


def test_the_question_as_asked_is_kept_beside_the_one_that_stands_by_itself() -> None:
    query = parse_query("How old is he?", [Turn(QUESTION, "Usman Ghazi")])
    assert query.question == "How old is he?"
    assert query.text == "How old is Usman Ghazi?"
