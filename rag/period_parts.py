"""Parts of periods, and years that a neighbour tells: "early 2016", "the last week of June", "May to July 2021"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from rag.calendar_days import DAY, Cut, month_of, months_of
from rag.period_words import counted
from rag.periods import COUNT, Period

ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
PART = re.compile(
    r"(?:\bthe\s+)?(?:\b(?P<part>early|mid|late)[\s-]+"
    r"|\b(?:very\s+)?(?P<edge>end|beginning|start|middle|turn)(?:-|\s+of\s+)"
    rf"|\b(?P<ordinal>{'|'.join(ORDINALS)}|last)\s+(?P<unit>half|quarter|weeks?|(?P<days>{COUNT})\s+days)\s+(?:of\s+)?)"
    r"(?:the\s+)?(?:year\s+)?$",
    re.I,
)


def part_of(text: str, period: Period) -> Period | None:
    """The part of a period that the words before it name, None where they name none."""
    match = PART.search(text, 0, period.start)
    if match is None:
        return None
    part = match["part"] or match["edge"]
    days = _early_or_late(period, part.lower()) if part else _ordinal_part(period, match)
    if days is None:
        return None
    return replace(period, start=match.start(), first=days[0], last=days[1], partial=False)


def _early_or_late(period: Period, part: str) -> Cut | None:
    """Thirds of a year or a month, 4, 3 and 3 years of a decade; an end or a beginning of a year is a quarter."""
    at = {"early": 0, "beginning": 0, "start": 0, "turn": 0, "mid": 1, "middle": 1, "late": 2, "end": 2}[part]
    first = period.first
    if period.unit == "year":
        if part in ("beginning", "start", "end", "turn"):
            return months_of(first.year, *((1, 3), (5, 8), (10, 12))[at])
        return months_of(first.year, at * 4 + 1, at * 4 + 4)
    if period.unit == "month":
        return ((first, first + DAY * 9), (first + DAY * 10, first + DAY * 19), (first + DAY * 20, period.last))[at]
    if period.unit == "decade":
        since, until = ((0, 3), (4, 6), (7, 9))[at]
        return date(first.year + since, 1, 1), date(first.year + until, 12, 31)
    return period.first, period.last


def _ordinal_part(period: Period, match: re.Match[str]) -> Cut | None:
    """ "the second half of 2014", "the last week of June", "the first ten days of March"."""
    said, unit = match["ordinal"].lower(), match["unit"].lower()
    months = {"half": 6, "quarter": 3}.get(unit)
    if months:
        number = ORDINALS.get(said, 12 // months)
        return (
            months_of(period.first.year, (number - 1) * months + 1, number * months)
            if period.unit == "year" and number * months <= 12
            else None
        )
    if period.unit not in ("month", "year"):
        return None
    length = 7 if unit == "week" else counted(match["days"]) if match["days"] else 14
    if said == "last":
        return period.last - DAY * (length - 1), period.last
    first = period.first + DAY * (length * (ORDINALS[said] - 1))
    return first, first + DAY * (length - 1)


def in_the_year_of(period: Period, other: Period) -> Period:
    """A period whose year was not said, moved into the year of the one after it ("May to July 2021")."""
    for year in (other.first.year, other.first.year - 1):
        try:
            first, last = period.first.replace(year=year), period.last.replace(year=year)
        except ValueError:  # 29 February
            continue
        if period.unit == "month":
            first, last = month_of(year, period.first.month)
        if first <= other.last:
            return replace(period, first=first, last=last, yearless=False)
    return period
