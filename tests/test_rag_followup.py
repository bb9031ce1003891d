"""Follow-up questions: what the history puts into them, and what it must leave alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag import Turn
from rag.english.mentions import entities
from rag.question.followup.rewriting import standalone

LEADER = Turn("Who leads the Islamic Movement of Uzbekistan?", "Usman Ghazi")
CAPITAL = Turn("What is the capital of Kazakhstan?", "Astana")
INTERIM = Turn("Who was the interim leader of Kyrgyzstan?", "Roza Otunbayeva")
CLAIM = Turn("Who claimed the Karachi airport attack?", "The Pakistani Taliban")
UNION = Turn("When was the Union of Three Towns founded?", "1998")
MINISTER = Turn("Who is the prime minister of Kazakhstan?", "Olzhas Bektenov")
TOLL = Turn("How many people died in the Andijan killings?", "187")
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
        ("Where is her house?", INTERIM, "Where is Roza Otunbayeva’s house?"),
        ("Who knew him?", LEADER, "Who knew Usman Ghazi?"),
        ("When was it renamed?", CAPITAL, "When was the capital of Kazakhstan renamed?"),
        ("What is its height?", DAM, "What is the Kok-Aral dam’s height?"),
        ("When were they founded?", CLAIM, "When were the Pakistani Taliban founded?"),
        ("How old is she?", INTERIM, "How old is Roza Otunbayeva?"),
        ("Who are its members?", UNION, "Who are the members of the Union of Three Towns?"),
    ],
)
def test_a_pronoun_becomes_what_it_points_to(question: str, turn: Turn, expected: str) -> None:
    assert standalone(question, [turn]) == expected


def test_two_pronouns_of_two_kinds_are_both_replaced() -> None:
    resolved = standalone("And who led it before him?", [LEADER])
    assert "Islamic Movement of Uzbekistan before Usman Ghazi" in resolved


def test_a_name_that_ends_in_s_takes_an_apostrophe_only() -> None:
    hughes = Turn("Who is James Hughes?", "a reporter")
    assert standalone("When did his deputy die?", [hughes]) == "When did James Hughes’ deputy die?"


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
    assert standalone("How much did the project cost?", [DAM]) == "How much did the Kok-Aral dam cost?"
    assert standalone("When was the second phase finished?", [DAM]) == (
        "When was the second phase of the Kok-Aral dam finished?"
    )


def test_they_who_were_counted_are_those_of_the_question() -> None:
    assert standalone("How many of them were soldiers?", [TOLL]) == (
        "How many of the people who died in the Andijan killings were soldiers?"
    )


def test_a_noun_that_points_back_becomes_what_was_named() -> None:
    assert standalone("Who survived that attack?", [CLAIM]) == "Who survived the Karachi airport attack?"
    assert standalone("How many members does the group have?", [LEADER]) == (
        "How many members does the Islamic Movement of Uzbekistan have?"
    )


def test_a_pronoun_of_the_other_gender_points_to_nobody() -> None:
    assert standalone("How old is she?", [LEADER]) == "How old is she?"
    assert standalone("How old is he?", [INTERIM]) == "How old is he?"


@pytest.mark.parametrize(
    "question",
    [
        "When did Nazarbayev announce his resignation?",
        "Why did the Aral Sea lose its water?",
        "What did Karimov say when he resigned?",
    ],
)
def test_a_pronoun_that_points_within_its_question_stays(question: str) -> None:
    assert standalone(question, [LEADER]) == question


def test_a_pronoun_as_object_does_not_point_to_the_subject_beside_it() -> None:
    assert standalone("What did Karimov say about it?", [DAM]) == "What did Karimov say about the Kok-Aral dam?"


@pytest.mark.parametrize(
    ("correction", "turn", "expected"),
    [
        ("I meant the president", MINISTER, "Who is the president of Kazakhstan?"),
        ("no, in Tajikistan", MINISTER, "Who is the prime minister of Tajikistan?"),
        ("not in June 2014 but in May 2015", ATTACK, "What happened in Karachi in May 2015?"),
        ("not Kazakhstan, Uzbekistan", CAPITAL, "What is the capital of Uzbekistan?"),
        ("Sorry, in 2010", LEADER, "Who leads the Islamic Movement of Uzbekistan in 2010?"),
        ("no, where?", DAM, "Where was the Kok-Aral dam completed?"),
        ("I meant Uzbekistan, not Kazakhstan", CAPITAL, "What is the capital of Uzbekistan?"),
    ],
)
def test_a_correction_changes_the_question_before_it(correction: str, turn: Turn, expected: str) -> None:
    assert standalone(correction, [turn]) == expected


def test_there_behind_an_expletive_there_is_the_place() -> None:
    place = Turn("In which country is the Rogun dam?", "Tajikistan")
    assert standalone("Is there a railway there?", [place]) == "Is there a railway in Tajikistan?"
    assert standalone("How did they get there?", [place]) == "How did they get to Tajikistan?"


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("and in 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("And in 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("in June 2010?", "Who leads the Islamic Movement of Uzbekistan in June 2010?"),
        ("what about 2014?", "Who leads the Islamic Movement of Uzbekistan in 2014?"),
        ("why?", "Why is it that Usman Ghazi leads the Islamic Movement of Uzbekistan?"),
        ("And since when", "Since when is it that Usman Ghazi leads the Islamic Movement of Uzbekistan?"),
        ("who else?", "Who else leads the Islamic Movement of Uzbekistan?"),
        ("and before him?", "Who leads the Islamic Movement of Uzbekistan before Usman Ghazi?"),
        ("tell me more", "Tell me more about the Islamic Movement of Uzbekistan."),
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
        "What is prompt injection?",
        "How does prompt injection work?",
        "Who coined the term prompt injection?",
    ],
)
def test_a_question_on_another_topic_is_not_dragged_back(question: str) -> None:
    resolved = standalone(question, [LEADER])
    assert "Ghazi" not in resolved
    assert "Islamic" not in resolved


@pytest.mark.parametrize("question", ["How much did the project cost?", "How old is he?", "who was there then?"])
def test_a_history_that_names_nothing_changes_nothing(question: str) -> None:
    assert standalone(question, [SMALL_TALK]).lower() == question.lower()


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_without_a_history_a_question_stays_as_it_is(question: str) -> None:
    assert standalone(question, []) == question


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(st.text(max_size=80), WORDY), st.one_of(SOME_TURNS, st.lists(st.builds(Turn, WORDY, WORDY), max_size=4))
)
def test_no_question_and_no_history_is_too_odd(question: str, history: list[Turn]) -> None:
    resolved = standalone(question, history)
    assert resolved == standalone(question, list(history))
    assert isinstance(resolved, str)


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=80))
def test_names_are_found_where_they_stand(text: str) -> None:
    words = " ".join(text.split())
    assert all(name in words for name in entities(text))


def test_question_words_and_dates_are_no_names() -> None:
    assert entities("Who met Usman Ghazi in June 2014, and What did President Karimov say?") == [
        "Usman Ghazi",
        "President Karimov",
    ]


def test_a_conversation_does_not_make_a_question_grow_without_bound() -> None:
    history = [
        Turn("When was it " + "the dam of the town of Osh on the river of Osh " * 40 + "?", "Osh of Osh " * 400)
    ] * 4
    assert len(standalone("Why did it fail there?", history)) <= len("Why did it fail there?") + 400


JOINING = frozenset(
    "a about after an are at before did does else for from happened how i in is it many me more much not of on or s "
    "since tell that the to until was were what when where who whom which why with 's".split()
)
TALK = st.lists(
    st.sampled_from(
        "And but Who What When Where Why did was is he she it they his their there then that attack the project dam "
        "not no, I meant in 2014 June Osh Kazakhstan Usman Ghazi president of killed many people before "
        "him ? else".split()
    ),
    max_size=9,
).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(TALK, st.lists(st.builds(Turn, TALK, TALK), max_size=3))
def test_no_word_is_made_up(question: str, history: list[Turn]) -> None:
    said = " ".join([question, *(text for turn in history for text in (turn.question, turn.answer))])
    known = set(re.findall(r"\w+", said.lower())) | JOINING
    assert set(re.findall(r"\w+", standalone(question, history).lower())) <= known
