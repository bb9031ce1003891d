"""`pressmark ingest --watch`: ingest what the folders hold, then whatever appears in them, until Ctrl-C."""

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
"""The latest problems that are kept for the summary: a watch may run for months."""


def follow(
    shelf: Library,
    sources: Sequence[str],
    columns: Mapping[str, str],
    on_progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Ingest what the folders hold and what appears in them; shows each round, and returns the sum of all.

    It ends with Ctrl-C, and when the library cannot be written any more.
    """
    from ingest import FileBelow, IngestInterrupted, Report, ingest
    from ingest.sources.watch import changed, watched_folders

    folders = watched_folders(sources)
    total = Report()
    try:
        for paths in changed(folders):
            files = [FileBelow(_find_root(path, folders), path) for path in sorted(paths)]
            report = ingest(shelf, files, on_progress, columns=columns)
            total = add_reports(total, report)
            if report.stopped:
                break
            _show_round(report, len(files))
    except IngestInterrupted as stop:
        total = add_reports(total, stop.report)
    except KeyboardInterrupt:
        pass  # it came while nothing was being done
    return total


def _show_round(report: Report, files: int) -> None:
    if files:
        did = f"{report.added:,} added, {report.updated:,} updated, {report.unchanged:,} unchanged"
        terminal.note(f"{files:,} files: {did}, {len(report.skipped):,} skipped, {len(report.failed):,} failed")
    for problem in report.failed:
        terminal.note(f"  {problem}", "red")
    terminal.note("Watching; press Ctrl-C to stop.")


def _find_root(path: Path, folders: Sequence[Path]) -> Path:
    """The given folder that holds a file; for a file that was itself given, its parent folder."""
    root = next(folder for folder in folders if path.is_relative_to(folder))
    return root if root != path else path.parent


def add_reports(total: Report, report: Report) -> Report:
    """Add a report to a total."""
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
