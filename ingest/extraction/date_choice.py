"""When an article was published, from what several witnesses say; how sure that is; and when it was changed.

The page (JSON-LD, meta elements, what it says in words, time elements, its text), its address, a feed and a news
sitemap ("sitemap") are witnesses. Those of the page were written by one program, so they count as one; the others are
independent of it.

1.  A date before 1700, or one that has begun nowhere on Earth at the time of reading, is none. A time of day that lies
    ahead is in a wrong zone: the day alone is kept. What a page states within a minute of its being read is the clock
    of its server, not a date of publication.
2.  Of the rest the surest is taken: JSON-LD, news sitemap, meta, feed, address, words such as "published on", time
    element, page text. If it is a day and another sure witness has a time on that very day, the time is taken.
3.  Dates that differ by a day at most agree: that is a matter of zones.
4.  A date of publication after the date of change, or one of the page that is the day of reading and that no other
    witness confirms (a template's date), gives way to a sure witness that is neither. So does a date that no other
    witness confirms and against which two independent ones agree.
5.  The date of change (`dateModified`, a sitemap's `lastmod`) is kept apart. It is never a date of publication, not
    even where there is no other; nor is the time of reading, of crawling, or of the file. Of several the latest counts;
    one that does not lie after the publication is none.

Confidence starts from the method, grows with each witness that agrees, most with an independent one, and falls with
each that does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from ingest.extraction.dates import WIDEST_ZONE, read_date
from ingest.raw import DateClue

EARLIEST = date(1700, 1, 1)
PAGE = frozenset(("json-ld", "meta", "dateline", "time element", "page text"))
ALONE = {
    "record": 0.98,
    "front matter": 0.98,
    "json-ld": 0.9,
    "sitemap": 0.9,
    "meta": 0.85,
    "email": 0.9,
    "feed": 0.85,
    "url": 0.8,
    "dateline": 0.75,
    "file name": 0.75,
    "time element": 0.7,
    "book metadata": 0.6,
    "pdf metadata": 0.5,
    "document properties": 0.5,
    "page text": 0.5,
}
"""How sure a date is that only one witness gives, the surest first."""
UNKNOWN_METHOD = 0.6
SURE = 0.8
"""From here on a witness may overrule another; the dates in a page's text may be those of other articles."""
RENDERED = timedelta(minutes=1)
NEAR = timedelta(days=1)
DAY = len("2015-08-01")
INDEPENDENT_AGREES, SAME_PAGE_AGREES = 0.5, 0.8
INDEPENDENT_DIFFERS, SAME_PAGE_DIFFERS, UNSURE_DIFFERS, AFTER_CHANGE = 0.6, 0.7, 0.95, 0.6


@dataclass(frozen=True, slots=True)
class Publication:
    """When an article was published, how that was found, how sure it is (0..1), and when it was changed."""

    published: str | None = None
    method: str | None = None
    confidence: float | None = None
    updated: str | None = None


def publication(clues: Iterable[DateClue], updates: Iterable[str], now: datetime) -> Publication:
    """What the clues amount to at the time of reading `now`, by the rules above."""
    now = now.astimezone(UTC)
    dated = sorted(_possible(clues, now), key=_rank)
    changed = max(_changes(updates, now), key=_day, default=None)
    if not dated:
        return Publication(updated=changed)
    best = _chosen(dated, changed, now)
    confidence = _confidence(best, dated, changed)
    best = _finest(best, dated)
    return Publication(
        best.value, best.method, confidence, changed if changed and _after(changed, best.value) else None
    )


def _rank(clue: DateClue) -> int:
    return list(ALONE).index(clue.method) if clue.method in ALONE else len(ALONE)


def _possible(clues: Iterable[DateClue], now: datetime) -> Iterator[DateClue]:
    for clue in clues:
        found = read_date(clue.value)
        kept = _not_ahead(found, now) if found else None
        if found and kept and not (clue.method in PAGE and _is_now(found, now)):
            yield DateClue(clue.method, kept)


