"""The visitor's side: hand work over to the process that has the library open."""

from __future__ import annotations

import base64
import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ui import terminal
from ui.handover import wire
from ui.wording import format_duration

if TYPE_CHECKING:
    from corpus import Library, Removed
    from corpus.owner import Owner
    from ingest import Progress, Report


STDIN = "-"
POLL_SECONDS = 0.2
PROBLEMS = ("skipped", "failed", "gone", "undated")
"""What of a report is a list of problems."""


class HandoverError(Exception):
    """The process that has the library open did not do the work."""


@dataclass(frozen=True, slots=True)
class Reached:
    """The owner of a library, reached at its door."""

    owner: Owner
    line: wire.Wire

    @property
    def name(self) -> str:
        """The owner in words."""
        return f"`{self.owner.command}` (process {self.owner.process})"


def open_or_reach(folder: Path, opening: dict[str, Any], *, wait: float, hand_over: bool = True) -> Library | Reached:
    """The library, when nobody has it open or soon nobody has it any more; else its owner, when that takes work in.

    `opening` are further arguments of `Library.open`.
    Raises `LibraryBusyError` when neither comes true within so many seconds; at once, when the owner is a page and
    nothing can be handed over to it.
    """
    from corpus import Library, LibraryBusyError
    from corpus.owner import owner_of

    end, said = time.monotonic() + wait, False
    while True:
        try:
            return Library.open(folder, **opening)
        except LibraryBusyError:
            owner = owner_of(Path(folder).expanduser().absolute())
            if owner and owner.door:
                line = wire.connect(owner.door) if hand_over else None
                if line:
                    return Reached(owner, line)
            if time.monotonic() >= end or (owner and owner.door and not hand_over):
                raise
            if not said:
                who = f"`{owner.command}` (process {owner.process})" if owner else "another process"
                terminal.note(
                    f"The library is in use by {who}: waiting until it is free, {format_duration(wait)} at most"
                )
                said = True
            time.sleep(POLL_SECONDS)


def hand_over_ingest(
    reached: Reached,
    sources: Sequence[str],
    progress: Callable[[Progress], None],
    stdin: BinaryIO | None,
    options: dict[str, Any] | None = None,
) -> tuple[Report, bool]:
    """Let the owner ingest the sources; returns its report, and whether the ingest was interrupted.

    Raises `HandoverError`, or what went wrong there.
    """
    from ingest import Progress, Report

    def tell(message: dict[str, Any]) -> None:
        if "progress" in message:
            progress(Progress(**message["progress"]))

    terminal.note(f"The library is open in {reached.name}, which adds the articles")
    absolute = [source if _is_address(source) else os.path.abspath(source) for source in sources]
    request = {"command": "ingest", "sources": absolute, "options": options or {}}
    answer = _hand_over(reached, request, tell, stdin)
    report = _read_report(answer["report"]) if answer.get("report") else Report()
    return _restore_names(report, dict(zip(absolute, sources, strict=True))), bool(answer.get("interrupted"))


def _is_address(source: str) -> bool:
    return source == STDIN or ("://" in source and not Path(source).exists())


def _read_report(values: dict[str, Any]) -> Report:
    from ingest import Problem, Report

    known = {field.name for field in fields(Report)}
    values = {name: value for name, value in values.items() if name in known}
    for name in PROBLEMS:
        values[name] = tuple(Problem(**problem) for problem in values.get(name, ()))
    return Report(**values)


