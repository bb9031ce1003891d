"""A text → the stretches of days that it speaks of: "since 2020", "between May and July 2021", "last week".

    text ─► periods ─► parts ("early 2016") ─► ranges ("from … to …") ─► relations ("before 2020") ─► TimeExpression

What names no day is left alone: "since the election" has a date only in the articles, and it is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Literal

from rag.english.calendar import DAY
from rag.english.period_words import Moment
from rag.english.periods import Period, in_the_year_of, part_of, periods

Relation = Literal["in", "since", "after", "until", "before", "as of"]

RELATIONS: dict[Relation, str] = {
    "as of": r"as (?:of|at|on)",
    "since": r"(?:ever )?since|starting (?:in|on|from)|beginning (?:in|on)|(?:no|not) earlier than",
    "before": r"before|prior to|earlier than|ahead of|pre-",
    "after": r"after|following|later than|post-",
    "until": r"(?:up )?until|till|up to|through|by|no later than",
    "in": r"in|on|at|during|within|throughout|over|of|for|around|about|circa|from|between|dated",
}
"""Longer phrases first: "no earlier than" is not "earlier than"."""
LEFT = re.compile(
    r"\b(?:" + "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in RELATIONS.items()) + r")"
    r"(?<!-)\s+(?:the\s+)?(?:year\s+)?$|(?:\b(?P<pre>pre-)|\b(?P<post>post-))$",
    re.I,
)
ONWARD = re.compile(
    r"\s*(?:(?P<since>onwards?|and (?:later|after)|or (?:later|after))|(?P<until>(?:and|or) (?:earlier|before)))\b",
    re.I,
)
BETWEEN = re.compile(r"\s*(?:and|to|until|till|through|[-–—])\s*(?:the\s+)?(?:early\s+|late\s+|mid-?\s*)?", re.I)
LISTED = re.compile(r"\s*(?:,|and|or|,\s*and|&)\s*(?:in\s+)?", re.I)
SENTENCE_END = re.compile(r"(?:(?<=[a-z0-9)’”\"][.?!])|(?<=[A-Z]{2}[.?!]))\s+(?=[A-Z“\"])")
AHEAD = re.compile(
    r"\b(?:will|won['’]t|going to|expected to|scheduled|planned|plans? to|due (?:in|on|by)|(?:set|poised|about) to"
    r"|upcoming|coming)\b"
    r"|\b(?:is|are) (?:\w+ )?(?!during|including|according)\w+ing\b",
    re.I,
)
NUMBER_BEFORE = re.compile(
    r"(?:[$£€¥#№]|\b(?:resolution|article|route|flight|number|no\.|channel|windows|page|act|boeing|airbus|model|unit|room"
    r"|bus|section|rule|title|directive|highway|than|approximately|nearly|almost|exactly|some|least|most|roughly|about"
    r"|these|those|all|another|with|killed|killing|runner))\s*$",
    re.I,
)
# In lower case only: "2000 people", but "2022 Person of the Year".
COUNTED_AFTER = re.compile(
    r"\s*(?:%|percent|per cent|people|persons?|men|women|children|dead|deaths?|killed|wounded|injured|soldiers|troops"
    r"|fighters|fans|homes|houses|jobs|cases|dollars|euros|pounds|rupees|miles?|kilomet\w+|km|met(?:er|re)s?|feet|tons?"
    r"|tonnes|hours|minutes|seconds|days|weeks|months|years|times|points|votes|seats|articles|pages|cities|countries"
    r"|places|species|prisoners|refugees|migrants|employees|workers|students|schools|cars|units|copies|square|degrees"
    r"|calories|megawatts|gigabytes|words|calls|protesters|residents|civilians|staff|flights|ships|trees|others|or so"
    r"|million|billion|thousand)\b"
    r"|-(?:strong|mile|met(?:er|re)|page|word|year|square|foot|acre|member|piece|seat|person|kilomet\w+|day)\b",
)
ROUND_COUNT = re.compile(
    r"\s+(?!was\b|is\b|has\b|does\b|as\b|this\b|its\b|his\b|us\b|elections?\b|sports?\b)[a-z]{3,}s\b"
)
NAME_AFTER = re.compile(
    r"\s+(?:resigned?|was|is|has|had|became|left|said|won|lost|stepped|called|triggered|took)\b|\s+Madness\b"
)
PLACE_OF_DAY = re.compile(
    r"\s*(?:[.,;:?!)]|$)|\s+(?:and|or|what|who|when|where|which|how|did|was|were|is|in|at|to|as)\b", re.I
)


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """Characters `start:end` of a text, and the days that they mean: inclusive, None where the stretch is open."""

    start: int
    end: int
    words: str
    first: date | None
    last: date | None
    relation: Relation
    ahead: bool


def time_expressions(text: str, reference: date) -> list[TimeExpression]:
    """The time expressions of a text, in order, without overlap; relative ones count from `reference`."""
    found: list[TimeExpression] = []
    for start, end in _sentences(text):
        for one in _in_a_sentence(text[start:end], reference):
            found.append(replace(one, start=one.start + start, end=one.end + start))
    return found


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where sentences begin and end: each looks back or ahead for itself."""
    edges = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    return pairwise(edges)


