"""A library: a folder on disk with articles, their passages, and two indexes over them.

    put ──► Store (one commit: the acknowledgement) ──► DenseIndex follows
    search ──► numbers of passages ──► Store says which are current ──► passages that may answer

The folder holds `store.db` (the truth), `index/<generation>/` (Chroma, derived) and `owner.lock`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
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
from corpus.index.exact import nearest
from corpus.index.served import check_address
from corpus.owner import INDEX, PARTS, STORE, release, require, take
from corpus.store.articles import Store
from corpus.store.copy_groups import Place
from corpus.store.counting import CountedArticle, list_counted_articles
from corpus.store.following import Following
from corpus.store.removal import Removed, Selected, Selection, resolve_selection
from corpus.store.revisions import Revision, list_rewordings, revisions_of
from corpus.store.stored import Change, FoundPassage, StoredArticle, content_checksum, digest_embedded
from corpus.window import Window

NARROW = 10_000
"""A window with at most this many passages is searched exactly, vector by vector; a wider one through the index."""
_CURRENT_DAYS = (
    "revisions r INDEXED BY revisions_by_day CROSS JOIN articles a ON r.article = a.number AND r.revision = a.revision"
)
"""Days and outlets of the current revisions, read from the index alone: texts are long."""
SPARE = 16
"""How many more than asked for the index is asked for: its nearness is rounded, and ours decides."""


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """How much is in a library. Dates are ISO 8601 or None; `fingerprint` changes when the content does.

    `outlets` are names with their articles, most first; an outlet that only has copies of others' articles counts 0.
    """

    articles: int
    passages: int
    outlets: tuple[tuple[str, int], ...]
    first_published: str | None
    last_published: str | None
    fingerprint: str


class Library:
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

    def holds(self, article: Article) -> bool:
        """Whether the current revision of this article is equal to it, whenever and wherever it was read."""
        current = self._store.current(article.id)
        return current is not None and current.checksum == content_checksum(article)

    def has_id(self, article_id: str) -> bool:
        """Whether an article of this id is in the library."""
        return self._store.current(article_id) is not None

    def vectors_for(
        self, cut: Sequence[tuple[Article, Sequence[PassageDraft]]], done: Callable[[int], None] | None = None
    ) -> list[Vectors]:
        """The vectors of each article's passages, shape (passages, dimension); what has not changed is reused.

        Passages of all the articles are embedded together, by length; `done` is told how many have been.
        """
        if not cut:
            return []
        drafts = [draft for _, part in cut for draft in part]
        digests = [digest_embedded(d.header, a.text[d.start : d.end]) for a, part in cut for d in part]
        known = self._store.vectors.by_digest(digests)
        missing = [at for at, digest in enumerate(digests) if digest not in known]
        if done and len(missing) < len(drafts):
            done(len(drafts) - len(missing))
        fresh = self.embedder.embed_tokens([drafts[at].tokens for at in missing], done) if missing else None
        vectors = np.zeros((len(drafts), self.embedder.dimension), np.float32)
        for at, digest in enumerate(digests):
            if digest in known:
                vectors[at] = known[digest]
        if fresh is not None:
            vectors[missing] = fresh
        ends = np.cumsum([len(part) for _, part in cut])[:-1]
        return list(np.split(vectors, ends))

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

    def get(self, article_id: str, revision: int | None = None) -> Article:
        """An article's current revision, or an earlier one; raises `UnknownArticleError`.

        What is not what was put in, letter for letter, is not given: `DamagedArticleError` is raised instead.
        """
        return self._store.get(article_id, revision, sound=True)

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        """The revisions of an article without their texts, the oldest first; raises `UnknownArticleError`."""
        return revisions_of(self._store, article_id)

    def list_rewordings(
        self, since: date | None = None, outlet: str | None = None, limit: int | None = None
    ) -> tuple[Revision, ...]:
        """The revisions, read since a day, that changed the text or the title of an article; the newest first."""
        return list_rewordings(self._store, since, outlet, limit)

    def find(self, url_or_id: str) -> Article | None:
        """The article that has this id or this address in any form, or whose text stood at it; or None."""
        article_id = self._store.id_for(url_or_id)
        return self._store.get(article_id) if article_id else None

    def held_under(self, url: str) -> tuple[str, str] | None:
        """The id of the article that is held under a form of this address, and the address as it is held; or None."""
        return self._store.held_under(url)

    def is_other_place(self, url: str) -> bool:
        """Whether an article stood at this address whose own address is another one."""
        return self._store.copies.is_other_place(url)

    def is_stale_place(self, url: str) -> bool:
        """Whether the text found at this address is no longer that of the article which it was taken for."""
        return self._store.copies.is_stale_place(url)

    def was_superseded(self, article: Article) -> bool:
        """Whether this source said the very same before, and another one has revised the article since."""
        return self._store.was_superseded(article)

    def also_in(self, article_id: str) -> tuple[Place, ...]:
        """Where else an article's text or a near copy of it stands, the earliest first."""
        return self._store.copies.also_in(article_id)

    def articles(
        self, text: str = "", outlet: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[StoredArticle]:
        """Articles without their texts, newest first; `text` must occur in title, outlet, id or address."""
        return self._store.list_articles(text, outlet, limit, offset)

    def articles_inside(self, window: Window, phrase: str = "") -> list[CountedArticle]:
        """The articles inside a window, oldest first; with a phrase, those that hold it in title or text."""
        return list_counted_articles(self._store, window, phrase)

    def record(self, article_id: str) -> StoredArticle:
        """One article without its text; raises `UnknownArticleError`."""
        return self._store.record(article_id)

    # -- search -------------------------------------------------------------------------------------------------------

    def search_dense(self, vector: npt.NDArray[np.float32], limit: int, window: Window) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, cosine), best first."""
        total = self._store.count_passages(Window())
        inside = total if window.is_open else self._store.count_passages(window)
        if not window.is_open and inside <= NARROW:
            numbers, vectors = self._store.vectors.inside(window)
            return nearest(numbers, vectors, vector, limit)
        reach = (limit + SPARE) * total // max(1, inside)
        while True:
            hits = [number for number, _ in self._index.search(vector, reach)]
            kept = self._store.inside(hits, window)
            if len(kept) >= min(limit + SPARE, inside) or reach >= total:
                return self._score_candidates(vector, [number for number in hits if number in kept], limit)
            reach *= 4

    def _score_candidates(
        self, vector: npt.NDArray[np.float32], candidates: Sequence[int], limit: int
    ) -> list[tuple[int, float]]:
        """The best candidates by the store's own vectors: the same score whichever index proposed them."""
        pages = list(self._store.vectors.of(candidates))
        numbers = np.array([number for page in pages for number in page[0]], np.int64)
        vectors = np.concatenate([page[1] for page in pages]) if pages else np.zeros((0, 0), np.float32)
        return nearest(numbers, vectors, vector, limit)

    def search_lexical(
        self, words: Iterable[str], limit: int, window: Window, header_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, BM25 score), best first, for any of the words."""
        quoted = ['"' + word.replace('"', '""') + '"' for word in words if any(c.isalnum() for c in word)]
        if not quoted:
            return []
        return self._store.match_words(" OR ".join(quoted), limit, window, header_weight)

    def find_passages(self, numbers: Iterable[int]) -> dict[int, FoundPassage]:
        """The current passages with these numbers: what is not current any more is left out."""
        return self._store.find_passages(numbers)

    def passages_of(self, article_id: str) -> list[FoundPassage]:
        """The current passages of an article, in the order of its text."""
        return self._store.passages_of(article_id)

    # -- health -------------------------------------------------------------------------------------------------------

    def stats(self) -> LibraryStats:
        """How much is in the library; counted once after every change."""
        version: object = self._store.data_version() if isinstance(self._store, GuestStore) else self._version
        known = self._stats
        if known is None or known[0] != version:
            known = self._stats = version, self._count()
        return known[1]

    def _count(self) -> LibraryStats:
        outlets = self._store.rows(
            f"SELECT r.outlet, count(*) FROM {_CURRENT_DAYS} GROUP BY r.outlet ORDER BY count(*) DESC, r.outlet"
        )
        days = self._store.rows(f"SELECT min(r.day), max(r.day) FROM {_CURRENT_DAYS}")[0]
        first, last = (date.fromordinal(day).isoformat() if day else None for day in days)
        elsewhere = self._store.rows("SELECT DISTINCT outlet FROM addresses WHERE outlet <> '' ORDER BY outlet")
        own = {str(row[0]): int(row[1]) for row in outlets if row[0]}
        return LibraryStats(
            articles=sum(row[1] for row in outlets),
            passages=self._store.count_passages(Window()),
            outlets=(*own.items(), *((str(row[0]), 0) for row in elsewhere if row[0] not in own)),
            first_published=first,
            last_published=last,
            fingerprint=self.fingerprint(),
        )

    def fingerprint(self) -> str:
        """A digest of the articles, how they are cut and what embeds them: equal for equal libraries."""
        rows = self._store.rows(
            "SELECT a.id, r.checksum FROM articles a JOIN revisions r ON r.article = a.number "
            "AND r.revision = a.revision ORDER BY a.id"
        )
        settings = [self._store.meta("embedding_weights"), self._store.meta("passages")]
        content = json.dumps([settings, [list(row) for row in rows]])
        return hashlib.sha256(content.encode()).hexdigest()[:16]

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
