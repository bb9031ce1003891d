"""One request and its answer, over a connection of its own to an address that was checked.

The host is resolved once, here, where the connection is made: every number it resolves to is checked, and one of the
checked numbers is connected to. Nobody between the check and the connection resolves the name again. TLS still knows
the host by its name. There are no cookies, no redirects, no proxies and nothing from the environment at this level,
except the certificates that OpenSSL is told to trust (SSL_CERT_FILE).
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

import httpcore
import httpx

from ingest.errors import FetchError, TooLargeError, TooSlowError, UnreachableError
from ingest.fetching.answers import Answer, Limits
from ingest.fetching.guard import Place, checked_number
from ingest.fetching.unpacking import ACCEPTED, Unpacker

MEBIBYTE = 1 << 20
MOST_HEADER_BYTES = 256 << 10
"""Before the content begins. (Of one answer's headers httpcore takes 100 KiB; answers can come before the answer.)"""
MOST_TRIED = 4
"""Addresses of one host that are tried one after the other."""
BODILESS = (301, 302, 303, 304, 307, 308)
"""Of these answers nothing but the headers is read."""


class Deadline:
    """The end of an exchange, on a clock that tests can move."""

    def __init__(self, seconds: float, now: Callable[[], float]) -> None:
        self._now = now
        self._end = now() + seconds

    def left(self, most: float) -> float:
        """Seconds for the next step, at most `most`."""
        left = self._end - self._now()
        if left <= 0:
            raise TooSlowError("the answer took longer than it is given")
        return min(left, most)


class TimedStream(httpcore.NetworkStream):
    """A connection on which every step ends at the deadline, and which takes only so many bytes."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline, limits: Limits) -> None:
        self._stream = stream
        self._deadline = deadline
        self._limits = limits
        self._bytes = 0
        self.most_bytes = MOST_HEADER_BYTES
        self.ended = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        piece = self._stream.read(max_bytes, self._deadline.left(self._limits.silence_seconds))
        self._bytes += len(piece)
        self.ended = not piece
        if self._bytes > self.most_bytes:
            raise TooLargeError("the server sends without end")
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it."""
        self._stream.write(buffer, self._deadline.left(self._limits.silence_seconds))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the certificate must hold for the host's name."""
        seconds = self._deadline.left(self._limits.connect_seconds)
        self._stream = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return self

    def get_extra_info(self, info: str) -> Any:
        """What httpcore wants to know of the connection."""
        return self._stream.get_extra_info(info)


class CheckedNetwork(httpcore.NetworkBackend):
    """Connects to the numbers of one place, after checking them all."""

    def __init__(self, place: Place, deadline: Deadline, limits: Limits) -> None:
        self._place = place
        self._deadline = deadline
        self._limits = limits
        self.stream: TimedStream | None = None

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check and connect: the only place that does."""
        found = resolved(host, port, self._deadline.left(self._limits.connect_seconds))
        numbers = [checked_number(number, admitted=self._place.admitted) for number in found]  # all, before any is used
        self.stream = TimedStream(self._first_that_answers(numbers, port), self._deadline, self._limits)
        return self.stream

    def allow(self, more_bytes: int) -> None:
        """So many more bytes may come."""
        if self.stream:
            self.stream.most_bytes += more_bytes

    def close(self) -> None:
        """Close the connection if there is one, even if no request came to be made on it."""
        if self.stream:
            self.stream.close()

    def _first_that_answers(self, numbers: list[str], port: int) -> httpcore.NetworkStream:
        tried = numbers[:MOST_TRIED]
        for number in tried:
            seconds = self._deadline.left(self._limits.connect_seconds / len(tried))
            try:
                return httpcore.SyncBackend().connect_tcp(number, port, seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == tried[-1]:
                    raise
        raise UnreachableError(f"the name {self._place.host!r} stands for no address")


def resolved(host: str, port: int, seconds: float) -> list[str]:
    """All numbers of a host, by the system's resolver, which itself knows no time limit."""
    results: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def resolve() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            results.put(list(dict.fromkeys(str(entry[4][0]) for entry in found)))
        except (OSError, UnicodeError) as error:
            results.put(error if isinstance(error, OSError) else OSError(str(error)))

    threading.Thread(target=resolve, daemon=True, name="resolve").start()
    try:
        result = results.get(timeout=seconds)
    except queue.Empty:
        raise UnreachableError(f"the name {host!r} was not resolved in {seconds:.0f} seconds", passing=True) from None
    if isinstance(result, OSError):
        passing = isinstance(result, socket.gaierror) and result.errno == socket.EAI_AGAIN
        raise UnreachableError(f"the name {host!r} cannot be resolved: {result.strerror}", passing=passing) from result
    return result


@cache
def tls_context() -> ssl.SSLContext:
    """Certificates are checked, always."""
    return httpx.create_ssl_context()


def exchange(place: Place, headers: Mapping[str, str], limits: Limits, now: Callable[[], float]) -> Answer:
    """Ask a place, and take its answer within the limits."""
    deadline = Deadline(limits.seconds, now)
    network = CheckedNetwork(place, deadline, limits)
    host = place.host.encode("ascii")
    origin = httpcore.Origin(place.scheme.encode("ascii"), host, place.port)
    url = httpcore.URL(scheme=origin.scheme, host=host, port=place.port, target=place.target.encode("ascii"))
    sent = {"Host": place.origin.partition("://")[2], "Accept-Encoding": ACCEPTED, "Connection": "close", **headers}
    context = tls_context() if place.scheme == "https" else None
    connection = httpcore.HTTPConnection(origin, ssl_context=context, network_backend=network)
    try:
        response = connection.handle_request(httpcore.Request("GET", url, headers=list(sent.items())))
        network.allow(2 * limits.largest_bytes)  # what wraps the content may be as much again
        return _answer(response, limits)
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        deadline.left(0)  # too slow as a whole, rather than silent just now
        raise _wrapped(error, place, network) from error
    finally:
        connection.close()
        network.close()


def _answer(response: httpcore.Response, limits: Limits) -> Answer:
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("ascii").lower(), _text(raw_value)
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    content = b"" if response.status in BODILESS else _content(response, headers, limits)
    return Answer(response.status, headers, content)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _content(response: httpcore.Response, headers: Mapping[str, str], limits: Limits) -> bytes:
    too_large = TooLargeError(f"the answer is larger than {limits.largest_bytes / MEBIBYTE:.3g} MB")
    if not limits.cut and int(headers.get("content-length", "0").split(",")[0]) > limits.largest_bytes:
        raise too_large
    unpacker = Unpacker(headers.get("content-encoding", ""))
    content = bytearray()
    for piece in response.iter_stream():
        content += unpacker.feed(piece, limits.largest_bytes + 1 - len(content))
        if len(content) > limits.largest_bytes:
            if limits.cut:
                return bytes(content[: limits.largest_bytes])
            raise too_large
    unpacker.finish()
    return bytes(content)


def _wrapped(error: Exception, place: Place, network: CheckedNetwork) -> FetchError:
    if isinstance(error.__cause__, ssl.SSLCertVerificationError):
        return UnreachableError(f"the certificate of {place.host} does not hold: {error.__cause__.verify_message}")
    if isinstance(error, httpcore.ConnectTimeout):
        return UnreachableError(f"{place.host} did not take the connection in time", passing=True)
    if isinstance(error, httpcore.TimeoutException):
        return UnreachableError(f"{place.host} fell silent", passing=True)
    if isinstance(error, httpcore.NetworkError):
        return UnreachableError(f"no connection to {place.host}: {error}", passing=True)
    if network.stream and network.stream.ended:
        return UnreachableError(f"{place.host} broke off the connection", passing=True)
    return FetchError(f"{place.host} does not answer in proper HTTP: {error}")
