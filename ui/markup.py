"""The few ways in which text becomes markup: everything here escapes, nothing trusts what it is given."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import date
from urllib.parse import urlsplit

# Characters that turn the reading direction of what follows, and the control characters that browsers drop or refuse.
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARK = re.compile(r"\[(\d{1,3})\]")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def escape(text: str) -> str:
    """Text as it can stand in an element or in a quoted attribute, and mean nothing but itself."""
    return html.escape(_CONTROL.sub("\ufffd", text), quote=True)


def plain(text: str) -> str:
    """A name or a title, on one line, escaped, without characters that turn the reading direction."""
    return escape(_TURNS_DIRECTION.sub("", " ".join(text.split())))


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


def link(url: str | None, text: str) -> str:
    """A link to a web address that opens in a new tab; nothing when the address cannot be trusted to be one."""
    safe = safe_url(url)
    if safe is None:
        return ""
    return (
        f'<a class="pm-link" href="{escape(safe)}" target="_blank" rel="noopener noreferrer nofollow">'
        f'{plain(text)}<span class="pm-sr"> (opens in a new tab)</span></a>'
    )


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


def time_element(published: str | None) -> str:
    """The date of publication, as people write it and as machines read it."""
    known = day(published)
    if known is None:
        return "<span>undated</span>"
    return f'<time datetime="{known.isoformat()}">{spoken_date(published)}</time>'


def byline(outlet: str, published: str | None, today: date) -> str:
    """Outlet · date, and how old that is."""
    old = age(published, today)
    parts = [f'<span class="pm-outlet">{plain(outlet) or "Unknown outlet"}</span>', time_element(published)]
    return ' <span aria-hidden="true">·</span> '.join(parts) + (f' <span class="pm-age">{old}</span>' if old else "")


def cite_button(n: int) -> str:
    """The [n] in an answer, which opens the article at its quotation."""
    return (
        f'<button type="button" class="pm-cite" data-cite="{n}" aria-label="Source {n}: open the article">{n}</button>'
    )


def with_marks(text: str, known: Iterable[int]) -> str:
    """Escaped text in which every [n] of a known citation is a button, and every other [n] is gone."""
    numbers = set(known)

    def mark(match: re.Match[str]) -> str:
        n = int(match[1])
        return cite_button(n) if n in numbers else ""

    return _MARK.sub(mark, escape(text))


def paragraphs(text: str, known: Iterable[int] = ()) -> str:
    """Escaped text as paragraphs, with its marks as buttons."""
    numbers = set(known)
    blocks = (block.strip() for block in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{with_marks(block, numbers)}</p>" for block in blocks if block)