def _restore_names(report: Report, given: dict[str, str]) -> Report:
    """The report with the sources named as they were given here: the owner knows their absolute paths."""

    def rename(text: str) -> str:
        for whole, name in given.items():
            if whole != name:
                text = text.replace(whole, str(Path(name)))
        return text

    def rename_problems(of: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(replace(problem, where=rename(problem.where), reason=rename(problem.reason)) for problem in of)

    renamed_problems: dict[str, Any] = {name: rename_problems(getattr(report, name)) for name in PROBLEMS}
    return replace(report, **renamed_problems)


class Deputy:
    """A library that another process has open: reads it as a guest, and hands removals over."""

    def __init__(self, guest: Library, reached: Callable[[], Reached]) -> None:
        self._guest = guest
        self._reached = reached

    def __getattr__(self, name: str) -> Any:
        return getattr(self._guest, name)

    def remove(
        self, *article_ids: str, places: Sequence[str] = (), withhold: bool = True, outlet: str | None = None
    ) -> Removed:
        """Let the owner remove articles; raises as the library itself would."""
        from corpus import Removed

        request: dict[str, Any] = {"command": "remove", "articles": list(article_ids), "places": list(places)}
        request |= {"withhold": withhold, "outlet": outlet}
        answer = _hand_over(self._reached(), request, lambda message: None, None)
        if "removed" not in answer:
            raise HandoverError("the removal was interrupted while it waited: nothing was removed; run it again")
        removed: dict[str, Any] = answer["removed"]
        for name in ("articles", "dropped"):
            removed[name] = tuple(removed[name])
        return Removed(**removed)


@contextmanager
def open_deputy(folder: Path, first: Reached) -> Iterator[Library]:
    """Open a library that another process has open, to read it and to remove articles."""
    from corpus import Library

    first.line.close()  # the door hangs up on who says nothing: it is knocked at again when there is something to say

    def reach_again() -> Reached:
        found = open_or_reach(folder, {"create": False}, wait=0.0)
        if isinstance(found, Reached):
            return found
        found.close()
        raise HandoverError(f"{first.name} has ended: run the command again")

    with Library.open(folder, reading=True) as guest:
        yield cast("Library", Deputy(guest, reach_again))


def _hand_over(
    reached: Reached, request: dict[str, Any], tell: Callable[[dict[str, Any]], None], stdin: BinaryIO | None
) -> dict[str, Any]:
    """Send a request and return its result. Ctrl-C stops the work in the other process."""
    line = reached.line
    try:
        with suppress(ConnectionError):  # sent away before it could ask: why is already there to be read
            line.send(token=reached.owner.token, **request)
        with _interrupting(line):
            while (message := line.receive()) and not _is_last(message):
                if "waiting" in message:
                    terminal.note(f"{message['waiting']} before this one")
                elif "read" in message:
                    threading.Thread(target=_send_input, args=(line, stdin, message["read"]), daemon=True).start()
                else:
                    tell(message)
    except (OSError, wire.WireError) as error:
        raise HandoverError(_describe_loss(reached)) from error
    finally:
        line.close()
    if message is None:
        raise HandoverError(_describe_loss(reached))
    if "error" in message:
        raise _rebuild_error(message)
    return message


def _is_last(message: dict[str, Any]) -> bool:
    return not message.keys().isdisjoint(("report", "removed", "interrupted", "error"))


def _describe_loss(reached: Reached) -> str:
    return (
        f"{reached.name}, which has the library open, ended or hung up in the middle of this: what it had taken in is "
        "there; run the same command again to add the rest"
    )


def _rebuild_error(message: dict[str, Any]) -> Exception:
    """The error that the other process reported, as an exception of the same class."""
    import corpus
    import ingest

    for layer in (corpus, ingest):
        kind = getattr(layer, str(message.get("kind")), None)
        if isinstance(kind, type) and issubclass(kind, (corpus.CorpusError, ingest.IngestError)):
            with suppress(TypeError):
                return kind(message["error"])
    return HandoverError(str(message["error"]))


def _send_input(line: wire.Wire, stdin: BinaryIO | None, size: int) -> None:
    """Send the next chunk of standard input."""
    chunk = b""
    with suppress(OSError, ValueError):  # closed, or a terminal that is gone: that is its end
        chunk = _next_bytes(stdin, size) if stdin else b""
    with suppress(OSError):
        line.send(chunk=base64.b64encode(chunk).decode())


def _next_bytes(stdin: BinaryIO, size: int) -> bytes:
    try:
        # Not through the buffer: a thread that waits in there when the process ends would make it crash.
        return os.read(stdin.fileno(), size)
    except io.UnsupportedOperation:
        return stdin.read(size)


@contextmanager
def _interrupting(line: wire.Wire) -> Iterator[None]:
    """Let Ctrl-C stop the work in the other process, whose report still comes; a second one ends this process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.getsignal(signal.SIGINT)

    def stop(*_: Any) -> None:
        signal.signal(signal.SIGINT, former)
        with suppress(OSError):
            line.send(stop=True)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
