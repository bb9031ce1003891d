"""`pressmark ingest`: add articles from files, folders, the web or standard input."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ui import errors, terminal
from ui.cli import following, options, output, progress, watching
from ui.cli.opening import ingest_sources, open_library, quiet_output
from ui.cli.options import ChromaOption, JsonOption, LibraryOption, RayOption, WaitOption
from ui.errors import FAILED, IN_PART
from ui.handover import work
from ui.handover.work import Work


def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="Files, folders, addresses of pages, feeds, sitemaps or whole sites; - reads standard input.",
        ),
    ],
    every: following.EveryOption = None,
    limit: following.LimitOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep watching the folders and add what appears in them, until Ctrl-C.")
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns",
            metavar="FIELD=COLUMN,…",
            help="Which table column holds which field: text=body,title=headline.",
        ),
    ] = None,
    follow_links: Annotated[
        bool, typer.Option("--follow-links", help="In folders, read files that links lead to, too.")
    ] = False,
    allow_private: following.AllowPrivateOption = None,
    ray: RayOption = None,
    wait: WaitOption = options.LONG_WAIT,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put articles into the library, once or again and again."""
    pause = following.read_interval(every, sources)
    if watch and (pause or ray):
        raise errors.WrongUsageError("--watch repeats by itself, in this process: leave out --every and --ray")
    column_map = options.read_columns(columns)
    work.web_settings(limit, allow_private)  # what is wrong with them is said before anything is opened
    from ingest import IngestInterrupted, Report

    def run_round() -> Report:
        # Opened for each round: between two of them others may ask.
        if not watch:
            work = Work(column_map, limit, tuple(allow_private or ()), follow_links)
            return ingest_sources(library, sources, work, wait=wait, chroma=chroma, ray=ray)
        with (
            open_library(library, create=True, wait=wait, chroma=chroma) as shelf,
            quiet_output(),
            progress.show_ingest() as on_progress,
        ):
            return watching.follow(shelf, sources, column_map, on_progress)

    if pause:
        raise typer.Exit(following.repeat_rounds(run_round, pause, as_json))
    interrupted = False
    try:
        report = run_round()
    except IngestInterrupted as stop:
        report, interrupted = stop.report, True
    if as_json:
        terminal.print_json({**asdict(report), "interrupted": interrupted})
    else:
        output.show_report(report)
    if interrupted:
        terminal.note("Interrupted. What was added stays; run the same command again to resume.", "yellow")
        raise typer.Exit(IN_PART)
    if report.failed or report.stopped:
        raise typer.Exit(IN_PART if report.did_something else FAILED)
