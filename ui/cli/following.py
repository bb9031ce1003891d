"""`pressmark ingest --every`: repeat an ingest at an interval; also its options for the web."""

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
"""Share by which an interval varies, so that many followers do not ask an outlet at the same moment."""

EveryOption = Annotated[
    str | None,
    typer.Option(
        "--every",
        metavar="TIME",
        help="Repeat at this interval until Ctrl-C: 90s, 15m, 6h or 1d.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", min=1, help="At most this many new pages of a site per round. Default: 100."),
]
AllowPrivateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-private",
        metavar="HOST[:PORT]",
        help="Fetch from this host though its address is private, as in an intranet. May be given again.",
    ),
]


def read_interval(written: str | None, sources: Sequence[str]) -> timedelta | None:
    """The time of `--every`, or None when it is not given."""
    if written is None:
        return None
    found = INTERVAL.fullmatch(written.strip().lower())
    time_between = timedelta(**{UNITS[found[2]]: int(found[1])}) if found else timedelta(0)
    if not timedelta(0) < time_between <= LONGEST:
        raise WrongUsageError(f"--every {written}: write it like 90s, 15m, 6h or 1d")
    if "-" in sources:
        raise WrongUsageError("--every cannot read standard input more than once: leave out the -")
    return time_between


def repeat_rounds(once: Callable[[], Report], every: timedelta, as_json: bool) -> int:
    """Repeat until Ctrl-C or SIGTERM, neither of which is a failure; returns the exit status.

    With `as_json`, each round prints an object on a line of its own. A library that cannot be opened or written
    costs a round: the next round makes up for it.
    """
    from corpus import LibraryBusyError, StorageError
    from ingest import IngestInterrupted
    from ui.handover.visitor import HandoverError

    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            started = monotonic()
            try:
                _show_round(once(), as_json)
            except (LibraryBusyError, StorageError, HandoverError) as error:
                terminal.note(f"This round was skipped: {error}", "yellow")
            pause = every.total_seconds() * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
            left = max(0.0, pause - (monotonic() - started))
            terminal.note(f"The next round starts in {format_duration(left)}; press Ctrl-C to stop.")
            sleep(left)
    except IngestInterrupted as stop:
        _show_round(stop.report, as_json, interrupted=True)
        return FAILED if stop.report.stopped else 0
    except KeyboardInterrupt:
        return 0
    finally:
        signal.signal(signal.SIGTERM, before)
        terminal.note("Stopped. The same command resumes where this one left off.")


def _show_round(report: Report, as_json: bool, interrupted: bool = False) -> None:
    if as_json:
        terminal.print_json({**asdict(report), "interrupted": interrupted})
    else:
        output.show_report(report)
