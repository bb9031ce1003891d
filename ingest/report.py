"""What an ingest says while it runs and when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LEAST_SECONDS = 0.5
"""No time left is told before this: the first guesses are wild."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not added: where it stands (with the line, in files of records), and why."""

    where: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        return f"{self.where}{f', line {self.line}' if self.line else ''}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Passed(Problem):
    """Something that a source holds and that is no article: it is told, and counts as skipped, not as failed."""


@dataclass(slots=True)
class PageCounts:
    """How the web answered: pages with content, those that had not changed, and those that may not be asked for."""

    fetched: int = 0
    not_modified: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an ingest is. `rate` is passages a second; sizes are bytes of files, standard input excluded.

    `pages` counts answers of the web: how many there will be is not known before.
    """

    articles: int
    passages: int
    total_bytes: int
    done_bytes: int
    rate: float
    seconds_left: float | None
    current: str
    pages: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What an ingest did. `stopped` says in words why it ended before all sources were read, or is empty.

    `copies` are articles whose text is held under another address, which alone was kept. `fetched`, `not_modified` and
    `refused` count answers of the web, feeds and sitemaps among them; `gone` are pages whose articles are kept though
    their outlet has taken them away; `undated` are articles that went in without a date.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: tuple[Problem, ...] = ()
    failed: tuple[Problem, ...] = ()
    passages: int = 0
    seconds: float = 0.0
    stopped: str = ""
    fetched: int = 0
    not_modified: int = 0
    refused: int = 0
    gone: tuple[Problem, ...] = ()
    copies: int = 0
    undated: tuple[Problem, ...] = ()

    @property
    def did_something(self) -> bool:
        """Whether anything was found as it should be."""
        taken = self.added or self.updated or self.unchanged or self.copies
        return bool(taken or self.not_modified or self.gone)

    def counts(self) -> dict[str, int | float | str]:
        """The figures alone, as the record of a run keeps them: nothing in it was written by a source."""
        figures = {name: getattr(self, name) for name in ("added", "updated", "unchanged", "copies", "passages")}
        figures |= {name: getattr(self, name) for name in ("fetched", "not_modified", "refused")}
        figures |= {name: len(getattr(self, name)) for name in ("skipped", "failed", "gone", "undated")}
        return {**figures, "seconds": round(self.seconds, 1), "stopped": self.stopped}


@dataclass(slots=True)
class Tally:
    """Counts while an ingest runs; tells `listener` each time something moved."""

    total_bytes: int
    listener: Callable[[Progress], None] | None = None
    clock: Callable[[], float] = time.monotonic
    started: float = field(init=False)
    done_bytes: int = 0
    current: str = ""
    passages: int = 0
    embedding: int = 0
    cut: int = 0
    stopped: str = ""
    kinds: dict[str, int] = field(default_factory=lambda: {"added": 0, "updated": 0, "unchanged": 0, "copy": 0})
    skipped: list[Problem] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    gone: list[Problem] = field(default_factory=list)
    undated: list[Problem] = field(default_factory=list)
    pages: PageCounts = field(default_factory=PageCounts)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def reading(self, where: str, done_bytes: int) -> None:
        """A raw document is being read, and so many bytes of all files lie behind it."""
        self.current, self.done_bytes = where, max(self.done_bytes, done_bytes)
        self.tell()

    def embedded(self, count: int) -> None:
        """So many more passages have their vectors."""
        self.embedding += count
        self.tell()

    def stored(self, kind: str, passages: int) -> None:
        """The library took an article, with so many passages."""
        self.kinds[kind] += 1
        self.passages += passages
        self.embedding = max(0, self.embedding - passages)
        self.tell()

    def tell(self) -> None:
        """Hand the listener the present state."""
        if self.listener:
            self.listener(self.progress())

    def progress(self) -> Progress:
        """The present state, with the rate so far and the time left if it goes on like this."""
        seconds = self.clock() - self.started
        passages = self.passages + self.embedding
        known = seconds >= LEAST_SECONDS and 0 < self.done_bytes <= self.total_bytes
        return Progress(
            articles=sum(self.kinds.values()),
            passages=passages,
            total_bytes=self.total_bytes,
            done_bytes=self.done_bytes,
            rate=passages / seconds if seconds > 0 else 0.0,
            seconds_left=self._seconds_left(seconds, passages) if known else None,
            current=self.current,
            pages=self.pages.fetched + self.pages.not_modified,
        )

    def _seconds_left(self, seconds: float, passages: int) -> float:
        """Nearly all time goes into embedding: what is cut but not embedded counts, and what is not read yet."""
        whole = self.total_bytes / self.done_bytes
        if not self.cut:
            return seconds * (whole - 1)
        return seconds * max(0.0, self.cut * whole - passages) / max(1, passages)

    def report(self) -> Report:
        """What was done up to now."""
        return Report(
            added=self.kinds["added"],
            updated=self.kinds["updated"],
            unchanged=self.kinds["unchanged"],
            copies=self.kinds["copy"],
            skipped=tuple(self.skipped),
            undated=tuple(self.undated),
            failed=tuple(self.failed),
            passages=self.passages,
            seconds=self.clock() - self.started,
            stopped=self.stopped,
            fetched=self.pages.fetched,
            not_modified=self.pages.not_modified,
            refused=self.pages.refused,
            gone=tuple(self.gone),
        )
