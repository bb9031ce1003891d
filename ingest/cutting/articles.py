"""Raw documents → articles: what was read is cleaned, dated and given an id."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urldefrag

from corpus.article import Article
from corpus.text.addresses import normal_address
from corpus.text.copies import are_near_copies, shingles_of
from ingest.cutting.amount import require_prose
from ingest.errors import DuplicateIdError, IngestError, NotAnArticleError, SameArticleError, SourceError
from ingest.extraction.canonical import host_of
from ingest.extraction.date_choice import Publication, publication
from ingest.extraction.dates import date_in_url, stated_date
from ingest.extraction.feed_text import has_text, is_shell, page_of
from ingest.formats.markdown import read_markdown, read_text, title_line
from ingest.formats.records import read_record
from ingest.raw import DateClue, Extract, RawDocument, Witness
from ingest.text.decoding import clean_line, clean_text
from ingest.text.markup import has_markup

LONGEST_TEXT = 5_000_000
"""Characters of one article."""


class Shelf(Protocol):
    """What is asked of a library before an article gets its id."""

    def has_id(self, article_id: str, /) -> bool: ...
    def find(self, url_or_id: str, /) -> Article | None: ...
    def get(self, article_id: str, /) -> Article: ...
    def held_under(self, url: str, /) -> tuple[str, str] | None: ...
    def is_other_place(self, url: str, /) -> bool: ...


class Reader(Protocol):
    """Who reads what can hang: a `Worker`, or a crew of them on a cluster."""

    def read(self, kind: str, content: bytes, url: str | None, /) -> Extract: ...


def extract_of(raw: RawDocument, worker: Reader) -> Extract:
    """Read a raw document: here where that is safe, in the worker where a library could hang.

    Raises `SourceError` or `NotAnArticleError` with the reason.
    """
    match raw.kind:
        case "text":
            return read_text(raw.content)
        case "markdown":
            return _dated_by_name(read_markdown(raw.content), raw)
        case "record" if not has_markup(raw.content):
            return read_record(raw.content)
        case "html" if has_text(raw.witness):
            return _page_or_feed(raw, worker)
        case _:
            return worker.read(raw.kind, raw.content, raw.url)


def _dated_by_name(extract: Extract, raw: RawDocument) -> Extract:
    """A post of a static site, whose file's name begins with its day where it says none itself."""
    day = date_in_url(f"/{(raw.path_id or '').rpartition('/')[2]}")
    return replace(extract, clues=(*extract.clues, DateClue("file name", day))) if day else extract


def _page_or_feed(raw: RawDocument, worker: Reader) -> Extract:
    """A page, or the text that its feed has where the page holds no article, or little of it."""
    own = page_of(raw.witness or Witness())
    try:
        page = worker.read(raw.kind, raw.content, raw.url)
    except NotAnArticleError:
        return worker.read(raw.kind, own, raw.url)
    if not is_shell(page, raw.witness):
        return page
    return replace(page, text=worker.read(raw.kind, own, raw.url).text)


def article_of(raw: RawDocument, extract: Extract, now: datetime) -> Article:
    """The article, with the id that it proposes; raises `SourceError` when it cannot be one."""
    now = datetime.fromisoformat(raw.fetched) if raw.fetched else now
    text = clean_text(extract.text)
    if not text:
        raise SourceError("holds no text")
    if len(text) > LONGEST_TEXT:
        raise SourceError(f"the text has {len(text):,} characters, more than {LONGEST_TEXT:,}: split it into articles")
    require_prose(text)
    if raw.url and not extract.url and raw.kind != "html":  # a page was told its address when it was read
        extract = replace(extract, url=urldefrag(raw.url).url)
    witness = raw.witness or Witness()
    dates = _dates(extract, witness, now)
    title = clean_line(extract.title) or (title_line(text) if raw.kind in ("pdf", "docx", "odt", "rtf") else "")
    outlet = clean_line(extract.outlet) or clean_line(witness.outlet)
    authors = tuple(name for name in map(clean_line, extract.authors or witness.authors) if name)
    return Article(
        id=_proposed_id(raw, extract, text),
        text=text,
        title=title or clean_line(witness.title),
        published=dates.published,
        published_method=dates.method,
        published_confidence=dates.confidence,
        updated=dates.updated,
        outlet=outlet or (host_of(extract.url) if raw.kind in ("html", "saved page") else ""),
        authors=authors,
        url=clean_line(extract.url) if extract.url else None,
        language=extract.language or clean_line(witness.language) or None,
        section=clean_line(extract.section) or clean_line(witness.section),
        source=raw.source,
        fetched=now.isoformat(timespec="seconds"),
        metadata=extract.metadata,
    )


def _dates(extract: Extract, witness: Witness, now: datetime) -> Publication:
    """When it was published and changed: what somebody stated for us is taken at its word, all else is weighed."""
    weighed = publication((*extract.clues, *witness.clues), extract.updates or (witness.updated,), now)
    if extract.stated:
        return Publication(stated_date(extract.stated.value), extract.stated.method, updated=weighed.updated)
    return weighed


def _proposed_id(raw: RawDocument, extract: Extract, text: str) -> str:
    if extract.id and clean_line(extract.id):
        return clean_line(extract.id)
    if extract.url:
        return id_of_address(extract.url)
    return raw.path_id or "t" + _digest(text, 16)


def id_of_address(url: str) -> str:
    """The id of an article that is known by its address: the same for every form of the address."""
    return "u" + _digest(normal_address(url), 16)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


class _Crawled(NamedTuple):
    """The version of a crawled page that was met last: when it was fetched, what it says, and where it stands."""

    fetched: str
    digest: str
    where: str
    page: str


