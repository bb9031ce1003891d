"""ingest.web.lists."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.store.following import Visit
from corpus.text.addresses import normal_address
from ingest.errors import FetchError, SourceError
from ingest.report import Passed, Problem
from ingest.web.links import same_site
from ingest.web.outline import Outline, Pointer
from ingest.web.pages import Budget, Items, pages
from ingest.web.visiting import Web
from ingest.web.visits import GONE, NOT_MODIFIED, moment, unread

DEEPEST = 3
"""How many lists may stand in lists: an index of sitemaps in an OPML list is two."""
NO_LIST = "is neither a feed, a sitemap nor a list of feeds"


def finish_visit(visit: Visit, complete: bool) -> Visit:
    """The visit to a list: the next request is conditional only when nothing that it names is left to do."""
    return visit if complete else unread(visit)


def revisit_pages(web: Web, address: str) -> Items:
    """Known pages of a source whose time has come, so that corrections are seen."""
    key = normal_address(address)
    return (yield from pages(web, web.due_again(key), key, Budget()))


def lists(
    web: Web, outline: Outline, found_in: str, budget: Budget, inside: str | None = None, depth: int = 1
) -> Items:
    """The lists that a list names. Those of an index of sitemaps are parts of it; feeds are followed each by itself."""
    parts = outline.kind == "sitemap index"
    complete = True
    for pointer in _newest_first(outline.sources) if parts else outline.sources:
        if budget.spent:
            return False
        own = found_in if parts else normal_address(pointer.url)
        complete &= yield from listing(web, pointer, own, budget, inside, depth)
        if not parts:
            yield from revisit_pages(web, pointer.url)
    return complete


def listing(
    web: Web, pointer: Pointer, found_in: str, budget: Budget, inside: str | None = None, depth: int = 1
) -> Items:
    """A feed or a sitemap that another document names: what it names in turn, of one site when `inside` says so."""
    url = pointer.url
    if not web.is_new_here(url):
        return True
    last = web.memory.following.visit(url)
    if last and (_unchanged_since(pointer, last) or (last.status in GONE and not web.is_due(last, None))):
        return True
    try:
        response = web.get(url, last)
        visit = web.visit(url, response, last, None)
        if response.status == NOT_MODIFIED:
            yield visit
            return True
        if response.status in GONE:
            yield web.settled(visit, None)
            raise SourceError(f"there is no such page ({response.status})")
        outline = web.outline(response.content, response.final_url, response.content_type)
        if outline.kind not in ("feed", "sitemap", "sitemap index", "feed list") or depth > DEEPEST:
            raise SourceError(NO_LIST)
    except SourceError as error:
        yield (Problem if isinstance(error, FetchError) or inside is None else Passed)(url, None, str(error))
        return False
    if outline.sources:
        complete = yield from lists(web, outline, found_in, budget, inside, depth + 1)
    else:
        found: Iterable[Pointer] = outline.pages
        if inside:
            found = (one for one in _newest_first(outline.pages) if same_site(one.url, inside))
        complete = yield from pages(web, found, found_in, budget)
    yield finish_visit(visit, complete and not outline.sources)
    return complete


def _unchanged_since(pointer: Pointer, last: Visit) -> bool:
    """Whether an index says that a sitemap has not changed since it was read to its end."""
    changed, visited = moment(pointer.witness.updated) if pointer.witness else None, moment(last.visited)
    # A day without a time may mean its evening; a visit without a digest left something to do.
    exact = pointer.witness is not None and len(pointer.witness.updated) > len("2015-08-01") and last.digest
    return bool(exact and changed and visited and changed < visited)


def _newest_first(found: tuple[Pointer, ...]) -> list[Pointer]:
    """Those that changed last come first, and a sitemap for news before all; what says nothing stays in its order."""

    def age(pointer: Pointer) -> tuple[bool, float]:
        witness = pointer.witness
        stated = [witness.updated, *(clue.value for clue in witness.clues)] if witness else []
        times = [time.timestamp() for time in map(moment, stated) if time]
        return "news" not in pointer.url.rpartition("/")[2], -max(times, default=0.0)

    return sorted(found, key=age)
