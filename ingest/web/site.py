"""A whole site: its feeds and sitemaps first, which name what is new, then its links, breadth first, up to a limit."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from urllib.parse import urljoin

from corpus.text.addresses import normal_address
from ingest.raw import Item
from ingest.report import Problem
from ingest.web.lists import listing
from ingest.web.outline import Outline, Pointer, pointers
from ingest.web.pages import Budget, Items, page
from ingest.web.visiting import Web

WELL_KNOWN = ("/sitemap.xml", "/sitemap_index.xml", "/feed", "/rss.xml", "/atom.xml", "/feed.json")
"""Where a site that names no feed and no sitemap may have one all the same."""
MOST_LISTS = 50
LONGEST_QUEUE = 20_000


def site(web: Web, address: str, front: str, outline: Outline) -> Iterator[Item]:
    """What a site holds, of at most so many new pages as the limit says; known pages are asked again when due.

    `front` is the page that was given, where it led to; `outline` is what that page names.
    """
    key, budget = normal_address(address), Budget(web.settings.limit)
    named = [*outline.sources, *pointers(((one, None) for one in web.sitemaps(front)), front)][:MOST_LISTS]
    for pointer in named:
        if not budget.spent:
            yield from listing(web, pointer, key, budget, inside=front)
    if not named:
        yield from _well_known(web, front, key, budget)
    yield from _linked(web, outline.pages, key, budget)


def _well_known(web: Web, front: str, key: str, budget: Budget) -> Iterator[Item]:
    """Feeds and sitemaps where sites usually have them; that there is none is no problem."""
    for address in (urljoin(front, place) for place in WELL_KNOWN):
        for item in listing(web, Pointer(address), key, budget, inside=front):
            if not isinstance(item, Problem) or item.where != address:
                yield item


def _linked(web: Web, links: tuple[Pointer, ...], key: str, budget: Budget) -> Items:
    """The pages that the front page links to, then those that they link to, and so on, and known ones that are due."""
    queue = deque([*links, *web.due_again(key)])

    def explore(outline: Outline) -> None:
        if len(queue) < LONGEST_QUEUE:
            queue.extend(outline.pages)

    complete = True
    while queue:
        complete &= yield from page(web, queue.popleft(), key, budget, explore)
    return complete
