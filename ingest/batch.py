"""ingest.batch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from corpus.article import Article, PassageDraft
from corpus.embedding.encoder import Embedder, Vectors
from corpus.errors import CorpusError, StorageError
from corpus.store.following import Visit
from ingest.cutting.articles import Shelf
from ingest.errors import SkippedError
from ingest.extraction.dates import AS_WRITTEN
from ingest.raw import RawDocument
from ingest.report import Problem, Tally
from ingest.web.pages import WITHHELD
from ingest.web.visiting import Memory, Web

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


def require_wanted(article: Article, raw: RawDocument, web: Web) -> None:
    """An article that was removed comes back when its page is named, not because a feed, a sitemap or a site has it."""
    if raw.visit and web.is_withheld(article.url):
        if not web.is_named(raw.source):
            raise SkippedError(WITHHELD)
        web.readmit(article.url or "")


def note_problem(tally: Tally, raw: RawDocument, error: Exception) -> None:
    """Count a document as skipped or as failed, with the reason."""
    problems = tally.skipped if isinstance(error, SkippedError) else tally.failed
    problems.append(Problem(raw.where, raw.line, str(error)))


def _why_undated(article: Article) -> str:
    written = article.metadata.get(AS_WRITTEN)
    return f"the date “{written}” cannot be read, or means two days" if written else "no date was found"


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
                note_problem(self._tally, raw, error)
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
        require_wanted(article, raw, self._web)

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
