"""Time expressions, each with the days that it means on the day it is asked, and what only looks like one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.english.calendar import month_of, spoken
from rag.english.time_expressions import time_expressions

# text | the day it is asked | first..last of each expression, "-" where a stretch is open
TABLE = """
What happened in March 2022?                              | 2022-06-18 | 2022-03-01..2022-03-31
What happened in march 2022?                              | 2022-06-18 | 2022-03-01..2022-03-31
What happened in Mar. 2022?                               | 2022-06-18 | 2022-03-01..2022-03-31
Who led the group in 2010?                                | 2022-06-18 | 2010-01-01..2010-12-31
Who led the group in the year 2010?                       | 2022-06-18 | 2010-01-01..2010-12-31
Who won the 2014 World Cup?                               | 2022-06-18 | 2014-01-01..2014-12-31
Who won Euro 2022?                                        | 2022-06-18 | 2022-01-01..2022-12-31
What was 2022's biggest story?                            | 2022-12-31 | 2022-01-01..2022-12-31
What happened on 12 June 2014?                            | 2022-06-18 | 2014-06-12..2014-06-12
What happened on the 12th of June 2014?                   | 2022-06-18 | 2014-06-12..2014-06-12
What happened on June 12, 2014?                           | 2022-06-18 | 2014-06-12..2014-06-12
What happened on June 12th 2014?                          | 2022-06-18 | 2014-06-12..2014-06-12
What happened on Thursday, June 12, 2014?                 | 2022-06-18 | 2014-06-12..2014-06-12
What happened on Thursday 12 June 2014?                   | 2022-06-18 | 2014-06-12..2014-06-12
What happened on 2014-06-12?                              | 2022-06-18 | 2014-06-12..2014-06-12
What happened on 14/06/2021?                              | 2022-06-18 | 2021-06-14..2021-06-14
What happened on 06/14/2021?                              | 2022-06-18 | 2021-06-14..2021-06-14
What happened on 14.06.2021?                              | 2022-06-18 | 2021-06-14..2021-06-14
What happened on 03/04/2021?                              | 2022-06-18 | 2021-01-01..2021-12-31
What happened on 05/05/2021?                              | 2022-06-18 | 2021-05-05..2021-05-05
What happened on 29 February 2020?                        | 2022-06-18 | 2020-02-29..2020-02-29
What happened on 29 February?                             | 2022-06-18 | 2020-02-29..2020-02-29
What happened in February 2024?                           | 2024-06-18 | 2024-02-01..2024-02-29
What happened in February?                                | 2023-03-01 | 2023-02-01..2023-02-28
What happened on 12 June?                                 | 2022-06-18 | 2022-06-12..2022-06-12
What happened on 19 June?                                 | 2022-06-18 | 2021-06-19..2021-06-19
What happened on 18 June?                                 | 2022-06-18 | 2022-06-18..2022-06-18
What will happen on 19 June?                              | 2022-06-18 | 2022-06-19..2022-06-19
Which album will be released this summer, coming July 29? | 2022-06-19 | 2022-06-01..2022-08-31 2022-07-29..2022-07-29
The park was closed since June 13. Why?                   | 2022-06-26 | 2022-06-13..-
What happened in March?                                   | 2022-06-18 | 2022-03-01..2022-03-31
What happened in March?                                   | 2022-02-18 | 2021-03-01..2021-03-31
What happened in March?                                   | 2022-03-01 | 2022-03-01..2022-03-31
What is expected to happen in March?                      | 2022-06-18 | 2023-03-01..2023-03-31
What happened last March?                                 | 2022-06-18 | 2022-03-01..2022-03-31
What happened last March?                                 | 2022-03-18 | 2021-03-01..2021-03-31
What happens next May?                                    | 2022-05-18 | 2023-05-01..2023-05-31
What happened this March?                                 | 2022-06-18 | 2022-03-01..2022-03-31
What happened in May?                                     | 2022-06-18 | 2022-05-01..2022-05-31
What did Theresa May say in May 2019?                     | 2022-06-18 | 2019-05-01..2019-05-31
Did 2000 people march in May?                             | 2022-06-18 | 2022-05-01..2022-05-31
What happened in early March 2022?                        | 2022-06-18 | 2022-03-01..2022-03-10
What happened in mid-March 2022?                          | 2022-06-18 | 2022-03-11..2022-03-20
What happened in late March 2022?                         | 2022-06-18 | 2022-03-21..2022-03-31
What happened at the end of February 2020?                | 2022-06-18 | 2020-02-21..2020-02-29
What happened in the first week of March 2022?            | 2022-06-18 | 2022-03-01..2022-03-07
What happened in the second week of March 2022?           | 2022-06-18 | 2022-03-08..2022-03-14
What happened in the last week of June 2021?              | 2022-06-18 | 2021-06-24..2021-06-30
What happened in the first ten days of March 2022?        | 2022-06-18 | 2022-03-01..2022-03-10
Who led it in early 2016?                                 | 2022-06-18 | 2016-01-01..2016-04-30
Who led it in mid-2016?                                   | 2022-06-18 | 2016-05-01..2016-08-31
Who led it in late 2016?                                  | 2022-06-18 | 2016-09-01..2016-12-31
Who led it at the end of 2016?                            | 2022-06-18 | 2016-10-01..2016-12-31
Who led it at the beginning of 2016?                      | 2022-06-18 | 2016-01-01..2016-03-31
Who led it at the start of the year 2016?                 | 2022-06-18 | 2016-01-01..2016-03-31
Who led it in the first half of 2014?                     | 2022-06-18 | 2014-01-01..2014-06-30
Who led it in the second half of 2014?                    | 2022-06-18 | 2014-07-01..2014-12-31
What was sold in Q3 2021?                                 | 2022-06-18 | 2021-07-01..2021-09-30
What was sold in Q1 of 2020?                              | 2022-06-18 | 2020-01-01..2020-03-31
What was sold in 2021 Q4?                                 | 2022-06-18 | 2021-10-01..2021-12-31
What was sold in H1 2020?                                 | 2022-06-18 | 2020-01-01..2020-06-30
What was sold in the third quarter of 2021?               | 2022-06-18 | 2021-07-01..2021-09-30
What was sold last quarter?                               | 2022-02-18 | 2021-10-01..2021-12-31
What happened in the summer of 2021?                      | 2022-06-18 | 2021-06-01..2021-08-31
What happened in Fall 2021?                               | 2022-06-18 | 2021-09-01..2021-11-30
What happened in the winter of 2021?                      | 2022-06-18 | 2021-01-01..2022-02-28
What happened in winter 2019-20?                          | 2022-06-18 | 2019-12-01..2020-02-29
What happened last winter?                                | 2022-06-18 | 2021-12-01..2022-02-28
What happened this winter?                                | 2022-01-18 | 2021-12-01..2022-02-28
What happens next spring?                                 | 2022-06-18 | 2023-03-01..2023-05-31
What happened in the Prague Spring of 1968?               | 2022-06-18 | 1968-01-01..1968-12-31
Who led it in the 1990s?                                  | 2022-06-18 | 1990-01-01..1999-12-31
Who led it in the 2000s?                                  | 2022-06-18 | 2000-01-01..2009-12-31
Who led it in the early 1990s?                            | 2022-06-18 | 1990-01-01..1993-12-31
Who led it in the mid-1990s?                              | 2022-06-18 | 1994-01-01..1996-12-31
Who led it in the late nineties?                          | 2022-06-18 | 1997-01-01..1999-12-31
Who led it in the ’90s?                                   | 2022-06-18 | 1990-01-01..1999-12-31
Who led it in the late 80s?                               | 2022-06-18 | 1987-01-01..1989-12-31
What was built in the 20th century?                       | 2022-06-18 | 1901-01-01..2000-12-31
What was built this century?                              | 2022-06-18 | 2001-01-01..2100-12-31
Who has led it since 2020?                                | 2022-06-18 | 2020-01-01..-
Who led it before 2020?                                   | 2022-06-18 | -..2019-12-31
Who led it prior to March 2014?                           | 2022-06-18 | -..2014-02-28
Who led it until June 2015?                               | 2022-06-18 | -..2015-06-30
Who led it up to 2015?                                    | 2022-06-18 | -..2015-12-31
Who led it after 2015?                                    | 2022-06-18 | 2016-01-01..-
Who led it post-2015?                                     | 2022-06-18 | 2016-01-01..-
Who led it pre-2015?                                      | 2022-06-18 | -..2014-12-31
Who led it later than 2015?                               | 2022-06-18 | 2016-01-01..-
Who led it from 2015 onwards?                             | 2022-06-18 | 2015-01-01..-
Who led it in 2015 or later?                              | 2022-06-18 | 2015-01-01..-
Who led it in 2015 or earlier?                            | 2022-06-18 | -..2015-12-31
What is planned by 2030?                                  | 2022-06-18 | -..2030-12-31
Who led it between 2010 and 2014?                         | 2022-06-18 | 2010-01-01..2014-12-31
Who led it from 2010 to 2014?                             | 2022-06-18 | 2010-01-01..2014-12-31
Who led it in 2010–2014?                                  | 2022-06-18 | 2010-01-01..2014-12-31
Who won the 2014-15 season?                               | 2022-06-18 | 2014-01-01..2015-12-31
Who led it from May to July 2021?                         | 2022-06-18 | 2021-05-01..2021-07-31
Who led it from November to February 2022?                | 2022-06-18 | 2021-11-01..2022-02-28
Who led it between March 2020 and early 2021?             | 2022-06-18 | 2020-03-01..2021-04-30
What happened between 28 May and 3 June 2014?             | 2022-06-18 | 2014-05-28..2014-06-03
What happened from 10 to 14 June 2014?                    | 2022-06-18 | 2014-06-10..2014-06-14
What happened on June 10-14, 2014?                        | 2022-06-18 | 2014-06-10..2014-06-14
What happened in March and April 2022?                    | 2022-06-18 | 2022-03-01..2022-04-30
Who led it in 2010 and in 2014?                           | 2022-06-18 | 2010-01-01..2010-12-31 2014-01-01..2014-12-31
Who led it after the 2020 election?                       | 2022-06-18 | 2020-01-01..-
Who led it before the 2020 election?                      | 2022-06-18 | -..2020-12-31
What has happened since last year's vote?                 | 2022-06-18 | 2021-01-01..-
What has happened since 9/11?                             | 2022-06-18 | 2001-09-11..-
What happened on 9/11?                                    | 2022-06-18 | 2001-09-11..2001-09-11
Who leads it as of 2015?                                  | 2022-06-18 | -..2015-12-31
Who leads it as of 1 August 2015?                         | 2022-06-18 | -..2015-08-01
How many cases are there as of this week?                 | 2022-06-18 | -..2022-06-18
What happened today?                                      | 2022-06-18 | 2022-06-18..2022-06-18
Yesterday, what happened?                                 | 2022-06-18 | 2022-06-17..2022-06-17
What happened yesterday?                                  | 2022-03-01 | 2022-02-28..2022-02-28
What happened yesterday?                                  | 2024-03-01 | 2024-02-29..2024-02-29
What happened the day before yesterday?                   | 2022-01-01 | 2021-12-30..2021-12-30
What happens tomorrow?                                    | 2022-12-31 | 2023-01-01..2023-01-01
What happened last night?                                 | 2022-06-18 | 2022-06-17..2022-06-17
What happened this week?                                  | 2022-06-18 | 2022-06-13..2022-06-19
What happened last week?                                  | 2022-06-18 | 2022-06-06..2022-06-12
What happened last week?                                  | 2022-01-03 | 2021-12-27..2022-01-02
Last week, what happened?                                 | 2022-06-18 | 2022-06-06..2022-06-12
What happened last weekend?                               | 2022-06-15 | 2022-06-11..2022-06-12
What happens next week?                                   | 2022-12-31 | 2023-01-02..2023-01-08
What happened this month?                                 | 2024-02-29 | 2024-02-01..2024-02-29
What happened last month?                                 | 2022-03-31 | 2022-02-01..2022-02-28
What happened last month?                                 | 2022-01-31 | 2021-12-01..2021-12-31
Which phone is expected early next month?                 | 2022-08-27 | 2022-09-01..2022-09-10
What happened last year?                                  | 2022-06-18 | 2021-01-01..2021-12-31
What happened late last year?                             | 2022-06-18 | 2021-09-01..2021-12-31
What happened this year?                                  | 2022-06-18 | 2022-01-01..2022-12-31
What happened in the current year?                        | 2022-06-18 | 2022-01-01..2022-12-31
What happened earlier this year?                          | 2022-06-18 | 2022-01-01..2022-06-18
What happens later this month?                            | 2022-06-18 | 2022-06-18..2022-06-30
What happened so far this year?                           | 2022-06-18 | 2022-01-01..2022-06-18
How many fires since the start of the year?               | 2022-07-24 | 2022-01-01..-
What happened last decade?                                | 2022-06-18 | 2010-01-01..2019-12-31
What changed in the past three years?                     | 2022-06-18 | 2019-06-18..2022-06-18
What changed in the last 10 days?                         | 2022-01-05 | 2021-12-26..2022-01-05
What changed over the past year?                          | 2024-02-29 | 2023-02-28..2024-02-29
What changed in the last week?                            | 2022-06-18 | 2022-06-11..2022-06-18
What changed in the past two months?                      | 2022-04-30 | 2022-02-28..2022-04-30
What is planned in the next five years?                   | 2022-06-18 | 2022-06-18..2027-06-18
What happened two years ago?                              | 2022-06-18 | 2020-01-01..2020-12-31
What happened a month ago?                                | 2022-03-31 | 2022-02-01..2022-02-28
What happened three days ago?                             | 2022-03-02 | 2022-02-27..2022-02-27
What happened a week ago?                                 | 2022-06-18 | 2022-06-06..2022-06-12
What happened 20 years ago?                               | 2022-06-18 | 2002-01-01..2002-12-31
Who died on Tuesday?                                      | 2022-06-18 | 2022-06-14..2022-06-14
Who died Wednesday at age 79?                             | 2022-06-18 | 2022-06-15..2022-06-15
Who died on Saturday?                                     | 2022-06-18 | 2022-06-11..2022-06-11
Who died last Monday?                                     | 2022-06-18 | 2022-06-13..2022-06-13
Who arrives next Friday?                                  | 2022-06-18 | 2022-06-24..2022-06-24
Who will speak on Friday?                                 | 2022-06-18 | 2022-06-24..2022-06-24
Who won at Sunday's awards?                               | 2022-06-18 | 2022-06-12..2022-06-12
What will happen in 2030?                                 | 2022-06-18 | 2030-01-01..2030-12-31
What happened in 1848?                                    | 2022-06-18 | 1848-01-01..1848-12-31
Who founded it around 2010?                               | 2022-06-18 | 2010-01-01..2010-12-31
What is planned over the next decade?                     | 2022-06-18 | 2022-06-18..2032-06-18
Who was named Time's 2022 Person of the Year this week?   | 2022-12-11 | 2022-01-01..2022-12-31 2022-12-05..2022-12-11
Biden spoke on Wednesday in the US. Who will get money?   | 2022-08-27 | 2022-08-24..2022-08-24
The launch failed on Monday due to rain. Where was it?    | 2022-09-04 | 2022-08-29..2022-08-29
How many of the 2000 people died in 2014?                 | 2022-06-18 | 2014-01-01..2014-12-31
"""

NO_TIME = """
Who may lead the group?
Who will march on Washington?
Who leads the March for Our Lives?
How do you march?
Who came second?
What lasted one second?
How many of the 2000 people were hurt?
Did 2000 soldiers cross the river?
Were 1500 cities hit?
Who flew 2000 miles?
What costs $2000?
What costs € 2014?
Were more than 2000 hurt?
What does resolution 1973 say?
Who ran Windows 2000?
Is a 2000-strong crowd there?
What is 2,014 times 3?
What was 2014.5?
Who wrote Catch-22?
What is COVID-19?
What fell in the fall of Kabul?
Why did the price fall?
What happened since the election?
What changed after the war began?
Who has led it for three years?
Who works five days a week?
How many a year?
What is the word of the year?
What will be the last day of school?
Who wrote for USA Today?
Who hosts Last Week Tonight?
Who hosts “Saturday Night Live”?
What sold on Black Friday?
Who died on Bloody Sunday?
Who stars in “Wednesday”?
Who sits on the Jan. 6 committee?
Who reads The Week?
What was the last year of the war?
What is a 61-year-old record?
What opened in recent weeks?
Who is on the H1N1 team?
What is at 12/2014/3?
What happened on 31/31/2014?
Who won before May resigned?
What weighs 10 tons?
What is March Madness?
Who fires off rockets on the Fourth of July?
Who married over the July Fourth weekend?
What lay on the floor of Mar-a-Lago?
Why choose the month of September?
Who sued the Mail on Sunday?
When is the best of times?
The 31 may have gone: who?
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def days(text: str, asked: str) -> str:
    found = time_expressions(text, date.fromisoformat(asked))
    return " ".join(f"{one.first or '-'}..{one.last or '-'}" for one in found)