class _First(NamedTuple):
    """What an id was first given to in a run: the digest of the text, where it stands, and its address."""

    digest: str
    where: str
    url: str | None
    is_page: bool
    title: str = ""


def _seen_before(article_id: str, first: _First, again: _First, is_page: bool) -> IngestError:
    """Why an article is not taken a second time in one run."""
    if first.digest == again.digest or is_page:
        return SameArticleError(f"the same article as {first.where}")
    if first.url and again.url and first.url != again.url and normal_address(first.url) == normal_address(again.url):
        return SameArticleError(f"another form of the address of {first.where}, which was taken first: {first.url}")
    return DuplicateIdError(f"duplicate id {article_id!r}, first seen at {first.where}: give one of them another id")


class Register:
    """The ids that one run has given out: one article has one, and one stands for one article."""

    def __init__(self, library: Shelf) -> None:
        self._library = library
        self._first: dict[str, _First] = {}
        self._crawled: dict[str, _Crawled] = {}

    def identified(self, article: Article, raw: RawDocument) -> Article:
        """The article under its final id.

        An id that only says where a file lies gives way to another file of that name, one made of an address to that of
        the article which is held under another form of the address.
        """
        if raw.kind == "html" and raw.path_id and not raw.url and self._names_another(article, raw):
            article = replace(article, url=None, id=raw.path_id)
        if article.id == raw.path_id and self._is_taken(article):
            return replace(article, id=f"{article.id}-{_digest(raw.source, 6)}")
        if raw.url:
            article = self._page_identified(article, raw, raw.url)
        held = self._library.held_under(article.url) if article.url else None
        # An id that the source gives stays: whoever numbers articles means different ones by different numbers.
        return replace(article, id=held[0]) if held and article.id == id_of_address(article.url or "") else article

    def _page_identified(self, article: Article, raw: RawDocument, url: str) -> Article:
        """A page remains the article that it was, unless it only had the text of another one; where a site names one
        address for several of its pages, each has its own."""
        here = normal_address(url)
        known = raw.visit.article_id if raw.visit and here == normal_address(raw.source) else None
        if known and self._library.has_id(known) and not self._library.is_other_place(article.url or url):
            return replace(article, id=known, url=self._library.get(known).url or article.url)
        if self._is_another(article, raw) and here != normal_address(article.url or ""):
            return replace(article, url=urldefrag(url).url, id=id_of_address(url))
        return article

    def _names_another(self, article: Article, raw: RawDocument) -> bool:
        """Whether the address that a page in a file gives as its own is that of another article: some sites give all of
        their pages the same one."""
        if article.url is None or article.id != id_of_address(article.url):
            return False
        if first := self._first.get(article.id):
            return first.digest != _digest(article.text, 64) and first.title != article.title.casefold()
        return self._is_another(article, raw) and self._library.get(article.id).title != article.title

    def _is_another(self, article: Article, raw: RawDocument) -> bool:
        """Whether the id stands for another page's text: one of this run, or a held one that is no version of it."""
        if first := self._first.get(article.id):
            return first.digest != _digest(article.text, 64)
        if met := self._crawled.get(article.id):
            return met.digest != _digest(article.text, 64) and met.page != normal_address(raw.url or "")
        if not self._library.has_id(article.id):
            return False
        held = self._library.get(article.id)
        if held.text == article.text or (held.source == raw.source and not raw.fetched):
            return False
        return not are_near_copies(shingles_of(held.text), shingles_of(article.text))

    def settle(self, article: Article, raw: RawDocument) -> Article:
        """Give an id to an article for this run; the article, with its address in the form in which it is held.

        Raises `SameArticleError` when the article came before in this run, `DuplicateIdError` when its id did with
        another text. Of one page's versions that were met in one run the first one counts.
        """
        if raw.fetched:
            self._settle_crawled(article, raw)
            return self._as_held(article)
        where = f"{raw.where}{f', line {raw.line}' if raw.line else ''}"
        this = _First(_digest(article.text, 64), where, article.url, bool(raw.url), article.title.casefold())
        first = self._first.get(article.id)
        if first and (first.digest == this.digest or first.is_page or not this.is_page):  # a page revises a file's text
            raise _seen_before(article.id, first, this, is_page=bool(raw.url))
        self._first[article.id] = this
        return self._as_held(article)

    def _as_held(self, article: Article) -> Article:
        """The article with its address in the form in which it is held."""
        held = self._library.held_under(article.url) if article.url else None
        return replace(article, url=held[1]) if held and held[0] == article.id else article

    def _settle_crawled(self, article: Article, raw: RawDocument) -> None:
        """The same for a page of a crawl: a later version of a page revises it, an earlier one is left out."""
        this = _Crawled(article.fetched or "", _digest(article.text, 64), raw.where, normal_address(raw.url or ""))
        met = self._crawled.get(article.id)
        if met and met.digest == this.digest:
            raise SameArticleError(f"the same article as {met.where}")
        if met and met.fetched > this.fetched:
            raise SameArticleError(f"an earlier version of {met.where}")
        if self._library.has_id(article.id):
            held = self._library.get(article.id)
            if held.text != article.text and (held.fetched or "") > this.fetched:
                raise SameArticleError(f"the library holds a later version, of {held.fetched}")
        self._crawled[article.id] = this

    def _is_taken(self, article: Article) -> bool:
        """Whether the id stands for another text from another file."""
        if first := self._first.get(article.id):
            return first.digest != _digest(article.text, 64)
        if not self._library.has_id(article.id):
            return False
        held = self._library.get(article.id)
        return held.source != article.source and held.text != article.text
