"""Words → periods: "March 2022", "the 1990s", "last week", "two years ago" as first and last days.

Only the words of a period itself are found here; what stands around them ("since", "between … and …") is read in
`rag.time_expressions`. Own code, because parsers of dates read single moments, and take "may", "second" and "2000"
for one wherever they stand; here the first and the last day count, and what is no date must stay none.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from rag import period_words as words
from rag.period_words import COUNTS, SEASONS, TENS, WEEKDAYS, Moment, Span, Unit

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
