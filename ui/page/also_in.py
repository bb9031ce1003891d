""" "Also in The Herald, 3 May 2015, and 2 more": where else an article stands, in words and on the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.page.markup import escape, link, plain
from ui.wording import also_words, place_name, spoken_date

if TYPE_CHECKING:
    from corpus import Place


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
    name, told = place_name(place), spoken_date(place.published)
    if place.id is not None:
        title = plain(place.title) or "Untitled"
        opened = f'<button type="button" class="pm-also-open" data-open-article="{escape(place.id)}" title="{title}">'
        return f"{opened}{plain(name)}</button>, {told}"
    return f"{link(place.url, name) or plain(name)}, {told}"
