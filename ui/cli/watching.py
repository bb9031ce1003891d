"""`pressmark ingest --watch`: what lies in the folders goes in, then what comes, until somebody presses Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ui import terminal

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Progress, Report


MOST_PROBLEMS = 1000
"""So many problems are kept for the summary, the latest ones: a watch may go on for months."""


def follow(
    shelf: Library,
    sources: Sequence[str],
    columns: Mapping[str, str],
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Put in what the folders hold and what comes into them; each round is told, and returned is the sum of all.

    It ends with Ctrl-C, and when the library cannot be written any more.
    """
    from ingest import FileBelow, IngestInterrupted, Report, ingest
    from ingest.sources.watch import changed, watched_folders

    folders = watched_folders(sources)
    total = Report()
    try:
        for paths in changed(folders):
            files = [FileBelow(_root(path, folders), path) for path in sorted(paths)]
            report = ingest(shelf, files, on_progress, columns=columns)
            total = added_up(total, report)
            if report.stopped:
                break
            _tell(report, len(files))
    except IngestInterrupted as stop:
        total = added_up(total, stop.report)
    except KeyboardInterrupt:
        pass  # it came while nothing was being done
    return total


def _tell(report: Report, files: int) -> None:
    if files:
        did = f"{report.added:,} added, {report.updated:,} updated, {report.unchanged:,} unchanged"
        terminal.note(f"{files:,} files: {did}, {len(report.skipped):,} skipped, {len(report.failed):,} failed")
    for problem in report.failed:
        terminal.note(f"  {problem}", "red")
    terminal.note("Watching: Ctrl-C ends it.")


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
        copies=total.copies + report.copies,
        skipped=(*total.skipped, *report.skipped)[-MOST_PROBLEMS:],
        failed=(*total.failed, *report.failed)[-MOST_PROBLEMS:],
        passages=total.passages + report.passages,
        seconds=total.seconds + report.seconds,
    )