def _in_a_sentence(text: str, reference: date) -> list[TimeExpression]:
    moment = Moment(reference, bool(AHEAD.search(text)))
    named = [part_of(text, period) or period for period in periods(text, moment)]
    found: list[TimeExpression] = []
    for one in _ranged(text, [period for period in named if not period.partial]):
        expression = _related(text, one, moment)
        if expression and not (found and expression.start < found[-1].end):
            found.append(expression)
    return found


def _ranged(text: str, found: list[Period]) -> list[Period]:
    """Two periods that a range holds together are one; the first takes its year from the second."""
    joined: list[Period] = []
    for period in found:
        before = joined[-1] if joined else None
        between = text[before.end : period.start] if before else ""
        if before and (
            (BETWEEN.fullmatch(between) and _opens_a_range(text, before, between)) or _listed(before, between)
        ):
            first = in_the_year_of(before, period) if before.yearless and not period.yearless else before
            if first.first <= period.last:
                joined[-1] = replace(
                    period, start=first.start, first=first.first, unit="days", anchored=True, yearless=False
                )
                continue
        joined.append(period)
    return joined


def _opens_a_range(text: str, before: Period, between: str) -> bool:
    """Whether "between" or "from" stands before the first of two periods, or a dash or "to" between them."""
    opening = re.search(r"\b(between|from)\s+(?:the\s+)?(?:year\s+)?$", text[: before.start], re.I)
    if opening:
        return True
    return bool(re.fullmatch(r"\s*(?:to|through|until|[-–—])\s*(?:the\s+)?", between, re.I))


def _listed(before: Period, between: str) -> bool:
    """Whether two months stand in a list that shares its year ("in March and April 2022")."""
    return before.yearless and before.unit == "month" and bool(LISTED.fullmatch(between))


def _related(text: str, period: Period, moment: Moment) -> TimeExpression | None:
    """A period with what stands around it; None when the words turn out to be no time."""
    left = LEFT.search(text, 0, period.start)
    if left and left[0].lower().endswith("year ") and not text[period.start].isdigit():
        left = None  # "person of the year this week"
    if not _is_time(text, period, preposition=left is not None):
        return None
    relation, start, end = _relation(left), left.start() if left else period.start, period.end
    if onward := ONWARD.match(text, period.end):
        relation, end = ("since" if onward["since"] else "until"), onward.end()
    first, last = _days(period, relation, named=_names_something(text, period))
    ahead = moment.ahead or (relation != "as of" and period.first > moment.day)
    if relation == "as of" and period.first <= moment.day:
        last = min(period.last, moment.day)
    return TimeExpression(start, end, text[start:end].strip(), first, last, relation, ahead)


def _relation(left: re.Match[str] | None) -> Relation:
    if left is None:
        return "in"
    if left["pre"] or left["post"]:
        return "before" if left["pre"] else "after"
    return next(name for name in RELATIONS if left[name.replace(" ", "_")])


def _is_time(text: str, period: Period, *, preposition: bool) -> bool:
    """Whether the words mean days: always when they can mean nothing else, else by the words around them."""
    after = text[period.end :]
    if period.anchored:
        return True
    if period.unit == "year":
        return _is_year(text, period, preposition=preposition)
    if period.unit == "month":
        of = re.search(r"\bof\s+$", text[: period.start], re.I)  # "the Fourth of July", "the month of May"
        return preposition and not of and not NAME_AFTER.match(after)
    if text[period.start : period.end].lower().endswith("day"):  # a weekday: "died Wednesday", "on Monday"
        return text[period.start].isupper() or preposition
    named = re.search(r"\bthe\s+$", text[: period.start], re.I)  # "the Jan. 6 committee" is not of this year
    return (preposition and not named) or bool(PLACE_OF_DAY.match(after))


def _is_year(text: str, period: Period, *, preposition: bool) -> bool:
    """Whether four digits are a year, and no number of things."""
    after = text[period.end :]
    digits = text[period.start : period.end][-4:]
    if COUNTED_AFTER.match(after) or (digits.endswith("00") and ROUND_COUNT.match(after)):
        return False
    if digits < "1900":
        left = re.search(
            r"\b(in|since|before|after|until|from|between|by|of)\s+(?:the year\s+)?$", text[: period.start], re.I
        )
        return preposition and left is not None
    later = re.search(r"\b(?:later|earlier) than\s*$", text[: period.start], re.I)
    dated = re.search(r"\babout\s*$", text[: period.start], re.I) and int(digits) % 100
    return bool(later or dated or not NUMBER_BEFORE.search(text[: period.start]))


def _names_something(text: str, period: Period) -> bool:
    """Whether the period only tells which thing is meant: "after the 2020 election", "since last year's vote"."""
    after = text[period.end :]
    if re.match(r"['’]s?\s+\w", after):
        return True
    if period.unit not in ("year", "month"):
        return False
    return bool(re.search(r"\bthe\s+$", text[: period.start], re.I) and re.match(r"\s+(?!and\b|or\b|to\b)\w", after))


def _days(period: Period, relation: Relation, *, named: bool) -> tuple[date | None, date | None]:
    """First and last day; when the period names something, that happened somewhere in it, and its edges stay in."""
    if relation == "since":
        return period.first, None
    if relation == "after":
        return (period.first if named else period.last + DAY), None
    if relation == "until":
        return None, period.last
    if relation == "before":
        return None, (period.last if named else period.first - DAY)
    return (None if relation == "as of" else period.first), period.last
