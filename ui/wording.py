"""ui.wording."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from corpus import Place


def also_words(places: Sequence[Place]) -> str:
    """The first place, and how many more there are; empty when there is none. Not escaped."""
    if not places:
        return ""
    more = f", and {len(places) - 1:,} more" if len(places) > 1 else ""
    return f"also in {place_name(places[0])}, {spoken_date(places[0].published)}{more}"


def place_name(place: Place) -> str:
    """The outlet, or what is known in its stead: the host of the address, or the title."""
    if place.outlet.strip():
        return " ".join(place.outlet.split())
    address = safe_url(place.url)
    host = urlsplit(address).hostname if address else None
    return host or " ".join(place.title.split()) or "another place"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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


def day(published: str | None) -> date | None:
    """The day of an ISO 8601 date or date-time, or None when there is none."""
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None


def spoken_date(published: str | None) -> str:
    """A date as people write it: "1 Aug 2015", or "undated"."""
    known = day(published)
    return f"{known.day} {_MONTHS[known.month - 1]} {known.year}" if known else "undated"


def age(published: str | None, today: date) -> str:
    """How old an article is: "today", "5 days old", "3 months old", "9 years old"; empty when that is not known."""
    known = day(published)
    if known is None or known > today:
        return ""
    days = (today - known).days
    years = today.year - known.year - ((today.month, today.day) < (known.month, known.day))
    for count, unit in ((years, "year"), (days // 30, "month"), (days, "day")):
        if count >= 1:
            return f"{counted(count, unit)} old"
    return "today"


def counted(count: int, noun: str, many: str | None = None) -> str:
    """A count with its noun, of which `many` is the plural when it takes no "s": "1 article", "4,884 articles"."""
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"
