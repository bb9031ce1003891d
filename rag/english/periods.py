"""Words → periods: "March 2022", "the 1990s", "last week", "two years ago" as first and last days.

Only the words of a period itself are found here; what stands around them ("since", "between … and …") is read in
`rag.english.time_expressions`. Own code, because parsers of dates read single moments, and take "may", "second" and
"2000" for one wherever they stand; here the first and the last day count, and what is no date must stay none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from rag.english import period_words as words
from rag.english.calendar import DAY, Cut, month_of, months_of
from rag.english.period_words import COUNTS, SEASONS, TENS, WEEKDAYS, Moment, Span, Unit, counted

MONTH = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?"
    r"|sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)(?![a-z])"
)
YEAR = r"(?:1[0-9]\d\d|20\d\d)(?![\d%]|[.,]\d)"
D = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.,:]\d)"
DASH = r"\s*(?:[-–—]|to|and|until|till|through)\s*"
UNIT = r"(?:week|weekend|month|quarter|year|decade|century)"
COUNT = rf"(?:\d{{1,3}}|{'|'.join(COUNTS)}|couple of)"
SEASON = rf"(?:{'|'.join(SEASONS)})"
WEEKDAY = rf"(?:{'|'.join(WEEKDAYS)})"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days that a text names in characters `start:end`; `first` and `last` are both in it.

    `yearless` says that the year was not said, so that another period beside it may tell; `anchored` that the words
    can hardly mean anything else, so that no preposition is needed; `partial` that they mean a period only behind
    "the start of" and the like ("the year").
    """

    start: int
    end: int
    first: date
    last: date
    unit: Unit
    yearless: bool = False
    anchored: bool = True
    partial: bool = False


Reading = Callable[[re.Match[str], Moment], Span | None]
Rule = tuple[re.Pattern[str], Reading]


def periods(text: str, moment: Moment) -> list[Period]:
    """The periods that a text names, in order, without overlap; the longer reading wins by the order of the rules."""
    taken = [False] * (len(text) + 1)
    found: list[Period] = []
    for pattern, read in RULES:
        for match in pattern.finditer(text):
            if any(taken[match.start() : match.end()]):
                continue
            span = _read(read, match, moment)
            if span is not None:
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                found.append(
                    Period(*match.span(), *span.days, span.unit, span.yearless, span.anchored, partial=span.partial)
                )
    return sorted(found, key=lambda period: period.start)


def _read(read: Reading, match: re.Match[str], moment: Moment) -> Span | None:
    """What a rule makes of a match; None for a day that no calendar has, such as 31 June."""
    try:
        return read(match, moment)
    except (ValueError, OverflowError):
        return None


# -- what the rules read ----------------------------------------------------------------------------------------------


def _rules(*pairs: tuple[str, Reading]) -> list[Rule]:
    return [(re.compile(pattern, re.I), read) for pattern, read in pairs]


