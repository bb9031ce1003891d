from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import best_date, date_in_url, read_date, stated_date
from ingest.errors import InvalidDateError
from ingest.raw import DateClue

NOW = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("2015-08-01", "2015-08-01"),
        ("20150801", "2015-08-01"),
        ("2015-08-01T09:30:00Z", "2015-08-01T09:30:00+00:00"),
        ("2015-08-01T09:30:00-0500", "2015-08-01T09:30:00-05:00"),
        ("2015-08-01 09:30", "2015-08-01T09:30:00"),
        ("1650-01-01", "1650-01-01"),
    ],
)
def test_stated_date_keeps_its_precision(value: str, kept: str) -> None:
    assert stated_date(value) == kept


@pytest.mark.parametrize(
    "value", ["last Tuesday", "2015-13-01", "2015-02-30", "2015", "2015-08", "01/08/2015", "2015-W31-6"]
)
def test_stated_date_that_is_none_is_named_with_the_wanted_form(value: str) -> None:
    with pytest.raises(InvalidDateError) as caught:
        stated_date(value)
    assert repr(value) in str(caught.value)
    assert "2015-08-01" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2015-08-01T09:30:00+02:00", "2015-08-01T09:30:00+02:00"),
        ("Sat, 01 Aug 2015 09:30:00 GMT", "2015-08-01T09:30:00+00:00"),
        ("August 1, 2015", "2015-08-01"),
        ("Aug. 1st, 2015 at 9 am", "2015-08-01"),
        ("Published 1 August 2015", "2015-08-01"),
        ("2015/08/01", "2015-08-01"),
        ("2015-08-01 9:30 AM EST", "2015-08-01"),
    ],
)
def test_date_is_read_in_the_forms_of_pages(value: str, day: str) -> None:
    assert read_date(value) == day


@pytest.mark.parametrize("value", ["11/12/2019", "1438421400", "", "yesterday", "February 30, 2015", "2015"])
def test_date_that_means_several_days_or_none_is_not_read(value: str) -> None:
    assert read_date(value) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2015/08/01/pledge", "2015-08-01"),
        ("https://example.org/2015/8/1/pledge", "2015-08-01"),
        ("https://example.org/news/2015-08-01-pledge.html", "2015-08-01"),
        ("https://example.org/2015/aug/01/pledge", "2015-08-01"),
        ("https://example.org/pledge-20150801/", "2015-08-01"),
        ("https://example.org/2015/08/pledge", None),
        ("https://example.org/2015/13/41/pledge", None),
        ("https://example.org/article/20159999/", None),
        (None, None),
    ],
)
def test_date_is_found_in_an_address(url: str | None, day: str | None) -> None:
    assert date_in_url(url) == day


@pytest.mark.parametrize("value", ["2020-06-18", "1699-12-31", "0001-01-01", "nonsense"])
def test_guess_that_cannot_be_true_is_passed_over(value: str) -> None:
    assert best_date([DateClue("meta", value)], NOW) is None
    assert best_date([DateClue("meta", value), DateClue("url", "2015-08-01")], NOW) == DateClue("url", "2015-08-01")


def test_guess_may_be_dated_the_day_after_tomorrow() -> None:
    assert best_date([DateClue("meta", "2020-06-17")], NOW) == DateClue("meta", "2020-06-17")


@given(st.text(max_size=40))
def test_whatever_a_page_says_is_a_date_or_nothing(value: str) -> None:
    found = best_date([DateClue("meta", value)], NOW)
    assert found is None or datetime.fromisoformat(found.value)