def _changes(updates: Iterable[str], now: datetime) -> Iterator[str]:
    for value in updates:
        found = read_date(value)
        kept = _not_ahead(found, now) if found else None
        if found and kept and not _is_now(found, now):
            yield kept


def _not_ahead(found: str, now: datetime) -> str | None:
    """The date, the day alone when its time lies ahead, or None when the day does or is too long ago."""
    day = _day(found)
    latest = now + WIDEST_ZONE
    if not EARLIEST <= day <= latest.date():
        return None
    if len(found) == DAY:
        return found
    moment = datetime.fromisoformat(found)
    ahead = moment > now if moment.tzinfo else moment > latest.replace(tzinfo=None)
    return found[:10] if ahead else found


def _is_now(found: str, now: datetime) -> bool:
    moment = datetime.fromisoformat(found)
    return moment.tzinfo is not None and abs(now - moment) <= RENDERED


def _day(found: str) -> date:
    return date.fromisoformat(found[:10])


def _near(one: str, other: str) -> bool:
    return abs(_day(one) - _day(other)) <= NEAR


def _later(one: str, other: str) -> bool:
    """Whether one date is later than the other by more than a matter of zones."""
    return _day(one) - _day(other) > NEAR


def _after(changed: str, published: str) -> bool:
    """Whether a change came after the publication, as far as both say."""
    first, second = datetime.fromisoformat(published), datetime.fromisoformat(changed)
    if bool(first.tzinfo) == bool(second.tzinfo) and len(published) > DAY and len(changed) > DAY:
        return second > first
    return not _later(published, changed) and (_day(changed) > _day(published) or len(changed) > DAY)


def _family(clue: DateClue) -> str:
    return "page" if clue.method in PAGE else clue.method


def _sure(clue: DateClue) -> bool:
    return ALONE.get(clue.method, UNKNOWN_METHOD) >= SURE


def _chosen(dated: Sequence[DateClue], changed: str | None, now: datetime) -> DateClue:
    """Rules 2 and 4."""
    best = dated[0]
    sure = [clue for clue in dated if _sure(clue) and not _near(clue.value, best.value)]
    after_change = changed is not None and _later(best.value, changed)
    alone = _supporters(best, dated) == 1
    of_today = alone and _family(best) == "page" and _near(best.value, now.isoformat())
    if after_change or of_today:
        fit = [clue for clue in sure if not (changed and _later(clue.value, changed)) and _day(clue.value) < now.date()]
        if fit:
            return fit[0]
    if alone:
        return next((clue for clue in sure if _supporters(clue, dated) > 1), best)
    return best


def _supporters(clue: DateClue, dated: Sequence[DateClue]) -> int:
    """How many independent witnesses have about that date."""
    return len({_family(other) for other in dated if _near(other.value, clue.value)})


def _finest(best: DateClue, dated: Sequence[DateClue]) -> DateClue:
    """A time of that very day, where the best witness has only the day."""
    if len(best.value) > DAY:
        return best
    finer = [clue for clue in dated if clue.value.startswith(f"{best.value}T") and _sure(clue)]
    return finer[0] if finer else best


def _confidence(best: DateClue, dated: Sequence[DateClue], changed: str | None) -> float:
    doubt = 1 - ALONE.get(best.method, UNKNOWN_METHOD)
    share = AFTER_CHANGE if changed and _later(best.value, changed) else 1.0
    for method in sorted({clue.method for clue in dated} - {best.method}):
        witnesses = [clue for clue in dated if clue.method == method]
        same_page = _family(witnesses[0]) == _family(best)
        if any(_near(clue.value, best.value) for clue in witnesses):
            doubt *= SAME_PAGE_AGREES if same_page else INDEPENDENT_AGREES
        elif not _sure(witnesses[0]):
            share *= UNSURE_DIFFERS
        else:
            share *= SAME_PAGE_DIFFERS if same_page else INDEPENDENT_DIFFERS
    return round((1 - doubt) * share, 2)
