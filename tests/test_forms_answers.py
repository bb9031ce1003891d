"""Answers of every form over the sample articles: exact where they are counted, verbatim wherever they quote."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpus import Library
from rag import Answer, ask, verbatim_citations
from rag.forms.languages import language_of

PROJECT = Path(__file__).parent.parent
sys.path.insert(0, str(PROJECT))

from tests.trials.forms import asked, judge, records_of  # noqa: E402

QUICK = ("counts", "greetings-help", "holders-list", "before-after", "overview")
FLOOR = 0.81
IMU = ["Juma Namangani", "Tohir Yuldashev", "Abu Usman Adil", "Usman Ghazi"]


def assert_sound(library: Library, answer: Answer) -> None:
    """Every citation stands in its article, every mark of the text is of a citation, and the JSON can be made."""
    assert len(verbatim_citations(library, answer)) == len(answer.citations)
    assert all(f"[{citation.n}]" in answer.text for citation in answer.citations)
    assert answer.to_dict()["form"] == answer.form


def test_measured_questions_of_these_forms_stay_above_the_floor(sample_library: Library) -> None:
    records = records_of(PROJECT / "tests/data/forms/questions.jsonl", only="seen")
    chosen = [record for record in records if record["kind"] in QUICK and record["library"] == "sample"]
    verdicts = [judge(record, asked(sample_library, record)) for record in chosen]
    for verdict in verdicts:
        assert_sound(sample_library, verdict.answer)
    wrong = [(verdict.record["question"], verdict.faults) for verdict in verdicts if not verdict.is_right]
    assert len(verdicts) > 15
    assert 1 - len(wrong) / len(verdicts) >= FLOOR, wrong


@pytest.mark.parametrize(
    "question", ["Name the four leaders of the IMU.", "list the leaders of the islamic movement of uzbekistan"]
)
def test_the_leaders_of_a_movement_are_a_table_in_the_order_of_time(sample_library: Library, question: str) -> None:
    answer = ask(sample_library, question)
    assert (answer.form, [row.value for row in answer.table]) == ("table", IMU)
    assert [(row.since, row.until) for row in answer.table[2:]] == [("2010-08", "2012-04"), ("2012-08", None)]
    assert all(row.citations for row in answer.table)
    assert [row.ongoing for row in answer.table] == [False, False, False, True]
    assert_sound(sample_library, answer)


def test_heads_of_state_are_merged_and_ordered_and_acting_ones_left_out(sample_library: Library) -> None:
    answer = ask(sample_library, "Timeline of Kyrgyzstan's heads of state since independence")
    assert [row.value.split()[-1] for row in answer.table] == [
        "Akayev",
        "Bakiyev",
        "Otunbayeva",
        "Atambayev",
        "Jeenbekov",
        "Japarov",
    ]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who led the IMU before Usman Ghazi?", "Abu Usman Adil"),
        ("Who was president of Uzbekistan before Mirziyoyev?", "Islam Karimov"),
        ("Who became the Taliban's leader after Mullah Omar?", "Mullah Akhtar Mansour"),
    ],
)
def test_who_came_before_or_after_is_not_who_was_named(sample_library: Library, question: str, name: str) -> None:
    answer = ask(sample_library, question)
    assert answer.answer == name
    assert_sound(sample_library, answer)


def test_who_held_a_role_when_something_happened_is_read_from_both(sample_library: Library) -> None:
    answer = ask(sample_library, "Who was president of Uzbekistan when the IMU was founded?")
    assert answer.answer == "Islam Karimov"
    assert_sound(sample_library, answer)


def test_when_and_where_are_two_questions(sample_library: Library) -> None:
    answer = ask(sample_library, "When and where was Niyazov buried?")
    assert [part.answer for part in answer.parts][1:] == ["Gypjak"]


def test_as_of_a_day_later_holders_are_not_told(sample_library: Library) -> None:
    answer = ask(sample_library, "List the leaders of the IMU", as_of="2011-01-01")
    assert [row.value for row in answer.table] == IMU[:3]


def test_a_count_is_exact_and_adds_up_by_month_and_outlet(sample_library: Library) -> None:
    answer = ask(sample_library, "How many articles mention Andijan?")
    assert (answer.form, answer.answer, answer.counted) == ("count", "3 articles", "Andijan")
    assert sum(row.articles for row in answer.counts) == 3
    assert [row.month for row in answer.counts] == ["2005-11", "2016-09", "2022-07"]
    assert_sound(sample_library, answer)


def test_a_count_keeps_within_the_times_of_the_question(sample_library: Library) -> None:
    assert ask(sample_library, "How many stories were published in 2022?").answer == "5 articles"
    assert ask(sample_library, "How many articles mention Andijan since 2015?").answer == "2 articles"


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("What is the oldest article?", "Kazakhstan gives up the last of its Soviet nuclear warheads"),
        ("What is the newest article about Kyrgyzstan?", "Kyrgyzstan and Tajikistan sign treaty on their border"),
    ],
)
def test_the_oldest_and_the_newest_article_are_named(sample_library: Library, question: str, title: str) -> None:
    assert ask(sample_library, question).answer == title


@pytest.mark.parametrize("message", ["what can you do?", "How does this work?", "hi", "Guten Tag", "спасибо"])
def test_courtesies_are_no_search_and_cite_nothing(sample_library: Library, message: str) -> None:
    answer = ask(sample_library, message)
    assert (answer.form, answer.status, answer.citations) == ("help", "answered", ())


def test_the_example_questions_are_answered_by_this_library(sample_library: Library) -> None:
    examples = [line[2:] for line in ask(sample_library, "help").text.splitlines() if line.startswith("- ")]
    assert len(examples) == 3
    assert all(ask(sample_library, example).status == "answered" for example in examples)


@pytest.mark.parametrize(
    ("question", "article"),
    [
        ("Summarise the article about the Rogun dam", "2018-11-17-rogun-dam"),
        ("What is the Aral Sea article about?", "2014-09-30-aral-sea"),
        ("latest on Kyrgyzstan", "2025-03-14-kyrgyz-tajik-border-treaty"),
        ("What is new in Kazakhstan?", "2024-10-08-nuclear-power-referendum"),
    ],
)
def test_an_overview_opens_with_the_article_that_is_asked_for(
    sample_library: Library, question: str, article: str
) -> None:
    answer = ask(sample_library, question)
    assert (answer.form, answer.citations[0].article_id) == ("overview", article)
    assert not any("written as a sample" in citation.quote for citation in answer.citations)
    days = [citation.published or "" for citation in answer.citations]
    assert days == sorted(days, reverse=True)
    assert_sound(sample_library, answer)


def test_a_course_of_events_is_told_from_the_oldest_on(sample_library: Library) -> None:
    answer = ask(sample_library, "Timeline of Kazakhstan's capital names")
    assert "2022-09-19-capital-named-astana-again" in {citation.article_id for citation in answer.citations}
    days = [citation.published or "" for citation in answer.citations]
    assert days == sorted(days)


def test_a_list_names_each_value_with_its_quotation(sample_library: Library) -> None:
    answer = ask(sample_library, "Which presidents of Kyrgyzstan were driven from office by protests?")
    assert answer.form == "list"
    assert [item.value.split()[-1] for item in answer.items] == ["Akayev", "Bakiyev", "Jeenbekov"]
    assert_sound(sample_library, answer)


def test_several_questions_are_answered_each_under_its_heading(sample_library: Library) -> None:
    answer = ask(sample_library, "Who leads the IMU and how many people died in the Karachi airport attack?")
    assert answer.form == "several"
    assert [part.answer for part in answer.parts] == ["Usman Ghazi", "39"]
    assert_sound(sample_library, answer)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Wer ist der Präsident von Kasachstan?", "German"),
        ("Quelle est la capitale du Kazakhstan ?", "French"),
        ("¿Cuándo murió Saparmurat Niyazov?", "Spanish"),
        ("Кто президент Казахстана?", "Russian"),
        ("Who is the president of Kazakhstan?", None),
        ("imu leader 2015", None),
    ],
)
def test_the_language_of_a_question_is_told_by_its_small_words(question: str, language: str | None) -> None:
    assert language_of(question) == language


def test_a_question_in_another_language_is_told_so(sample_library: Library) -> None:
    assert any("German" in note for note in ask(sample_library, "Wer ist der Präsident von Kasachstan?").notes)
