"""Offices with a qualifier, titles in capitals, and what may not answer."""

from __future__ import annotations

import pytest

from rag.answering.screening import screen
from rag.english.offices import qualifiers_of
from rag.english.predicates import says_of_another, says_of_subject, split_claim
from rag.question.understanding import Understanding
from rag.reading.furniture import is_furniture
from rag.reading.long_forms import find_long_form
from tests.support.evidence import candidate, evidence, ranked_passage


@pytest.mark.parametrize(
    ("sentence", "name", "qualifiers"),
    [
        ("Acting president Tom Iyer, who spoke first, left.", "Tom Iyer", {"acting"}),
        ("Its deputy chair, Jon Bell, opened the meeting.", "Jon Bell", {"deputy"}),
        ("The chair, Ines Moor, spoke last.", "Ines Moor", set()),
        ("It was read by the movement's spokesman, Jon Bell, on Friday.", "Jon Bell", {"spokesman"}),
        ("Samir Dun, the movement's commander since 2011, was shown.", "Samir Dun", set()),
        ("Prime minister-designate Vera Lind came.", "Vera Lind", {"designate"}),
        ("Ines Moor, a former minister, is president.", "Ines Moor", set()),
        ("Tom Iyer, the acting president, spoke.", "Tom Iyer", {"acting"}),
    ],
)
def test_the_qualifier_of_an_office_is_read_beside_the_name(sentence: str, name: str, qualifiers: set[str]) -> None:
    start = sentence.index(name)
    assert qualifiers_of(sentence, start, start + len(name)) == qualifiers


def chosen(question: str, *answers: tuple[str, str]) -> list[str]:
    """The candidates that are left, each given as a sentence and the words of it that may answer."""
    found = [
        candidate(evidence(ranked_passage(sentence, f"a{at}", number=at), words))
        for at, (sentence, words) in enumerate(answers, 1)
    ]
    return [one.text for one in screen(Understanding(question), found)]


DEPUTY = ("Its deputy chair, Jon Bell, opened the meeting.", "Jon Bell")
CHAIR = ("The chair, Ines Moor, spoke last.", "Ines Moor")


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Who is the chair of the union?", ["Ines Moor"]),
        ("Who is the deputy chair of the union?", ["Jon Bell"]),
        ("Who is the vice chair of the union?", ["Jon Bell"]),
        ("Who opened the meeting?", ["Jon Bell", "Ines Moor"]),
    ],
)
def test_a_deputy_is_not_the_chair_unless_a_deputy_is_asked_for(question: str, left: list[str]) -> None:
    assert chosen(question, DEPUTY, CHAIR) == left


def test_who_is_named_in_the_question_is_not_its_answer() -> None:
    told = ("Tom Iyer followed Mara Orlan.", "Mara Orlan"), ("Tom Iyer followed Mara Orlan.", "Tom Iyer")
    assert chosen("Who was president before Orlan?", *told) == ["Tom Iyer"]
    assert chosen("Which Orlan was president?", *told) == ["Mara Orlan", "Tom Iyer"]


def test_when_another_was_killed_is_not_when_this_one_was() -> None:
    told = ("Orlan followed Iyer, and Iyer was killed in April 2012.", "April 2012")
    assert chosen("When was Orlan killed?", told) == []
    assert chosen("When was Iyer killed?", told) == ["April 2012"]


def test_a_time_of_something_else_is_no_answer() -> None:
    assert chosen("When was Orlan born?", ("Orlan was sworn in on 28 January 2021.", "28 January 2021")) == []


@pytest.mark.parametrize(
    "line",
    [
        "Photo: the harbour of Tiva, seen in 2014",
        "By Mara Orlan, Tiva",
        "This article was written as a sample for the library.",
        "Sign up for our newsletter to read more about Tiva.",
        "Hide Caption 3 of 12",
    ],
)
def test_lines_around_an_article_tell_nothing(line: str) -> None:
    assert is_furniture(line)
    assert not is_furniture("By Monday the harbour was open again.")


@pytest.mark.parametrize("question", ["Who is the President of Norland?", "Who is the president of Norland?"])
def test_a_capital_letter_changes_nothing(question: str) -> None:
    understanding = Understanding(question)
    assert understanding.names == ("Norland",)
    assert [word.lower for word in understanding.asked_for.words] == ["president", "norland"]


@pytest.mark.parametrize(
    ("claim", "verb", "sentence", "says"),
    [
        ("Orlan arrested", "was", "Orlan was arrested on Monday.", True),
        ("Orlan arrested", "was", "Police arrested Orlan on Monday.", True),
        ("Orlan arrested", "was", "Orlan’s nephew was arrested on Monday.", False),
        ("Orlan arrested", "was", "Iyer, an ally of Orlan, was arrested on Monday.", False),
        ("Orlan arrested", "was", "Orlan, who is 62, was arrested on Monday.", True),
        ("Orlan die", "did", "President Mara Orlan died in Tiva.", True),
        ("Orlan die", "did", "Orlan said that Iyer died in Tiva.", False),
        ("Tiva open again", "is", "Tiva opened in 2001.", False),
        ("Orlan kill Iyer", "did", "Iyer was killed by Orlan.", True),
    ],
)
def test_a_sentence_says_something_of_its_subject_alone(claim: str, verb: str, sentence: str, says: bool) -> None:
    predication = split_claim(claim, verb)
    assert predication is not None
    assert says_of_subject(sentence, predication) is says


def test_a_sentence_tells_of_another_where_it_names_one() -> None:
    predication = split_claim("Orlan killed", "was")
    assert predication is not None
    assert says_of_another("Iyer was killed in April.", predication)
    assert not says_of_another("He was killed in April.", predication)
    assert not says_of_another("Orlan was killed in April.", predication)


def test_an_acronym_stands_for_the_name_with_its_initials() -> None:
    told = [
        ranked_passage("The Kora Liberation Front spoke.", "a1", number=1),
        ranked_passage("The Kora Liberation Front, the KLF, held the port.", "a2", number=2),
    ]
    assert Understanding("What does KLF stand for?").acronym == Understanding("full name of the KLF?").acronym == "KLF"
    assert [(piece.text, piece.article_id) for piece in find_long_form("KLF", told)] == [
        ("Kora Liberation Front", "a2"),
        ("Kora Liberation Front", "a1"),
    ]
    assert find_long_form("SCO", told) == []
