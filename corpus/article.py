"""The two values everything else is built on: an article, and a passage of one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from corpus.embedding.encoder import Tokens
from corpus.errors import InvalidArticleError

NO_METADATA: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Article:
    """A published text with outlet, title and date.

    `published` is when the outlet published it, as ISO 8601 with the precision that is known ("2015-08-01" or
    "2015-08-01T09:30:00+00:00"), or None when that is not known; it is never the time of reading, which is `fetched`.
    `published_method` says how the date was found, `published_confidence` how sure that is (0..1, None when nobody
    judged it); `updated` is when the outlet says that it changed the article, in the same form. `source` is the file or
    address the article was read from.

    Raises `InvalidArticleError` when the id or the text is empty, the text holds characters that cannot be stored,
    `published` or `updated` is not a date, or the confidence is outside 0..1.
    """

    id: str
    text: str
    title: str = ""
    published: str | None = None
    published_method: str | None = None
    outlet: str = ""
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    source: str | None = None
    fetched: str | None = None
    published_confidence: float | None = None
    updated: str | None = None
    section: str = ""
    metadata: Mapping[str, Any] = field(default_factory=lambda: NO_METADATA)

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise InvalidArticleError("an article needs an id")
        if not self.text.strip():
            raise InvalidArticleError(f"article {self.id!r} has no text")
        strings = (self.id, self.text, self.title, self.outlet, *self.authors, self.url, self.language, self.source)
        strings += (
            self.fetched,
            self.published_method,
            self.section,
            json.dumps(dict(self.metadata), ensure_ascii=False, default=str),
        )
        try:
            "".join(string for string in strings if string).encode()
        except UnicodeEncodeError as error:
            raise InvalidArticleError(f"article {self.id!r} holds half a character (a lone surrogate)") from error
        for stated in (self.published, self.updated):
            if stated is not None:
                parse_published(stated)
        if self.published_confidence is not None and not 0.0 <= self.published_confidence <= 1.0:
            raise InvalidArticleError(f"article {self.id!r} has a confidence of {self.published_confidence}, not 0..1")

    @property
    def published_date(self) -> date | None:
        """The day of publication as the outlet wrote it, or None."""
        return parse_published(self.published) if self.published else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article that is indexed: `article.text[start:end] == text`, in characters.

    `header` (title, outlet, date) is embedded before the text and never quoted.
    """

    id: str
    article_id: str
    revision: int
    ordinal: int
    start: int
    end: int
    text: str
    header: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise InvalidArticleError(f"passage {self.id!r} does not span {self.start}:{self.end} of its article")

    @property
    def embedded_text(self) -> str:
        """What the embedding model reads: the header, a line break, and the text."""
        return f"{self.header}\n{self.text}" if self.header else self.text


@dataclass(frozen=True, slots=True, eq=False)
class PassageDraft:
    """A span that ingest proposes: `header` and `text[start:end]` of the article, with the `tokens` of both."""

    start: int
    end: int
    header: str
    tokens: Tokens


def passage_id(article_id: str, revision: int, ordinal: int) -> str:
    """The id of a passage; it carries the revision, so that a stale hit can never pass for a current one."""
    return f"{article_id}:{revision}:{ordinal}"


def parse_published(published: str) -> date:
    """The day named by an ISO 8601 date or date-time; raises `InvalidArticleError` otherwise."""
    try:
        return datetime.fromisoformat(published).date()
    except ValueError as error:
        raise InvalidArticleError(f"{published!r} is not a date like 2015-08-01 or 2015-08-01T09:30:00Z") from error


def day_number(published: str | None) -> int | None:
    """The day as an integer that sorts and subtracts (days since 1 January of year 1), or None."""
    return parse_published(published).toordinal() if published else None