@pytest.mark.parametrize(("text", "asked", "expected"), rows(TABLE))
def test_an_expression_means_these_days(text: str, asked: str, expected: str) -> None:
    assert days(text, asked) == expected


@pytest.mark.parametrize("text", NO_TIME.strip().splitlines())
def test_what_only_looks_like_a_time_is_left_alone(text: str) -> None:
    assert days(text, "2022-06-18") == ""


def test_an_impossible_day_leaves_what_is_sure() -> None:
    assert days("What happened on 31 June 2014?", "2022-06-18") == "2014-06-01..2014-06-30"
    assert days("What happened on February 29, 2021?", "2022-06-18") == "2021-01-01..2021-12-31"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who led it in early 2016?", "in early 2016"),
        ("Who led it after the 2020 election?", "after the 2020"),
        ("Who led it between May and July 2021, and why?", "between May and July 2021"),
        ("Who led it from 2015 onwards?", "from 2015 onwards"),
        ("Since the start of the year, who led it?", "Since the start of the year"),
    ],
)
def test_an_expression_tells_its_words(text: str, words: str) -> None:
    (one,) = time_expressions(text, date(2022, 6, 18))
    assert one.words == text[one.start : one.end] == words


@pytest.mark.parametrize(
    ("text", "ahead"),
    [
        ("What will happen this week?", True),
        ("What happens in 2030?", True),
        ("Which airline is slashing flights during November?", True),
        ("What happened this week?", False),
        ("Who led it in 2010?", False),
    ],
)
def test_a_question_looks_ahead_or_back(text: str, ahead: bool) -> None:
    assert [one.ahead for one in time_expressions(text, date(2022, 6, 18))] == [ahead]


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_a_relative_week_and_month_hold_their_days(today: date) -> None:
    (this,) = time_expressions("What happened this week?", today)
    (last,) = time_expressions("What happened last week?", today)
    assert this.first is not None
    assert this.last is not None
    assert last.last is not None
    assert this.first <= today <= this.last
    assert last.last + timedelta(days=1) == this.first
    (month,) = time_expressions("What happened this month?", today)
    assert (month.first, month.last) == month_of(today.year, today.month)


