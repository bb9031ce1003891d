"""A library: a folder on disk with articles, their passages, and two indexes over them.

    put ──► Store (one commit: the acknowledgement) ──► DenseIndex follows
    search ──► numbers of passages ──► Store says which are current ──► passages that may answer

The folder holds `store.db` (the truth), `index/<generation>/` (Chroma, derived) and `owner.lock`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
from filelock import FileLock

from corpus.article import Article, PassageDraft, day_number
from corpus.embedding.encoder import Embedder, SentenceEmbedder, Vectors
from corpus.errors import IndexMismatchError, StorageError
from corpus.guest import GuestIndex, GuestStore
from corpus.health import mend, problems
from corpus.index.dense import DenseIndex
from corpus.index.search import search_dense, search_lexical
from corpus.index.server_address import check_address
from corpus.owner import INDEX, PARTS, STORE, release, require, take
from corpus.store.articles import Store
from corpus.store.contents import StoredContents
from corpus.store.following import Following
from corpus.store.passage_vectors import embed_passages
from corpus.store.removal import Removed, Selected, Selection, resolve_selection
from corpus.store.statistics import LibraryStats, count_library, digest_content
from corpus.store.stored import Change, content_checksum
from corpus.window import Window


class Library(StoredContents):
    """One folder, one owner at a time, and guests who read beside it; safe to use from several threads."""

    def __init__(self, folder: Path, embedder: Embedder, lock: FileLock | None, chroma: str | None = None) -> None:
        """Use `Library.open`."""
        self.folder = folder
        self.embedder = embedder
        self._lock = lock
        self._version = 0
        self._stats: tuple[object, LibraryStats] | None = None
        self._store = Store(folder / STORE) if lock else GuestStore(folder / STORE)
        self.following = Following(self._store)
        self._index: DenseIndex | GuestIndex
        try:
            self._require(embedding_model=embedder.name, embedding_weights=embedder.weights_sha256)
            if isinstance(self._store, GuestStore):
                self._index = GuestIndex(self._store)
            else:
                self._index = DenseIndex(self._store, folder / INDEX, chroma)
        except BaseException:
            self._store.close()
            raise

    @classmethod
    def open(
        cls,
        folder: Path | str,
        *,
        embedder: Embedder | None = None,
        create: bool = True,
        reading: bool = False,
        chroma: str | None = None,
    ) -> Library:
        """Open a library, or make one in an empty or missing folder when `create` says so.

        With `reading` it is opened as a guest: beside its owner, or where the folder may not be written. A guest sees
        what the owner commits, and is refused every change with a `StorageError`. `chroma` is the address of a Chroma
        server that holds the dense index, such as http://127.0.0.1:8000, instead of the library's folder.

        Raises `NotALibraryError` when the folder is something else or from a newer version, `LibraryBusyError` when
        another process has it open, `IndexMismatchError` when it was indexed with another model, `StorageError` when
        the disk refuses.
        """
        folder, server = Path(folder).expanduser().absolute(), check_address(chroma)
        if reading:
            require(folder)
            return cls(folder, embedder or SentenceEmbedder(), None)
        lock = take(folder, create)
        try:
            for name in PARTS:  # what a restoring left that was killed
                (folder / name).unlink(missing_ok=True)
            return cls(folder, embedder or SentenceEmbedder(), lock, server)
        except BaseException:
            release(folder, lock)
            raise

    def close(self) -> None:
        """Bring the index up to date, close the files and let the next owner in; closing again does nothing."""
        if self._lock and not self._lock.is_locked:
            return
        try:
            self._index.close()
        finally:
            self._store.close()
            if self._lock:
                release(self.folder, self._lock)

    @property
    def is_guest(self) -> bool:
        """Whether it was opened to read only, beside its owner."""
        return self._lock is None

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- settings -----------------------------------------------------------------------------------------------------

    def _require(self, **settings: str) -> None:
        """Record settings in a new library; raises `IndexMismatchError` when an old one was made with others."""
        for key, value in settings.items():
            recorded = self._store.meta(key)
            if recorded is None:
                self._store.set_meta(**{key: value})
                self._version += 1
            elif recorded != value:
                what = key.replace("_", " ")
                raise IndexMismatchError(
                    f"this library was indexed with {what} {recorded!r}, not {value!r}: use that, or make a new "
                    f"library with `pressmark ingest --library NEW-FOLDER SOURCE`"
                )

    def require_passages(self, settings: str) -> None:
        """Record how passages are cut; raises `IndexMismatchError` when the library holds another kind."""
        self._require(passages=settings)

    # -- articles in and out ------------------------------------------------------------------------------------------

    def vectors_for(
        self, cut: Sequence[tuple[Article, Sequence[PassageDraft]]], done: Callable[[int], None] | None = None
    ) -> list[Vectors]:
        """The vectors of each article's passages, shape (passages, dimension); what has not changed is reused.

        Passages of all the articles are embedded together, by length; `done` is told how many have been.
        """
        return embed_passages(self._store.vectors, self.embedder, cut, done)

    def put(self, article: Article, drafts: Sequence[PassageDraft], vectors: Vectors | None = None) -> Change:
        """Add an article, or make it the current revision of the one with its id, in one transaction.

        When this returns the article is in, whatever happens next. An article that is held already is left alone; of
        one whose text is held under another id only the address is kept (`keep_copy`).
        Raises `StorageError` when the disk refuses: then nothing has changed.
        """
        current = self._store.current(article.id)
        if current and current.checksum == content_checksum(article):
            return Change("unchanged", current.revision)
        if vectors is None:
            vectors = self.vectors_for([(article, drafts)])[0]
        day = day_number(article.published)
        with self._changing():
            change = self._store.put(article, drafts, vectors)
            if change.kind in ("added", "updated"):
                self._index.change(change.added, vectors, [day] * len(vectors), change.dropped)
        return change

    def keep_copy(self, article: Article) -> Change | None:
        """When an article under another id holds this very text, keep this address beside its own, and say which it is.

        None when the text is not held, is too short to tell, or the article itself is in the library: then it can be
        put. What is held keeps its own title, date and outlet.
        """
        return self._store.keep_copy(article)

    def select(self, selection: Selection) -> Selected:
        """Which articles a selection means; nothing is changed."""
        return resolve_selection(self._store, selection)

    def remove(
        self, *article_ids: str, places: Sequence[str] = (), withhold: bool = True, outlet: str | None = None
    ) -> Removed:
        """Take articles out with all their revisions, from every file; raises `UnknownArticleError`, then none is.

        `places` are addresses at which the texts of articles that stay were found too. With `withhold`, no followed
        source brings any of these addresses back (with an `outlet`, only those at that one).
        """
        if not article_ids and not places:
            return Removed()
        with self._changing():
            removed = self._store.remove(article_ids, places=places, withhold=withhold, outlet=outlet)
            if removed.dropped:
                self._index.erase(removed.dropped)
        return removed

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Around a change of the store: what was derived from it before does not count any more."""
        try:
            with self._index.following():
                yield
        finally:
            self._version += 1

    # -- search -------------------------------------------------------------------------------------------------------

    def search_dense(self, vector: npt.NDArray[np.float32], limit: int, window: Window) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, cosine), best first."""
        return search_dense(self._store, self._index, vector, limit, window)

    def search_lexical(
        self, words: Iterable[str], limit: int, window: Window, header_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, BM25 score), best first, for any of the words."""
        return search_lexical(self._store, words, limit, window, header_weight)

    # -- health -------------------------------------------------------------------------------------------------------

    def stats(self) -> LibraryStats:
        """How much is in the library; counted once after every change."""
        version: object = self._store.data_version() if isinstance(self._store, GuestStore) else self._version
        known = self._stats
        if known is None or known[0] != version:
            known = self._stats = version, count_library(self._store)
        return known[1]

    def fingerprint(self) -> str:
        """A digest of the articles, how they are cut and what embeds them: equal for equal libraries."""
        return digest_content(self._store)

    def index_state(self) -> str:
        """ "ready", or "rebuilding" while exact search stands in for the index."""
        return self._index.state

    def wait_for_index(self, seconds: float | None = None) -> bool:
        """Wait for a rebuilding to end; whether the index answers now."""
        return self._index.wait(seconds)

    def check(self) -> list[str]:
        """What is wrong with the library, in words; empty when all is well."""
        return problems(self._store, self._require_owned_index("checked"))

    def repair(self) -> list[str]:
        """Mend what can be mended from the texts; says in words what was done."""
        return mend(self._store, self._require_owned_index("repaired"), self.embedder)

    def _require_owned_index(self, what: str) -> DenseIndex:
        if isinstance(self._index, GuestIndex):
            raise StorageError(f"the library {self.folder} was opened to read only: it can be {what} only by its owner")
        return self._index
