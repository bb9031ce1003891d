"""HTML pages → article text and what the page says about it; the only door to trafilatura.

It runs in the worker process.
"""

from __future__ import annotations

from typing import Any

from ingest.errors import NotAnArticleError
from ingest.extraction.beside import page_without_others
from ingest.extraction.body import declared_text, drop_pointers, join_pieces, with_entries, without_headline
from ingest.extraction.boxes import mend_boxes
from ingest.extraction.canonical import host_of, is_front, page_address
from ingest.extraction.date_zone import keep_date_zone, shown_days
from ingest.extraction.dates import date_in_url, read_date
from ingest.extraction.facts import PageFacts, page_facts
from ingest.extraction.furniture import without_furniture
from ingest.extraction.hidden import drop_hidden
from ingest.extraction.shown_dates import is_shown
from ingest.extraction.titles import headline
from ingest.raw import DateClue, Extract
from ingest.text.decoding import clean_line, clean_text, decode_page
from ingest.text.lengths import letters_in

SHORTEST_TEXT = 200
"""Letters below which a page must say that it is an article to be taken for one."""
STATED = ("json-ld", "meta", "time element", "dateline")
"""Where a page says itself that a day is that of publication."""
WORDS_OF_PAGE = "//text() | //@datetime | //@content | //@title"


def read_page(content: bytes, url: str | None = None) -> Extract:
    """The article of a page that was fetched from `url` (None: a file); raises `NotAnArticleError` when the page does
    not look like one."""
    import trafilatura
    from trafilatura.metadata import extract_metadata

    tree = trafilatura.load_html(decode_page(content))
    if tree is None:
        raise NotAnArticleError("the page is not HTML that can be read")
    own = page_without_others(tree)
    facts = page_facts(tree, own, url)  # before extraction, which takes the tree apart
    address = page_address(facts.addresses, url)
    keep_date_zone(own)
    shown = " ".join(map(str, own.xpath(WORDS_OF_PAGE)))
    said = extract_metadata(own, date_config=_date_search(address))
    _prepare(tree)
    page = trafilatura.bare_extraction(tree, with_metadata=False, include_comments=False)
    title = headline(facts.headlines, facts.shown, facts.titles, facts.outlet, clean_line(said.title or ""))
    text = clean_text(without_furniture(without_headline(_text(page, facts), title), (title, *facts.shown)))
    if not text:
        raise NotAnArticleError("no article text was found on the page")
    days = [] if any(clue.method in STATED for clue in facts.clues) else shown_days(own, facts.written_in)
    clues = (*facts.clues, *days)
    clues = (*clues, *_guessed_dates(clues, said.date, address or url, shown))
    _refuse_other_pages(text, facts, bool(title) and (facts.marked or bool(clues)), url)
    return Extract(
        text=text,
        title=title,
        clues=clues,
        updates=facts.updates,
        outlet=facts.outlet,
        authors=facts.authors or _authors(said),
        url=address,
        language=facts.language or None,
        section=facts.section,
    )


def _prepare(tree: Any) -> None:
    """Mend what extraction was measured to get wrong; after the facts, which pages keep in what they do not show."""
    drop_hidden(tree)
    mend_boxes(tree)
    join_pieces(tree)
    drop_pointers(tree)


def _text(page: Any, facts: PageFacts) -> str:
    """What trafilatura found, or what the page declares as its article where that is much more."""
    found = clean_text(page.text or "") if page else ""
    return clean_text(with_entries(declared_text(facts.bodies, found) or found, facts.entries))


def _authors(page: Any) -> tuple[str, ...]:
    return tuple(name for name in map(clean_line, ((page.author if page else "") or "").split(";")) if name)


def _refuse_other_pages(text: str, facts: PageFacts, says_so: bool, url: str | None) -> None:
    if letters_in(text) < SHORTEST_TEXT and not says_so:
        raise NotAnArticleError(f"the page has only {len(text)} characters of text and does not say it is an article")
    front = url or next((address for address in facts.addresses if "://" in address), "")
    if front and is_front(front) and not facts.marked:
        raise NotAnArticleError(f"the page is the front page of {host_of(front)}, not an article")


def _guessed_dates(stated: tuple[DateClue, ...], found: str | None, address: str | None, shown: str) -> list[DateClue]:
    """What the address says, then what trafilatura found in the page's text, where that day can be seen on it.

    It looks at what the page states too; a day that is known from there is no second witness, and a page that says in
    words when it was published needs no guess.
    """
    in_url = date_in_url(address)
    clues = [DateClue("url", in_url)] if in_url else []
    known = {(read_date(clue.value) or "")[:10] for clue in (*stated, *clues)}
    guess = (
        found
        and found not in known
        and not any(clue.method in ("dateline", "time element", "page text") for clue in stated)
    )
    return [*clues, DateClue("page text", str(found))] if guess and is_shown(str(found), shown) else clues


def _date_search(address: str | None) -> dict[str, Any]:
    """No opportunistic search over the whole page: it makes a day out of a copyright year."""
    return {"original_date": True, "extensive_search": False, "url": address, "deferred_url_extractor": True}
