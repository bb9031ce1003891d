"""Asking web addresses on behalf of one run: each once, conditionally, and what was answered is remembered.

A known page is asked again by its age: soon while it is new, when corrections are likely, rarely when it is old. A
visit is remembered with what makes the next request conditional only when nothing is left to do about it: its article
is in the library, or everything that it names was looked at. So a run that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

from corpus.addresses import normal_address
from corpus.article import Article
from corpus.following import Following, Visit
from ingest.dates import read_date
from ingest.errors import FetchError, RefusedAddressError, RobotsError
from ingest.outline import Outline, Pointer
from ingest.raw import DateClue, Witness
from ingest.report import PageCounts
from ingest.worker import Worker

if TYPE_CHECKING:
    from ingest.fetch import FetchSettings, Response

GONE = (404, 410)
NOT_MODIFIED = 304
FAILED, REFUSED = 0, -1
"""The status of a visit that got no answer, and of one that may not be made."""


DAY = timedelta(days=1)


class Asks(Protocol):
    """What fetches; `ingest.fetch.Fetcher` is one, and so is the fake of the tests."""

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response: ...
    def sitemaps(self, url: str) -> tuple[str, ...]: ...
    def close(self) -> None: ...


class Memory(Protocol):
    """What is asked of a library about addresses."""

    @property
    def following(self) -> Following: ...
    def find(self, url_or_id: str, /) -> Article | None: ...
    def has_id(self, article_id: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the web is read. `limit` is how many new pages of a site are asked for in a run, `again` how many known pages
    of a source; a page is asked again after `share` of its age, at least `soonest` and at most `latest` after."""

    limit: int = 100
    again: int = 500
    share: float = 0.25
    soonest: timedelta = timedelta(hours=1)
    latest: timedelta = timedelta(days=365)
    retry: timedelta = timedelta(minutes=15)
    no_article: timedelta = timedelta(days=7)
    fetch: FetchSettings | None = None
    open_fetcher: Callable[[], Asks] | None = None


