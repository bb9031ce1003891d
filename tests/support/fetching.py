"""A web server on loopback that says exactly what a test tells it to, byte by byte; and a clock that tests move."""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ingest import Fetcher, FetchSettings
from ingest.fetching.turns import Clock

RESET = b"\0reset the connection"
"""In a reply: the connection is torn down here."""


@dataclass(frozen=True)
class Asked:
    """A request, as it came in; header names in lower case."""

    path: str
    headers: Mapping[str, str]


Reply = bytes | Callable[[Asked], Iterable[bytes]]


def page(content: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole answer; underscores in header names stand for hyphens."""
    lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    if "Content_Length" not in headers and "Transfer_Encoding" not in headers:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


def redirect(location: str, status: int = 302) -> bytes:
    return page(status=status, Location=location)


@dataclass
class Site:
    """What stands where, and what was asked. A list of replies is given one by one; its last one stays."""

    pages: dict[str, Reply | list[Reply]]
    address: tuple[str, int] = ("", 0)
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        return f"127.0.0.1:{self.address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.name}"

    def paths(self) -> list[str]:
        return [each.path for each in self.asked if each.path != "/robots.txt"]

    def fetcher(self, clock: Clock | None = None, **settings: Any) -> Fetcher:
        """A fetcher that may come here, and does not dawdle unless it is told to."""
        chosen = {"delay_seconds": 0.0, "retries": 0, "allow_private": (self.name,), **settings}
        return Fetcher(FetchSettings(**chosen), clock=clock or FakeClock().clock)

    def reply(self, asked: Asked) -> Iterable[bytes]:
        with self.lock:
            self.asked.append(asked)
            reply = self.pages.get(asked.path, page(b"nothing here", 404))
            if isinstance(reply, list):
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return [reply] if isinstance(reply, bytes) else reply(asked)


class _Connection(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        site = self.server.site
        first, *lines = iter(lambda: self.rfile.readline().strip().decode("latin-1"), "")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        try:
            for piece in site.reply(Asked(first.split()[1], headers)):
                if piece == RESET:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                self.wfile.write(piece)
        except OSError:
            pass  # whoever asked has heard enough


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    site: Site

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection without a request is none."""


@contextmanager
def running_site(**pages: Any) -> Iterator[Site]:
    """A site with these pages below `/`; without any other word, its robots.txt is absent."""
    site = Site({f"/{path}": reply for path, reply in pages.items()})
    with _Server(("127.0.0.1", 0), _Connection) as server:
        server.site = site
        site.address = ("127.0.0.1", server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


class FakeClock:
    """Time that passes when somebody sleeps, and by `step` whenever somebody looks."""

    def __init__(self, step: float = 0.0, chance: float = 0.0) -> None:
        self.time = 1_000.0
        self.step = step
        self.slept: list[float] = []
        self.clock = Clock(self.now, self.sleep, lambda: chance)
        self._lock = threading.Lock()

    def now(self) -> float:
        with self._lock:
            self.time += self.step
            return self.time

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(round(seconds, 6))
            self.time += seconds
