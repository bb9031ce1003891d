"""Pages of the web → raw documents, with what a feed, a sitemap or the library says of them.

Whether a page is asked for at all, and what is remembered of it, is decided in `ingest.web.visiting`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from corpus.store.following import Visit
from ingest.errors import FetchError, RefusedAddressError, RobotsError, SourceError
from ingest.extraction.feed_text import has_text, page_of
from ingest.formats.streams import pasted_kind
from ingest.raw import Gone, Item, Kind, RawDocument, Witness
from ingest.report import Passed, Problem
from ingest.web.outline import HTML_TYPES, Outline, Pointer
from ingest.web.recoding import recoded
from ingest.web.visiting import Web
from ingest.web.visits import FAILED, GONE, NOT_MODIFIED, unread

if TYPE_CHECKING:
    from ingest.fetching.fetch import Response


KINDS: dict[str, Kind] = {
    **dict.fromkeys(HTML_TYPES, "html"),
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "multipart/related": "saved page",
    "text/plain": "text",
    "text/markdown": "markdown",
}
WITHHELD = "was removed from the library: give its address itself to have it back"
Items = Generator[Item, None, bool]
"""Items, and at last whether nothing is left to do about what was looked at."""


@dataclass(slots=True)
class Budget:
    """How many new pages may still be asked for; None means any number."""

    left: int | None = None

    def take(self) -> bool:
        """Whether there is one more; it is taken then."""
        if self.left is None:
            return True
        self.left -= 1
        return self.left >= 0

    @property
    def spent(self) -> bool:
        """Whether there is none left."""
        return self.left is not None and self.left <= 0


def pages(
    web: Web, found: Iterable[Pointer], found_in: str, budget: Budget, explore: Callable[[Outline], None] | None = None
) -> Items:
    """The pages that a source names, one after the other."""
    complete = True
    for pointer in found:
        complete &= yield from page(web, pointer, found_in, budget, explore)
    return complete


def page(
    web: Web, pointer: Pointer, found_in: str, budget: Budget, explore: Callable[[Outline], None] | None = None
) -> Items:
    """A page that a source names: left alone when it is known and not due, asked for otherwise.

    `explore` is told what the page links to; a page of links is no document then.
    """
    url = pointer.url
    if not web.is_new_here(url):
        return True
    if web.is_withheld(url):
        yield Passed(url, None, WITHHELD)
        return True
    last = web.last_visit(url)
    if last and not web.is_due(last, pointer.witness):
        return last.status != FAILED
    if last is None and not budget.take():
        return False
    if last and last.url != url:
        url, last = (last.url, last) if last.status not in GONE else (url, unread(last))
    try:
        response = web.get(url, last)
    except FetchError as error:
        refused = isinstance(error, RobotsError | RefusedAddressError)
        if pointer.witness and has_text(pointer.witness) and not refused:
            yield Passed(url, None, f"{error}: the text that the feed has was taken instead")
            failed = web.failed(url, error, last, found_in)
            yield RawDocument(
                "html", page_of(pointer.witness), url, url, url=url, witness=pointer.witness, visit=failed
            )
            return False
        yield (Passed if refused else Problem)(url, None, str(error))
        yield web.failed(url, error, last, found_in)
        return refused
    return (yield from _answer(web, url, response, last, web.witness(url, last, pointer.witness), found_in, explore))


def _answer(
    web: Web,
    url: str,
    response: Response,
    last: Visit | None,
    witness: Witness | None,
    found_in: str,
    explore: Callable[[Outline], None] | None,
) -> Items:
    visit = web.visit(url, response, last, found_in)
    if response.status in (NOT_MODIFIED, *GONE):
        yield from settled(web, url, visit, Passed)
        return True
    if explore and response.content_type in HTML_TYPES:
        try:
            outline = web.outline(response.content, response.final_url, response.content_type)
        except SourceError as error:
            yield Problem(url, None, str(error))
            yield web.settled(visit, None)
            return True
        explore(outline)
        if outline.kind == "hub":
            yield replace(unread(visit), due=visit.visited)
            return True
    yield from document(url, response, visit, witness, Passed)
    return True


def settled(web: Web, url: str, visit: Visit, told: type[Problem]) -> Generator[Item, None, None]:
    """A page that has not changed, or that is not there any more."""
    visit = web.settled_again(visit)
    if visit.status not in GONE:
        yield visit
    elif visit.article_id:
        yield Gone(Problem(url, None, f"gone at its outlet ({visit.status}): the article is kept"), visit)
    else:
        yield told(url, None, f"there is no such page ({visit.status}): check the address")
        yield visit


def document(
    url: str, response: Response, visit: Visit, witness: Witness | None, told: type[Problem]
) -> Generator[Item, None, None]:
    """The document that an address answered with, or why it is none that can be read."""
    kind = _kind(response)
    if kind is None or not response.content.strip():
        what = f"answers with {response.content_type}, which holds no article" if kind is None else "is empty"
        yield told(url, None, what)
        yield replace(visit, due=None)
        return
    content = recoded(response.content, response.charset) if kind in ("html", "text", "markdown") else response.content
    yield RawDocument(kind, content, url, url, url=response.final_url, witness=witness, visit=visit)


def _kind(response: Response) -> Kind | None:
    if response.content.startswith(b"%PDF-"):
        return "pdf"
    kind = KINDS.get(response.content_type)
    if kind == "text" or response.content_type in ("", "application/octet-stream", "application/xml", "text/xml"):
        page = pasted_kind(response.content)
        return page if page == "html" else kind
    return kind
