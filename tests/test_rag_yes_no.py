"""Questions of yes or no: the open questions behind them, what decides them, and the floor on the set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import pytest

from corpus import Library, sample_articles
from rag.answering.yes_no import decide
from rag.question.open_questions import OpenQuestion, claim_of, open_questions
from rag.reading.agreement import Candidate
from rag.reading.quoting import Quotation
from tests.support.evidence import candidate, evidence, ranked_passage, understood
from tests.trials.yes_no import ask_all, load_questions, shares

TODAY = date(2026, 1, 1)
LEAST_RIGHT = 0.18
MOST_WRONG = 0.025
"""Beside what was measured when they were set: 0.322 of 90 decided rightly, 2 of 120 wrongly."""


def opened(question: str) -> list[tuple[str, str]]:
    return [(one.text, one.named) for one in open_questions(question, TODAY)]


def decided(question: str, sentence: str, *answers: str, title: str = "") -> str | None:
    """The decision where one sentence is near, and an open question is answered by words of it."""
    ranked = ranked_passage(sentence)
    found = [candidate(evidence(ranked, words)) for words in answers]

    def read(_: OpenQuestion) -> Sequence[Candidate]:
        return found

    decision = decide(understood(question), [Quotation(ranked, 0, len(sentence), 0.9)], read, TODAY)
    return decision and decision.answer


# -- open questions


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Was Orlan buried in Tiva?", [("Where was Orlan buried?", "Tiva")]),
        ("Was the ore from Tiva flown to Norland?", [("Where was the ore from Tiva flown to?", "Norland")]),
        ("Did Orlan flee in 2010?", [("When did Orlan flee?", "in 2010")]),
        (
            "Was Orlan buried in Tiva in 2016?",
            [("When was Orlan buried in Tiva?", "in 2016"), ("Where was Orlan buried?", "Tiva")],
        ),
        ("Was the union founded by Mara Orlan?", [("Who was the union founded by?", "Mara Orlan")]),
        ("Did the storm kill 39 people?", [("How many people did the storm kill?", "39")]),
        (
            "Did Orlan get more than 80 percent of the vote?",
            [("What percentage of the vote did Orlan get?", "more than 80 percent")],
        ),
        ("Did Orlan die of cancer?", [("What did Orlan die of?", "cancer")]),
        ("Did Norland win the final?", [("Who did win the final?", "Norland")]),
        ("Is Mara Orlan the leader of the union?", [("Who is the leader of the union?", "Mara Orlan")]),
        ("Is Tiva the capital of Norland?", [("What is the capital of Norland?", "Tiva")]),
        ("Is the language closer to Uzbek than to Kazakh?", []),
        ("Did Orlan own a dog?", []),
        ("Was it Orlan or Mara?", []),
        ("Who was buried in Tiva?", []),
    ],
)
def test_a_question_of_yes_or_no_has_open_questions_behind_it(question: str, expected: list[tuple[str, str]]) -> None:
    assert opened(question) == expected


@pytest.mark.parametrize(
    ("question", "one_only"),
    [
        ("Was Orlan buried in Tiva?", True),
        ("Did Orlan live in Tiva?", False),
        ("Is Mara Orlan the leader of the union?", True),
        ("Was Mara Orlan the leader of the union?", False),
        ("Was Mara Orlan the leader of the union in 2010?", True),
    ],
)
def test_some_open_questions_have_one_answer_only(question: str, one_only: bool) -> None:
    assert open_questions(question, TODAY)[-1].one_only is one_only


def test_what_a_question_claims_is_what_stands_behind_its_verb() -> None:
    assert claim_of("And wasn't Orlan born in Tiva?") == "Orlan born in Tiva"
    assert claim_of("Is it true that Orlan was born in Tiva?") == "Orlan was born in Tiva"
    assert claim_of("Did Orlan resign or not?") == "Orlan resign"
    assert claim_of("Where was Orlan born?") is None


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Is the dam higher than 300 metres?", "335 metres", "Yes"),
        ("Is the dam higher than 400 metres?", "335 metres", "No"),
        ("Did fewer than 20 people die?", "18", "Yes"),
    ],
)
def test_a_comparison_is_computed(question: str, answer: str, expected: str) -> None:
    sentence = "The dam is 335 metres high, and 18 people died on it."
    assert decided(question, sentence, answer) == expected


# -- decisions by open questions


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Was Orlan buried in Tiva?", "Tiva", "Yes"),
        ("Was Orlan buried in Harst?", "Tiva", "No"),
        ("Did Orlan live in Harst?", "Tiva", None),
    ],
)
def test_the_answer_to_the_open_question_decides(question: str, answer: str, expected: str | None) -> None:
    assert decided(question, "He was laid to rest in Tiva on Monday, in heavy rain.", answer) == expected


def test_who_stands_beside_the_one_found_is_not_denied() -> None:
    sentence = "The declaration of the union came from Jiang and from Orlan together."
    assert decided("Was the union founded by Orlan?", sentence, "Jiang") is None


def test_another_likely_answer_that_was_named_decides_nothing() -> None:
    assert decided("Was Orlan laid to rest in Harst?", "He lies in Tiva, or in Harst.", "Tiva", "Harst") is None


def test_what_is_only_planned_has_not_happened() -> None:
    assert decided("Was the plant opened in 2019?", "The plant is to open in 2019, it says.", "2019") is None


@pytest.mark.parametrize(("percent", "expected"), [("80", "No"), ("70", "Yes")])
def test_a_figure_is_held_against_its_bound(percent: str, expected: str) -> None:
    sentence = "He took 72.97 percent of it on Sunday, officials reported."
    assert decided(f"Did Orlan get more than {percent} percent of the vote?", sentence, "72.97 percent") == expected


# -- decisions by the words of a sentence


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Did the country hold the codes?", "The country did not hold the codes, which stayed in Norland.", "No"),
        ("Did the storm close the port?", "The storm closed the port for two days in the end.", "Yes"),
        ("Is its language closer to Uzbek than to Kazakh?", "Its language is closer to Kazakh than to Uzbek.", "No"),
        ("Did Norland give the troops a year to leave?", "Norland gave the troops 180 days to leave.", "No"),
        ("Did the crew of the ferry sing?", "The ferry waited in the harbour for days on end.", None),
    ],
)
def test_a_sentence_in_the_words_of_the_question_decides(question: str, sentence: str, expected: str | None) -> None:
    assert decided(question, sentence) == expected


# -- the set and its floor


def test_every_quote_of_the_set_stands_in_its_article() -> None:
    questions = load_questions()
    assert Counter(one.answer for one in questions) == {"yes": 45, "no": 45, "unsaid": 30}
    texts = {path.name: path.read_text("utf-8") for path in sample_articles().glob("*.md")}
    missing = [one.question for one in questions if one.article and one.quote not in texts[one.article]]
    assert missing == []
    assert [one.question for one in questions if bool(one.article) != (one.answer != "unsaid")] == []


def test_most_decisions_on_the_sample_articles_are_right(sample_library: Library) -> None:
    right, wrong = shares(ask_all(sample_library, load_questions()))
    assert right >= LEAST_RIGHT
    assert wrong <= MOST_WRONG
