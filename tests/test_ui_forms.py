"""Answers that are more than a sentence: tables, lists, counts and help, on the page, in Markdown and in a terminal."""

from __future__ import annotations

from datetime import date

import pytest
from markdown_it import MarkdownIt

from rag.answer import Answer, AnswerPart, CountRow, ListItem, TableRow
from tests.test_ui_rendering import ATTACKS, Seen, make_answer, make_article, shown
from ui.answer_forms import count_bars, format_period
from ui.answer_view import view_answer
from ui.cli import answers
from ui.markdown import to_markdown
from ui.page.actions.filters import Filters
from ui.page.actions.records import UnreadableRecordError, read_record, write_record

ADIL = TableRow("Adil", "2010-08", "2012-04", False, ("2010-08-18", "2015-08-05"), (1,))
GHAZI = TableRow("Ghazi", "2012-08-05", None, True, None, (2,))
TABLE = make_answer(make_article(), (0, 3), (17, 20), form="table", table=(ADIL, GHAZI), text="Leaders of the IMU")
COUNTS = (CountRow("2015-08", "Wire", 2), CountRow("2015-10", "Wire", 4), CountRow("", "Wire", 1))
HELP = Answer("hi", "hi", "answered", "Hello!", "Hello!", "Hello! Ask me.\n\nTry:\n- Who won?\n- When?", form="help")


@pytest.mark.parametrize(
    ("since", "until", "ongoing", "words"),
    [
        ("2010-08", "2012-04", False, "Aug 2010 – Apr 2012"),
        ("2012", None, True, "2012 – now"),
        ("2012-08-05", None, False, "from 5 Aug 2012"),
        (None, "2009", False, "until 2009"),
        (None, None, True, "still"),
        (None, None, False, ""),
    ],
)
def test_a_period_is_written_as_far_as_it_is_known(
    since: str | None, until: str | None, ongoing: bool, words: str
) -> None:
    assert format_period(TableRow("x", since, until, ongoing, None, ())) == words


def test_every_row_of_a_table_leads_to_its_quotation() -> None:
    html = shown(TABLE)
    seen = Seen(html[html.index("<table") : html.index("</table>")])
    assert seen.with_attribute("data-cite") == ["1", "2"]
    assert "Aug 2010 – Apr 2012" in seen.text
    assert "5 Aug 2012 – now" in seen.text
    assert seen.with_attribute("scope") == ["col"] * 4 + ["row"] * 2


def test_a_table_is_a_table_in_markdown_and_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    markdown = to_markdown(TABLE)
    assert "| Adil | Aug 2010 – Apr 2012 | [1] |" in markdown
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    assert [token.type for token in tokens].count("tr_open") == 3
    answers.show_answer(TABLE, TABLE.citations)
    assert "5 Aug 2012 – now" in capsys.readouterr().out


def test_months_without_articles_have_a_bar_too() -> None:
    unit, bars = count_bars(COUNTS)
    assert unit == "month"
    assert [(bar.label, bar.number, bar.share) for bar in bars] == [
        ("Aug 2015", 2, 0.5),
        ("Sep 2015", 0, 0.0),
        ("Oct 2015", 4, 1.0),
    ]
    unit, bars = count_bars((CountRow("2010-01", "a", 1), CountRow("2015-12", "a", 2)))
    assert (unit, [bar.number for bar in bars]) == ("year", [1, 0, 0, 0, 0, 2])


def test_a_chart_is_a_table_for_who_listens() -> None:
    answer = Answer("q", "q", "answered", "7 articles", None, "7 articles.", form="count", counts=COUNTS, counted="dam")
    seen = Seen(shown(answer))
    assert seen.with_attribute("role").count("rowheader") == 3
    assert seen.with_attribute("data-search") == ["dam"]
    assert "withheld" not in seen.text
    assert "| Sep 2015 | 0 |" in to_markdown(answer)


def test_help_needs_no_quotation_and_its_examples_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    seen = Seen(shown(HELP))
    assert seen.with_attribute("data-ask") == ["Who won?", "When?"]
    assert "confidence" not in seen.text
    answers.show_answer(HELP, ())
    assert "Who won?" in capsys.readouterr().out


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_a_form_becomes_markup(attack: str) -> None:
    part = AnswerPart(attack, "answered", attack, f"{attack} [1]", 0.5, "span", (1,))
    row = TableRow(attack, attack, None, False, None, (1,))
    answer = make_answer(
        make_article(),
        (0, 3),
        text=f"{attack}\n- {attack}",
        table=(row,),
        items=(ListItem(attack, (1,)),),
        parts=(part,),
    )
    html = shown(answer)
    assert not {tag for tag, _ in Seen(html).elements} & {"script", "img", "svg", "iframe"}
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(to_markdown(answer))
    children = [child for token in tokens for child in token.children or ()]
    assert not {child.type for child in (*tokens, *children)} & {"html_block", "html_inline", "image"}


def test_a_quotation_stands_once_in_an_overview() -> None:
    text = "1 Aug 2015, Wire – Vote\n\n“Ada was elected.” [1] “She won.” [2]"
    answer = make_answer(make_article(), (0, 16), (17, 25), form="overview", text=text)
    assert Seen(shown(answer)).text.count("Ada was elected.") == 1
    assert to_markdown(answer).count("Ada was elected.") == 1
    assert view_answer(answer, answer.citations).facts.confidence is None


def test_a_kept_turn_is_read_back_as_it_was() -> None:
    filters = Filters(until="2015-08-31", outlets=("Wire",))
    assert read_record(write_record(TABLE, filters)) == (TABLE, filters)


@pytest.mark.parametrize(
    "record", [None, "", "{}", "[]", '{"answer": {}, "filters": {}}', "x" * 300_000, '{"answer": 1']
)
def test_what_a_browser_sends_instead_of_a_turn_is_refused(record: object) -> None:
    with pytest.raises(UnreadableRecordError):
        read_record(record)


def test_the_filters_set_by_hand_are_shown_as_filters() -> None:
    html = shown(make_answer(make_article(), (0, 3)), filters=Filters(as_of="2011-12-31").words())
    assert "Filters: known by 31 Dec 2011" in Seen(html).text
    assert "Asked on" in to_markdown(TABLE, asked=date(2024, 6, 15))
