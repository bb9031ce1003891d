"""Deterministic stand-ins for the embedding model and the library, which can be told to fail."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np

from corpus import (
    Article,
    IndexMismatchError,
    PassageDraft,
    StorageError,
    Tokens,
    UnknownArticleError,
    Vectors,
    Visit,
    normal_address,
)
from corpus.text.copies import digest_of, signature_of
from ingest import Response

WORD = re.compile(r"\w+|[^\w\s]")


class FakeEmbedder:
    """Words are tokens; a text's vector counts its words, hashed into `dimension` places: like texts are near."""

    name = "fake"
    weights_sha256 = "0" * 64

    def __init__(self, dimension: int = 64, max_tokens: int = 254) -> None:
        self.dimension = dimension
        self.max_tokens = max_tokens
        self.texts_tokenized = 0
        self.texts_embedded = 0

    def tokenize(self, text: str) -> Tokens:
        self.texts_tokenized += 1
        words = list(WORD.finditer(text))
        return Tokens(
            np.array([zlib.crc32(word[0].lower().encode()) % 30_000 for word in words], np.int32),
            np.array([word.start() for word in words], np.int32),
            np.array([word.end() for word in words], np.int32),
        )

    def embed_tokens(self, tokens: Sequence[Tokens], done: Callable[[int], None] | None = None) -> Vectors:
        vectors = np.zeros((len(tokens), self.dimension), np.float32)
        for vector, text in zip(vectors, tokens, strict=True):
            assert len(text) <= self.max_tokens, "a passage is longer than the model reads"
            np.add.at(vector, text.ids % self.dimension, 1.0)
            vector /= np.linalg.norm(vector) or 1.0
            if done:
                done(1)
        self.texts_embedded += len(tokens)
        return vectors

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embed_tokens([self.tokenize(text)[: self.max_tokens] for text in texts])


@dataclass(frozen=True)
class FakeChange:
    kind: str
    revision: int


class FakeFollowing:
    """What a library in memory remembers of runs and of the web."""

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.records: list[dict[str, Any]] = []
        self.withheld: set[str] = set()

    def visit(self, url: str) -> Visit | None:
        return self.visits.get(normal_address(url))

    def visit_of(self, article_id: str) -> Visit | None:
        return next((visit for visit in self.visits.values() if visit.article_id == article_id), None)

    def due(self, found_in: str, now: str, limit: int) -> list[Visit]:
        known = (visit for visit in self.visits.values() if visit.found_in == found_in)
        return sorted((visit for visit in known if visit.due and visit.due <= now), key=lambda v: v.due or "")[:limit]

    def note_visit(self, visit: Visit) -> None:
        self.visits[normal_address(visit.url)] = visit

    def start_run(self, sources: Sequence[str], started: str) -> int:
        self.records.append({"sources": list(sources), "started": started})
        return len(self.records)

    def end_run(self, number: int, ended: str, report: Mapping[str, Any]) -> None:
        self.records[number - 1] |= {"ended": ended, "report": dict(report)}

    def is_withheld(self, url: str) -> bool:
        return url in self.withheld

    def readmit(self, url: str) -> None:
        self.withheld.discard(url)


_digest, _normal = cache(digest_of), cache(normal_address)  # every article is compared with every other


