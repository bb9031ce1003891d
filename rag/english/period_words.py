"""What the words of a period mean: each function reads one kind of match as first and last day.

A function returns None, or raises `ValueError`, where the words are no period after all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.english.calendar import DAY, Cut, around, month_number, month_of, months_of, moved, year_of

Unit = Literal["day", "days", "week", "month", "season", "quarter", "year", "years", "decade", "century"]
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
COUNTS = "one two three four five six seven eight nine ten eleven twelve".split()
TENS = "twenties thirties forties fifties sixties seventies eighties nineties".split()
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
"""The first month of each season, as in the northern half of the world."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a text is read: its words are relative to `day`; `ahead` says that it speaks of what is to come."""

    day: date
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day and unit of a period, before it has a place in a text."""

    days: Cut
    unit: Unit
    yearless: bool = False
    anchored: bool = True
    partial: bool = False


def _nearest_year(moment: Moment, in_year: Callable[[int], Cut]) -> Cut:
    """The period of a year that was not said: the last one that has begun, or the next that has not ended."""
    years = range(moment.day.year - 8, moment.day.year + 9)  # eight years: the longest wait for a 29 February
    known: list[Cut] = []
    for year in years:
        try:
            known.append(in_year(year))
        except ValueError:  # 29 February
            continue
    if moment.ahead:
        return min(cut for cut in known if cut[1] >= moment.day)
    return max(cut for cut in known if cut[0] <= moment.day)


def counted(words: str) -> int:
    """How many "a", "a couple of", "three" or "12" are."""
    lowered = words.lower().strip()
    if lowered.isdigit():
        return int(lowered)
    return {"a": 1, "an": 1, "couple of": 2}.get(lowered) or COUNTS.index(lowered) + 1


def _is_a_name(match: re.Match[str]) -> bool:
    """Whether capitals in the middle of a sentence make a name of the words: "USA Today", "Last Week Tonight"."""
    before = match.string[: match.start()].rstrip()
    opens = not before or before[-1] in '.?!:;“"('
    first, *others = match[0].split()
    if not first[0].isupper() or match.string.isupper():
        return False
    return not opens or any(word[0].isupper() for word in others)


def _digits(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def named_days(match: re.Match[str], moment: Moment) -> Span | None:
    """ "12 June 2014", "June 12", "10 to 14 June"."""
    month, first = month_number(match["month"]), _digits(match["first"])
    last = _digits(match["last"]) if match.groupdict().get("last") else first

    def in_year(year: int) -> Cut:
        return date(year, month, first), date(year, month, last)

    if last < first or (not match["year"] and match["month"] in ("may", "march", "mar")):
        return None  # "the 31 may have gone"
    unit: Unit = "day" if first == last else "days"
    if match["year"]:
        return Span(in_year(int(match["year"])), unit)
    return Span(_nearest_year(moment, in_year), unit, yearless=True, anchored=False)


def numeric_day(match: re.Match[str], moment: Moment) -> Span:
    """ "14/06/2021"; where day and month cannot be told apart, only the year is sure."""
    one, other, year = int(match[1]), int(match[2]), int(match[3])
    if one > 12 >= other or one == other:
        return Span((date(year, other, one),) * 2, "day")
    if other > 12 >= one:
        return Span((date(year, one, other),) * 2, "day")
    date(year, one, other)  # raises where neither order is a day
    return Span(year_of(year), "year")


def named_month(match: re.Match[str], moment: Moment) -> Span | None:
    """ "March 2022", "March", "last March"; a bare month is only taken with a preposition."""
    month, said = month_number(match["month"]), (match.groupdict().get("which") or "").lower()
    if match.groupdict().get("year"):
        return Span(month_of(int(match["year"]), month), "month")
    if len(match["month"].rstrip(".")) < 4 and not match["month"][0].isupper():
        return None  # "mar", "dec", "may": other words, or nothing
    if said:
        return _related(lambda year: month_of(year, month), said, moment, "month")
    return Span(_nearest_year(moment, lambda year: month_of(year, month)), "month", yearless=True, anchored=False)


def _related(in_year: Callable[[int], Cut], said: str, moment: Moment, unit: Unit) -> Span:
    """A month or season of this year, the last one that is over, or the next one that has not begun."""
    year = moment.day.year
    cuts = [in_year(one) for one in range(year - 2, year + 3)]
    if said == "this":
        return Span(next((cut for cut in cuts if cut[0] <= moment.day <= cut[1]), in_year(year)), unit)
    if said == "next":
        return Span(min(cut for cut in cuts if cut[0] > moment.day), unit)
    return Span(max(cut for cut in cuts if cut[1] < moment.day), unit)


def season(match: re.Match[str], moment: Moment) -> Span | None:
    """ "summer 2021", "last winter"; the winter of a year is the one that begins in it or the one that ends in it."""
    if match["year"] and match[0][0].isupper() and re.search(r"[A-Z]\w+\s$", match.string[: match.start()]):
        return None  # "the Prague Spring of 1968"
    name, said = match["season"].lower(), (match["which"] or "").lower()
    first = SEASONS[name]
    if not match["year"]:
        return _related(lambda year: months_of(year, first, first + 2), said, moment, "season")
    year = int(match["year"])
    if name == "winter" and not match["until"]:  # the winter that begins in the year, or the one that ends in it
        return Span((date(year, 1, 1), month_of(year, 14)[1]), "season")
    return Span(months_of(year, first, first + 2), "season")


def quarter(match: re.Match[str], moment: Moment) -> Span | None:
    """ "Q3 2021", "2021 Q3", "H1 2020"."""
    groups = {key: value for key, value in match.groupdict().items() if value}
    year = int(groups.get("year") or groups["before"])
    part = int(groups["number"])
    if groups["kind"].lower() == "h":
        return Span(months_of(year, part * 6 - 5, part * 6), "quarter") if part <= 2 else None
    return Span(months_of(year, part * 3 - 2, part * 3), "quarter")


def decade(match: re.Match[str], moment: Moment) -> Span:
    """ "the 1990s", "the ’90s", "the nineties"."""
    if match.groupdict().get("word"):
        first = 1920 + 10 * TENS.index(match["word"].lower())
    else:
        first = int(match["decade"]) if len(match["decade"]) == 4 else 1900 + int(match["decade"])
    return Span(around(date(first, 1, 1), "decade"), "decade")


def century(match: re.Match[str], moment: Moment) -> Span:
    """ "the 20th century": 1901 to 2000."""
    return Span(around(date(int(match[1]) * 100, 1, 1), "century"), "century")


def years(match: re.Match[str], moment: Moment) -> Span | None:
    """ "2010–2014", "2014-15"."""
    first, last = int(match[1]), int(match[2])
    last = last if last > 99 else first // 100 * 100 + last
    return Span((date(first, 1, 1), date(last, 12, 31)), "years") if 0 < last - first < 100 else None


def year(match: re.Match[str], moment: Moment) -> Span:
    """ "2014": whether it is a year and not a number, the words around it must tell."""
    return Span(year_of(int(match[0])), "year", anchored=False)


def relative(match: re.Match[str], moment: Moment) -> Span | None:
    """ "last week", "this year", "next month": the calendar's."""
    if _is_a_name(match):
        return None
    said, unit = (match["other"] or "this").lower(), match["unit"].lower()
    by = {"this": 0, "next": 1, "last": -1}[said]
    step = "week" if unit == "weekend" else unit
    named: Unit = "days" if unit == "weekend" else unit  # type: ignore[assignment]  # the pattern names only units
    return Span(around(moved(around(moment.day, step)[0], by, step), unit), named)


