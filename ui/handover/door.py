"""The owner's side: while a library is open here, other processes of the same user hand over changes to it.

    a process knocks: token, command ──► waits for its turn ──► ingest, or remove ──► progress … and the report

One after another is served. A visitor that wants to stop, or is gone, ends its own work as Ctrl-C would: what went in
stays. `ui.handover.visitor` is the visitor's side.
"""

from __future__ import annotations

import base64
import io
import logging
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import TYPE_CHECKING, Any

from corpus.owner import SOCKET, note_owner
from ui.handover import wire

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Progress, Report


GREETING_SECONDS = 10.0
"""How long a visitor may take to send its request."""
VISITORS = 64
"""Visitors at once; more are sent away."""
TELL_EVERY = 0.1
"""Seconds between two messages of progress."""
CLOSING_SECONDS = 60.0
"""How long the door waits, when it closes, for a visitor's work to end: what has been read is still stored."""
CHUNK = 1 << 16

log = logging.getLogger(__name__)


class Visit:
    """A connected visitor: sends it messages, reads its standard input, and knows whether it wants to stop."""

    def __init__(self, line: wire.Wire, closing: threading.Event) -> None:
        self._wire = line
        self._closing = closing
        self._gone = threading.Event()
        self._chunks: SimpleQueue[bytes] = SimpleQueue()
        self._is_interrupted = False
        self._told = 0.0
        threading.Thread(target=self._listen, name="pressmark-visitor", daemon=True).start()

    def _listen(self) -> None:
        with suppress(wire.WireError, OSError, ValueError, KeyError):
            while (message := self._wire.receive()) and not message.get("stop"):
                self._chunks.put(base64.b64decode(message["chunk"]))
        self._gone.set()

    @property
    def is_over(self) -> bool:
        """Whether the visitor wants to stop or is gone, or the door is being closed."""
        return self._gone.is_set() or self._closing.is_set()

    def send(self, **message: Any) -> None:
        """Send the visitor a message; a visitor that does not read it counts as gone."""
        try:
            self._wire.send(**message)
        except OSError:
            self._gone.set()

    def progress(self, progress: Progress) -> None:
        """Report progress to the visitor; raises `KeyboardInterrupt`, once, when the work should end."""
        if self.is_over and not self._is_interrupted:
            self._is_interrupted = True
            raise KeyboardInterrupt
        if time.monotonic() - self._told >= TELL_EVERY:
            self.send(progress=asdict(progress))
            self._told = time.monotonic()

    def next_chunk(self) -> bytes:
        """The next chunk of the visitor's standard input; b"" at its end."""
        self.send(read=CHUNK)
        while not self.is_over:
            with suppress(Empty):
                return self._chunks.get(timeout=0.2)
        self._is_interrupted = True
        raise KeyboardInterrupt


class VisitorInput(io.RawIOBase):
    """The visitor's standard input, fetched as it is read."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._rest = b""
        self._is_at_end = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._rest and not self._is_at_end:
            self._rest = self._visit.next_chunk()
            self._is_at_end = not self._rest
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


class Turns:
    """A queue: first come, first served."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: deque[object] = deque()

    @contextmanager
    def turn(self, visit: Visit) -> Iterator[None]:
        """Wait until it is this visitor's turn; raises `KeyboardInterrupt` when the visitor has gone."""
        ticket, told = object(), 0
        with self._changed:
            self._waiting.append(ticket)
        try:
            while before := self._before(ticket):
                if visit.is_over:
                    raise KeyboardInterrupt
                if before != told:
                    visit.send(waiting=before)
                    told = before
            yield
        finally:
            with self._changed:
                self._waiting.remove(ticket)
                self._changed.notify_all()

    def _before(self, ticket: object) -> int:
        """How many visitors come first; waits a moment when there are any."""
        with self._changed:
            before = self._waiting.index(ticket)
            if before:
                self._changed.wait(0.5)
                before = self._waiting.index(ticket)
        return before


