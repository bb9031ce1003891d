"""A day or a month without its year: read in the light of the archive and of the conversation, not of today.

"What did he do on 15 October?" speaks, in an archive that ends in March 2025, of a 15 October before that; which one is
not said, so that each counts. A year that the conversation named last is the one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.english.calendar import MONTH_NAMES
from rag.question.filters import ReadFilter

YEARLESS = re.compile(
    rf"(?:(?:on|in|by|of|during|since|from|until)\s+)?(?:the\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+)?"
    rf"(?:{'|'.join(MONTH_NAMES)})(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?",
    re.I,
)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
MOST_YEARS = 40

Days = tuple[date | None, date | None]


def years_between(published: tuple[str, str] | None, conversation: str) -> list[int]:
    """The years that a day without a year may be of: the one that the conversation named last, else the archive's."""
    if published is None:
        return []
    if named := YEAR.findall(conversation):
        return [int(named[-1])]
    first, last = (int(day[:4]) for day in published)
    return list(range(max(first - 1, last - MOST_YEARS), last + 1))


def in_archive_years(stated: ReadFilter, years: Sequence[int]) -> tuple[ReadFilter, list[Days]]:
    """What a question says of a time, and the stretches that it may mean.

    Only a day or a month without a year is read anew, and only where today's reading of it lies outside these years.
    """
    first, last = stated.first, stated.last
    if first is None or last is None or not years or not YEARLESS.fullmatch(stated.filter.words.strip()):
        return stated, [(first, last)]
    if first.year in years:
        return stated, [(first, last)]
    found = [days for year in years if (days := _in_year(first, last, year))]
    words = f"{first.day} {first:%B}" if first == last else f"{first:%B}"
    value = f"{words} {years[0]}" if len(years) == 1 else f"{words} of any year"
    bounds = found[0] if len(found) == 1 else (None, None)
    named = replace(
        stated.filter,
        value=value,
        first=bounds[0].isoformat() if bounds[0] else None,
        last=bounds[1].isoformat() if bounds[1] else None,
    )
    return replace(stated, filter=named), list(found)


def _in_year(first: date, last: date, year: int) -> tuple[date, date] | None:
    try:
        return first.replace(year=year), last.replace(year=year + last.year - first.year)
    except ValueError:  # 29 February
        return None
