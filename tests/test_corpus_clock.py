"""Clocks that jump and dates that nobody expects: nothing is lost by them, and nothing is ordered by a clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from corpus import Window, day_number
from ingest import ingest
from tests.support.shelves import lexical, open_fake, put, some_article

START = datetime(2024, 3, 31, 0, 59, 50, tzinfo=UTC)
"""Ten seconds before the clocks of Europe go forward."""
DATES = (
    *("0001-01-01", "0001-01-01T00:00:00+14:00", "9999-12-31", "9999-12-31T23:59:59-12:00", "2024-02-29", "1900-01-01"),
    *("2024-03-31T02:30:00+01:00", "2024-10-27T02:30:00+02:00", "2024-10-27T02:30:00+01:00", "2100-06-01", None),
    *("1582-10-10", "1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "2262-04-12", "3000-01-01T00:00:00+05:45"),
)


def steady(at: int) -> datetime:
    return START + timedelta(seconds=at)


def ten_years_back_and_forth(at: int) -> datetime:
    return START + timedelta(days=3652 * (-1) ** at)


def an_hour_back_in_the_middle(at: int) -> datetime:
    return START + timedelta(seconds=at) - timedelta(hours=at >= 8)


def standing_still(at: int) -> datetime:
    return START


def through_zones(at: int) -> datetime:
    return START.astimezone(timezone(timedelta(hours=at % 27 - 12)))


@pytest.mark.parametrize(
    "clock", [steady, ten_years_back_and_forth, an_hour_back_in_the_middle, standing_still, through_zones]
)
def test_whatever_the_clock_does_every_article_is_in_in_the_order_in_which_it_came(
    tmp_path: Path, clock: Callable[[int], datetime]
) -> None:
    records = [
        {
            "id": f"d{number}",
            "title": f"Report {number}",
            "text": f"The harbour was closed, as word{number} says.",
            "outlet": "The Gazette",
            **({"published": date} if date else {}),
        }
        for number, date in enumerate(DATES)
    ]
    (tmp_path / "articles.jsonl").write_text("\n".join(map(json.dumps, records)), "utf-8")
    told = iter(range(10_000))
    with open_fake(tmp_path / "library") as library:
        report = ingest(library, [tmp_path / "articles.jsonl"], now=lambda: clock(next(told)))
        assert (report.added, report.failed) == (len(DATES), ())
        came = library._store.rows("SELECT id FROM articles ORDER BY number")
        assert [row[0] for row in came] == [record["id"] for record in records]
        for number, date in enumerate(DATES):
            assert lexical(library, f"word{number}") == [f"d{number}"]
            stated = library.get(f"d{number}").published
            assert stated == date or (stated and date and day_number(stated) == day_number(date))
        again = ingest(library, [tmp_path / "articles.jsonl"], now=lambda: clock(next(told) + 5))
        assert (again.unchanged, again.added, again.updated) == (len(DATES), 0, 0)
        assert library.check() == []


@pytest.mark.parametrize("date", DATES)
def test_a_window_around_any_date_finds_what_was_published_then(tmp_path: Path, date: str | None) -> None:
    with open_fake(tmp_path) as library:
        put(library, replace(some_article(1), published=date), some_article(2))
        day = day_number(date)
        found = library.search_lexical(["marked1x1"], 5, Window(since=day, until=day))
        assert len(found) == 1
