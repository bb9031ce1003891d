"""Strings → ISO 8601 dates that keep the precision they came with; `ingest.extraction.date_choice` decides between
several.

A date that somebody stated (in a record or in front matter) must be one. A date that was found in a page is a guess:
what cannot be read, or means several days, is none. Precision is never invented: a day stays a day, minutes stay
without seconds, a time without a zone gets none. Midnight is how programs write a day, so it is read as one.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.errors import InvalidDateError

ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}.*)?|\d{8}(T\d{2}.*)?", re.IGNORECASE)
APART_ZONE = re.compile(r"(?<=\d)\s+(?:([+-]\d{2}:?\d{2})|UTC|GMT|Z)$", re.IGNORECASE)
"""A zone with a blank before it, as some programs write."""
SECONDS = re.compile(r"[T ]\d{2}:?\d{2}:?\d{2}", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})\b|(\d{4})年\s*(\d{1,2})月\s*(\d{1,2})日")
DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
"""With dots, the day comes first in every country that writes so; with slashes it may be either."""
SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})\b")
NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {name: number for number, name in enumerate(NAMES, 1)}
OTHER_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar januari janvier enero gennaio janeiro января stycznia",
            "februar februari février fevrier febrero febbraio fevereiro февраля lutego",
            "märz maart mars marzo março марта marca",
            "april avril abril aprile апреля kwietnia",
            "mai mei mayo maggio maio мая maja",
            "juni juin junio giugno junho июня czerwca",
            "juli juillet julio luglio julho июля lipca",
            "august augustus août aout agosto августа sierpnia",
            "september septembre septiembre settembre setembro сентября września",
            "oktober octobre octubre ottobre outubro октября października",
            "november novembre noviembre novembro ноября listopada",
            "dezember december décembre decembre diciembre dicembre dezembro декабря grudnia",
        ),
        1,
    )
    for name in names.split()
}
MONTH = rf"(?P<month>{'|'.join(NAMES)})[a-z]{{0,6}}\.?"
WRITTEN = (
    re.compile(rf"\b{MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:\.|er|º|ª)?\s+(?:de\s+)?(?P<month>{'|'.join(OTHER_MONTHS)})\.?,?\s+(?:de\s+)?(?P<year>\d{{4}})\b",
        re.IGNORECASE,
    ),
)
IN_URL = re.compile(
    r"/((?:19|20)\d{2})[/-](\d{1,2})[/-](\d{1,2})(?=[/-]|$)|[/-]((?:19|20)\d{2})(\d{2})(\d{2})(?=[/.-]|$)"
)
IN_NAMED_MONTH = re.compile(r"/((?:19|20)\d{2})/([a-z]{3})[a-z]*/(\d{1,2})(?=[/-]|$)", re.IGNORECASE)
EPOCH = re.compile(r"(\d{9,10})(?:\d{3})?")
"""Seconds since 1970, or thousandths of them, since the spring of 1973."""
HALF_DAY = re.compile(r"\b(\d{1,2}):(\d{2}(?::\d{2})?)\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)
LONGEST = 200
"""Characters of a string that are looked at: a date stands at its beginning."""
WIDEST_ZONE = timedelta(hours=14)


AS_WRITTEN = "date_as_written"
"""The name in an article's metadata of a date that could not be read, or that means two days."""


def stated_date(value: str) -> str:
    """An ISO 8601 date or date-time as it is kept; raises `InvalidDateError` for anything else."""
    found = _iso(value.strip())
    if found is None:
        raise InvalidDateError(
            f"published {value[:100]!r} is not a date: write it like 2015-08-01 or 2015-08-01T09:30:00Z"
        )
    return found


def _of_24_hours(value: str) -> str:
    """The value with a time such as "9:40 p.m." as 21:40."""
    found = HALF_DAY.search(value)
    if found is None or not 1 <= int(found[1]) <= 12:
        return value
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    return f"{value[: found.start()]}{hour:02}:{found[2]}{value[found.end() :]}"


def read_date(value: str) -> str | None:
    """A date in one of the forms that pages use, as ISO 8601; None when it is in none, or means several days.

    "11/12/2019" is the twelfth of November or the eleventh of December, so it is not read.
    """
    value = _of_24_hours(value.strip()[:LONGEST])
    return _precise(value) or _epoch(value) or _internet(value) or _written(value)


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
    value = APART_ZONE.sub(lambda found: found[1] or "+00:00", value)
    if not ISO.fullmatch(value):
        return None
    try:
        if len(value) <= len("2015-08-01"):
            return date.fromisoformat(value).isoformat()
        return datetime.fromisoformat(value.upper()).isoformat()
    except ValueError:
        return None


def _precise(value: str) -> str | None:
    """An ISO date as precise as it is written; the day alone where the time or the zone cannot be."""
    found = _iso(value)
    if found is None or len(found) == len("2015-08-01"):
        return found
    return _plain(datetime.fromisoformat(found), seconds=bool(SECONDS.search(value)))


def _plain(moment: datetime, seconds: bool) -> str:
    offset = moment.utcoffset()
    unmarked = not (moment.hour or moment.minute or moment.second or moment.microsecond)
    if unmarked or (offset is not None and abs(offset) > WIDEST_ZONE):
        return moment.date().isoformat()
    return moment.replace(microsecond=0).isoformat(timespec="seconds" if seconds else "minutes")


def _epoch(value: str) -> str | None:
    found = EPOCH.fullmatch(value)
    try:
        return datetime.fromtimestamp(int(found[1]), UTC).isoformat() if found else None
    except (ValueError, OverflowError, OSError):
        return None


def _internet(value: str) -> str | None:
    """Dates as in e-mail and feeds: "Sat, 01 Aug 2015 09:30:00 GMT"."""
    try:
        return _plain(parsedate_to_datetime(value), seconds=value.count(":") > 1) if ":" in value else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _written(value: str) -> str | None:
    for pattern, order in ((YEAR_FIRST, (0, 1, 2)), (DAY_FIRST, (2, 1, 0))):
        if found := pattern.match(value):
            parts = [int(part) for part in found.groups() if part]
            return _day(*(parts[place] for place in order))
    if found := SLASHED.match(value):
        first, second, year = (int(part) for part in found.groups())
        return _day(year, second, first) if first > 12 else _day(year, first, second) if second > 12 else None
    for pattern in WRITTEN:
        if found := pattern.search(value):
            name = found["month"].lower()
            return _day(int(found["year"]), MONTHS.get(name) or OTHER_MONTHS[name], int(found["day"]))
    # What follows a readable day may be a time in some form of its own ("2015-08-01 9:30 AM"): the day is certain.
    return _iso(value[:10]) if re.match(r"\d{4}-\d{2}-\d{2}(?!\d)", value) else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