@dataclass
class FakeLibrary:
    """A library in memory. `before_put` runs before an article is stored and may raise; so may `fail_after` puts."""

    embedder: Any = field(default_factory=FakeEmbedder)
    fail_after: int | None = None
    before_put: Callable[[Article], None] | None = None
    contents: dict[str, tuple[Article, int, Sequence[PassageDraft]]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    place_addresses: dict[str, str] = field(default_factory=dict)
    place_sources: set[str | None] = field(default_factory=set)
    puts: int = 0
    passages: str | None = None
    following: Any = field(default_factory=lambda: FakeFollowing())

    def require_passages(self, settings: str) -> None:
        if self.passages not in (None, settings):
            raise IndexMismatchError(f"passages {self.passages!r}, not {settings!r}")
        self.passages = settings

    def put(self, article: Article, drafts: Sequence[PassageDraft], vectors: Vectors | None = None) -> FakeChange:
        if self.fail_after is not None and self.puts >= self.fail_after:
            raise StorageError("the disk is full")
        if self.before_put:
            self.before_put(article)
        assert vectors is None or len(vectors) == len(drafts)
        if copy := self.keep_copy(article):
            return copy
        self.puts += 1
        held = self.contents.get(article.id)
        revision = held[1] + 1 if held else 1
        self.contents[article.id] = (article, revision, tuple(drafts))
        return FakeChange("updated" if held else "added", revision)

    def vectors_for(
        self,
        articles_drafts: Sequence[tuple[Article, Sequence[PassageDraft]]],
        done: Callable[[int], None] | None = None,
    ) -> list[Vectors]:
        return [self.embedder.embed_tokens([draft.tokens for draft in drafts], done) for _, drafts in articles_drafts]

    def holds(self, article: Article) -> bool:
        held = self.contents.get(article.id)
        return held is not None and _content(held[0]) == _content(article)

    def was_superseded(self, article: Article) -> bool:
        return False

    def is_stale_place(self, url: str) -> bool:
        return False

    def keep_copy(self, article: Article) -> FakeChange | None:
        same = [held for held, _, _ in self.contents.values() if _digest(held.text) == _digest(article.text)]
        if not same or article.id in self.contents or not signature_of(article.text).bands:
            return None
        kind = "unchanged" if article.id in self.places else "copy"
        self.places[article.id] = same[0].id
        self.place_sources.add(article.source)
        if article.url:
            self.place_addresses[normal_address(article.url)] = same[0].id
        return FakeChange(kind, 1)

    def is_other_place(self, url: str) -> bool:
        return normal_address(url) in self.place_addresses

    def held_under(self, url: str) -> tuple[str, str] | None:
        held = [one for one, _, _ in self.contents.values() if one.url and _normal(one.url) == _normal(url)]
        return (held[0].id, held[0].url or "") if held else None

    def has_id(self, article_id: str) -> bool:
        return article_id in self.contents

    def find(self, url_or_id: str) -> Article | None:
        held = self.held_under(url_or_id)
        other = self.places.get(url_or_id) or self.place_addresses.get(normal_address(url_or_id))
        named = (url_or_id, held[0] if held else None, other)
        return next((self.contents[name][0] for name in named if name in self.contents), None)

    def get(self, article_id: str) -> Article:
        if article_id not in self.contents:
            raise UnknownArticleError(f"no article {article_id!r}")
        return self.contents[article_id][0]

    def all(self) -> list[Article]:
        """The articles in the order in which they came."""
        return [article for article, _, _ in self.contents.values()]


def _content(article: Article) -> Article:
    """An article without what says when and where it was read, how its date was found, and when it was changed."""
    return replace(article, fetched=None, source=None, published_method=None, published_confidence=None, updated=None)


class FakeFetcher:
    """A web of a few addresses: each answers with content (and its type), a status, or an error that is raised."""

    def __init__(self, **settings: Any) -> None:
        self.answers: dict[str, tuple[bytes, str] | int | Exception] = {}
        self.named_sitemaps: tuple[str, ...] = ()
        self.redirects: dict[str, str] = {}
        self.asked: list[str] = []
        self.conditional: list[str] = []
        self.closed = 0

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response:
        self.asked.append(url)
        answer = self.answers.get(self.redirects.get(url, url), 404)
        if isinstance(answer, Exception):
            raise answer
        content, content_type = (b"", "") if isinstance(answer, int) else answer
        status = answer if isinstance(answer, int) else 200
        tag = f'"{zlib.crc32(content)}"' if content else None
        if etag:
            self.conditional.append(url)
        if etag and etag == tag:
            status, content = 304, b""
        return Response(url, self.redirects.get(url, url), status, content, content_type, None, tag, None)

    def sitemaps(self, url: str) -> tuple[str, ...]:
        return self.named_sitemaps

    def close(self) -> None:
        self.closed += 1

    def page(self, url: str, content: str | bytes, content_type: str = "text/html") -> None:
        self.answers[url] = (content.encode() if isinstance(content, str) else content, content_type)
