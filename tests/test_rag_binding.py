"""Of two answers in a passage, the one that belongs to the question's subject: the set, its scoring, and the floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from rag import default_reader
from rag.evaluation.metrics import holds
from tests.support.evidence import PhraseReader
from tests.trials.binding import BindingQuestion, Outcome, accuracy, both_right, doubted, load_questions, read_all

LEAST_ACCURACY = 0.855
"""A little under what the shipped weights reach; half is what a reader gets that does not tell the subjects apart."""

LEAST_DOUBTED, MOST_DOUBTED = 0.70, 0.07
"""Of answers that belong to the other subject, and of right ones: a little beside what the shipped weights reach."""


@pytest.fixture(scope="module")
def questions() -> list[BindingQuestion]:
    return load_questions()


def outcomes(questions: Sequence[BindingQuestion], *spans: str) -> list[Outcome]:
    return [Outcome(asked, span) for asked, span in zip(questions, spans, strict=True)]


# -- the set -----------------------------------------------------------------------------------------------------------


def test_there_are_enough_questions_two_for_each_passage(questions: list[BindingQuestion]) -> None:
    assert len(questions) >= 220
    assert set(Counter(asked.passage for asked in questions).values()) == {2}
    assert len({asked.text for asked in questions}) == len(questions) / 2
    assert Counter(asked.kind for asked in questions)["pledge"] >= 20


def test_passages_are_as_long_as_what_is_read_at_a_time(questions: list[BindingQuestion]) -> None:
    assert {asked.passage for asked in questions if not 60 <= len(asked.text.split()) <= 130} == set()


def test_every_answer_stands_in_its_passage(questions: list[BindingQuestion]) -> None:
    assert [one for one in questions if not all(holds(one.text, [answer]) for answer in one.answers)] == []


def test_no_answer_is_part_of_the_other_or_given_away_by_the_question(questions: list[BindingQuestion]) -> None:
    for asked in questions:
        assert not any(holds(answer, asked.others) for answer in asked.answers), asked
        assert not any(holds(other, asked.answers) for other in asked.others), asked
        assert not holds(asked.question, [*asked.answers, *asked.others]), asked


# -- the scoring -------------------------------------------------------------------------------------------------------


def test_only_the_answer_to_the_question_is_right(questions: list[BindingQuestion]) -> None:
    asked = questions[0]
    own, other = asked.answers[0], asked.others[0]
    chosen = outcomes([asked] * 4, own, f"Commander {own}", other, "")
    assert [one.right for one in chosen] == [True, True, False, False]


def test_a_span_over_both_answers_is_wrong(questions: list[BindingQuestion]) -> None:
    whole = outcomes(questions, *(asked.text for asked in questions))
    assert accuracy(whole) == 0


def test_always_taking_one_of_the_two_is_worth_half(questions: list[BindingQuestion]) -> None:
    first = [asked.answers[0] for asked in questions[::2] for _ in range(2)]
    chosen = outcomes(questions, *first)
    assert (accuracy(chosen), both_right(chosen)) == (0.5, 0.0)


def test_the_best_span_of_the_passage_counts(questions: list[BindingQuestion]) -> None:
    asked = questions[0]
    reader = PhraseReader({asked.answers[0]: 2.0, asked.others[0]: 1.0})
    assert [one.right for one in read_all(reader, questions[:2])] == [True, False]
    assert [one.span for one in read_all(PhraseReader({}), [asked])] == [""]


# -- the floor ---------------------------------------------------------------------------------------------------------


def test_the_shipped_reader_binds_answers_to_their_subjects(questions: list[BindingQuestion]) -> None:
    read = read_all(default_reader(), questions)
    wrong = [f"{one.asked.question} {one.span!r}" for one in read if not one.right]
    assert accuracy(read) >= LEAST_ACCURACY, wrong


def test_a_models_answer_for_the_other_subject_is_doubted_and_a_right_one_seldom(
    questions: list[BindingQuestion],
) -> None:
    wrong, right = doubted(default_reader(), questions)
    assert (wrong >= LEAST_DOUBTED, right <= MOST_DOUBTED) == (True, True), (wrong, right)
