"""What comes into the library as the page shows it: progress, the report of an upload, and the recent runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.page.views.markup import render
from ui.wording import count, format_date

if TYPE_CHECKING:
    from corpus import Run
    from ingest import Problem, Progress, Report


SHOWN_PROBLEMS = 20
SHOWN_RUN_SOURCES = 2
LONGEST_SOURCE = 80
ADDRESS = ("http://", "https://")


def progress_html(progress: Progress | None) -> str:
    """An upload on its way into the library; None when it has only begun.

    Reading a source is counted long before its passages are embedded, so a share is shown only of what is stored.
    """
    values: dict[str, Any] = {"title": "Adding articles", "percent": None, "current": ""}
    if progress is None:
        return render("progress.html", **values, label="Reading the sources", words="Reading the sources")
    stored = f"{count(progress.articles, 'article')}, {count(progress.passages, 'passage')} stored"
    if not progress.total_bytes and progress.current.startswith(ADDRESS):
        values |= {"title": "Adding articles from the web", "current": progress.current}
        return render(
            "progress.html", **values, label="Asking the web", words=f"{count(progress.pages, 'page')} read, {stored}"
        )
    share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
    if share >= 1 or not progress.articles:
        words = f"Read; preparing passages for search. {stored}" if share >= 1 else "Reading the sources"
        return render("progress.html", **values, label="Preparing passages", words=words)
    left = f", about {count(max(1, round(progress.seconds_left)), 'second')} left" if progress.seconds_left else ""
    values |= {"percent": min(100, round(100 * share)), "current": file_name(progress.current)}
    return render("progress.html", **values, label="Share of the upload that is read", words=f"{stored}{left}")


def report_html(report: Report) -> str:
    """What an upload did: added, updated, unchanged, and every failure with its reason."""
    counts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.copies, "held under another address"),
        (len(report.skipped), "skipped"),
        (len(report.failed), "failed"),
        (len(report.gone), "gone at the outlet"),
        (len(report.undated), "without a date"),
    )
    done = ", ".join(f"{number:,} {word}" for number, word in counts if number) or "nothing added"
    listed = {"Failed": report.failed, "Gone": report.gone, "Skipped": report.skipped, "No date": report.undated}
    problems = [_problem(kind, problem) for kind, listing in listed.items() for problem in listing]
    return render(
        "report.html",
        alert=False,
        state="failed" if report.failed and not report.did_something else "done",
        title=f"{done[0].upper()}{done[1:]}",
        words=f"{count(report.passages, 'passage')} in {max(0.1, report.seconds):.1f} s{_from_the_web(report)}",
        problems=problems[:SHOWN_PROBLEMS],
        more=max(0, len(problems) - SHOWN_PROBLEMS),
        stopped=report.stopped,
    )


def _from_the_web(report: Report) -> str:
    """How the web answered, where it was asked."""
    counts = ((report.fetched, "fetched"), (report.not_modified, "not modified"), (report.refused, "refused"))
    words = ", ".join(f"{number:,} {word}" for number, word in counts if number)
    return f" · from the web: {words}" if words else ""


def failed_upload_html(message: str) -> str:
    """An upload that could not be taken in at all."""
    values = {"alert": True, "state": "failed", "title": "Nothing was added", "words": message}
    return render("report.html", **values, problems=(), more=0, stopped="")


def file_name(where: str) -> str:
    """The name of an uploaded file: the folder it waits in means nothing to the reader; an address stays whole."""
    if where.startswith(ADDRESS):
        return where
    return Path(where).name or where


def _problem(kind: str, problem: Problem) -> dict[str, Any]:
    name = file_name(problem.where)
    return {"kind": kind, "where": name, "line": problem.line, "reason": problem.reason.replace(problem.where, name)}


def runs_html(runs: Sequence[Run]) -> str:
    """The last runs: what was read, when, and what came of it."""
    rows = [
        {
            "sources": _run_sources(run),
            "started": _format_time(run.started),
            "outcome": _outcome(run),
        }
        for run in runs
    ]
    return render("runs.html", runs=rows) if rows else ""


def _run_sources(run: Run) -> str:
    """The sources as they were given; of a file only its name, which is all that an upload has."""
    names = [name if "://" in name else name.rsplit("/", 1)[-1] for name in run.sources[:SHOWN_RUN_SOURCES]]
    short = [name if len(name) <= LONGEST_SOURCE else f"{name[:LONGEST_SOURCE]}…" for name in names]
    more = len(run.sources) - len(short)
    return ", ".join(short) + (f" and {more} more" if more > 0 else "")


def _format_time(started: str) -> str:
    try:
        local = datetime.fromisoformat(started).astimezone()
    except ValueError:
        return ""
    return f"{format_date(local.date().isoformat())}, {local:%H:%M}"


def _outcome(run: Run) -> str:
    if run.ended is None:
        return "running, or interrupted"
    names = {"added": "added", "updated": "updated", "unchanged": "unchanged", "failed": "failed"}
    names |= {"copies": "held under another address"}
    words = [f"{run.report[name]:,} {word}" for name, word in names.items() if run.report.get(name)] or ["nothing new"]
    pages = int(run.report.get("fetched", 0)) + int(run.report.get("not_modified", 0))
    words += [f"{count(pages, 'page')} requested"] if pages else []
    words += [f"stopped: {run.report['stopped']}"] if run.report.get("stopped") else []
    return ", ".join(words)