def trailing(match: re.Match[str], moment: Moment) -> Span:
    """ "the past three years", "in the last week", "the next ten days": counted from today."""
    count = counted(match["count"]) if match["count"] else 1
    unit = match["unit"].lower()
    if match["which"].lower() in ("next", "coming"):
        return Span((moment.day, moved(moment.day, count, unit)), "days")
    return Span((moved(moment.day, -count, unit), moment.day), "days")


def ago(match: re.Match[str], moment: Moment) -> Span:
    """ "two years ago" is that year, "three days ago" that day."""
    unit = match["unit"].lower()
    named: Unit = unit  # type: ignore[assignment]  # the pattern names only units
    return Span(around(moved(moment.day, -counted(match["count"]), unit), unit), named)


def so_far(match: re.Match[str], moment: Moment) -> Span:
    """ "earlier this year" ends today, "later this year" begins today."""
    first, last = around(moment.day, match["unit"].lower())
    return Span((moment.day, last) if match["which"].lower() == "later" else (first, moment.day), "days")


def whole(match: re.Match[str], moment: Moment) -> Span:
    """ "the year", which means this one behind "the start of"."""
    unit: Unit = match["unit"].lower()  # type: ignore[assignment]  # the pattern names only units
    return Span(around(moment.day, unit), unit, partial=True)


def near_day(match: re.Match[str], moment: Moment) -> Span | None:
    """ "today", "yesterday", "last night", "tomorrow"."""
    if _is_a_name(match):
        return None
    words = " ".join(match[0].lower().split())
    by = {"the day before yesterday": -2, "yesterday": -1, "last night": -1, "tomorrow": 1, "the day after tomorrow": 2}
    return Span((moment.day + DAY * by.get(words, 0),) * 2, "day")


def weekday(match: re.Match[str], moment: Moment) -> Span | None:
    """The last such day before today, the next one after it, or this week's."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if re.search(r"(?:[“\"‘]|\b[A-Z][\w’']+\s)$", before) and not re.search(
        r"(?:^|[.?!:]\s|\b(?:On|Last|Since)\s)$", before
    ):
        return None  # "Black Friday"
    if before.endswith("Mail on "):
        return None  # the newspaper
    if re.match(r"(?:[”\"’](?!s)|\s[A-Z]\w)", after):
        return None  # "Saturday Night Live"
    number, said = WEEKDAYS.index(match["weekday"].lower()), (match["which"] or "").lower()
    if said == "this":
        day = around(moment.day, "week")[0] + DAY * number
    elif said == "next" or (moment.ahead and not said):
        day = moment.day + DAY * ((number - moment.day.weekday() - 1) % 7 + 1)
    else:
        day = moment.day - DAY * ((moment.day.weekday() - number - 1) % 7 + 1)
    return Span((day, day), "day", anchored=bool(said))


def attacks(match: re.Match[str], moment: Moment) -> Span:
    """ "9/11", the day that is known by its date without a year."""
    return Span((date(2001, 9, 11),) * 2, "day")


def iso_day(match: re.Match[str], moment: Moment) -> Span:
    """ "2021-06-14"."""
    return Span((date(int(match["year"]), int(match["number"]), int(match["first"])),) * 2, "day")
