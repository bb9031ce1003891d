"""The whole way of an article into a library, in one function."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from corpus.article import Article, PassageDraft
from corpus.embedding import Embedder, Vectors
from corpus.errors import CorpusError, DamagedArticleError, InvalidArticleError, StorageError
from corpus.following import Visit
from ingest.articles import Register, Shelf
from ingest.cluster import ClusterError, Crew
from ingest.cutting import Cutter
from ingest.dates import AS_WRITTEN
from ingest.errors import IngestError, IngestInterrupted, SameArticleError, SkippedError
from ingest.pages import WITHHELD
from ingest.passages import PassageSettings
from ingest.raw import RawDocument
from ingest.report import Passed, Problem, Progress, Report, Tally
from ingest.run_record import RunRecord
from ingest.source import Gone, Item, Reading
from ingest.sources import FileBelow, raw_documents, survey
from ingest.visiting import Memory, Web, WebSettings
from ingest.worker import Worker

BATCH_PASSAGES = 512
"""Passages that are embedded together: enough to sort them by length, and a second's work at most."""
LONGEST_WAIT = 30.0
"""Seconds that an article from the web waits for others: a kill costs no more than that."""

Cut = tuple[RawDocument, Article, Sequence[PassageDraft]]


class Stored(Protocol):
    """What a library answers when it took an article: "added", "updated", "unchanged", or "copy" of another."""

    @property
    def kind(self) -> str: ...


class TargetLibrary(Shelf, Memory, Protocol):
    """What ingest asks of a library; `corpus.Library` is one, and so is the fake of the tests."""

    @property
    def embedder(self) -> Embedder: ...
    def require_passages(self, settings: str, /) -> None: ...
    def holds(self, article: Article, /) -> bool: ...
    def was_superseded(self, article: Article, /) -> bool: ...
    def keep_copy(self, article: Article, /) -> Stored | None: ...
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
    sources: Sequence[str | Path | FileBelow],
    progress: Callable[[Progress], None] | None = None,
    stdin: BinaryIO | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    settings: PassageSettings | None = None,
    web: WebSettings | None = None,
    now: Callable[[], datetime] = utc_now,
    crew: Crew | None = None,
) -> Report:
    """Add what the sources hold to a library, and report what became of each article.

        sources → raw documents → extracts → articles → those not held yet → passages → vectors → library

    What the library holds already is left alone, so that running again adds what is missing; of an article whose text
    it holds under another address only that address is kept. An article that cannot be read is reported and the rest go
    in; a library that cannot store any more ends the run, and the report says so. On Ctrl-C what has been read is still
    stored (unless interrupted again), and `IngestInterrupted` carries the report.
    Addresses of the web are fetched as `web` says; the library keeps a record of the run.
    `columns` says for tables which column holds which field of an article ({"text": "body"}).
    A `crew` reads and cuts documents ahead; `ingest_on_cluster` brings one.
    """
    found = survey(sources)
    tally = Tally(found.total_bytes, progress)
    tally.failed += found.failed
    tally.skipped += found.skipped
    settings = settings or PassageSettings()
    with (
        Worker() as worker,
        Web(library, worker, web or WebSettings(), now, lambda url: tally.reading(url, 0)) as asked,
    ):
        tally.pages = asked.counts
        batch = Batch(library, tally, asked, crew.batch_passages if crew else BATCH_PASSAGES)
        record = RunRecord(library, sources, now)
        try:
            library.require_passages(settings.describe())
            record.start()
            register = Register(library)
            reading = Reading(stdin or sys.stdin.buffer, asked, columns or {})
            cutter = Cutter(worker, library.embedder, settings, now)
            cutter = crew.cutter(cutter) if crew else cutter
            for raw in _counted(cutter.ahead(raw_documents(found, reading.stdin, reading)), tally, batch):
                try:
                    article, drafts = cutter.prepare(raw)
                    article = register.identified(article, raw)
                    _require_wanted(article, raw, asked)
                    article = register.settle(article, raw)
                    if library.holds(article) or (not raw.url and library.was_superseded(article)):
                        tally.stored("unchanged", 0)
                        batch.note(raw, article)
                    elif copy := library.keep_copy(article):
                        tally.stored(copy.kind, 0)
                        batch.note(raw, article)
                    else:
                        batch.add(raw, article, drafts or cutter.cut(article))
                except ClusterError:
                    raise  # it concerns every document, not this one
                except (IngestError, InvalidArticleError, DamagedArticleError) as error:
                    _note(tally, raw, error)
                    batch.note(raw, article if isinstance(error, SameArticleError) else None)
            batch.store()
        except KeyboardInterrupt:
            batch.store_the_rest()
            record.end(tally, "interrupted")
            raise IngestInterrupted(tally.report()) from None
        except StorageError as error:
            tally.stopped = f"the library cannot be written: {error}. {batch.left_words()}"
        record.end(tally)
    return tally.report()


def _require_wanted(article: Article, raw: RawDocument, web: Web) -> None:
    """An article that was removed comes back when its page is named, not because a feed, a sitemap or a site has it."""
    if raw.visit and web.is_withheld(article.url):
        if not web.is_named(raw.source):
            raise SkippedError(WITHHELD)
        web.readmit(article.url or "")


