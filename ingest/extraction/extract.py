"""HTML pages → article text and what the page says about it; the only door to trafilatura.

It runs in the worker process.
"""

from __future__ import annotations

from typing import Any

from ingest.errors import NotAnArticleError
from ingest.extraction.body import declared_text, drop_pointers, join_pieces, own_title, without_headline
from ingest.extraction.canonical import host_of, is_front, page_address
from ingest.extraction.dates import date_in_url, read_date
from ingest.extraction.facts import PageFacts, page_facts
from ingest.extraction.hidden import drop_hidden
from ingest.raw import DateClue, Extract
from ingest.text import clean_line, clean_text, decode_page

SHORTEST_TEXT = 200
"""Characters below which a page must say that it is an article to be taken for one."""


def read_page(content: bytes, url: str | None = None) -> Extract:
    """The article of a page that was fetched from `url` (None: a file); raises `NotAnArticleError` when the page does
    not look like one."""
    import trafilatura

    tree = trafilatura.load_html(decode_page(content))
    if tree is None:
        raise NotAnArticleError("the page is not HTML that can be read")
    facts = page_facts(tree)  # before extraction, which takes the tree apart
    address = page_address(facts.addresses, url)
    drop_hidden(tree)  # after the facts, which pages keep in elements that they do not show
    join_pieces(tree)
    drop_pointers(tree)
    page = trafilatura.bare_extraction(
        tree, with_metadata=True, include_comments=False, date_extraction_params=_date_search(address)
    )
    title = own_title(clean_line((page.title if page else "") or ""), facts.title, facts.outlet)
    text = without_headline(_text(page, facts), title)
    if not text:
        raise NotAnArticleError("no article text was found on the page")
    clues = (*facts.clues, *_guessed_dates(facts.clues, page.date if page else None, address or url))
    _refuse_other_pages(text, facts, bool(title) and (facts.marked or bool(clues)), url)
    return Extract(
        text=text,
        title=title,
        clues=clues,
        updates=facts.updates,
        outlet=facts.outlet,
        authors=facts.authors or _authors(page),
        url=address,
        language=facts.language or None,
        section=facts.section,
    )


def _text(page: Any, facts: PageFacts) -> str:
    """What trafilatura found, or what the page declares as its article where that is much more."""
    found = clean_text(page.text or "") if page else ""
    return clean_text(declared_text(facts.bodies, found)) or found


def _authors(page: Any) -> tuple[str, ...]:
    return tuple(name for name in map(clean_line, ((page.author if page else "") or "").split(";")) if name)


def _refuse_other_pages(text: str, facts: PageFacts, says_so: bool, url: str | None) -> None:
    if len(text) < SHORTEST_TEXT and not says_so:
        raise NotAnArticleError(f"the page has only {len(text)} characters of text and does not say it is an article")
    front = url or next((address for address in facts.addresses if "://" in address), "")
    if front and is_front(front) and not facts.marked:
        raise NotAnArticleError(f"the page is the front page of {host_of(front)}, not an article")


def _guessed_dates(stated: tuple[DateClue, ...], found: str | None, address: str | None) -> list[DateClue]:
    """What the address says, then what trafilatura found in the page's text, which may be another article's date.

    It looks at what the page states too; a day that is known from there is no second witness.
    """
    in_url = date_in_url(address)
    clues = [DateClue("url", in_url)] if in_url else []
    known = {(read_date(clue.value) or "")[:10] for clue in (*stated, *clues)}
    return [*clues, DateClue("page text", found)] if found and found not in known else clues


def _date_search(address: str | None) -> dict[str, Any]:
    """No opportunistic search over the whole page: it makes a day out of a copyright year."""
    return {"original_date": True, "extensive_search": False, "url": address, "deferred_url_extractor": True}
