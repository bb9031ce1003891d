"""Web addresses as sources: what an address is, is told by what it answers.

address → answer → outline → a page | a feed | a sitemap | a list of feeds | a site
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.store.following import Visit
from corpus.text.addresses import normal_address
from ingest.errors import SourceError
from ingest.raw import Item
from ingest.report import Problem
from ingest.web.lists import finish_visit, lists, revisit_pages
from ingest.web.outline import Outline, web_address
from ingest.web.pages import Budget, document, pages, settled
from ingest.web.visiting import Web
from ingest.web.visits import GONE, NOT_MODIFIED

if TYPE_CHECKING:
    from ingest.fetching.fetch import Response


def is_web_address(given: str) -> bool:
    """Whether something that was given is an http or https address."""
    return web_address(given) is not None


def read_address(web: Web, address: str) -> Iterator[Item]:
    """Yield what a named address holds, and what is due again of what it held before."""
    url = web_address(address) or address
    web.readmit(url)
    web.is_new_here(url)
    last = web.last_visit(url)
    last = last if last and last.url == url else None
    try:
        response = web.get(url, last)
        visit = web.visit(url, response, last, None)
        if response.status in (NOT_MODIFIED, *GONE):
            yield from _named_again(web, url, visit)
        else:
            outline = web.outline(response.content, response.final_url, response.content_type)
            yield from _told_apart(web, url, response, visit, outline)
    except SourceError as error:
        yield Problem(url, None, str(error))
    yield from revisit_pages(web, url)


def _named_again(web: Web, url: str, visit: Visit) -> Iterator[Item]:
    """A page or a list that is as it was, or gone."""
    if visit.status == NOT_MODIFIED and not visit.article_id:
        yield visit
    else:
        yield from settled(web, url, visit, Problem)


def _told_apart(web: Web, url: str, response: Response, visit: Visit, outline: Outline) -> Iterator[Item]:
    match outline.kind:
        case "feed" | "sitemap":
            complete = yield from pages(web, outline.pages, normal_address(url), Budget())
            yield finish_visit(visit, complete)
        case "sitemap index" | "feed list":
            # Asked whole each time: that it has not changed does not mean that what it names has not.
            yield from lists(web, outline, normal_address(url), Budget())
            yield finish_visit(visit, complete=False)
        case "hub":
            from ingest.web.site import site

            yield from site(web, url, response.final_url, outline)
            yield finish_visit(visit, complete=False)
        case _:
            yield from document(url, response, visit, web.witness(url, visit, None), Problem)
