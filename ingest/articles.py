"""Raw documents → articles: what was read is cleaned, dated and given an id."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urldefrag

from corpus.addresses import normal_address
from corpus.article import Article
from ingest.dates import best_date, stated_date
from ingest.errors import DuplicateIdError, SameArticleError, SourceError
from ingest.links import same_site
from ingest.markdown import read_markdown, read_text, title_line
from ingest.raw import DateClue, Extract, RawDocument
from ingest.records import read_record
from ingest.text import clean_line, clean_text

LONGEST_TEXT = 5_000_000
"""Characters of one article."""


class Shelf(Protocol):
    """What is asked of a library before an article gets its id."""

    def has_id(self, article_id: str, /) -> bool: ...
    def find(self, url_or_id: str, /) -> Article | None: ...
    def get(self, article_id: str, /) -> Article: ...


class Reader(Protocol):
    """Who reads what can hang: a `Worker`, or a crew of them on a cluster."""

    def read(self, kind: str, content: bytes, /) -> Extract: ...


def extract_of(raw: RawDocument, worker: Reader) -> Extract:
    """Read a raw document: here where that is safe, in the worker where a library could hang.

    Raises `SourceError` or `NotAnArticleError` with the reason.
    """
    match raw.kind:
        case "text":
            return read_text(raw.content)
        case "markdown":
            return read_markdown(raw.content)
        case "record":
            return read_record(raw.content)
        case _:
            return worker.read(raw.kind, raw.content)


def article_of(raw: RawDocument, extract: Extract, now: datetime) -> Article:
    """The article, with the id that it proposes; raises `SourceError` when it cannot be one."""
    extract = _witnessed(raw, extract)
    now = datetime.fromisoformat(raw.fetched) if raw.fetched else now
    text = clean_text(extract.text)
    if not text:
        raise SourceError("holds no text")
    if len(text) > LONGEST_TEXT:
        raise SourceError(f"the text has {len(text):,} characters, more than {LONGEST_TEXT:,}: split it into articles")
    published = _published(extract, now)
    title = clean_line(extract.title) or (title_line(text) if raw.kind in ("pdf", "docx") else "")
    return Article(
        id=_proposed_id(raw, extract, text),
        text=text,
        title=title,
        published=published.value if published else None,
        published_method=published.method if published else None,
        outlet=clean_line(extract.outlet),
        authors=tuple(name for name in map(clean_line, extract.authors) if name),
        url=clean_line(extract.url) if extract.url else None,
        language=extract.language,
        source=raw.source,
        fetched=now.isoformat(timespec="seconds"),
        section=clean_line(raw.witness.section) if raw.witness else "",
        metadata=extract.metadata,
    )


def _witnessed(raw: RawDocument, extract: Extract) -> Extract:
    """What was read, with the address that it was fetched from, and with what its source says where it is silent.

    A page names its own address only within its own site: a copy that names another site's page is still a copy.
    """
    if raw.url:
        own = extract.url and same_site(extract.url, raw.url)
        extract = replace(extract, url=extract.url if own else urldefrag(raw.url).url)
    if raw.witness is None:
        return extract
    said = raw.witness
    return replace(
        extract,
        title=extract.title or said.title,
        clues=(*extract.clues, *said.clues),
        outlet=extract.outlet or said.outlet,
        authors=extract.authors or said.authors,
        language=extract.language or said.language or None,
    )


def _published(extract: Extract, now: datetime) -> DateClue | None:
    if extract.stated:
        return DateClue(extract.stated.method, stated_date(extract.stated.value))
    return best_date(extract.clues, now)


def _proposed_id(raw: RawDocument, extract: Extract, text: str) -> str:
    if extract.id and clean_line(extract.id):
        return clean_line(extract.id)
    if extract.url:
        return "u" + _digest(normal_address(extract.url) if raw.url else urldefrag(extract.url).url, 16)
    return raw.path_id or "t" + _digest(text, 16)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


class _Crawled(NamedTuple):
    """The version of a crawled page that was met last: when it was fetched, what it says, and where it stands."""

    fetched: str
    digest: str
    where: str


class Register:
    """The ids that one run has given out: one article has one, and one stands for one article."""

    def __init__(self, library: Shelf) -> None:
        self._library = library
        self._first: dict[str, tuple[str, str]] = {}
        self._crawled: dict[str, _Crawled] = {}

    def identified(self, article: Article, raw: RawDocument) -> Article:
        """The article under its final id.

        An id that only says where a file lies gives way to another file of that name.
        """
        if article.id == raw.path_id and self._is_taken(article):
            return replace(article, id=f"{article.id}-{_digest(raw.source, 6)}")
        return self._page_identified(article, raw, raw.url) if raw.url else article

    def _page_identified(self, article: Article, raw: RawDocument, url: str) -> Article:
        """A page remains the article that it was, and is the one that the library holds under its address, under
        whatever id; where a site names one address for several of its pages, each has its own."""
        here = normal_address(url)
        known = raw.visit.article_id if raw.visit and here == normal_address(raw.source) else None
        if known and self._library.has_id(known):
            return replace(article, id=known, url=self._library.get(known).url or article.url)
        first = self._first.get(article.id)
        if first and first[0] != _digest(article.text, 64) and here != normal_address(article.url or ""):
            own = urldefrag(url).url
            article = replace(article, url=own, id="u" + _digest(here, 16))
        if article.url and not self._library.has_id(article.id) and (held := self._library.find(article.url)):
            return replace(article, id=held.id)
        return article

    def settle(self, article: Article, raw: RawDocument) -> None:
        """Give an id to an article for this run.

        Raises `SameArticleError` when the article came before in this run, `DuplicateIdError` when its id did with
        another text. Of one page's versions that were met in one run the first one counts.
        """
        if raw.fetched:
            return self._settle_crawled(article, raw)
        digest, where = _digest(article.text, 64), f"{raw.where}{f', line {raw.line}' if raw.line else ''}"
        if first := self._first.get(article.id):
            if first[0] == digest or raw.url:
                raise SameArticleError(f"the same article as {first[1]}")
            raise DuplicateIdError(
                f"duplicate id {article.id!r}, first seen at {first[1]}: give one of them another id"
            )
        self._first[article.id] = (digest, where)

    def _settle_crawled(self, article: Article, raw: RawDocument) -> None:
        """The same for a page of a crawl: a later version of a page revises it, an earlier one is left out."""
        this = _Crawled(article.fetched or "", _digest(article.text, 64), raw.where)
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
            return first[0] != _digest(article.text, 64)
        if not self._library.has_id(article.id):
            return False
        held = self._library.get(article.id)
        return held.source != article.source and held.text != article.text
