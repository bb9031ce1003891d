""" "Also in The Herald, 3 May 2015, and 2 more": where else an article stands, in words and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ui.markup import escape, link, plain, safe_url, spoken_date

if TYPE_CHECKING:
    from corpus import Place


def also_words(places: Sequence[Place]) -> str:
    """The first place, and how many more there are; empty when there is none. Not escaped."""
    if not places:
        return ""
    more = f", and {len(places) - 1:,} more" if len(places) > 1 else ""
    return f"also in {_name(places[0])}, {spoken_date(places[0].published)}{more}"


def also_html(places: Sequence[Place]) -> str:
    """A line that names the first place and opens to show them all, each to be read here or at its address."""
    if not places:
        return ""
    if len(places) == 1:
        return f'<p class="pm-also">Also in {_entry(places[0])}</p>'
    words = plain(also_words(places))
    items = "".join(f"<li>{_entry(place)}</li>" for place in places)
    return (
        f'<details class="pm-also"><summary>{words[0].upper()}{words[1:]}</summary>'
        f'<ul class="pm-also-places">{items}</ul></details>'
    )


def _entry(place: Place) -> str:
    """One place: a button where the library holds it, a link where it only knows the address."""
    name, told = _name(place), spoken_date(place.published)
    if place.id is not None:
        title = plain(place.title) or "Untitled"
        opened = f'<button type="button" class="pm-also-open" data-open-article="{escape(place.id)}" title="{title}">'
        return f"{opened}{plain(name)}</button>, {told}"
    return f"{link(place.url, name) or plain(name)}, {told}"


def _name(place: Place) -> str:
    """The outlet, or what is known in its stead: the host of the address, or the title."""
    if place.outlet.strip():
        return " ".join(place.outlet.split())
    address = safe_url(place.url)
    host = urlsplit(address).hostname if address else None
    return host or " ".join(place.title.split()) or "another place"
