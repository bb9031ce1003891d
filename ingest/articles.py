"""Raw documents → articles: what was read is cleaned, dated and given an id."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from urllib.parse import urldefrag

from corpus.article import Article
from ingest.dates import best_date, stated_date
from ingest.errors import DuplicateIdError, SameArticleError, SourceError
from ingest.markdown import read_markdown, read_text, title_line
from ingest.raw import DateClue, Extract, RawDocument
from ingest.records import read_record
from ingest.text import clean_line, clean_text

LONGEST_TEXT = 5_000_000
"""Characters of one article."""


class Shelf(Protocol):
    """What is asked of a library before an article gets its id."""

    def has_id(self, article_id: str, /) -> bool: ...
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
        metadata=extract.metadata,
    )


def _published(extract: Extract, now: datetime) -> DateClue | None:
    if extract.stated:
        return DateClue(extract.stated.method, stated_date(extract.stated.value))
    return best_date(extract.clues, now)


def _proposed_id(raw: RawDocument, extract: Extract, text: str) -> str:
    if extract.id and clean_line(extract.id):
        return clean_line(extract.id)
    if extract.url:
        return "u" + _digest(urldefrag(extract.url).url, 16)
    return raw.path_id or "t" + _digest(text, 16)


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]


class Register:
    """The ids that one run has given out: one article has one, and one stands for one article."""

    def __init__(self, library: Shelf) -> None:
        self._library = library
        self._first: dict[str, tuple[str, str]] = {}

    def settle(self, article: Article, raw: RawDocument) -> Article:
        """The article under its final id.

        An id that only says where a file lies gives way to another file of that name. Raises `SameArticleError` when
        the article came before in this run, `DuplicateIdError` when its id did with another text.
        """
        by_path = article.id == raw.path_id
        if by_path and self._is_taken(article):
            article = replace(article, id=f"{article.id}-{_digest(raw.source, 6)}")
        digest, where = _digest(article.text, 64), f"{raw.where}{f', line {raw.line}' if raw.line else ''}"
        if first := self._first.get(article.id):
            if first[0] == digest:
                raise SameArticleError(f"the same article as {first[1]}")
            raise DuplicateIdError(
                f"duplicate id {article.id!r}, first seen at {first[1]}: give one of them another id"
            )
        self._first[article.id] = (digest, where)
        return article

    def _is_taken(self, article: Article) -> bool:
        """Whether the id stands for another text from another file."""
        if first := self._first.get(article.id):
            return first[0] != _digest(article.text, 64)
        if not self._library.has_id(article.id):
            return False
        held = self._library.get(article.id)
        return held.source != article.source and held.text != article.text
