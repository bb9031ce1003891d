"""Dates, ages, counts and durations in words, for the page, the terminal and Markdown alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from corpus import Place

Level = Literal["high", "medium", "low"]

HIGH_CONFIDENCE, MEDIUM_CONFIDENCE = 0.8, 0.5
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(published: str | None) -> date | None:
    """The day of an ISO 8601 date or date-time, or None when there is none."""
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None


def format_date(published: str | None) -> str:
    """A date as people write it: "1 Aug 2015", or "undated"."""
    known = day(published)
    return f"{known.day} {_MONTHS[known.month - 1]} {known.year}" if known else "undated"


def format_partial_date(written: str) -> str:
    """A date of any precision as people write it: "2012", "Aug 2012", "5 Aug 2012"."""
    if len(written) >= 10:
        return format_date(written)
    year, _, month = written.partition("-")
    return f"{_MONTHS[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else year


def age(published: str | None, today: date) -> str:
    """How old an article is: "today", "5 days old", "3 months old", "9 years old"; empty when that is not known."""
    known = day(published)
    if known is None or known > today:
        return ""
    days = (today - known).days
    years = today.year - known.year - ((today.month, today.day) < (known.month, known.day))
    for number, unit in ((years, "year"), (days // 30, "month"), (days, "day")):
        if number >= 1:
            return f"{count(number, unit)} old"
    return "today"


def count(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: "1 article", "4,884 articles"; `plural` is for nouns that take no "s"."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def format_duration(seconds: float) -> str:
    """A duration in its largest sensible unit: "40 seconds", "5 minutes", "3 hours"."""
    for name, size in (("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} seconds"


def confidence_level(confidence: float) -> Level:
    """A calibrated confidence (0 to 1) as one of three words."""
    if confidence >= HIGH_CONFIDENCE:
        return "high"
    return "medium" if confidence >= MEDIUM_CONFIDENCE else "low"


def describe_copies(places: Sequence[Place]) -> str:
    """The first place where else an article stands, and how many more there are; empty when there is none."""
    if not places:
        return ""
    more = f", and {len(places) - 1:,} more" if len(places) > 1 else ""
    return f"also in {place_name(places[0])}, {format_date(places[0].published)}{more}"


def place_name(place: Place) -> str:
    """The outlet, or what is known instead: the host of the address, or the title."""
    if place.outlet.strip():
        return " ".join(place.outlet.split())
    address = safe_url(place.url)
    host = urlsplit(address).hostname if address else None
    return host or " ".join(place.title.split()) or "another place"


def safe_url(url: str | None) -> str | None:
    """The address when it is an ordinary web address; None for any other scheme, and for what only looks like one."""
    if not url or any(c.isspace() or c in "\"'<>\\`" or not c.isprintable() for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and host and "@" not in parts.netloc else None
