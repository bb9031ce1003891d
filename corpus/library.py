"""A library: a folder on disk with articles, their passages, and two indexes over them.

    put ──► Store (one commit: the acknowledgement) ──► DenseIndex follows
    search ──► numbers of passages ──► Store says which are current ──► passages that may answer

The folder holds `store.db` (the truth), `index/<generation>/` (Chroma, derived) and `owner.lock`.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import TracebackType

import numpy as np
import numpy.typing as npt
from filelock import FileLock, Timeout

from corpus.article import Article, PassageDraft, day_number
from corpus.embedding import Embedder, SentenceEmbedder, Vectors
from corpus.errors import IndexMismatchError, LibraryBusyError, NotALibraryError, StorageError
from corpus.index import DenseIndex
from corpus.store import Change, FoundPassage, Store, StoredArticle, Window, content_checksum, embedded_digest
from corpus.vectors import IndexBrokenError

NARROW = 10_000
"""A window with at most this many passages is searched exactly, vector by vector; a wider one through the index."""
STORE, INDEX, LOCK, OWNER = "store.db", "index", "owner.lock", "owner.json"


@dataclass(frozen=True, slots=True)
class LibraryStats:
    """How much is in a library. Dates are ISO 8601 or None; `fingerprint` changes when the content does."""

    articles: int
    passages: int
    outlets: tuple[tuple[str, int], ...]
    first_published: str | None
    last_published: str | None
    fingerprint: str


class Library:
    """One folder, one owner at a time; safe to use from several threads."""

    def __init__(self, folder: Path, embedder: Embedder, lock: FileLock) -> None:
        """Use `Library.open`."""
        self.folder = folder
        self.embedder = embedder
        self._lock = lock
        self._store = Store(folder / STORE)
        try:
            self._require(embedding_model=embedder.name, embedding_weights=embedder.weights_sha256)
            self._index = DenseIndex(self._store, folder / INDEX)
        except BaseException:
            self._store.close()
            raise

    @classmethod
    def open(cls, folder: Path | str, *, embedder: Embedder | None = None, create: bool = True) -> Library:
        """Open a library, or make one in an empty or missing folder when `create` says so.

        Raises `NotALibraryError` when the folder is something else or from a newer version, `LibraryBusyError` when
        another process has it open, `IndexMismatchError` when it was indexed with another model, `StorageError` when
        the disk refuses.
        """
        folder = Path(folder).expanduser().absolute()
        _recognise(folder, create)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(folder / LOCK, timeout=0)
            lock.acquire()
        except Timeout as error:
            raise LibraryBusyError(f"the library {folder} is in use{_owner(folder)}: stop that first") from error
        except OSError as error:
            raise StorageError(
                f"{folder} cannot be written ({error.strerror}): choose another folder with --library"
            ) from error
        try:
            _note_owner(folder)
            return cls(folder, embedder or SentenceEmbedder(), lock)
        except BaseException:
            lock.release()
            raise

    def close(self) -> None:
        """Bring the index up to date, close the files and let the next owner in."""
        try:
            self._index.close()
        finally:
            self._store.close()
            (self.folder / OWNER).unlink(missing_ok=True)
            self._lock.release()

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
        return self._store.checksum_of(article.id) == content_checksum(article)

    def has_id(self, article_id: str) -> bool:
        """Whether an article of this id is in the library."""
        return self._store.checksum_of(article_id) is not None

    def vectors_for(
        self, cut: Sequence[tuple[Article, Sequence[PassageDraft]]], done: Callable[[int], None] | None = None
    ) -> list[Vectors]:
        """The vectors of each article's passages, shape (passages, dimension); what has not changed is reused.

        Passages of all the articles are embedded together, by length; `done` is told how many have been.
        """
        drafts = [draft for _, part in cut for draft in part]
        digests = [embedded_digest(d.header, a.text[d.start : d.end]) for a, part in cut for d in part]
        known = self._store.vectors_by_digest(digests)
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

        When this returns the article is in, whatever happens next. An article that is held already is left alone.
        Raises `StorageError` when the disk refuses: then nothing has changed.
        """
        if self.holds(article):
            return Change("unchanged", self._store.record(article.id).revision)
        if vectors is None:
            vectors = self.vectors_for([(article, drafts)])[0]
        change = self._store.put(article, drafts, vectors)
        day = day_number(article.published)
        self._index.change(change.added, vectors, [day] * len(vectors), change.dropped)
        return change

    def remove(self, *article_ids: str) -> None:
        """Take articles out with all their revisions, from every file; raises `UnknownArticleError`, then none is."""
        dropped = self._store.remove(article_ids)
        self._index.change((), np.zeros((0, 1), np.float32), (), dropped)

    def get(self, article_id: str, revision: int | None = None) -> Article:
        """An article's current revision, or an earlier one; raises `UnknownArticleError`."""
        return self._store.get(article_id, revision)

    def find(self, url_or_id: str) -> Article | None:
        """The article that has this id or this address, or None."""
        article_id = self._store.id_for(url_or_id)
        return self._store.get(article_id) if article_id else None

    def articles(
        self, text: str = "", outlet: str | None = None, limit: int | None = None, offset: int = 0
    ) -> list[StoredArticle]:
        """Articles without their texts, newest first; `text` must occur in title, outlet, id or address."""
        return self._store.listed(text, outlet, limit, offset)

    def record(self, article_id: str) -> StoredArticle:
        """One article without its text; raises `UnknownArticleError`."""
        return self._store.record(article_id)

    # -- search -------------------------------------------------------------------------------------------------------

    def search_dense(self, vector: npt.NDArray[np.float32], limit: int, window: Window) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, cosine), best first."""
        if window.is_open:
            hits = self._index.search(vector, limit)
            current = self._store.inside([number for number, _ in hits], window)
            return [hit for hit in hits if hit[0] in current]
        inside, total = self._store.count_passages(window), self._store.count_passages(Window())
        if inside <= NARROW:
            return self._search_exactly(vector, limit, window)
        reach = limit * total // inside + limit
        while True:
            hits = self._index.search(vector, reach)
            current = self._store.inside([number for number, _ in hits], window)
            kept = [hit for hit in hits if hit[0] in current]
            if len(kept) >= limit or len(hits) >= total or reach >= total:
                return kept[:limit]
            reach *= 4

    def _search_exactly(self, vector: npt.NDArray[np.float32], limit: int, window: Window) -> list[tuple[int, float]]:
        numbers, vectors = self._store.vectors_inside(window)
        similarities = vectors @ vector if len(numbers) else np.zeros(0, np.float32)
        best = np.argsort(-similarities, kind="stable")[:limit]
        return [(int(numbers[at]), float(similarities[at])) for at in best]

    def search_lexical(
        self, words: Iterable[str], limit: int, window: Window, header_weight: float = 1.0
    ) -> list[tuple[int, float]]:
        """(number of a current passage inside the window, BM25 score), best first, for any of the words."""
        quoted = ['"' + word.replace('"', '""') + '"' for word in words if any(c.isalnum() for c in word)]
        if not quoted:
            return []
        return self._store.match_words(" OR ".join(quoted), limit, window, header_weight)

    def found(self, numbers: Iterable[int]) -> dict[int, FoundPassage]:
        """The current passages with these numbers: what is not current any more is left out."""
        return self._store.found(numbers)

    def passages_of(self, article_id: str) -> list[FoundPassage]:
        """The current passages of an article, in the order of its text."""
        return self._store.passages_of(article_id)

    # -- health -------------------------------------------------------------------------------------------------------

    def stats(self) -> LibraryStats:
        """How much is in the library."""
        outlets = self._store.rows(
            "SELECT r.outlet, count(*) FROM articles a JOIN revisions r ON r.article = a.number "
            "AND r.revision = a.revision GROUP BY r.outlet ORDER BY count(*) DESC, r.outlet"
        )
        days = self._store.rows(
            "SELECT min(r.day), max(r.day) FROM articles a JOIN revisions r ON r.article = a.number "
            "AND r.revision = a.revision"
        )[0]
        first, last = (date.fromordinal(day).isoformat() if day else None for day in days)
        return LibraryStats(
            articles=sum(row[1] for row in outlets),
            passages=self._store.count_passages(Window()),
            outlets=tuple((str(row[0]), int(row[1])) for row in outlets if row[0]),
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
        problems = [str(row[0]) for row in self._store.rows("PRAGMA integrity_check") if row[0] != "ok"]
        problems += self._store.check_words()
        problems += [f"article {article_id!r}: {reason}" for article_id, reason in self._wrong_articles()]
        try:
            wrong, surplus = self._index.differences()
        except IndexBrokenError as error:
            return [*problems, str(error)]
        if wrong or surplus:
            problems.append(f"the index misses or garbles {wrong} passages and holds {surplus} that are gone")
        return problems

    def _wrong_articles(self) -> Iterable[tuple[str, str]]:
        for row in self._store.rows("SELECT id FROM articles ORDER BY id"):
            article_id = str(row[0])
            article = self._store.get(article_id)
            if self._store.checksum_of(article_id) != content_checksum(article):
                yield article_id, "its text is not what was stored"
            passages = self._store.passages_of(article_id)
            if not passages:
                yield article_id, "it has no passages"
            for found in passages:
                passage = found.passage
                if article.text[passage.start : passage.end] != passage.text:
                    yield article_id, f"passage {passage.ordinal} is not at its place in the text"
        for number, vectors, _ in self._store.vector_pages(size=1):
            if not self._store.vector_is_sound(number[0], zlib.crc32(vectors.tobytes())):
                yield self._store.found(number)[number[0]].passage.article_id, "a vector is damaged"

    def repair(self) -> list[str]:
        """Mend what can be mended from the texts; says in words what was done."""
        done: list[str] = []
        if self._store.check_words():
            self._store.rebuild_words()
            done.append("the full-text index was built again")
        damaged = [numbers[0] for numbers, vectors, _ in self._store.vector_pages(size=1)
                   if not self._store.vector_is_sound(numbers[0], zlib.crc32(vectors.tobytes()))]  # fmt: skip
        if damaged:
            texts = {number: found.passage.embedded_text for number, found in self._store.found(damaged).items()}
            self._store.set_vectors(dict(zip(texts, self.embedder.embed(list(texts.values())), strict=True)))
            done.append(f"{len(damaged)} vectors were computed again")
        try:
            is_sound = self._index.differences() == (0, 0)
        except IndexBrokenError:
            is_sound = False
        if damaged or not is_sound:
            self._index.rebuild()
            done.append("the dense index was built again")
        return done


def _recognise(folder: Path, create: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise NotALibraryError(f"{folder} is a file, not a folder: name the folder of a library")
    holds = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    if STORE in holds or (create and not holds - {LOCK, OWNER, INDEX}):
        return
    if holds - {LOCK, OWNER, INDEX}:
        raise NotALibraryError(
            f"{folder} is not a Pressmark library and not empty: choose another folder with --library"
        )
    raise NotALibraryError(
        f"there is no library in {folder}: make one with `pressmark ingest --library {folder} SOURCE`"
    )


def _note_owner(folder: Path) -> None:
    owner = {
        "process": os.getpid(),
        "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]),
        "since": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    (folder / OWNER).write_text(json.dumps(owner), "utf-8")


def _owner(folder: Path) -> str:
    try:
        owner = json.loads((folder / OWNER).read_text("utf-8"))
        return f" by `{owner['command']}` (process {owner['process']}, since {owner['since']})"
    except (OSError, ValueError, KeyError):
        return " by another process"
