"""`pressmark articles runs`: what each ingest did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui import console
from ui.opening import open_library, quiet_output
from ui.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from corpus import Run

SHOWN_RUNS = 20
COLUMNS = ("added", "updated", "unchanged", "copies", "skipped", "failed", "fetched", "not_modified", "gone", "refused")


def list_runs(
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help="At most so many.")] = SHOWN_RUNS,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what each ingest did, the latest first."""
    with open_library(library, reading=True) as shelf, quiet_output():
        runs = shelf.following.runs(limit)
    if as_json:
        console.print_json({"runs": [{**asdict(run), "sources": list(run.sources)} for run in runs]})
    else:
        show_runs(runs)


def show_runs(runs: Sequence[Run]) -> None:
    """A table of runs; a column that is nowhere filled is left out."""
    from rich.table import Table
    from rich.text import Text

    if not runs:
        console.say("Nothing has been ingested yet.")
        return
    shown = [name for name in COLUMNS if name in COLUMNS[:2] or any(run.report.get(name) for run in runs)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Run", justify="right", style="dim")
    table.add_column("Started", style="green", no_wrap=True)
    table.add_column("Sources", overflow="fold")
    for name in shown:
        table.add_column(name.replace("_", " ").capitalize(), justify="right")
    table.add_column("Ended", overflow="fold")
    for run in runs:
        counts = (f"{run.report.get(name, 0):,}" for name in shown)
        cells = (run.number, run.started[:16].replace("T", " "), sources_in_words(run.sources), *counts, outcome(run))
        table.add_row(*(Text(console.clean(cell)) for cell in cells))
    console.terminal().print(table)


def sources_in_words(sources: Sequence[str], limit: int = 3) -> str:
    """The first few sources of a run."""
    more = f" and {len(sources) - limit} more" if len(sources) > limit else ""
    return ", ".join(sources[:limit]) + more


def outcome(run: Run) -> str:
    """How a run ended."""
    if run.ended is None:
        return "running, or broken off"
    return str(run.report.get("stopped") or "done")
