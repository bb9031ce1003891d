"""Days as a page shows them to its readers: which day a number with slashes means, and whether a day stands there."""

from __future__ import annotations

import re

from ingest.extraction.dates import SLASHED, read_date

DAY_FIRST = frozenset("fr es pt it nl pl ru uk cs da nb no fi el tr ro ca id vi ar de sv".split())
"""Languages whose writers all put the day before the month."""
ENGLISH_DAY_FIRST = frozenset("gb uk au nz ie in za ng ke sg".split())
NEAR = 25
"""Characters between a day and its year in one date."""
FIRST_CHARACTERS = 400_000


def read_shown(value: str, language: str) -> str | None:
    """A date as a page in that language (such as "en-GB") shows it, as ISO 8601; None when it may mean two days."""
    if found := read_date(value):
        return found
    slashed = SLASHED.match(value.strip())
    order = day_comes_first(language)
    if slashed is None or order is None:
        return None
    first, second, year = slashed.groups()
    day, month = (first, second) if order else (second, first)
    return read_date(f"{year}-{int(month):02}-{int(day):02}")


def day_comes_first(language: str) -> bool | None:
    """Whether dates with slashes begin with the day where a language is written; None when it is not told."""
    name, _, region = language.lower().replace("_", "-").partition("-")
    if name == "en":
        return True if region in ENGLISH_DAY_FIRST else False if region == "us" else None
    return True if name in DAY_FIRST else None


def is_shown(day: str, page: str) -> bool:
    """Whether the parts of an ISO day stand close together somewhere in what a page says: no day that was made up from
    a bare year or month, and none that may be another with day and month exchanged."""
    year, month, number = day[:4], int(day[5:7]), int(day[8:10])
    text = page[:FIRST_CHARACTERS]
    if re.search(rf"{year}[-/.年 ]{{1,2}}0?{month}[-/.月 ]{{1,2}}0?{number}(?!\d)|{year}{month:02}{number:02}", text):
        return True
    if month != number and number <= 12 and _may_be_exchanged(year, month, number, text):
        return False
    one = rf"(?<!\d)0?{number}(?!\d)"
    return bool(re.search(rf"{one}.{{0,{NEAR}}}{year}|{year}.{{0,{NEAR}}}{one}", text, re.DOTALL))


def _may_be_exchanged(year: str, month: int, number: int, text: str) -> bool:
    pair = rf"(?<!\d)(?:0?{month}[/-]0?{number}|0?{number}[/-]0?{month})[/-](?:{year}|{year[2:]})(?!\d)"
    return bool(re.search(pair, text))