RULES: list[Rule] = _rules(
    (r"(?<![\w/.-])(?P<year>\d{4})-(?P<number>\d\d)-(?P<first>\d\d)(?![\w/-])", words.iso_day),
    (r"(?<![\w/.-])(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\w/-])", words.numeric_day),
    (r"(?<![\w/.-])9/11(?![\w/-])", words.attacks),
    (
        rf"\b(?P<first>{D}){DASH}(?P<last>{D})\s+(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR}))?",
        words.named_days,
    ),
    (rf"\b(?P<month>{MONTH})\s+(?P<first>{D}){DASH}(?P<last>{D})(?!\w)(?:,?\s+(?P<year>{YEAR}))?", words.named_days),
    (
        rf"\b(?:{WEEKDAY},?\s+)?(?P<first>{D})\s+(?:of\s+)?(?P<month>{MONTH})(?:,?\s+(?P<year>{YEAR}))?",
        words.named_days,
    ),
    (rf"\b(?:{WEEKDAY},?\s+)?(?P<month>{MONTH})\s+(?P<first>{D})(?!\w)(?:,?\s+(?P<year>{YEAR}))?", words.named_days),
    (rf"\b(?P<month>{MONTH}),?\s+(?:of\s+)?(?P<year>{YEAR})", words.named_month),
    (r"\b(?P<kind>[QH])(?P<number>[1-4])\s*(?:of\s+|,\s*)?(?P<year>20\d\d|19\d\d)(?!\d)", words.quarter),
    (r"\b(?P<before>20\d\d|19\d\d)[\s-]*(?P<kind>[QH])(?P<number>[1-4])(?!\w)", words.quarter),
    (
        rf"\b(?P<season>{SEASON}),?\s+(?:of\s+)?(?P<year>{YEAR})(?P<until>[-–/]\d\d(?:\d\d)?)?(?P<which>)",
        words.season,
    ),
    (rf"\b(?P<which>this|last|past|next)\s+(?P<season>{SEASON})\b(?P<year>)(?P<until>)", words.season),
    (r"(?:(?<![\w/.-])|(?<=\bmid-))(?P<decade>(?:1[0-9]\d|20\d)0)s\b", words.decade),
    (r"(?<=\bthe )(?P<decade>(?:1[0-9]\d|20\d)0)['’]s\b", words.decade),
    (
        r"(?:(?<!\w)['‘’]|(?<=\bthe )|(?<=\bthe early )|(?<=\bthe late )|(?<=\bthe mid-))(?P<decade>[3-9]0)s\b",
        words.decade,
    ),
    (
        rf"(?:(?<=\bthe )|(?<=\bthe early )|(?<=\bthe late )|(?<=\bthe mid-))(?P<word>{'|'.join(TENS)})\b",
        words.decade,
    ),
    (r"(?<![\w.,])(\d\d?)(?:st|nd|rd|th)[\s-]century\b", words.century),
    (rf"(?<![\w/.-])({YEAR})\s*[-–—/]\s*(\d{{4}}|\d\d)(?![\w/-])", words.years),
    (rf"\b(?P<which>this|last|past|next)\s+(?P<month>{MONTH})(?!\w)", words.named_month),
    (r"\b(?P<which>earlier|later|so far)\s+this\s+(?P<unit>week|month|quarter|year|decade|century)\b", words.so_far),
    (
        rf"\b(?:(?:the|these|this)\s+)?(?P<which>past|last|next|coming)\s+(?P<count>{COUNT})\s+"
        r"(?P<unit>day|week|month|quarter|year|decade)s\b(?!\s+of\b)",
        words.trailing,
    ),
    (
        r"\b(?:(?<=in )|(?<=over )|(?<=during )|(?<=within )|(?<=for ))the\s+(?P<which>last|past|next)\s+(?P<count>)"
        r"(?P<unit>week|month|year|decade)\b(?!\s+of\b)",
        words.trailing,
    ),
    (r"\b(?:the|this)\s+(?P<which>past|coming)\s+(?P<count>)(?P<unit>week|month|year|decade)\b", words.trailing),
    (rf"(?<![\w/.,-])(?P<count>an?|{COUNT})\s+(?P<unit>day|week|month|year|decade)s?\s+ago\b", words.ago),
    (rf"\b(?:(?P<which>this|(?:the )?current))\s+(?P<other>)(?P<unit>{UNIT})\b(?!-)", words.relative),
    (rf"(?<!the )\b(?P<other>last|next)\s+(?P<unit>{UNIT})\b(?!-|\s+of\b)", words.relative),
    (
        r"\bthe day before yesterday\b|\bthe day after tomorrow\b|\b(?:today|tonight|yesterday|tomorrow)\b",
        words.near_day,
    ),
    (r"\blast night\b", words.near_day),
    (rf"\b(?:(?P<which>last|this|next)\s+)?(?P<weekday>{WEEKDAY})\b", words.weekday),
    (rf"(?:(?<![\w/.$£€#,-])|(?<=\bpre-)|(?<=\bpost-)|(?<=\bmid-)|(?<=\bend-)){YEAR}(?![\w/-])", words.year),
    (r"\bthe (?P<unit>week|month|quarter|year|decade|century)\b(?!\s+\d)", words.whole),
    (rf"\b(?P<month>{MONTH})(?![\w-]|\s+(?:\d|first\b|fourth\b))", words.named_month),
)

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
