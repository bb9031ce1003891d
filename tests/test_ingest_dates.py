import pytest

from ingest.errors import InvalidDateError
from ingest.extraction.dates import date_in_url, read_date, stated_date


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
        ("2015-08-01T09:30Z", "2015-08-01T09:30+00:00"),
        ("2015-08-01 09:30", "2015-08-01T09:30"),
        ("2015-08-01T09:30:15.123456+02:00", "2015-08-01T09:30:15+02:00"),
        ("2015-08-01T00:00:00Z", "2015-08-01"),
        ("2015-08-01T09:30:00+23:59", "2015-08-01"),
        ("2015-08-01T99:30", "2015-08-01"),
        ("1438421400", "2015-08-01T09:30:00+00:00"),
        ("1438421400123", "2015-08-01T09:30:00+00:00"),
        ("01.08.2015", "2015-08-01"),
        ("25/12/2019", "2019-12-25"),
        ("12/25/2019", "2019-12-25"),
        ("1. März 2015", "2015-03-01"),
        ("le 1er août 2015 à 9h", "2015-08-01"),
        ("12 de octubre de 2015", "2015-10-12"),
        ("1 августа 2015", "2015-08-01"),
        ("2015年8月1日", "2015-08-01"),
    ],
)
def test_date_is_read_in_the_forms_of_pages(value: str, day: str) -> None:
    assert read_date(value) == day


@pytest.mark.parametrize("value", ["11/12/2019", "12345678901234567", "", "yesterday", "February 30, 2015", "2015"])
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
