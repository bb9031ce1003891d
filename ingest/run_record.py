"""What a library keeps of each ingest: its sources, when it ran, and how much of what it did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime

from corpus.errors import StorageError
from ingest.report import Tally
from ingest.text.decoding import clean_line
from ingest.web.visiting import Memory


class RunRecord:
    """The record of an ingest in the library; a library that cannot be written ends the run elsewhere, and not here."""

    def __init__(self, library: Memory, sources: Sequence[object], now: Callable[[], datetime]) -> None:
        self._library = library
        self._sources = [clean_line(str(source)) for source in sources]
        self._now = now
        self._number: int | None = None

    def start(self) -> None:
        """Begin the record; raises `StorageError`."""
        self._number = self._library.following.start_run(self._sources, self._stamp())

    def end(self, tally: Tally, stopped: str = "") -> None:
        """Complete the record with what was done."""
        if self._number is not None:
            counts = tally.report().counts()
            with suppress(StorageError):
                self._library.following.end_run(
                    self._number, self._stamp(), {**counts, "stopped": counts["stopped"] or stopped}
                )

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).isoformat(timespec="seconds")
