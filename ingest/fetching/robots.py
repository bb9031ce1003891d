"""What a host's robots.txt allows programs: read by RFC 9309, and kept for a while.

Absent (4xx): everything is allowed. Not to be had (5xx, no connection): nothing is, for now.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.errors import FetchError, RefusedAddressError, RobotsError, StatusError
from ingest.fetching.answers import Answer
from ingest.fetching.guard import Place

if TYPE_CHECKING:
    from protego import Protego


LARGEST_BYTES = 500 << 10
"""RFC 9309 asks for at least 500 KiB; what follows is not read."""
KEPT_SECONDS = 24 * 3600.0
KEPT_SECONDS_OF_FAILURE = 600.0
AGENT_LINE = re.compile(r"\s*user(?:-|\s*)agent\s*(?::|\s|$)\s*(.*)", re.IGNORECASE)
TOKEN = re.compile(r"[a-z0-9_-]+")
OTHERS = "."  # which no program is called


@dataclass(frozen=True, slots=True)
class Rules:
    """What one host allows a program of this name; `failure` says why it is not known."""

    agent: str
    parsed: Protego | None = None
    failure: str | None = None

    def check(self, place: Place) -> None:
        """Refuse a place that the host keeps programs away from."""
        if self.failure is not None:
            raise RobotsError(f"robots.txt of {place.host} cannot be read ({self.failure}): nothing is fetched for now")
        if self.parsed is not None and not self.parsed.can_fetch(place.url, self.agent):
            raise RobotsError(f"robots.txt of {place.host} keeps {self.agent!r} away: the host's owner can allow it")

    @property
    def delay(self) -> float:
        """Seconds between requests that the host asks for."""
        return (self.parsed.crawl_delay(self.agent) or 0.0) if self.parsed is not None else 0.0

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """Addresses of sitemaps, as the host gives them: not checked."""
        return tuple(self.parsed.sitemaps) if self.parsed is not None else ()


def parsed_rules(text: str, agent: str) -> Rules:
    """The rules of a robots.txt; groups for other programs are told apart from ours, but not from one another.

    So a file with thousands of names before thousands of rules does not grow into their product.
    """
    from protego import Protego

    lines = (_ours_or_other(line.partition("#")[0], agent) for line in text.splitlines())
    return Rules(agent, Protego.parse("\n".join(lines)))


def _ours_or_other(line: str, agent: str) -> str:
    match = AGENT_LINE.match(line)
    if not match:
        return line
    value = match[1].strip().lower()
    token = TOKEN.match(value)
    name = "*" if value == "*" else agent.lower() if token and token[0] == agent.lower() else OTHERS
    return f"User-agent: {name}"


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    rules: Rules | None = None
    until: float = 0.0


class RobotsKeeper:
    """The rules of each host, asked for once in a while by `read`, which fetches."""

    def __init__(self, agent: str, read: Callable[[Place], Answer], now: Callable[[], float]) -> None:
        self._agent = agent
        self._read = read
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def rules_for(self, place: Place) -> Rules:
        """The rules that hold for a place."""
        with self._lock:
            kept = self._kept.setdefault(place.origin, _Kept())
        with kept.lock:
            if kept.rules is None or self._now() >= kept.until:
                kept.rules = self._asked(Place(place.scheme, place.host, place.port, "/robots.txt", place.admitted))
                failed = kept.rules.failure is not None
                kept.until = self._now() + (KEPT_SECONDS_OF_FAILURE if failed else KEPT_SECONDS)
            return kept.rules

    def _asked(self, place: Place) -> Rules:
        try:
            answer = self._read(place)
        except RefusedAddressError:
            raise
        except FetchError as error:
            absent = isinstance(error, StatusError) and 400 <= error.status < 500 and error.status != 429
            return Rules(self._agent, failure=None if absent else str(error))
        if answer.status in (404, 410):
            return Rules(self._agent)
        return parsed_rules(answer.content.decode("utf-8-sig", "replace"), self._agent)
