"""Dates of a sentence at the precision at which they are said: "March 2014", "on 14 March", "the 1990s", "Tuesday"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rag.english.tokens import Sentence, Word, lower_at

MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|"
        "november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
MONTH_NAMES = "January February March April May June July August September October November December".split()
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
BEFORE_YEAR = frozenset(
    "in since of by until till from to and or between during before after early late mid spring summer autumn winter "
    "( year around about than through".split()
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date at the precision at which it is said; what is not said is None."""

    day: int | None
    month: int | None
    year: int | None
    weekday: str | None
    decade: int | None
    at: int
    until: int

    def agrees(self, other: Moment) -> bool:
        """Whether this date, in a claim, is told by the other, in the evidence: no finer, and not another."""
        if self.decade is not None or other.decade is not None:
            return self._decade() == other._decade() and (other.decade is None or self.year is None)
        pairs = ((self.day, other.day), (self.month, other.month), (self.weekday, other.weekday))
        if any(mine is not None and mine != theirs for mine, theirs in pairs):
            return False
        if self.year is None or other.year is None:
            return self.year is None or (self.month is not None and other.month is not None)
        return self.year == other.year

    def conflicts(self, other: Moment) -> bool:
        """Whether both dates cannot be the same day."""
        pairs = ((self.day, other.day), (self.month, other.month), (self.year, other.year))
        return any(mine is not None and theirs is not None and mine != theirs for mine, theirs in pairs) or (
            self.weekday is not None and other.weekday is not None and self.weekday != other.weekday
        )

    def _decade(self) -> int | None:
        return self.decade if self.decade is not None else self.year // 10 * 10 if self.year else None

    @property
    def text(self) -> str:
        """The date in words."""
        month = MONTH_NAMES[self.month - 1] if self.month else None
        decade = f"the {self.decade}s" if self.decade is not None else None
        weekday = self.weekday.capitalize() if self.weekday else None
        return " ".join(str(part) for part in (weekday, self.day, month, self.year, decade) if part is not None)


def moments_of(words: Sentence) -> list[Moment]:
    """The dates of a sentence, in order."""
    found: list[Moment] = []
    at = 0
    while at < len(words):
        moment = _moment_at(words, at)
        if moment:
            found.append(moment)
        at = moment.until if moment else at + 1
    return _with_weekdays(_with_shared_year(words, found))


def _moment_at(words: Sentence, at: int) -> Moment | None:
    word = words[at]
    if word.lower in WEEKDAYS and word.is_capital:
        return Moment(None, None, None, word.lower, None, at, at + 1)
    if re.fullmatch(r"1\d\d0s|20\d0s", word.lower):
        return Moment(None, None, None, None, int(word.lower[:4]), at, at + 1)
    day = _day(word)
    if day is not None:
        month_at = at + 2 if lower_at(words, at + 1) == "of" else at + 1
        if _is_month(words, month_at):
            return _ending_in_year(words, day, month_at, at, month_at + 1)
        if lower_at(words, at + 1) in ("and", "to", "or") and _day_at(words, at + 2) and _is_month(words, at + 3):
            return Moment(day, MONTHS[words[at + 3].lower], None, None, None, at, at + 1)
    if _is_month(words, at) and not (word.lower == "may" and not _may_is_month(words, at)):
        after = at + 2 if lower_at(words, at + 1) == "." else at + 1
        next_day = _day_at(words, after)
        return _ending_in_year(words, next_day, at, at, after + 1 if next_day else after)
    if _is_year(words, at):
        return Moment(None, None, int(word.text), None, None, at, at + 1)
    return None


def _ending_in_year(words: Sentence, day: int | None, month_at: int, at: int, until: int) -> Moment:
    year_at = until + 1 if lower_at(words, until) in (",", "of") else until
    year = int(words[year_at].text) if re.fullmatch(r"1\d{3}|20\d\d", lower_at(words, year_at)) else None
    return Moment(day, MONTHS[words[month_at].lower], year, None, None, at, year_at + 1 if year else until)


def _with_weekdays(found: list[Moment]) -> list[Moment]:
    """Dates such as "Saturday, 9 November" as one."""
    joined: list[Moment] = []
    for moment in found:
        before = joined[-1] if joined else None
        if before and before.weekday and before.day is None and moment.day and moment.at - before.until <= 1:
            joined[-1] = replace(moment, weekday=before.weekday, at=before.at)
        else:
            joined.append(moment)
    return joined


def _with_shared_year(words: Sentence, found: list[Moment]) -> list[Moment]:
    """Dates such as "27 February and 13 March 2005": the first has the year of the second."""
    for at in range(len(found) - 2, -1, -1):
        one, following = found[at], found[at + 1]
        near = following.at - one.until <= 2 and lower_at(words, following.at - 1) in ("and", "to", "or", "until")
        if near and one.year is None and one.month and following.year:
            found[at] = Moment(one.day, one.month, following.year, one.weekday, None, one.at, one.until)
    return found


def _day(word: Word) -> int | None:
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word.lower)
    return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None


def _day_at(words: Sentence, at: int) -> int | None:
    return _day(words[at]) if 0 <= at < len(words) else None


def _is_month(words: Sentence, at: int) -> bool:
    return 0 <= at < len(words) and words[at].is_capital and words[at].lower in MONTHS


def _may_is_month(words: Sentence, at: int) -> bool:
    following = lower_at(words, at + 1)
    return at > 0 or following.isdigit()


def _is_year(words: Sentence, at: int) -> bool:
    if not re.fullmatch(r"1[4-9]\d\d|20\d\d", words[at].text):
        return False
    following = words[at + 1] if at + 1 < len(words) else None
    counted = following is not None and following.lower.endswith("s") and following.is_content
    return lower_at(words, at - 1) in BEFORE_YEAR or not counted
