"""Asking web addresses on behalf of one run: each once, conditionally, and what was answered last is remembered.

What is remembered of an answer, and when a page is asked again, is decided in `ingest.web.visits`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from corpus.article import Article
from corpus.store.following import Following, Visit
from corpus.text.addresses import normal_address
from ingest.errors import FetchError, RefusedAddressError, RobotsError, TooSlowError, UnreachableError
from ingest.fetching.guard import place_of
from ingest.raw import DateClue, Witness
from ingest.report import PageCounts
from ingest.web.outline import HTML_TYPES, Outline, Pointer
from ingest.web.recoding import recoded_list
from ingest.web.refresh import refresh_target
from ingest.web.visits import GONE, NOT_MODIFIED, Pace, answered, digest_of, failed, moment, settled, stamp, unread
from ingest.workers.worker import Worker

if TYPE_CHECKING:
    from ingest.fetching.fetch import FetchSettings, Response


MOST_HOPS = 3
"""Pages in a row that only lead on."""


class Asks(Protocol):
    """What fetches; `ingest.fetching.fetch.Fetcher` is one, and so is the fake of the tests."""

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response: ...
    def sitemaps(self, url: str) -> tuple[str, ...]: ...
    def close(self) -> None: ...


class Memory(Protocol):
    """What is asked of a library about addresses."""

    @property
    def following(self) -> Following: ...
    def find(self, url_or_id: str, /) -> Article | None: ...
    def has_id(self, article_id: str, /) -> bool: ...
    def held_under(self, url: str, /) -> tuple[str, str] | None: ...
    def is_other_place(self, url: str, /) -> bool: ...
    def is_stale_place(self, url: str, /) -> bool: ...


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the web is read. `limit` is how many new pages of a site are asked for in a run, `again` how many known pages
    of all sources; a host that did not answer `patience` times in a row is left alone for the rest of the run."""

    limit: int = 100
    again: int = 500
    patience: int = 3
    pace: Pace = Pace()  # noqa: RUF009  # it is frozen
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
        self._named: set[str] = set()
        self._again = settings.again
        self._silent: dict[str, int] = {}

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
        self._named.add(normal_address(url))
        self.memory.following.readmit(url)

    def is_named(self, url: str) -> bool:
        """Whether somebody named this very address in this run."""
        return normal_address(url) in self._named

    def last_visit(self, url: str) -> Visit | None:
        """The last visit to an address, or to another address of the same article; None when the article is not held
        any more."""
        visit = self.memory.following.visit(url)
        if visit is None and (held := self.memory.held_under(url)):
            visit = self.memory.following.visit_of(held[0])
            visit = None if visit and self._is_place(visit) else visit
        if visit and visit.article_id and not self.memory.has_id(visit.article_id):
            return None
        return unread(visit) if visit and self.memory.is_stale_place(visit.url) else visit

    def is_due(self, visit: Visit, witness: Witness | None) -> bool:
        """Whether a known page is to be asked again: its time has come, or its source says that it changed since.

        A run does so for a certain number of pages: some sitemaps say of every page that it changed just now.
        """
        due = not visit.due or visit.due <= stamp(self.now) or self._has_changed(visit, witness)
        self._again -= due
        return due and self._again >= 0

    def _has_changed(self, visit: Visit, witness: Witness | None) -> bool:
        changed = moment(witness.updated) if witness and visit.status not in GONE and visit.article_id else None
        visited = moment(visit.visited)
        return changed is not None and visited is not None and visited < changed <= self.now

    def due_again(self, found_in: str) -> list[Pointer]:
        """Known pages of a source that are to be asked again now."""
        visits = self.memory.following.due(found_in, stamp(self.now), self.settings.again)
        return [Pointer(visit.url) for visit in visits]

    def witness(self, url: str, last: Visit | None, said: Witness | None) -> Witness | None:
        """What is known of a page beside itself: what the library holds of it comes before what a list says now, so
        that a page that says little does not change with who names it."""
        known = last.article_id if last and last.article_id and not self._is_place(last) else None
        held = self.memory.held_under(url)  # it came from a file
        known = known or (held[0] if held else None)
        article = self.memory.find(known) if known else None
        if article is None:
            return said
        said = said or Witness()
        dated = (DateClue(article.published_method or "", article.published),) if article.published else ()
        return replace(
            said,
            clues=(*dated, *said.clues),
            title=article.title or said.title,
            outlet=article.outlet or said.outlet,
            authors=article.authors or said.authors,
            language=article.language or said.language,
            section=article.section or said.section,
        )

    def _is_place(self, visit: Visit) -> bool:
        """Whether a page only had the text of an article that is held under another address."""
        held = self.memory.held_under(visit.url)
        return self.memory.is_other_place(visit.url) and (held is None or held[0] != visit.article_id)

    # -- asking -------------------------------------------------------------------------------------------------------

    def get(self, url: str, last: Visit | None = None) -> Response:
        """Ask an address; status 304 when the content is what it was at the last visit. Raises `FetchError`."""
        self._tell(url)
        response = self._led_on(url, self._answer(url, last))
        if response.status not in GONE and last and last.digest == digest_of(response.content):
            response = replace(response, status=NOT_MODIFIED, content=b"")
        if response.status == NOT_MODIFIED:
            self.counts.not_modified += 1
        elif response.status not in GONE:
            self.counts.fetched += 1
        return response

    def _led_on(self, url: str, response: Response) -> Response:
        """Where a page that only leads on leads to, as browsers do; what a list is written in is settled, too."""
        for _ in range(MOST_HOPS):
            if response.content_type not in HTML_TYPES or not 200 <= response.status < 300:
                break
            target = refresh_target(response.content, response.final_url)
            if target is None or not self._may_lead(response.final_url, target):
                break
            answer = self._answer(target, None)
            # What makes the next request conditional belongs to the page that led here, which does not change.
            response = replace(answer, url=url, etag=None, last_modified=None)
        return replace(response, content=recoded_list(response.content, response.content_type, response.charset))

    def _may_lead(self, url: str, target: str) -> bool:
        """Whether one page may send us to another: from a public host to no private one."""
        private = self.settings.fetch.allow_private if self.settings.fetch else ()
        ports = self.settings.fetch.ports if self.settings.fetch else (80, 443)
        try:
            there = place_of(target, allow_private=private, ports=ports)
            here = place_of(url, allow_private=private, ports=ports)
        except RefusedAddressError:
            return False
        return here.admitted or not there.admitted

    def _answer(self, url: str, last: Visit | None) -> Response:
        host = urlsplit(url).netloc.lower()
        if self._silent.get(host, 0) >= self.settings.patience:
            raise UnreachableError(f"{host} has not answered {self.settings.patience} times: left alone in this run")
        try:
            response = self._opened().get(
                url, etag=last.etag if last else None, last_modified=last.last_modified if last else None
            )
        except (RobotsError, RefusedAddressError):
            self.counts.refused += 1
            raise
        except (UnreachableError, TooSlowError):
            self._silent[host] = self._silent.get(host, 0) + 1
            raise
        self._silent.pop(host, None)
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
            from ingest.fetching.fetch import Fetcher

            opening = self.settings.open_fetcher
            self._fetcher = opening() if opening else Fetcher(self.settings.fetch)
        return self._fetcher

    # -- remembering --------------------------------------------------------------------------------------------------

    def visit(self, url: str, response: Response, last: Visit | None, found_in: str | None) -> Visit:
        """What to remember of an answer."""
        return answered(url, response, last, found_in, self.now)

    def failed(self, url: str, error: FetchError, last: Visit | None, found_in: str | None) -> Visit:
        """What to remember of an address that gave no answer."""
        return failed(url, error, last, found_in, self.now, self.settings.pace)

    def settled(self, visit: Visit, article: Article | None) -> Visit:
        """A visit to a page whose article is in the library, or which was given up."""
        return settled(visit, article, self.now, self.settings.pace)

    def settled_again(self, visit: Visit) -> Visit:
        """A visit to a known page that has not changed, or is gone."""
        return self.settled(visit, self.memory.find(visit.article_id) if visit.article_id else None)
