"""The filters that a reader sets by hand: read from their fields, or refused with a message for the field."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ui.wording import format_date


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader narrows the search to; every date is ISO 8601 or None."""

    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Words of the question that are not to be read as a filter."""

    @classmethod
    def read(cls, as_of: str | None, since: str | None, until: str | None, outlets: Sequence[str] | None) -> Filters:
        """The filters as typed; raises `ValueError` when one of them is not a date (see `find_date_problem`)."""
        typed = (read_date(as_of, is_last=True), read_date(since), read_date(until, is_last=True))
        days = [day.isoformat() if day else None for day in typed]
        return cls(days[0], days[1], days[2], tuple(outlets or ()))

    def words(self) -> str:
        """The filters in words, empty when there are none."""
        dates = (("known by", self.as_of), ("published from", self.since), ("published until", self.until))
        parts = [f"{word} {format_date(day)}" for word, day in dates if day]
        return ", ".join([*parts, *([f"only {' and '.join(self.outlets)}"] if self.outlets else [])])


def read_date(text: str | None, *, is_last: bool = False) -> date | None:
    """The day typed into a field, None for an empty field; of a month or a year the first day, or the last one.

    Raises `ValueError` for anything else.
    """
    from rag.english.calendar import written_day

    return written_day(text, is_last=is_last) if text and text.strip() else None


def find_date_problem(text: str | None) -> str | None:
    """What is wrong with a typed date, in words for its field; None when nothing is."""
    try:
        read_date(text)
    except ValueError:
        return "Write the date as year-month-day, for example 2015-08-31; or only 2015-08, or 2015."
    return None


def find_range_problem(since: str | None, until: str | None) -> str | None:
    """What is wrong with a range of dates, in words for its last field; None when nothing is."""
    problem = find_date_problem(until)
    if problem or find_date_problem(since):
        return problem
    first, last = read_date(since), read_date(until, is_last=True)
    return "This is before the From date." if first and last and last < first else None
