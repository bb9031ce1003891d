"""The whole way of an article into a library, in one function."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from corpus.article import Article, PassageDraft
from corpus.embedding import Embedder, Vectors
from corpus.errors import CorpusError, InvalidArticleError, StorageError
from ingest.articles import Register, Shelf, article_of, extract_of
from ingest.cluster import Crew
from ingest.errors import IngestError, IngestInterrupted, SkippedError, SourceError
from ingest.passages import PassageSettings, passages_of
from ingest.raw import RawDocument
from ingest.report import Problem, Progress, Report, Tally
from ingest.sources import raw_documents, survey
from ingest.worker import Worker

BATCH_PASSAGES = 512
"""Passages that are embedded together: enough to sort them by length, and a second's work at most."""

Cut = tuple[RawDocument, Article, list[PassageDraft]]


class Stored(Protocol):
    """What a library answers when it took an article: "added", "updated" or "unchanged"."""

    @property
    def kind(self) -> str: ...


class TargetLibrary(Shelf, Protocol):
    """What ingest asks of a library; `corpus.Library` is one, and so is the fake of the tests."""

    @property
    def embedder(self) -> Embedder: ...
    def require_passages(self, settings: str, /) -> None: ...
    def holds(self, article: Article, /) -> bool: ...
    def vectors_for(
        self,
        articles_drafts: Sequence[tuple[Article, Sequence[PassageDraft]]],
        done: Callable[[int], None] | None = None,
        /,
    ) -> list[Vectors]: ...
    def put(self, article: Article, drafts: Sequence[PassageDraft], vectors: Vectors | None = None, /) -> Stored: ...


class CrewedLibrary(TargetLibrary, Protocol):
    """A library whose embedder can be exchanged for a while."""

    embedder: Embedder


def utc_now() -> datetime:
    """The time of reading."""
    return datetime.now(UTC)


def ingest(
    library: TargetLibrary,
    sources: Sequence[str | Path],
    progress: Callable[[Progress], None] | None = None,
    stdin: BinaryIO | None = None,
    *,
    settings: PassageSettings | None = None,
    now: Callable[[], datetime] = utc_now,
    crew: Crew | None = None,
) -> Report:
    """Add what the sources hold to a library, and report what became of each article.

        sources → raw documents → extracts → articles → those not held yet → passages → vectors → library

    What the library holds already is left alone, so that running again adds what is missing. An article that cannot be
    read is reported and the rest go in; a library that cannot store any more ends the run, and the report says so. On
    Ctrl-C what has been read is still stored (unless interrupted again), and `IngestInterrupted` carries the report.
    A `crew` reads documents ahead; `ingest_on_cluster` brings one.
    """
    found = survey(sources)
    tally = Tally(found.total_bytes, progress)
    tally.failed += found.failed
    tally.skipped += found.skipped
    batch = Batch(library, tally, crew.batch_passages if crew else BATCH_PASSAGES)
    settings = settings or PassageSettings()
    try:
        library.require_passages(settings.describe())
        with nullcontext(crew) if crew else Worker() as worker:
            register = Register(library)
            documents = raw_documents(found, stdin or sys.stdin.buffer)
            for raw in _counted(crew.ahead(documents) if crew else documents, tally):
                try:
                    article = register.settle(article_of(raw, extract_of(raw, worker), now()), raw)
                    if library.holds(article):
                        tally.stored("unchanged", 0)
                        continue
                    batch.add(raw, article, _passages(article, library.embedder, settings))
                except (IngestError, InvalidArticleError) as error:
                    _note(tally, raw, error)
            batch.store()
    except KeyboardInterrupt:
        batch.store_the_rest()
        raise IngestInterrupted(tally.report()) from None
    except StorageError as error:
        tally.stopped = f"the library cannot be written: {error}. {batch.left_words()}"
    return tally.report()


def _counted(documents: Iterator[RawDocument | Problem], tally: Tally) -> Iterator[RawDocument]:
    """The raw documents, while problems go to the report."""
    for document in documents:
        if isinstance(document, Problem):
            tally.failed.append(document)
        else:
            tally.reading(document.where, document.done_bytes)
            yield document


def _passages(article: Article, embedder: Embedder, settings: PassageSettings) -> list[PassageDraft]:
    drafts = passages_of(article, embedder, settings)
    if not drafts:
        raise SourceError("the text has no words")
    return drafts


def _note(tally: Tally, raw: RawDocument, error: Exception) -> None:
    problems = tally.skipped if isinstance(error, SkippedError) else tally.failed
    problems.append(Problem(raw.where, raw.line, str(error)))


def ingest_on_cluster(library: CrewedLibrary, address: str, sources: Sequence[str | Path], **options: Any) -> Report:
    """`ingest`, while the workers of a Ray cluster read the documents and embed the passages."""
    embedder = library.embedder
    with Crew(address, embedder) as crew:
        library.embedder = crew.embedder
        try:
            return ingest(library, sources, crew=crew, **options)
        finally:
            library.embedder = embedder


class Batch:
    """Articles that are cut and wait for their vectors; embedding many passages together is much faster."""

    def __init__(self, library: TargetLibrary, tally: Tally, size: int = BATCH_PASSAGES) -> None:
        self._library = library
        self._size = size
        self._tally = tally
        self._waiting: list[Cut] = []
        self._passages = 0

    def add(self, raw: RawDocument, article: Article, drafts: list[PassageDraft]) -> None:
        """Let an article wait, and store all when they are enough."""
        self._waiting.append((raw, article, drafts))
        self._passages += len(drafts)
        self._tally.cut += len(drafts)
        if self._passages >= self._size:
            self.store()

    def store(self) -> None:
        """Embed and store what waits, an article at a time; raises `StorageError` when that fails."""
        if not self._waiting:
            return
        self._tally.embedding = 0
        pairs = [(article, drafts) for _, article, drafts in self._waiting]
        for vectors in self._library.vectors_for(pairs, self._tally.embedded):
            raw, article, drafts = self._waiting[0]
            try:
                change = self._library.put(article, drafts, vectors)
            except StorageError as error:
                self._take_first()
                self._tally.failed.append(Problem(raw.where, raw.line, f"could not be stored: {error}"))
                raise
            # Taken off only now: after Ctrl-C it is put again, which changes nothing if it was stored already.
            self._take_first()
            self._tally.stored(change.kind, len(drafts))

    def _take_first(self) -> None:
        self._passages -= len(self._waiting.pop(0)[2])

    def store_the_rest(self) -> None:
        """After Ctrl-C: store what has been read; a second Ctrl-C or a failing library gives it up."""
        try:
            self.store()
        except (KeyboardInterrupt, CorpusError) as error:
            self._tally.stopped = f"{self.left_words()} {error}".strip()

    def left_words(self) -> str:
        """What became of the rest, and what to do."""
        left = f"{len(self._waiting):,} more articles that had been read were not stored. " if self._waiting else ""
        return f"{left}What was reported as added is there; run the same command again to add the rest."
