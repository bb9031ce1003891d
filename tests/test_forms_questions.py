"""Questions of a form of their own are recognised by their grammar, and ordinary questions are left alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from rag.forms.count_questions import count_question
from rag.forms.list_questions import list_question
from rag.forms.overview_questions import overview_question
from rag.forms.role_questions import role_question
from rag.forms.several_questions import questions_in
from rag.forms.small_talk import courtesy_of

PROJECT = Path(__file__).parent.parent
ORDINARY = (
    PROJECT / "corpus/questions.yaml",
    *sorted((PROJECT / "tests").rglob("yes_no_questions.yaml")),
    *sorted((PROJECT / "tests").rglob("followup_chains.yaml")),
)
LISTS = {"Which checkpoints were opened on that day?"}
"""Ordinary questions that ask for several things, and may be answered with a list."""


def ordinary_questions() -> list[str]:
    found = [
        question for path in ORDINARY for question in re.findall(r"question: *\"?(.+?)\"?$", path.read_text(), re.M)
    ]
    return sorted(set(found))


def test_there_are_ordinary_questions() -> None:
    assert len(ordinary_questions()) > 200


@pytest.mark.parametrize(
    "recognise",
    [
        courtesy_of,
        lambda text: count_question(text, ()),
        overview_question,
        questions_in,
        lambda text: list_question(text) if text not in LISTS else None,
        lambda text: (asked := role_question(text)) and asked.place == "all" and asked,
    ],
)
def test_no_ordinary_question_is_taken_for_another_form(recognise: object) -> None:
    taken = [question for question in ordinary_questions() if recognise(question)]  # type: ignore[operator]
    assert taken == []


@pytest.mark.parametrize(
    ("message", "courtesy"),
    [
        ("hi", "greeting"),
        ("Guten Tag!", "greeting"),
        ("Bonjour 👋", "greeting"),
        ("¡Hola, buenos días!", "greeting"),
        ("Здравствуйте", "greeting"),
        ("thanks, that helped", "thanks"),
        ("merci beaucoup", "thanks"),
        ("ok thx bye", "parting"),
        ("help", "help"),
        ("what can you do?", "help"),
        ("How does this work?", "help"),
        ("Was kannst du?", "help"),
        ("Que peux-tu faire ?", "help"),
        ("Hello, who leads the IMU?", None),
        ("Good morning Vietnam was directed by whom?", None),
        ("How does prompt injection work?", None),
    ],
)
def test_courtesies_are_known_in_several_languages(message: str, courtesy: str | None) -> None:
    assert courtesy_of(message) == courtesy


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("How many articles mention Furqon?", "Furqon"),
        ("In how many articles does the Strand Group come up?", "Strand Group"),
        ("how many pieces in your archive mention Andijan", "Andijan"),
        ("Which outlets wrote about Karachi?", "Karachi"),
        ("How often was Usman Ghazi mentioned?", "Usman Ghazi"),
        ("How many articles do you have?", ""),
    ],
)
def test_what_is_counted_is_read_out_of_the_question(question: str, words: str) -> None:
    asked = count_question(question, ())
    assert asked is not None
    assert asked.words == words


@pytest.mark.parametrize(
    "question",
    ["How many articles of the constitution were changed?", "How many reports of torture were there in May?"],
)
def test_things_of_the_world_are_not_counted_as_articles(question: str) -> None:
    assert count_question(question, ()) is None


@pytest.mark.parametrize(
    ("question", "place", "role", "org"),
    [
        ("Name the four leaders of the IMU.", "all", "leader", "IMU"),
        ("Timeline of Kyrgyzstan's heads of state since independence, please", "all", "head of state", "Kyrgyzstan"),
        ("who have been the presidents of uzbekistan?", "all", "president", "uzbekistan"),
        ("Who was president of Uzbekistan before Mirziyoyev?", "before", "president", "Uzbekistan"),
        ("Who became the Taliban's leader after Mullah Omar?", "after", "leader", "Taliban"),
        ("Timeline of the transport ministers", "all", "transport minister", ""),
    ],
)
def test_roles_are_read_out_of_the_question(question: str, place: str, role: str, org: str) -> None:
    asked = role_question(question)
    assert asked is not None
    assert asked.role is not None
    assert (asked.place, asked.role.name, asked.org) == (place, role, org)


@pytest.mark.parametrize(
    "question", ["Who is the president of Kazakhstan?", "Who led the IMU in 2010?", "Who replaced him?"]
)
def test_one_holder_is_no_table(question: str) -> None:
    assert role_question(question) is None


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        ("Who founded the IMU, and when?", ["Who founded the IMU?", "When was the IMU founded?"]),
        ("When and where was Niyazov buried?", ["When was Niyazov buried?", "Where was Niyazov buried?"]),
        (
            "where were the 2018 nomad games, and who opened them?",
            ["Where were the 2018 nomad games?", "Who opened the 2018 nomad games?"],
        ),
        ("What is the name of the man who led the group and who was killed in 2001?", []),
        ("Who founded the group, which later moved to Pakistan?", []),
    ],
)
def test_a_message_of_several_questions_is_taken_apart(message: str, questions: list[str]) -> None:
    assert questions_in(message) == questions


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("latest on Kyrgyzstan", "latest", "Kyrgyzstan"),
        ("What is new in Kazakhstan?", "latest", "Kazakhstan"),
        ("What do we know about Mina Solak?", "known", "Mina Solak"),
        ("Summarise the article about the Rogun dam", "article", "Rogun dam"),
        ("What is the Aral Sea article about?", "article", "Aral Sea"),
        ("tl;dr Gideon Pask", "known", "Gideon Pask"),
        ("Timeline of Kazakhstan's capital names", "timeline", "Kazakhstan's capital names"),
    ],
)
def test_overviews_are_recognised_with_their_topic(question: str, kind: str, topic: str) -> None:
    asked = overview_question(question)
    assert asked is not None
    assert (asked.kind, asked.topic) == (kind, topic)


def test_the_measured_questions_say_which_were_seen() -> None:
    lines = (PROJECT / "tests/data/forms/questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(line)["seen"] for line in lines} == {True, False}
