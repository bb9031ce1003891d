"""Addresses → what stands there: politely, and from public hosts only.

    get → place (guard) → robots.txt → turn at the host → exchange → redirect? → place … → Response

Nothing that comes back is followed but redirects: a feed's links, a page's images and its "refresh" are content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

from ingest.errors import FetchError, RefusedAddressError, StatusError
from ingest.fetching.answers import Answer, Limits, conditions
from ingest.fetching.guard import CONTROL, DEFAULT_PORTS, Place, place_of
from ingest.fetching.turns import Clock, Turns

REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
PASSING = (429, 502, 503, 504)
"""Statuses that are worth another try."""
ACCEPT = "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8"
AGENT = re.compile(r"[A-Za-z0-9_-]+(?:/[\x20-\x7e]*[\x21-\x7e])?")
LONGEST_HOLD = 3_600.0
"""Seconds that a host is left alone at most, whatever it asks for."""


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How addresses are fetched."""

    user_agent: str = "Pressmark/0.1"
    """Its part before the slash is the name that robots.txt files know the program by."""
    allow_private: tuple[str, ...] = ()
    """Hosts that may be private: `intranet.example` (on `ports`), `intranet.example:8080`; for intranets and tests."""
    ports: tuple[int, ...] = (80, 443)
    largest_bytes: int = 20 << 20
    """Of one answer, after unpacking."""
    seconds: float = 30.0
    """For one address with its redirects, without the waiting for a turn."""
    connect_seconds: float = 10.0
    silence_seconds: float = 15.0
    redirects: int = 5
    retries: int = 2
    first_pause_seconds: float = 1.0
    """Before the first retry; twice as long before each further one, and up to half as much more by chance."""
    delay_seconds: float = 1.0
    """Between two requests to one host, when its robots.txt does not ask for more."""
    longest_wait_seconds: float = 60.0
    """A host that asks for longer pauses gets this much (Crawl-delay), or is not asked again now (Retry-After)."""

    def __post_init__(self) -> None:
        if not AGENT.fullmatch(self.user_agent):
            raise ValueError(f"{self.user_agent!r} is no user agent: give it as name/version, in plain letters")

    @property
    def robot(self) -> str:
        """The name in robots.txt files."""
        return self.user_agent.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Response:
    """What stands at an address."""

    url: str
    """As asked."""
    final_url: str
    """After redirects."""
    status: int
    content: bytes
    """After unpacking; empty for 304."""
    content_type: str
    """The media type in lower case, without parameters; empty when not told."""
    charset: str | None
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked, wherever redirects lead."""

    place: Place
    headers: Mapping[str, str] = field(default_factory=dict)
    largest_bytes: int = 0
    for_robots: bool = False


class Fetcher:
    """Fetches addresses; one for each run, from several threads if need be."""

    def __init__(self, settings: FetchSettings | None = None, *, clock: Clock | None = None) -> None:
        from ingest.fetching.exchange import (
            exchange,  # here and not above: httpx takes its time; and before there are threads
        )
        from ingest.fetching.robots import RobotsKeeper

        self._settings = settings or FetchSettings()
        self._clock = clock or Clock()
        self._exchange = exchange
        self._turns = Turns(self._clock, self._settings.longest_wait_seconds)
        self._robots = RobotsKeeper(self._settings.robot, self._read_robots, self._clock.now)
        self._place("http://localhost/")  # settings that cannot be read are told now

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Nothing stays open between two requests; here for what may be one day."""

    def get(self, url: str, *, etag: str | None = None, last_modified: str | None = None) -> Response:
        """What stands at an address: 2xx, 304, 404 or 410; everything else is a FetchError.

        With what an earlier response gave as `etag` and `last_modified`, the server can answer 304: not changed.
        """
        request = _Request(self._place(url), conditions(etag, last_modified), self._settings.largest_bytes)
        place, answer = self._with_retries(request)
        media_type, charset = answer.media_type
        return Response(
            url=url,
            final_url=place.url,
            status=answer.status,
            content=answer.content,
            content_type=media_type,
            charset=charset,
            etag=answer.value("etag"),
            last_modified=answer.value("last-modified"),
        )

    def sitemaps(self, url: str) -> tuple[str, ...]:
        """The sitemaps that robots.txt names for the host of an address; they are checked when they are fetched."""
        return self._robots.rules_for(self._place(url)).sitemaps

    def _place(self, url: str) -> Place:
        return place_of(url, allow_private=self._settings.allow_private, ports=self._settings.ports)

    def _read_robots(self, place: Place) -> Answer:
        from ingest.fetching.robots import LARGEST_BYTES

        return self._with_retries(_Request(place, largest_bytes=LARGEST_BYTES, for_robots=True))[1]

    def _with_retries(self, request: _Request) -> tuple[Place, Answer]:
        pause = self._settings.first_pause_seconds
        for _ in range(self._settings.retries):
            try:
                return self._followed(request)
            except FetchError as error:
                wait = error.wait if isinstance(error, StatusError) else 0.0
                if not error.passing or wait > self._settings.longest_wait_seconds:
                    raise
            self._clock.sleep(pause * (1 + self._clock.chance() / 2))
            pause *= 2
        return self._followed(request)

    def _followed(self, request: _Request) -> tuple[Place, Answer]:
        """Ask, and go where redirects lead; each place is checked like the first."""
        left = self._settings.seconds
        for _ in range(self._settings.redirects + 1):
            answer, seconds = self._asked(request, left)
            location = answer.headers.get("location") if answer.status in REDIRECTS else None
            if location is None:
                return request.place, _taken(answer, request)
            request = replace(request, place=self._led_to(request.place, location))
            left -= seconds
        raise FetchError(f"redirects more than {self._settings.redirects} times, last to {request.place.url}")

    def _asked(self, request: _Request, left: float) -> tuple[Answer, float]:
        """One exchange when its turn has come, and how long it took."""
        settings, place, pause = self._settings, request.place, 0.0
        if not request.for_robots:
            rules = self._robots.rules_for(place)
            rules.check(place)
            pause = min(rules.delay, settings.longest_wait_seconds)
        limits = Limits(
            left, settings.connect_seconds, settings.silence_seconds, request.largest_bytes, cut=request.for_robots
        )
        headers = {"User-Agent": settings.user_agent, "Accept": ACCEPT, **request.headers}
        with self._turns.turn(place.host, max(settings.delay_seconds, pause)):
            started = self._clock.now()
            answer = self._exchange(place, headers, limits, self._clock.now)
            if answer.status in PASSING:
                self._turns.hold(place.host, min(answer.seconds_to_wait(), LONGEST_HOLD))
            return answer, self._clock.now() - started

    def _led_to(self, place: Place, location: str) -> Place:
        """Where a redirect leads. From https it leads to https; from a public host to no private one."""
        try:
            if "\\" in location or CONTROL.search(location):  # which joining addresses would turn into something else
                raise RefusedAddressError("the address holds backslashes or control characters")
            target = self._place(urljoin(place.url, location.strip(" \t")))
            if place.scheme == "https" and target.scheme == "http":
                port = target.port if target.port != DEFAULT_PORTS["http"] else DEFAULT_PORTS["https"]
                target = self._place(replace(target, scheme="https", port=port).url)
        except (ValueError, RefusedAddressError) as error:
            raise RefusedAddressError(f"{place.host} redirects to an address that is not fetched: {error}") from error
        if target.admitted and not place.admitted:
            raise RefusedAddressError(f"{place.host}, a public host, redirects to {target.host}, which is private")
        return target


def _taken(answer: Answer, request: _Request) -> Answer:
    """The answer, if it says something about what was asked for."""
    status, host = answer.status, request.place.host
    if 200 <= status < 300 or status in GONE or (status == 304 and request.headers):
        return answer
    wait = answer.seconds_to_wait() if status in PASSING else 0.0
    asks = f" and asks to wait {wait:.0f} seconds" if wait else ""
    raise StatusError(f"{host} answered {status}{asks}", status=status, wait=wait, passing=status in PASSING)
