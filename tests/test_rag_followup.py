"""Follow-up questions: what the history puts into them, and what it must leave alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import Turn
from rag.followup import entities, standalone

LEADER = Turn("Who leads the Islamic Movement of Uzbekistan?", "Usman Ghazi")
CAPITAL = Turn("What is the capital of Kazakhstan?", "Astana")
DAM = Turn("When was the Kok-Aral dam completed?", "August 2005")
PLEDGE = Turn("When did Usman Ghazi declare support for Islamic State?", "26 September 2014")
ATTACK = Turn("What happened in Karachi in June 2014?", "Gunmen attacked the airport.")
SMALL_TALK = Turn("what is new?", "nothing much")

SOME_TURNS = st.lists(st.builds(Turn, st.text(max_size=60), st.text(max_size=60)), max_size=4)
WORDY = st.lists(
    st.sampled_from(
        "and but why he it there then that year in 2014 what about Osh Usman Ghazi 's ? , ’ ( [ \\1".split()
    )
).map(" ".join)


@pytest.mark.parametrize(
    ("question", "turn", "expected"),
    [
        ("How old is he?", LEADER, "How old is Usman Ghazi?"),
        ("When did his deputy die?", LEADER, "When did Usman Ghazi’s deputy die?"),
        ("Where is her house?", LEADER, "Where is Usman Ghazi’s house?"),
        ("Who knew him?", LEADER, "Who knew Usman Ghazi?"),
        ("When was it renamed?", CAPITAL, "When was Kazakhstan renamed?"),
        ("What are its borders?", CAPITAL, "What are Kazakhstan’s borders?"),
    ],
)
def test_a_pronoun_becomes_what_it_points_to(question: str, turn: Turn, expected: str) -> None:
    assert standalone(question, [turn]) == expected


def test_two_pronouns_of_two_kinds_are_both_replaced() -> None:
    resolved = standalone("And who led it before him?", [LEADER])
    assert "Islamic Movement of Uzbekistan before Usman Ghazi" in resolved


def test_a_name_that_ends_in_s_takes_an_apostrophe_only() -> None:
    assert standalone("What is his age?", [Turn("Who is James Hughes?", "a reporter")]) == "What is James Hughes’ age?"


def test_there_becomes_the_place() -> None:
    assert standalone("How many people live there?", [CAPITAL]) == "How many people live in Astana?"
    assert standalone("How many people died there?", [ATTACK]) == "How many people died in Karachi?"


@pytest.mark.parametrize(
    "question", ["Is there a truce in Osh?", "Are there any trains in Osh?", "Were there riots in Osh?"]
)
def test_there_that_points_nowhere_is_left_alone(question: str) -> None:
    assert standalone(question, [CAPITAL]) == question


@pytest.mark.parametrize(
    ("question", "turn", "moment"),
    [
        ("Who was president of Osh then?", DAM, "in August 2005"),
        ("Who was president of Osh in that year?", DAM, "in August 2005"),
        ("What happened in Osh on that day?", PLEDGE, "on 26 September 2014"),
        ("What was Osh called before that?", DAM, "before August 2005"),
    ],
)
def test_then_becomes_the_date_with_its_preposition(question: str, turn: Turn, moment: str) -> None:
    resolved = standalone(question, [turn])
    assert moment in resolved
    assert "that" not in resolved
    assert "then" not in resolved


def test_a_question_without_a_subject_gets_that_of_the_conversation() -> None:
    assert standalone("How much did the project cost?", [DAM]) == "How much did the project cost (Kok-Aral)?"


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("and in 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("And in 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("in June 2010?", "Who leads the Islamic Movement of Uzbekistan in June 2010?"),
        ("what about 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("why?", "Why: Who leads the Islamic Movement of Uzbekistan?"),
        ("And since when", "Since when: Who leads the Islamic Movement of Uzbekistan?"),
    ],
)
def test_a_fragment_is_put_into_the_question_before_it(fragment: str, expected: str) -> None:
    assert standalone(fragment, [LEADER]) == expected


def test_another_date_takes_the_place_of_the_first() -> None:
    assert standalone("and in 2015?", [ATTACK]) == "What happened in Karachi in 2015?"


def test_another_name_takes_the_place_of_the_first() -> None:
    assert standalone("what about Uzbekistan?", [CAPITAL]) == "What is the capital of Uzbekistan?"


def test_fragments_can_follow_each_other() -> None:
    history = [CAPITAL, Turn("what about Uzbekistan?", "Tashkent")]
    assert standalone("and in 1998?", history) == "What is the capital of Uzbekistan in 1998?"


def test_a_pronoun_reaches_over_a_turn_that_was_not_answered() -> None:
    history = [LEADER, Turn("How old is he?", "The articles do not say.")]
    assert standalone("Where was he born?", history) == "Where was Usman Ghazi born?"


def test_a_pronoun_points_to_the_person_last_spoken_of() -> None:
    history = [LEADER, Turn("Who is the president of Turkmenistan?", "Serdar Berdimuhamedov")]
    assert standalone("When was he sworn in?", history) == "When was Serdar Berdimuhamedov sworn in?"


@pytest.mark.parametrize(
    "question",
    [
        "Who is the president of Turkmenistan?",
        "What happened in Kabul?",
        "and who is the president of Turkmenistan?",
        "When was the World Nomad Games held in Kyrgyzstan?",
    ],
)
def test_a_question_on_another_topic_is_not_dragged_back(question: str) -> None:
    resolved = standalone(question, [LEADER])
    assert "Ghazi" not in resolved
    assert "Islamic" not in resolved


@pytest.mark.parametrize("question", ["How much did the project cost?", "How old is he?", "who was there then?"])
def test_a_history_that_names_nothing_changes_nothing(question: str) -> None:
    assert standalone(question, [SMALL_TALK]).lower() == question.lower()


@given(st.text())
def test_without_a_history_a_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, []) == question


@given(
    st.one_of(st.text(max_size=80), WORDY), st.one_of(SOME_TURNS, st.lists(st.builds(Turn, WORDY, WORDY), max_size=4))
)
def test_no_question_and_no_history_is_too_odd(question: str, history: list[Turn]) -> None:
    resolved = standalone(question, history)
    assert resolved == standalone(question, list(history))
    assert isinstance(resolved, str)


@given(st.text(max_size=80))
def test_names_are_found_where_they_stand(text: str) -> None:
    words = " ".join(text.split())
    assert all(name in words for name in entities(text))


def test_question_words_and_dates_are_no_names() -> None:
    assert entities("Who met Usman Ghazi in June 2014, and What did President Karimov say?") == [
        "Usman Ghazi",
        "President Karimov",
    ]
