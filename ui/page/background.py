"""Work that reports by calling back, as a stream of what it reports."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from typing import TypeVar

Event = TypeVar("Event")


def events(work: Callable[[Callable[[Event], None]], Event], patience: float) -> Iterator[Event | Exception | None]:
    """What `work` tells, as it tells it; last what it returns or raises; None whenever it is silent for long.

    `work` runs in a thread of its own and is given the function to tell with. It runs to its end even when nobody
    listens any more, so that an upload is not cut in the middle by a closed page.
    """
    told: SimpleQueue[tuple[bool, Event | Exception]] = SimpleQueue()

    def run() -> None:
        try:
            told.put((True, work(lambda event: told.put((False, event)))))
        except Exception as error:  # whatever it is, the listener must hear that it is over
            told.put((True, error))

    threading.Thread(target=run, name="pressmark-work", daemon=True).start()
    while True:
        try:
            last, event = told.get(timeout=patience)
        except Empty:
            yield None
            continue
        yield event
        if last:
            return
