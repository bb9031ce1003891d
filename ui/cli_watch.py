"""`pressmark ingest --watch`: what lies in the folders goes in, then what comes, until somebody presses Ctrl-C."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ui import console
from ui.opening import FAILED

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Report

MOST_PROBLEMS = 1000
"""So many problems are kept for the summary, the latest ones: a watch may go on for months."""


def follow(shelf: Library, sources: Sequence[str], columns: Mapping[str, str], *, as_json: bool = False) -> None:
    """Put in what the folders hold and what comes into them; each round is told, and at the end the sum of all.

    It ends with Ctrl-C, and when the library cannot be written any more.
    """
    from ingest import FileBelow, IngestInterrupted, Report, ingest
    from ingest.watch import changed, watched_folders

    folders = watched_folders(sources)
    total = Report()
    try:
        for paths in changed(folders):
            report = ingest(shelf, [FileBelow(_root(path, folders), path) for path in sorted(paths)], columns=columns)
            total = added_up(total, report)
            _tell(report, len(paths), as_json)
            if report.stopped:
                break
            console.note("Watching. Press Ctrl-C to end.")
    except IngestInterrupted as stop:
        total = added_up(total, stop.report)
    except KeyboardInterrupt:
        pass  # it came while nothing was being done
    if as_json:
        console.print_json({**asdict(total), "interrupted": not total.stopped})
    else:
        console.say("Altogether:", "bold")
        console.show_report(total)
    if total.stopped:
        raise typer.Exit(FAILED)


def _tell(report: Report, files: int, as_json: bool) -> None:
    if files and as_json:
        console.note(
            f"{files:,} files: {report.added:,} added, {report.updated:,} updated, {len(report.failed):,} failed"
        )
    elif files:
        console.show_report(report)


def _root(path: Path, folders: Sequence[Path]) -> Path:
    """The folder that was given and that a file lies below; for a file that was itself given, its own folder."""
    root = next(folder for folder in folders if path.is_relative_to(folder))
    return root if root != path else path.parent


def added_up(total: Report, report: Report) -> Report:
    """Two reports as one."""
    return replace(
        report,
        added=total.added + report.added,
        updated=total.updated + report.updated,
        unchanged=total.unchanged + report.unchanged,
        skipped=(*total.skipped, *report.skipped)[-MOST_PROBLEMS:],
        failed=(*total.failed, *report.failed)[-MOST_PROBLEMS:],
        passages=total.passages + report.passages,
        seconds=total.seconds + report.seconds,
    )
