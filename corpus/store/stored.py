"""What the store returns: listed articles, found passages, the result of a change, and the rows behind them."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from corpus.article import Article, Passage, passage_id
from corpus.errors import DamagedArticleError, InvalidArticleError, StorageError

log = logging.getLogger(__name__)
ChangeKind = Literal["added", "updated", "unchanged", "copy"]


@dataclass(frozen=True, slots=True)
class Change:
    """What putting an article did. `added` and `dropped` are numbers of passages, for the indexes to follow.

    A "copy" was not stored: its text is that of the article `copy_of`, and its address is kept beside that one's; when
    that was so before, it is "unchanged".
    """

    kind: ChangeKind
    revision: int
    added: tuple[int, ...] = ()
    dropped: tuple[int, ...] = ()
    copy_of: str | None = None


@dataclass(frozen=True, slots=True)
class CurrentRevision:
    """Which revision of an article is current: the article's number, the revision, and the checksum of its content."""

    number: int
    revision: int
    checksum: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as listed: its fields without the text, its current revision and how many passages it has."""

    id: str
    revision: int
    title: str
    published: str | None
    published_method: str | None
    published_confidence: float | None
    updated: str | None
    section: str
    outlet: str
    authors: tuple[str, ...]
    url: str | None
    language: str | None
    source: str | None
    fetched: str | None
    metadata: dict[str, Any]
    passages: int


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A current passage with the fields of its article that ranking and citing need; `day` is a day number, `copies`
    the number of its article's group of near copies, None when that is not known."""

    number: int
    passage: Passage
    title: str
    outlet: str
    url: str | None
    published: str | None
    day: int | None
    copies: int | None = None

    @property
    def voice(self) -> str:
        """Who speaks: the same for articles that are copies of each other."""
        return self.passage.article_id if self.copies is None else f"copies {self.copies}"


def content_checksum(article: Article) -> str:
    """A digest of everything that makes an article what it is: not when or from where it was read, nor how its date was
    found, nor what it says of its last change. Equal to that of format 1 for an article without a section."""
    content = [article.text, article.title, article.published, article.outlet, article.authors, article.url]
    content += [article.language, json.loads(metadata_json(article.metadata))]
    content += [article.section] if article.section else []
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def metadata_json(metadata: Mapping[str, Any]) -> str:
    """Metadata as it is stored; what JSON does not know becomes text."""
    return json.dumps(dict(metadata), ensure_ascii=False, default=str)


def digest_embedded(header: str, text: str) -> bytes:
    """What a vector depends on: equal texts under equal headers have equal vectors."""
    return hashlib.sha256(f"{header}\n{text}".encode()).digest()[:16]


def revision_values(article: Article, day: int | None) -> tuple[Any, ...]:
    """The columns of a revision from `title` to `metadata`, in their order."""
    return (
        article.title,
        article.published,
        day,
        article.published_method,
        article.published_confidence,
        article.updated,
        article.section,
        article.outlet,
        json.dumps(article.authors, ensure_ascii=False),
        article.url,
        article.language,
        article.source,
        article.fetched,
        metadata_json(article.metadata),
    )


def article_of(row: sqlite3.Row) -> Article:
    """The article of a revision's row; raises `DamagedArticleError` when the row cannot be read."""
    try:
        return Article(
            id=row["id"],
            text=row["text"],
            title=row["title"],
            published=row["published"],
            published_method=row["published_method"],
            published_confidence=row["published_confidence"],
            updated=row["updated"],
            section=row["section"],
            outlet=row["outlet"],
            authors=tuple(json.loads(row["authors"])),
            url=row["url"],
            language=row["language"],
            source=row["source"],
            fetched=row["fetched"],
            metadata=json.loads(row["metadata"]),
        )
    except (InvalidArticleError, ValueError, TypeError, AttributeError) as error:
        raise DamagedArticleError(f"article {row['id']!r} is damaged ({error}): remove it and add it again") from error


def sound_article_of(row: sqlite3.Row) -> Article:
    """The article of a revision's row; raises `DamagedArticleError` when it is not, letter for letter, what was put."""
    article = article_of(row)
    if content_checksum(article) != row["checksum"]:
        raise DamagedArticleError(
            f"article {article.id!r} is damaged (revision {row['revision']} is not what was stored): remove it and add "
            "it again"
        )
    return article


def read_stored_article(row: sqlite3.Row) -> StoredArticle:
    """The listed article of a row; raises `StorageError` when the row is damaged."""
    fields = {name: row[name] for name in StoredArticle.__slots__ if name not in ("authors", "metadata")}
    try:
        authors, metadata = tuple(json.loads(row["authors"])), json.loads(row["metadata"])
    except (ValueError, TypeError) as error:
        raise StorageError(f"article {row['id']!r} is damaged ({error}): remove it and add it again") from error
    return StoredArticle(**fields, authors=authors, metadata=metadata)


def read_found_passage(row: sqlite3.Row) -> FoundPassage | None:
    """The found passage of a row, or None when the row is damaged: it may not answer, but the others may."""
    try:
        if digest_embedded(row["header"], row["text"]) != row["embedded"]:
            raise InvalidArticleError("a passage is not what was stored")
        passage = Passage(
            id=passage_id(row["id"], row["revision"], row["ordinal"]),
            article_id=row["id"],
            revision=row["revision"],
            ordinal=row["ordinal"],
            start=row["start"],
            end=row["end"],
            text=row["text"],
            header=row["header"],
        )
    except (InvalidArticleError, TypeError, AttributeError) as error:
        log.warning("article %r is damaged (%s): run `pressmark check`", row["id"], error)
        return None
    fields = {name: row[name] for name in ("number", "title", "outlet", "url", "published", "day", "copies")}
    return FoundPassage(passage=passage, **fields)
