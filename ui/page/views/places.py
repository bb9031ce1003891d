"""Where else an article stands, as the templates take it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ui.page.views.markup import plain
from ui.wording import describe_copies, place_name

if TYPE_CHECKING:
    from corpus import Place


def copies_values(places: Sequence[Place]) -> dict[str, Any]:
    """The places of `macros.also`, and the words that they fold away under."""
    words = plain(describe_copies(places))
    entries = [
        {
            "id": place.id,
            "url": place.url,
            "title": place.title,
            "published": place.published,
            "name": place_name(place),
        }
        for place in places
    ]
    return {"places": entries, "also": words[:1].upper() + words[1:]}
