"""The few ways in which text becomes markup: everything here escapes, nothing trusts what it is given."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import date

from ui.wording import age, day, safe_url, spoken_date

# Characters that turn the reading direction of what follows, and the control characters that browsers drop or refuse.
_TURNS_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MARK = re.compile(r"\[(\d{1,3})\]")


def escape(text: str) -> str:
    """Text as it can stand in an element or in a quoted attribute, and mean nothing but itself."""
    return html.escape(_CONTROL.sub("\ufffd", text), quote=True)


def plain(text: str) -> str:
    """A name or a title, on one line, escaped, without characters that turn the reading direction."""
    return escape(_TURNS_DIRECTION.sub("", " ".join(text.split())))


def link(url: str | None, text: str) -> str:
    """A link to a web address that opens in a new tab; nothing when the address cannot be trusted to be one."""
    safe = safe_url(url)
    if safe is None:
        return ""
    return (
        f'<a class="pm-link" href="{escape(safe)}" target="_blank" rel="noopener noreferrer nofollow">'
        f'{plain(text)}<span class="pm-sr"> (opens in a new tab)</span></a>'
    )


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
