"""`pressmark ingest --every`: sources that are followed, and how the web is read on the command line."""

from __future__ import annotations

import random
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING, Annotated

import typer

from ui import terminal
from ui.cli import output
from ui.errors import FAILED, WrongUsageError
from ui.wording import format_duration

if TYPE_CHECKING:
    from ingest import Report


UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
INTERVAL = re.compile(r"(\d{1,6})\s*([smhd])")
LONGEST = timedelta(days=365)
JITTER = 0.1
"""Rounds come up to so much earlier or later, so that many followers do not ask an outlet at the same moment."""

EveryOption = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="TIME",
        help="Go on until Ctrl-C, with a round every so often: 90s, 15m, 6h or 1d.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, help="At most so many new pages of a site in a round. Default: 100."),
]
AllowPrivateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-private",
        metavar="HOST[:PORT]",
        help="Fetch from this host though its address is private, as in an intranet. May be given again.",
    ),
]


def interval(written: str | None, sources: Sequence[str]) -> timedelta | None:
    """The time of `--every`, or None when it is not given."""
    if written is None:
        return None
    found = INTERVAL.fullmatch(written.strip().lower())
    time_between = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < time_between <= LONGEST:
        raise WrongUsageError(f"--every {written}: write it like 90s, 15m, 6h or 1d")
    if "-" in sources:
        raise WrongUsageError("--every cannot read standard input again and again: leave out the -")
    return time_between


def keep_on(once: Callable[[], Report], every: timedelta, as_json: bool) -> int:
    """Round after round until Ctrl-C or a SIGTERM, which is no failure; the exit status.

    With `as_json`, each round prints an object on a line of its own. A library that cannot be opened or written just
    now costs a round: the next one does what this one could not.
    """
    from corpus import LibraryBusyError, StorageError
    from ingest import IngestInterrupted
    from ui.handover.visitor import HandoverError

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            started = monotonic()
            try:
                _tell(once(), as_json)
            except (LibraryBusyError, StorageError, HandoverError) as error:
                terminal.note(f"This round was left out: {error}", "yellow")
            pause = every.total_seconds() * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
            left = max(0.0, pause - (monotonic() - started))
            terminal.note(f"The next round is in {format_duration(left)}; Ctrl-C ends it.")
            sleep(left)
    except IngestInterrupted as stop:
        _tell(stop.report, as_json, interrupted=True)
        return FAILED if stop.report.stopped else 0
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
        terminal.note("Stopped. The same command goes on where this one was.")


def _tell(report: Report, as_json: bool, interrupted: bool = False) -> None:
    if as_json:
        terminal.print_json({**asdict(report), "interrupted": interrupted})
    else:
        output.show_report(report)
