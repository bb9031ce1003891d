"""Which of several dates is an article's: examples of each rule, and what holds whatever the witnesses say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.extraction.date_choice import ALONE, Publication, publication
from ingest.raw import DateClue

NOW = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)
ODD = (
    "0001-01-01 0001-01-01T00:00:00+14:00 9999-12-31 9999-12-31T23:59:59-14:00 2031-01-01 1699-12-31 2020-02-30 "
    "2020-06-16T23:00:00Z 2020-06-15T11:59:30Z 2015-08-01T09:30:00+23:59 2015-08-01T24:00:00 1438421400 99999999999 "
    "11/12/2019 31/12/2019 20150801 2015-W31 12:00 0 -1 NaN null"
).split()
METHODS = (*ALONE, "something else")


def weighed(*clues: tuple[str, str], updated: Sequence[str] = (), now: datetime = NOW) -> Publication:
    return publication([DateClue(*clue) for clue in clues], updated, now)


def test_one_sure_witness_is_believed_and_nothing_is_known_without_one() -> None:
    found = weighed(("json-ld", "2015-08-01T09:30:00+02:00"))
    assert (found.published, found.method, found.confidence) == ("2015-08-01T09:30:00+02:00", "json-ld", 0.9)
    assert weighed() == Publication()


def test_independent_witnesses_that_agree_make_surer_and_those_that_differ_less_sure() -> None:
    alone = weighed(("json-ld", "2015-08-01"))
    agreed = weighed(("json-ld", "2015-08-01"), ("feed", "Sat, 01 Aug 2015 21:30:00 GMT"))
    same_page = weighed(("json-ld", "2015-08-01"), ("meta", "2015-08-01"))
    differing = weighed(("json-ld", "2015-08-01"), ("url", "2014-02-03"))
    order = [found.confidence or 0 for found in (differing, alone, same_page, agreed)]
    assert order == sorted(set(order))
    assert differing.published == "2015-08-01"


def test_a_day_of_difference_is_a_matter_of_zones() -> None:
    near = weighed(("json-ld", "2015-08-01T23:30:00Z"), ("url", "2015-08-02"))
    assert (near.published, near.confidence) == ("2015-08-01T23:30:00+00:00", 0.95)


def test_a_time_of_the_very_day_makes_it_more_precise_and_one_of_another_day_does_not() -> None:
    assert weighed(("json-ld", "2015-08-01"), ("meta", "2015-08-01T09:30Z")).published == "2015-08-01T09:30+00:00"
    assert weighed(("json-ld", "2015-08-01"), ("meta", "2015-08-02T09:30Z")).published == "2015-08-01"


def test_the_date_of_a_template_gives_way_to_what_others_say() -> None:
    found = weighed(("meta", "2020-06-15"), ("url", "2015-08-01"))
    assert (found.published, found.method) == ("2015-08-01", "url")
    assert found.confidence is not None
    assert found.confidence < 0.8


def test_an_article_of_today_that_a_feed_confirms_is_of_today() -> None:
    found = weighed(("json-ld", "2020-06-15T08:00Z"), ("feed", "2020-06-15T08:00Z"), ("url", "2015-08-01"))
    assert found.published == "2020-06-15T08:00+00:00"


def test_two_independent_witnesses_overrule_one() -> None:
    found = weighed(("json-ld", "2019-01-05"), ("feed", "2015-08-01T09:30:00Z"), ("url", "2015-08-01"))
    assert (found.published, found.method) == ("2015-08-01T09:30:00+00:00", "feed")


def test_dates_in_the_text_overrule_nothing() -> None:
    found = weighed(("json-ld", "2020-06-15"), ("page text", "2015-08-01"), ("time element", "2015-08-01"))
    assert found.published == "2020-06-15"


def test_the_date_of_a_change_is_kept_apart_and_is_never_the_date_of_publication() -> None:
    assert weighed(updated=["2015-08-03T10:00Z"]) == Publication(updated="2015-08-03T10:00+00:00")
    found = weighed(
        ("json-ld", "2015-08-01"), updated=["", "nonsense", "2015-08-02", "2015-08-03T10:00Z", "2031-01-01"]
    )
    assert (found.published, found.updated, found.confidence) == ("2015-08-01", "2015-08-03T10:00+00:00", 0.9)


def test_an_article_that_was_never_changed_has_no_date_of_change() -> None:
    stated = "2015-08-01T09:30:00Z"
    for change in ("2015-08-01T11:30:00+02:00", "2015-08-01T09:29:59Z", "2015-08-01", "2015-07-30"):
        assert weighed(("json-ld", stated), updated=[change]).updated is None


def test_published_after_its_change_is_doubted_and_gives_way() -> None:
    alone = weighed(("json-ld", "2019-05-01"), updated=["2015-08-02"])
    assert (alone.published, alone.confidence, alone.updated) == ("2019-05-01", 0.54, None)
    found = weighed(("json-ld", "2019-05-01"), ("url", "2015-08-01"), updated=["2015-08-02"])
    assert (found.published, found.updated) == ("2015-08-01", "2015-08-02")


def test_time_that_lies_ahead_is_in_a_wrong_zone_and_only_its_day_is_kept() -> None:
    assert weighed(("json-ld", "2020-06-15T18:00:00Z")).published == "2020-06-15"
    assert weighed(("json-ld", "2020-06-16T01:00:00")).published == "2020-06-16T01:00:00"  # it is 2:00 on Kiritimati


@pytest.mark.parametrize("value", ["2020-06-17", "2031-01-01", "1699-12-31", "0001-01-01", "9999-12-31", "nonsense"])
def test_date_that_cannot_be_true_gives_way_to_the_next(value: str) -> None:
    assert weighed(("json-ld", value)).published is None
    assert weighed(("json-ld", value), ("url", "2015-08-01")).published == "2015-08-01"


@pytest.mark.parametrize("seconds", [-59, 0, 59])
def test_the_clock_of_the_server_is_no_date_of_publication(seconds: int) -> None:
    rendered = (NOW + timedelta(seconds=seconds)).isoformat()
    assert weighed(("meta", rendered)).published is None
    assert weighed(("meta", rendered), ("time element", "2015-08-01")).published == "2015-08-01"


moments = st.datetimes(
    timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
)
strings = st.one_of(
    st.sampled_from(ODD),
    st.text(max_size=30),
    st.dates().map(date.isoformat),
    moments.map(datetime.isoformat),
    moments.map(lambda moment: moment.strftime("%a, %d %b %Y %H:%M:%S %z")),
    st.dates().map(lambda day: f"{day.day} agosto {day.year}"),
    st.integers(-(10**14), 10**14).map(str),
)
clue_lists = st.lists(st.builds(DateClue, st.sampled_from(METHODS), strings), max_size=6)
times_of_reading = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@given(clue_lists, st.lists(strings, max_size=3), times_of_reading)
@example([DateClue("meta", value) for value in ODD], ODD, NOW)
def test_whatever_is_said_the_date_is_one_of_those_said_and_not_ahead(
    clues: list[DateClue], updates: list[str], now: datetime
) -> None:
    found = publication(clues, updates, now)
    for kept in (found.published, found.updated):
        if kept is not None:
            assert date(1700, 1, 1) <= date.fromisoformat(kept[:10]) <= (now + timedelta(hours=14)).date()
            moment = datetime.fromisoformat(kept)
            assert moment.tzinfo is None or moment <= now
    assert (found.published is None) == (found.method is None) == (found.confidence is None)
    assert found.confidence is None or 0 < found.confidence < 1
    assert found.method is None or found.method in {clue.method for clue in clues}


@given(st.lists(strings, min_size=1, max_size=3), times_of_reading)
def test_no_date_of_publication_comes_from_a_change_or_from_the_time_of_reading(
    updates: list[str], now: datetime
) -> None:
    assert publication([], updates, now).published is None
    rendered = publication([DateClue("meta", now.isoformat())], updates, now)
    assert rendered.published is None or len(rendered.published) == len("2015-08-01")  # midnight: only a day is said


@given(st.sampled_from(METHODS), moments.filter(lambda moment: 1700 <= moment.year < 2020))
def test_precision_is_that_of_the_witness(method: str, moment: datetime) -> None:
    for timespec in ("minutes", "seconds"):
        written = moment.isoformat(timespec=timespec)
        found = publication([DateClue(method, written)], (), NOW).published
        assert found in (written, written[:10])
    day = moment.date().isoformat()
    assert publication([DateClue(method, day)], (), NOW).published == day
