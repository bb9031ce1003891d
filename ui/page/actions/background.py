"""Work that reports by calling back, as a stream of what it reports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

Event = TypeVar("Event")


class NobodyListensError(Exception):
    """Ends work whose listener has gone."""


def stream_events(
    work: Callable[[Callable[[Event], None]], Event], patience: float, *, ends_with_listener: bool = False
) -> Iterator[Event | Exception | None]:
    """What `work` reports, as it reports it; last what it returns or raises; None whenever it is silent for long.

    `work` runs in a thread of its own and is given the function to report with. It runs to its end even when nobody
    listens any more, so that an upload is not cut in the middle by a closed page; with `ends_with_listener`, its next
    report then raises `NobodyListensError`.
    """
    reports: SimpleQueue[tuple[bool, Event | Exception]] = SimpleQueue()
    is_left = threading.Event()

    def report(event: Event) -> None:
        if ends_with_listener and is_left.is_set():
            raise NobodyListensError
        reports.put((False, event))

    def run() -> None:
        try:
            reports.put((True, work(report)))
        except Exception as error:  # whatever it is, the listener must hear that it is over
            reports.put((True, error))

    threading.Thread(target=run, name="pressmark-work", daemon=True).start()
    try:
        while True:
            try:
                is_last, event = reports.get(timeout=patience)
            except Empty:
                yield None
                continue
            yield event
            if is_last:
                return
    finally:
        is_left.set()
