"""When an article was published: strings → ISO 8601 dates that keep the precision they came with.

A date that somebody stated (in a record or in front matter) must be one. A date that was found in a page is a guess:
what cannot be read, lies in the future or before 1700 is passed over, and unknown stays unknown. The time at which a
file was changed is never used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.errors import InvalidDateError
from ingest.raw import DateClue

ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}.*)?|\d{8}(T\d{2}.*)?", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\b")
NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, 1)}
MONTH = rf"(?P<month>{'|'.join(NAMES)})[a-z]{{0,6}}\.?"
WRITTEN = (
    re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
)
IN_URL = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)|[/-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/.-]|$)"
)
IN_NAMED_MONTH = re.compile(r"/((?:19|20)\d{2})/([a-z]{3})[a-z]*/(\d{1,2})(?=[/-]|$)", re.IGNORECASE)
EARLIEST = date(1700, 1, 1)
AHEAD = timedelta(days=2)
"""How far a page's date may lie in the future: time zones, and papers dated the day after."""


def stated_date(value: str) -> str:
    """An ISO 8601 date or date-time as it is kept; raises `InvalidDateError` for anything else."""
    found = _iso(value.strip())
    if found is None:
        raise InvalidDateError(f"published {value!r} is not a date: write it like 2015-08-01 or 2015-08-01T09:30:00Z")
    return found


def best_date(clues: Iterable[DateClue], now: datetime) -> DateClue | None:
    """The first clue that is a date and can be true, as ISO 8601; None when there is none."""
    for clue in clues:
        found = read_date(clue.value)
        if found and EARLIEST <= date.fromisoformat(found[:10]) <= now.date() + AHEAD:
            return DateClue(clue.method, found)
    return None


def read_date(value: str) -> str | None:
    """A date in one of the forms that pages use, as ISO 8601; None when it is in none, or means several days.

    "11/12/2019" is the twelfth of November or the eleventh of December, so it is not read.
    """
    value = value.strip()
    return _iso(value) or _internet(value) or _written(value)


def date_in_url(url: str | None) -> str | None:
    """The day in an address such as https://example.org/2015/08/01/pledge; None when it has none."""
    if not url:
        return None
    if found := IN_URL.search(url):
        return _day(*(int(part) for part in found.groups() if part))
    if (found := IN_NAMED_MONTH.search(url)) and found[2].lower() in MONTHS:
        return _day(int(found[1]), MONTHS[found[2].lower()], int(found[3]))
    return None


def _iso(value: str) -> str | None:
    if not ISO.fullmatch(value):
        return None
    try:
        if len(value) <= len("2015-08-01"):
            return date.fromisoformat(value).isoformat()
        return datetime.fromisoformat(value.upper()).isoformat()
    except ValueError:
        return None


def _internet(value: str) -> str | None:
    """Dates as in e-mail and feeds: "Sat, 01 Aug 2015 09:30:00 GMT"."""
    try:
        return parsedate_to_datetime(value).isoformat() if ":" in value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(value: str) -> str | None:
    if found := YEAR_FIRST.match(value):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    for pattern in WRITTEN:
        if found := pattern.search(value):
            return _day(int(found["year"]), MONTHS[found["month"].lower()], int(found["day"]))
    # What follows a readable day may be a time in some form of its own ("2015-08-01 9:30 AM"): the day is certain.
    return _iso(value[:10]) if re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", value) else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