@settings(deadline=None)
@given(st.dates(date(1950, 1, 1), date(2090, 12, 31)), st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_a_day_is_read_as_it_is_written(day: date, today: date) -> None:
    for written in (
        day.isoformat(),
        f"{day.day} {day:%B %Y}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day:%A} {day.day} {day:%b} {day.year}",
    ):
        (one,) = time_expressions(f"What happened on {written}?", today)
        assert (one.first, one.last) == (day, day)


@settings(deadline=None)
@given(st.text(max_size=200), st.dates(date(1950, 1, 1), date(2090, 12, 31)))
def test_any_text_is_read_in_order_without_overlap(text: str, today: date) -> None:
    end = 0
    for one in time_expressions(text, today):
        assert end <= one.start < one.end <= len(text)
        assert one.first or one.last
        assert not (one.first and one.last) or one.first <= one.last
        end = one.end


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2022-03-01", "2022-03-31", "March 2022"),
        ("2010-01-01", "2010-12-31", "2010"),
        ("2010-01-01", "2014-12-31", "2010 to 2014"),
        ("2021-05-01", "2021-07-31", "May to July 2021"),
        ("2021-06-01", "2021-08-31", "June to August 2021"),
        ("2021-11-01", "2022-02-28", "November 2021 to February 2022"),
        ("2022-06-06", "2022-06-12", "6 to 12 June 2022"),
        ("2022-05-30", "2022-06-05", "30 May to 5 June 2022"),
        ("2021-12-27", "2022-01-02", "27 December 2021 to 2 January 2022"),
        ("2014-06-12", "2014-06-12", "12 June 2014"),
        ("2020-01-01", None, "2020 or later"),
        ("2015-06-01", None, "June 2015 or later"),
        ("2015-06-02", None, "2 June 2015 or later"),
        (None, "2019-12-31", "2019 or earlier"),
        (None, "2015-06-30", "June 2015 or earlier"),
        (None, None, "any time"),
    ],
)
def test_days_are_said_as_people_say_them(first: str | None, last: str | None, said: str) -> None:
    assert spoken(*(date.fromisoformat(day) if day else None for day in (first, last))) == said


@settings(deadline=None)
@given(st.dates(), st.dates())
def test_any_stretch_of_days_can_be_said(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert str(last.year) in spoken(first, last)
