"""Days of the calendar: months, quarters, years, and how a stretch of days is said."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Cut = tuple[date, date]
"""First and last day, both inclusive."""

DAY = timedelta(days=1)
MONTH_NAMES = "january february march april may june july august september october november december".split()


WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")


def written_day(text: str, *, is_last: bool = False) -> date:
    """The day written as "2015-08-31" or "2015-8-31"; for "2015-08" or "2015" the first day of it, or the last one.

    Raises `ValueError` for anything else.
    """
    match = WRITTEN.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no date")
    year, month, day = match.groups()
    if month is None:
        return year_of(int(year))[is_last]
    if day is None:
        return around(date(int(year), int(month), 1), "month")[is_last]
    return date(int(year), int(month), int(day))


def month_number(name: str) -> int:
    """1 for "Jan", "jan." and "January"."""
    return next(at for at, full in enumerate(MONTH_NAMES, start=1) if full.startswith(name.lower()[:3]))


def month_of(year: int, month: int) -> Cut:
    """The days of a month; months beyond 12 or below 1 belong to the years beside."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def months_of(year: int, first: int, last: int) -> Cut:
    """The days from one month to another, inclusive, both counted from January of `year`."""
    return month_of(year, first)[0], month_of(year, last)[1]


def year_of(year: int) -> Cut:
    """The days of a year."""
    return months_of(year, 1, 12)


def moved(day: date, count: int, unit: str) -> date:
    """A day moved by some units; the last day of the month where the month is too short."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = count * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit]
    first, last = month_of(day.year, day.month + months)
    return min(last, first + timedelta(days=day.day - 1))


def around(day: date, unit: str) -> Cut:
    """The calendar's week (from Monday), month, quarter, year, decade or century that holds a day."""
    monday = day - timedelta(days=day.weekday())
    decade, century = day.year - day.year % 10, (day.year - 1) // 100 * 100 + 1
    quarter = (day.month - 1) // 3 * 3 + 1
    cuts: dict[str, Callable[[], Cut]] = {
        "day": lambda: (day, day),
        "week": lambda: (monday, monday + timedelta(days=6)),
        "weekend": lambda: (monday + timedelta(days=5), monday + timedelta(days=6)),
        "month": lambda: month_of(day.year, day.month),
        "quarter": lambda: months_of(day.year, quarter, quarter + 2),
        "year": lambda: year_of(day.year),
        "decade": lambda: (date(decade, 1, 1), date(decade + 9, 12, 31)),
        "century": lambda: (date(century, 1, 1), date(century + 99, 12, 31)),
    }
    return cuts[unit]()


def spoken(first: date | None, last: date | None) -> str:
    """A stretch of days as people write it: "March 2022", "2010 to 2014", "6 to 12 June 2022", "2020 or later"."""
    if first is None:
        return f"{_edge(last, is_first=False)} or earlier" if last else "any time"
    if last is None:
        return f"{_edge(first, is_first=True)} or later"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return _joined(str(first.year), str(last.year))
    if first.day == 1 and last == month_of(last.year, last.month)[1]:
        same = f"{first:%B}" if first.year == last.year else f"{first:%B %Y}"
        return f"{last:%B %Y}" if (first.year, first.month) == (last.year, last.month) else f"{same} to {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return _joined(str(first.day), str(last.day)) + f" {last:%B %Y}"
    same = f"{first.day} {first:%B}" if first.year == last.year else f"{first.day} {first:%B %Y}"
    return f"{same} to {last.day} {last:%B %Y}"


def _joined(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _edge(day: date, *, is_first: bool) -> str:
    """A day, or the month or year that begins or ends with it."""
    if (day.month, day.day) == ((1, 1) if is_first else (12, 31)):
        return str(day.year)
    if day.day == (1 if is_first else month_of(day.year, day.month)[1].day):
        return f"{day:%B %Y}"
    return f"{day.day} {day:%B %Y}"
