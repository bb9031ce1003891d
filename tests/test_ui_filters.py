"""Filters read from a question, as they are shown: chips on the page, a line in the terminal and in Markdown."""

from __future__ import annotations

import pytest

from rag import AppliedFilter, Turn
from tests.test_ui_rendering import ATTACKS, Seen, assert_only_ours, make_answer, make_article, shown
from ui.cli import answers
from ui.markdown import to_markdown
from ui.page.actions.asking import Exchange, find_turn
from ui.page.views.answers import conversation_html

AROUND = AppliedFilter("event", "prefers", "in March 2022", "March 2022", "2022-03-01", "2022-03-31")
ONLY = AppliedFilter("outlet", "filters", "according to CNN", "CNN", outlets=("CNN",))


def test_each_filter_is_a_chip_that_tells_its_value_its_words_and_its_effect() -> None:
    seen = Seen(shown(make_answer(make_article(), (0, 3), filters=(AROUND, ONLY))))
    assert "Around: March 2022×" in seen.text
    assert "Only: CNN×" in seen.text
    assert seen.with_attribute("data-ignore") == ["in March 2022", "according to CNN"]
    assert seen.with_attribute("data-effect") == ["prefers", "filters"]
    titles = [title or "" for title in seen.with_attribute("title")]
    assert "articles near it come first" in titles[0]
    assert "other articles are left out" in titles[1]


def test_there_are_no_chips_where_nothing_was_read() -> None:
    assert "pm-chip" not in shown(make_answer(make_article(), (0, 3)))


def test_a_note_is_shown_with_the_answer() -> None:
    answer = make_answer(make_article(), (0, 3), notes=("“from 2013” was set aside: the dates chosen leave it out.",))
    assert "“from 2013” was set aside" in Seen(shown(answer)).text


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_words_of_a_filter_become_markup(attack: str) -> None:
    hostile = AppliedFilter("outlet", "filters", attack, attack, outlets=(attack,))
    answer = make_answer(make_article(), (0, 3), filters=(hostile,), notes=(attack,))
    assert_only_ours(conversation_html([shown(answer)]))


def test_markdown_tells_what_was_read_from_the_question() -> None:
    markdown = to_markdown(make_answer(make_article(), (0, 3), filters=(AROUND, ONLY)))
    assert "Read from the question: Around March 2022; Only CNN" in markdown


def test_the_terminal_tells_in_one_line_what_was_read_from_the_question(capsys: pytest.CaptureFixture[str]) -> None:
    answer = make_answer(make_article(), (0, 3), filters=(AROUND, ONLY))
    answers.show_answer(answer, answer.citations)
    first, *_ = capsys.readouterr().out.splitlines()
    assert first == "Read from the question: Around: March 2022 (“in March 2022”) · Only: CNN (“according to CNN”)"


def test_a_chip_asks_the_question_of_its_turn_with_what_came_before() -> None:
    history = [
        Exchange("", Turn("Who led it?", "Ada"), number=4),
        Exchange("", Turn("And in 2014?", "Eve"), number=5, ignored=("as of 2015",)),
        Exchange("", Turn("Why?", "So."), number=6),
    ]
    again = find_turn(history, {"turn": 5, "words": "in 2014"})
    assert again == ("And in 2014?", history[:1], ("as of 2015", "in 2014"))


@pytest.mark.parametrize("request_", [{}, {"turn": 9, "words": "x"}, {"turn": "4", "words": "x"}, {"words": "x"}])
def test_a_chip_of_a_turn_that_is_not_kept_asks_nothing(request_: dict[str, object]) -> None:
    history = [Exchange("", Turn("Who?", "Ada"), number=4), Exchange("", None, number=5)]
    assert find_turn(history, request_) is None
    assert find_turn(history, {"turn": 5, "words": "x"}) is None