def _counted(items: Iterator[Item], tally: Tally, batch: Batch) -> Iterator[RawDocument]:
    """The raw documents, while what else a source tells goes to the report and to the library's memory."""
    for item in items:
        match item:
            case RawDocument():
                tally.reading(item.where, item.done_bytes)
                yield item
            case Gone():
                tally.gone.append(item.problem)
                batch.after(item.visit)
            case Visit():
                batch.after(item)
            case Passed():
                tally.skipped.append(item)
            case _:
                tally.failed.append(item)


def _note(tally: Tally, raw: RawDocument, error: Exception) -> None:
    problems = tally.skipped if isinstance(error, SkippedError) else tally.failed
    problems.append(Problem(raw.where, raw.line, str(error)))


def _why_undated(article: Article) -> str:
    written = article.metadata.get(AS_WRITTEN)
    return f"the date “{written}” cannot be read, or means two days" if written else "no date was found"


def ingest_on_cluster(library: CrewedLibrary, address: str, sources: Sequence[str | Path], **options: Any) -> Report:
    """`ingest`, while the workers of a Ray cluster read and cut the documents and embed the passages."""
    embedder = library.embedder
    with Crew(address, embedder) as crew:
        library.embedder = crew.embedder
        try:
            return ingest(library, sources, crew=crew, **options)
        finally:
            library.embedder = embedder


class Batch:
    """Articles that are cut and wait for their vectors; embedding many passages together is much faster."""

    def __init__(self, library: TargetLibrary, tally: Tally, web: Web, size: int = BATCH_PASSAGES) -> None:
        self._library = library
        self._size = size
        self._tally = tally
        self._web = web
        self._notes: list[Visit | tuple[Visit, Article | None]] = []
        self._oldest = 0.0
        self._waiting: list[Cut] = []
        self._held: set[str] = set()
        self._passages = 0

    def add(self, raw: RawDocument, article: Article, drafts: Sequence[PassageDraft]) -> None:
        """Let an article wait, and store all when they are enough."""
        if not self._waiting:
            self._oldest = time.monotonic()
        if self._library.has_id(article.id):
            self._held.add(article.id)
        self._waiting.append((raw, article, drafts))
        self._passages += len(drafts)
        self._tally.cut += len(drafts)
        if self._passages >= self._size or (raw.visit and time.monotonic() - self._oldest > LONGEST_WAIT):
            self.store()

    def note(self, raw: RawDocument, article: Article | None) -> None:
        """Remember the visit to a page whose article is in the library or waits to be, or that has none."""
        if raw.visit:
            self.after((raw.visit, article))

    def after(self, visit: Visit | tuple[Visit, Article | None]) -> None:
        """Remember a visit (and what article it led to) as soon as everything read before it is in the library."""
        self._notes.append(visit)
        if not self._waiting or time.monotonic() - self._oldest > LONGEST_WAIT:
            self.store()

    def store(self) -> None:
        """Embed and store what waits, and remember visits then; raises `StorageError` when that fails."""
        self._store_articles()
        while self._notes:
            self._remember(self._notes[0])
            del self._notes[0]

    def _remember(self, note: Visit | tuple[Visit, Article | None]) -> None:
        if not isinstance(note, Visit):
            visit, article = note
            if article and not self._library.has_id(article.id):  # it may be held as another one
                article = self._library.find(article.url or article.id)
            note = self._web.settled(visit, article)
        if self._web.is_withheld(note.url):
            return  # removed meanwhile: nothing readable of it may stay
        self._library.following.note_visit(note)

    def _store_articles(self) -> None:
        if not self._waiting:
            return
        self._tally.embedding = 0
        pairs = [(article, drafts) for _, article, drafts in self._waiting]
        for vectors in self._library.vectors_for(pairs, self._tally.embedded):
            raw, article, drafts = self._waiting[0]
            try:
                self._require_still_wanted(article, raw)
            except SkippedError as error:
                self._take_first()
                _note(self._tally, raw, error)
                continue
            try:
                change = self._library.put(article, drafts, vectors)
            except StorageError as error:
                self._take_first()
                self._tally.failed.append(Problem(raw.where, raw.line, f"could not be stored: {error}"))
                raise
            # Taken off only now: after Ctrl-C it is put again, which changes nothing if it was stored already.
            self._take_first()
            self._tally.stored(change.kind, 0 if change.kind == "copy" else len(drafts))
            if change.kind in ("added", "updated") and article.published is None:
                self._tally.undated.append(Problem(raw.where, raw.line, _why_undated(article)))
            if raw.visit:
                self._remember((raw.visit, article))

    def _require_still_wanted(self, article: Article, raw: RawDocument) -> None:
        """Somebody may have removed the article while this revision of it waited: it does not come back."""
        if article.id in self._held and not self._library.has_id(article.id):
            raise SkippedError("was removed from the library meanwhile")
        _require_wanted(article, raw, self._web)

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
