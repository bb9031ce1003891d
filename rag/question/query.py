"""A question, its history and its filters → `Query`: standalone text, dates, outlets. Nothing is guessed silently.

What the question itself says about dates and outlets is read in `rag.question.filters`; here it is put beside what was
asked for explicitly, which always wins: it may be narrowed, it is never widened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from corpus import Window
from rag.answer import AppliedFilter
from rag.english.calendar import written_day
from rag.errors import InvalidQuestionError
from rag.question.filters import ReadFilter, asks_how_things_stood, read_filters, without_words
from rag.question.followup.rewriting import Turn, standalone
from rag.question.plain import plain_question
from rag.question.understanding import Understanding
from rag.question.yearless import in_archive_years, years_between

MAX_CHARACTERS = 2000
"""Longer questions are refused: the models read some hundred words, what they do not read must not seem answered."""


PERSONAL = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.I)


@dataclass(frozen=True, slots=True)
class EventWindow:
    """The days that a question speaks of, both inclusive, None where the stretch is open: when it happened.

    Not when an article was published: a later one may tell of it. `ahead` says that the question looks forward, so
    that articles from before it are the ones to ask; `standing` that it asks how things stood then ("who led …"), so
    that what was written before may still have held.
    """

    first: date | None
    last: date | None
    ahead: bool = False
    standing: bool = False


@dataclass(frozen=True)
class Query:
    """A question that stands by itself, with its filters and what it asks for (`understanding`).

    `as_of` means: use only what was published on or before it, and prefer what is near it. `since` and `until` bound
    the day of publication, both inclusive; `outlets` names whose articles may answer, all of them when empty.

    `text` leaves out words that became a filter and say nothing else ("as of 2015", "according to CNN"): no sentence
    that answers would hold them. `events` are the stretches of time that the question speaks of: a preference, they
    leave nothing out. `filters` tell all that was read out of the question, and `notes` what of it was set aside, in
    plain sentences; `ignored` are words that are not to be read as a filter. `wordings` are other ways to put the
    question, to be read as well: with an acronym where `text` has it spelled out.
    """

    question: str
    text: str
    as_of: date | None = None
    since: date | None = None
    until: date | None = None
    outlets: tuple[str, ...] = ()
    events: tuple[EventWindow, ...] = ()
    filters: tuple[AppliedFilter, ...] = ()
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    wordings: tuple[str, ...] = ()

    @cached_property
    def understanding(self) -> Understanding:
        """What its text asks for."""
        return Understanding(self.text)

    @property
    def event(self) -> EventWindow | None:
        """The stretch that spans all `events`, None when the question speaks of no time."""
        if not self.events:
            return None
        firsts = [event.first for event in self.events]
        lasts = [event.last for event in self.events]
        return EventWindow(
            first=None if None in firsts else min(filter(None, firsts)),
            last=None if None in lasts else max(filter(None, lasts)),
            ahead=any(event.ahead for event in self.events),
            standing=all(event.standing for event in self.events),
        )

    @property
    def is_shut(self) -> bool:
        """Whether no day can lie within its dates."""
        window = self.window
        return window.since is not None and window.until is not None and window.since > window.until

    @property
    def window(self) -> Window:
        """The passages that may answer."""
        ends = [day for day in (self.as_of, self.until) if day]
        return Window(
            since=self.since.toordinal() if self.since else None,
            until=min(ends).toordinal() if ends else None,
            outlets=self.outlets,
        )


def parse_query(
    question: str,
    history: Sequence[Turn] = (),
    as_of: str | date | None = None,
    since: str | date | None = None,
    until: str | date | None = None,
    outlets: Sequence[str] = (),
    *,
    known_outlets: Sequence[str] = (),
    ignore_filters: Sequence[str] = (),
    published: tuple[str, str] | None = None,
    today: date | None = None,
) -> Query:
    """Check a question and its filters, and read the dates and outlets that the question itself names.

    `known_outlets` are those of the library: no others are recognised. `ignore_filters` are words of the question that
    are not to be read so (`AppliedFilter.words`). "Last week" counts from `as_of`, or else from `today`. `published`
    are the first and last day of the library: "on 15 October" is of a year between them.

    Raises `InvalidQuestionError` with what to write instead.
    """
    text = " ".join(unicodedata.normalize("NFC", _printable(question)).split())
    if not any(character.isalnum() for character in text):
        raise InvalidQuestionError("the question is empty: ask in a few words, such as “who leads the IMU?”")
    if len(text) > MAX_CHARACTERS:
        raise InvalidQuestionError(
            f"the question has {len(text):,} characters, more than the {MAX_CHARACTERS:,} that are read: shorten it"
        )
    first, last = parse_day("since", since), parse_day("until", until, is_last=True)
    if first and last and first > last:
        raise InvalidQuestionError(f"nothing was published since {first} and until {last}: swap the dates")
    asked_on = parse_day("as of", as_of, is_last=True)
    if first and asked_on and first > asked_on:
        raise InvalidQuestionError(
            f"nothing was published since {first} and as of {asked_on}: choose an earlier “since”"
        )
    query = Query(
        question=text,
        text=_stand_alone(text, history, known_outlets, asked_on or today or date.today()),
        as_of=asked_on,
        since=first,
        until=last,
        outlets=tuple(outlet.strip() for outlet in outlets if outlet.strip()),
        ignored=tuple(ignore_filters),
    )
    found = read_filters(query.text, known_outlets, asked_on or today or date.today(), ignore_filters)
    years = years_between(published, " ".join(f"{turn.question} {turn.answer}" for turn in history))
    query = _with_outlets(_with_dates(query, found, years), found)
    applied = [stated.at for stated in found if stated.filter in query.filters and stated.is_adjunct]
    return replace(query, text=without_words(query.text, applied))


def _stand_alone(text: str, history: Sequence[Turn], outlets: Sequence[str], today: date) -> str:
    """The plain question, with what it takes from the conversation and from what it says first itself."""
    plain, before = plain_question(text)
    if before and read_filters(before, outlets, today):  # "articles from 1980: who signed?"
        return standalone(text, history)
    if before and PERSONAL.search(plain):
        history = (*history, Turn(before, ""))
    return standalone(plain, history)


def _with_dates(query: Query, found: Sequence[ReadFilter], years: Sequence[int]) -> Query:
    """A query with the dates that were read out of the question: preferences, and filters within its own."""
    explicit, standing = query, asks_how_things_stood(query.text)
    for stated in found:
        if stated.filter.kind == "event":
            stated, days = in_archive_years(stated, years)
            events = tuple(EventWindow(first, last, stated.ahead, standing) for first, last in days)
            query = replace(query, events=(*query.events, *events), filters=(*query.filters, stated.filter))
        elif stated.filter.kind in ("published", "as_of"):
            if _narrowed(explicit, stated).is_shut or _later_than(explicit, stated):
                query = replace(query, notes=(*query.notes, _set_aside(stated, "the dates chosen leave it out")))
            else:
                query = replace(_narrowed(query, stated), filters=(*query.filters, stated.filter))
    return query


def _later_than(query: Query, stated: ReadFilter) -> bool:
    """Whether "as of" a day would let in more than was asked for."""
    return bool(stated.filter.kind == "as_of" and query.as_of and stated.last and stated.last > query.as_of)


def _narrowed(query: Query, stated: ReadFilter) -> Query:
    """A query that also keeps within the days of a filter."""
    if stated.filter.kind == "as_of":
        return replace(query, as_of=_earlier(query.as_of, stated.last))
    since = max((day for day in (query.since, stated.first) if day), default=None)
    return replace(query, since=since, until=_earlier(query.until, stated.last))


def _earlier(stated: date | None, other: date | None) -> date | None:
    return min((day for day in (stated, other) if day), default=None)


def _with_outlets(query: Query, found: Sequence[ReadFilter]) -> Query:
    """A query with the outlets that were read out of the question, those of several mentions together."""
    named: list[str] = []
    for stated in found:
        if stated.filter.kind != "outlet":
            continue
        allowed = [outlet for outlet in stated.filter.outlets if not query.outlets or outlet in query.outlets]
        if allowed:
            named += allowed
            query = replace(query, filters=(*query.filters, stated.filter))
        else:
            query = replace(query, notes=(*query.notes, _set_aside(stated, "the outlets chosen leave it out")))
    return replace(query, outlets=tuple(dict.fromkeys(named)) or query.outlets)


def _set_aside(stated: ReadFilter, why: str) -> str:
    return f"“{stated.filter.words}” was set aside: {why}."


def parse_day(name: str, value: str | date | None, *, is_last: bool = False) -> date | None:
    """A day written as 2015-08-01, or nothing; of a month or a year, "2015-08" or "2015", the first or the last day.

    Raises `InvalidQuestionError` that names the filter.
    """
    if value is None or isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    if not value.strip():
        return None
    try:
        return written_day(value, is_last=is_last)
    except ValueError as error:
        raise InvalidQuestionError(
            f"{name}: {value!r} is not a date: write it like 2015-08-01, 2015-08 or 2015"
        ) from error


def _printable(text: str) -> str:
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn") else character for character in text
    )
