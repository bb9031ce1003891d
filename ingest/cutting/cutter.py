"""Raw documents → articles and their passages, one document after another in this process.

`ingest.workers.cluster` has a cutter that lets workers do the same ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from corpus import Article, Embedder, PassageDraft
from ingest.cutting.articles import Reader, article_of, extract_of
from ingest.cutting.passages import PassageSettings, passages_of
from ingest.errors import SourceError
from ingest.raw import RawDocument

Item = TypeVar("Item")


class Prepared(NamedTuple):
    """An article with the id that it proposes, and its passages where they have been cut already."""

    article: Article
    drafts: Sequence[PassageDraft] | None = None


class Cutter:
    """Reads and cuts with a worker, a library's embedder (for its tokens) and the settings of a run."""

    def __init__(
        self, reader: Reader, embedder: Embedder, settings: PassageSettings, now: Callable[[], datetime]
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self.settings = settings
        self.now = now

    def ahead(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items in their order; whoever can work ahead begins with those that come next."""
        yield from items

    def prepare(self, raw: RawDocument) -> Prepared:
        """The article of a raw document, not cut yet: most of a second run's articles need not be.

        Raises `SourceError`, `NotAnArticleError` or `InvalidArticleError` with the reason.
        """
        return Prepared(article_of(raw, extract_of(raw, self._reader), self.now()))

    def cut(self, article: Article) -> list[PassageDraft]:
        """The passages of an article; raises `SourceError` when it has no words."""
        drafts = passages_of(article, self._embedder, self.settings)
        if not drafts:
            raise SourceError("the text has no words")
        return drafts
