"""Whose turn it is at a host: one request at a time, with a pause after each, longer where the host asks for it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ingest.errors import StatusError


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, which tests replace."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.SystemRandom().random


@dataclass(slots=True)
class _Host:
    lock: threading.RLock = field(default_factory=threading.RLock)
    free_at: float = 0.0


class Turns:
    """Requests to each host, one after the other; `longest_wait` is what a caller is kept waiting at most."""

    def __init__(self, clock: Clock, longest_wait: float) -> None:
        self._clock = clock
        self._longest_wait = longest_wait
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, host: str, pause: float) -> Iterator[None]:
        """Wait until the host may be asked, and keep others waiting meanwhile and for `pause` seconds after it."""
        state = self._state(host)
        with state.lock:
            wait = state.free_at - self._clock.now()
            if wait > self._longest_wait:
                raise StatusError(
                    f"{host} asked to be left alone for another {wait:.0f} seconds", status=503, wait=wait
                )
            if wait > 0:
                self._clock.sleep(wait)
            try:
                yield
            finally:
                state.free_at = max(state.free_at, self._clock.now() + pause)

    def hold(self, host: str, seconds: float) -> None:
        """Leave a host alone for so long; within a turn too."""
        state = self._state(host)
        with state.lock:
            state.free_at = max(state.free_at, self._clock.now() + seconds)

    def _state(self, host: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(host, _Host())