class Door:
    """Open while the `with` block runs."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._token = secrets.token_urlsafe(32)
        self._turns = Turns()
        self._closing = threading.Event()
        self._visitors: set[threading.Thread] = set()

    def __enter__(self) -> Door:
        self._listening, self._address = wire.listen(self._library.folder, SOCKET)
        self._listening.settimeout(0.5)
        self._accepting = threading.Thread(target=self._accept, name="pressmark-door", daemon=True)
        self._accepting.start()
        note_owner(self._library.folder, self._address, self._token)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        note_owner(self._library.folder)
        self._closing.set()
        self._accepting.join()
        self._listening.close()
        wire.forget(self._address, self._library.folder)
        end = time.monotonic() + CLOSING_SECONDS
        for visitor in list(self._visitors):
            visitor.join(max(0.0, end - time.monotonic()))

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection = self._listening.accept()[0]
            except TimeoutError:
                continue
            except OSError as error:  # no file descriptors left, for a while
                log.warning("a process that hands something over could not be let in: %s", error)
                self._closing.wait(1.0)
                continue
            if len(self._visitors) >= VISITORS:
                self._send_away(connection)
                continue
            visitor = threading.Thread(target=self._receive, args=(connection,), name="pressmark-visit", daemon=True)
            self._visitors.add(visitor)
            visitor.start()

    def _send_away(self, connection: socket.socket) -> None:
        line = wire.Wire(connection)
        with suppress(OSError):
            line.send(error=f"{VISITORS} other processes hand something over just now: try again later")
        line.close()

    def _receive(self, connection: socket.socket) -> None:
        line = wire.Wire(connection)
        try:
            request = line.receive(GREETING_SECONDS)
            if request and secrets.compare_digest(str(request.get("token")).encode(), self._token.encode()):
                line.send(**self._answer(request, Visit(line, self._closing)))
        except (wire.WireError, OSError) as error:  # a stranger hears nothing
            log.debug("a connection was hung up on: %s", error)
        finally:
            line.close()
            self._visitors.discard(threading.current_thread())

    def _answer(self, request: dict[str, Any], visit: Visit) -> dict[str, Any]:
        from corpus import CorpusError
        from ingest import IngestError

        work = WORK.get(str(request.get("command")))
        try:
            if work is None:
                return {"error": f"{request.get('command')!r} is not known to the process that has the library open"}
            with self._turns.turn(visit):
                return work(self._library, request, visit)
        except KeyboardInterrupt:
            return {"interrupted": True}
        except (CorpusError, IngestError) as error:
            return {"error": str(error), "kind": type(error).__name__}
        except Exception as error:  # whatever it is, the visitor must hear that it is over
            log.exception("a request of another process failed")
            return {"error": f"unexpected, in the process that has the library open: {type(error).__name__}: {error}"}


def _ingest(library: Library, request: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Ingest the visitor's sources."""
    from ingest import IngestInterrupted, ingest
    from ui.handover.work import Work

    stdin = io.BufferedReader(VisitorInput(visit), CHUNK)
    arguments = Work(**(request.get("options") or {})).arguments()
    try:
        report: Report = ingest(library, list(request["sources"]), progress=visit.progress, stdin=stdin, **arguments)
    except IngestInterrupted as stop:
        return {"report": asdict(stop.report), "interrupted": True}
    return {"report": asdict(report), "interrupted": False}


def _remove(library: Library, request: dict[str, Any], visit: Visit) -> dict[str, Any]:
    """Remove articles."""
    removed = library.remove(
        *request["articles"],
        places=tuple(request.get("places", ())),
        withhold=bool(request["withhold"]),
        outlet=request["outlet"],
    )
    return {"removed": asdict(removed)}


WORK: dict[str, Callable[[Any, dict[str, Any], Visit], dict[str, Any]]] = {"ingest": _ingest, "remove": _remove}
