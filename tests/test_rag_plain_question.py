"""The way people ask, put as a plain question; what points to nothing is asked back."""

from __future__ import annotations

import pytest

from rag.question.followup.rewriting import Turn
from rag.question.followup.unresolved import find_unresolved
from rag.question.kind import kind_of
from rag.question.plain import plain_question
from rag.question.query import parse_query


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("kora leader 2015", "Who was the kora leader in 2015?"),
        ("kora founder", "Who is the kora founder?"),
        ("orlan death date", "When was the orlan death?"),
        ("harbour vote turnout", "What was the harbour vote turnout?"),
        ("Tell me where Orlan was buried.", "Where Orlan was buried?"),
        ("Give me the date of the landing in Tiva.", "When was the landing in Tiva?"),
        ("Name the acting president of Norland.", "Who is the acting president of Norland?"),
        ("Give me the population of Tiva.", "What is the population of Tiva?"),
        ("Hello, could you please tell me who leads the Kora?", "Who leads the Kora?"),
        ("Checking a caption: was Tiva once called Harst?", "Was Tiva once called Harst?"),
        ("🙏 who leads the Kora, please?", "Who leads the Kora?"),
    ],
)
def test_orders_key_words_and_preambles_are_put_as_plain_questions(asked: str, plain: str) -> None:
    assert plain_question(asked)[0] == plain


@pytest.mark.parametrize(
    "question",
    [
        "Who leads the Kora?",
        "Is Orlan dead?",
        "Name the four leaders of the Kora.",
        "Orlan resigned in 2015, and who followed him?",
        "Summarise the article about the dam",
        "A ferry sank off Tiva on Monday. How many people were saved?",
    ],
)
def test_a_plain_question_and_an_order_for_several_stay_as_they_are(question: str) -> None:
    assert plain_question(question) == (question, "")


def test_a_figure_that_is_asked_for_by_its_name_is_a_number() -> None:
    assert kind_of("What was the harbour vote turnout?") == "number"


def test_what_is_said_before_a_question_tells_whom_it_means() -> None:
    assert "Mara Orlan" in parse_query("One more about Mara Orlan: how old was she when she left?").text


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("Who replaced him?", "him"),
        ("When was it built?", "it"),
        ("What age is he?", "he"),
        ("What about the other one?", "the other one"),
        ("When did they find it?", "they"),
    ],
)
def test_a_word_that_points_to_nothing_is_found(question: str, word: str) -> None:
    found = find_unresolved(question, ())
    assert found is not None
    assert (found.word, found.readings) == (word, ())


@pytest.mark.parametrize(
    "question",
    [
        "How did Orlan save his daughters?",
        "how did the ferry lose its captain",
        "Is it true that Orlan resigned?",
        "When he resigned, how old was Orlan?",
        "The first woman at the head of the Kora was who?",
        "How long does it take to cross the strait?",
    ],
)
def test_a_word_that_points_to_something_in_the_question_is_no_riddle(question: str) -> None:
    assert find_unresolved(question, ()) is None


def test_what_may_be_meant_is_taken_from_the_conversation() -> None:
    history = [Turn("Who met Mara Orlan?", "Tom Iyer and Jon Bell")]
    found = find_unresolved("What about the other one?", history)
    assert found is not None
    assert any("Mara Orlan" in reading for reading in found.readings)


def test_a_day_without_a_year_is_of_a_year_of_the_archive() -> None:
    published = ("2019-02-01", "2021-03-01")
    query = parse_query("What did Orlan do on 15 October?", published=published)
    assert [event.first.year for event in query.events if event.first] == [2018, 2019, 2020, 2021]
    assert query.filters[0].value == "15 October of any year"


def test_a_day_without_a_year_is_of_the_year_that_the_conversation_named() -> None:
    history = [Turn("What happened in Tiva in 2020?", "The ferry sank.")]
    query = parse_query("What did Orlan do on 15 October?", history, published=("2015-02-01", "2021-03-01"))
    assert [event.first.year for event in query.events if event.first] == [2020]