class Web:
    """The web as one run sees it; a context manager."""

    def __init__(
        self,
        memory: Memory,
        worker: Worker,
        settings: WebSettings,
        now: Callable[[], datetime],
        tell: Callable[[str], None] = lambda url: None,
    ) -> None:
        self.memory = memory
        self.settings = settings
        self.counts = PageCounts()
        self._worker = worker
        self._now = now
        self._tell = tell
        self._fetcher: Asks | None = None
        self._met: set[str] = set()
        self._again = settings.again

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._fetcher:
            self._fetcher.close()

    @property
    def now(self) -> datetime:
        """The time, in UTC."""
        return self._now().astimezone(UTC)

    # -- what is known ------------------------------------------------------------------------------------------------

    def is_new_here(self, url: str) -> bool:
        """Whether this run meets an address for the first time, in any spelling; it has met it then."""
        address = normal_address(url)
        new = address not in self._met
        self._met.add(address)
        return new

    def is_withheld(self, *urls: str | None) -> bool:
        """Whether an article was removed under one of these addresses, in any spelling."""
        following = self.memory.following
        return any(following.is_withheld(one) for url in urls if url for one in {url, normal_address(url)})

    def readmit(self, url: str) -> None:
        """Let an address come back, since somebody named it."""
        for one in {url, normal_address(url)}:
            self.memory.following.readmit(one)

    def last_visit(self, url: str) -> Visit | None:
        """The last visit to an address, or to another address of the same article; None when the article is not held
        any more."""
        visit = self.memory.following.visit(url)
        if visit is None and (article := self.memory.find(url)):
            visit = self.memory.following.visit_of(article.id)
        if visit and visit.article_id and not self.memory.has_id(visit.article_id):
            return None
        return visit

    def is_due(self, visit: Visit, witness: Witness | None) -> bool:
        """Whether a known page is to be asked again: its time has come, or its source says that it changed since.

        A run does so for a certain number of pages: some sitemaps say of every page that it changed just now.
        """
        due = not visit.due or visit.due <= self._stamp(self.now) or self._has_changed(visit, witness)
        self._again -= due
        return due and self._again >= 0

    def _has_changed(self, visit: Visit, witness: Witness | None) -> bool:
        changed = moment(witness.updated) if witness and visit.status not in GONE and visit.article_id else None
        visited = moment(visit.visited)
        return changed is not None and visited is not None and visited < changed <= self.now

    def due_again(self, found_in: str) -> list[Pointer]:
        """Known pages of a source that are to be asked again now, with what the library holds of them as witness."""
        visits = self.memory.following.due(found_in, self._stamp(self.now), self.settings.again)
        return [Pointer(visit.url, self._held(visit.article_id)) for visit in visits]

    def _held(self, article_id: str | None) -> Witness | None:
        article = self.memory.find(article_id) if article_id else None
        if article is None:
            return None
        clues = (DateClue(article.published_method or "", article.published),) if article.published else ()
        return Witness(clues, article.updated or "", article.title, article.outlet, article.authors)

    # -- asking -------------------------------------------------------------------------------------------------------

    def get(self, url: str, last: Visit | None = None) -> Response:
        """Ask an address; status 304 when the content is what it was at the last visit. Raises `FetchError`."""
        self._tell(url)
        try:
            response = self._opened().get(
                url, etag=last.etag if last else None, last_modified=last.last_modified if last else None
            )
        except (RobotsError, RefusedAddressError):
            self.counts.refused += 1
            raise
        if response.status not in GONE and last and last.digest == digest_of(response.content):
            response = replace(response, status=NOT_MODIFIED, content=b"")
        if response.status == NOT_MODIFIED:
            self.counts.not_modified += 1
        elif response.status not in GONE:
            self.counts.fetched += 1
        return response

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt of an address's host names; none when it cannot be read."""
        try:
            return self._opened().sitemaps(url)
        except FetchError:
            return ()

    def outline(self, content: bytes, url: str, content_type: str) -> Outline:
        """What a document is and names; raises `SourceError` when it cannot be read."""
        return self._worker.outline(content, url, content_type)

    def _opened(self) -> Asks:
        if self._fetcher is None:
            from ingest.fetch import Fetcher

            opening = self.settings.open_fetcher
            self._fetcher = opening() if opening else Fetcher(self.settings.fetch)
        return self._fetcher

    # -- remembering --------------------------------------------------------------------------------------------------

    def visit(self, url: str, response: Response, last: Visit | None, found_in: str | None) -> Visit:
        """What to remember of an answer; the article that came from the address stays named."""
        before = last or Visit(url, "", FAILED)
        visit = replace(
            before,
            url=url,
            visited=self._stamp(self.now),
            status=response.status,
            found_in=found_in or before.found_in,
            due=None,
        )
        if response.status == NOT_MODIFIED:
            return replace(
                visit,
                etag=response.etag or before.etag,
                last_modified=response.last_modified or before.last_modified,
            )
        if response.status in GONE:
            return unread(visit)
        digest = digest_of(response.content)
        return replace(visit, etag=response.etag, last_modified=response.last_modified, digest=digest)

    def failed(self, url: str, error: FetchError, last: Visit | None, found_in: str | None) -> Visit:
        """What to remember of an address that gave no answer: it is asked again, each time after twice as long."""
        before = moment(last.visited) if last and last.status == FAILED else None
        refused = isinstance(error, RobotsError | RefusedAddressError)
        wait = DAY if refused else 2 * (self.now - before) if before else self.settings.retry
        due = self.now + min(max(wait, self.settings.retry), 7 * DAY)
        kept = last or Visit(url, "", FAILED)
        return replace(
            kept,
            url=url,
            visited=self._stamp(self.now),
            status=REFUSED if refused else FAILED,
            found_in=found_in or kept.found_in,
            due=self._stamp(due),
        )

    def settled(self, visit: Visit, article: Article | None) -> Visit:
        """A visit to a page whose article is in the library, or which was given up: when it is to be asked again."""
        if article is None:
            due = self._stamp(self.now + self.settings.no_article)
            if visit.article_id:
                return replace(visit, due=due)
            # Without what makes the next request conditional: whoever names the page wants it read again.
            return replace(unread(visit), due=due)
        return replace(visit, article_id=article.id, due=self._due(article))

    def settled_again(self, visit: Visit) -> Visit:
        """A visit to a known page that has not changed, or is gone."""
        article = self.memory.find(visit.article_id) if visit.article_id else None
        return self.settled(visit, article)

    def _due(self, article: Article) -> str:
        since = moment(article.published or "") or moment(article.fetched or "") or self.now
        wait = max(timedelta(0), self.now - since) * self.settings.share
        return self._stamp(self.now + min(max(wait, self.settings.soonest), self.settings.latest))

    @staticmethod
    def _stamp(time: datetime) -> str:
        return time.isoformat(timespec="milliseconds")


def unread(visit: Visit) -> Visit:
    """A visit without what makes the next request conditional."""
    return replace(visit, etag=None, last_modified=None, digest=None)


def digest_of(content: bytes) -> bytes:
    """What is kept of a content, to see whether it is the same again."""
    return hashlib.sha256(content).digest()


def moment(written: str) -> datetime | None:
    """A date as a point in time, a day being its beginning and a time without a zone UTC; None when it is none."""
    found = read_date(written) if written else None
    if not found:
        return None
    try:
        time = datetime.fromisoformat(found)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
