"""Articles, reports and evaluations as people read them in a terminal.

What comes from an article, a question or a file is shown as it is: never as markup, and without control characters, so
that no article can colour, move or hide what stands in the terminal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ui.terminal import clean, fail, note, say, terminal
from ui.wording import count, format_date

if TYPE_CHECKING:
    from corpus import Place, StoredArticle
    from ingest import Problem, Report


SHOWN_UNDATED = 5
"""Articles without a date that a report names."""


def _byline(outlet: str, published: str | None, title: str) -> str:
    return ", ".join(part for part in (outlet, format_date(published), title) if part)


def show_articles(articles: Sequence[StoredArticle], total: int) -> None:
    """A table of articles, newest first."""
    from rich.table import Table
    from rich.text import Text

    if not articles:
        say("No articles." if total else "The library is empty: fill it with 'pressmark ingest SOURCE'.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, style in {"Published": "green", "Outlet": "cyan", "Title": "", "Passages": "", "Id": "dim"}.items():
        table.add_column(heading, style=style, overflow="fold", justify="right" if heading == "Passages" else "left")
    for article in articles:
        cells = ((article.published or "")[:10], article.outlet, article.title, article.passages, article.id)
        table.add_row(*(Text(clean(cell)) for cell in cells))
    terminal().print(table)
    if len(articles) < total:
        note(f"Shown are {len(articles)} of {total:,} articles: use --limit, --text or --outlet for others.")


def show_article(article: StoredArticle, text: str, also_in: Sequence[Place] = ()) -> None:
    """One article: its fields, where else it stands, then its text."""
    say(article.title or article.id, "bold")
    fields = {
        "outlet": article.outlet,
        "published": f"{article.published or 'no date'} ({article.published_method or 'as given'})",
        "authors": ", ".join(article.authors),
        "url": article.url,
        "language": article.language,
        "id": article.id,
        "revision": article.revision,
        "passages": article.passages,
        "fetched": article.fetched,
        "source": article.source,
    }
    for name, value in fields.items():
        if value not in (None, ""):
            say(f"{name:>10}  {value}", "dim")
    for at, place in enumerate(also_in):
        told = f"{_byline(place.outlet, place.published, place.title)}  {place.url or 'article ' + (place.id or '')}"
        say(f"{'' if at else 'also in':>10}  {told}", "dim")
    say(f"\n{text}")


def show_report(report: Report) -> None:
    """The report of an ingest, with each article that was left out and why."""
    counts = {"added": report.added, "updated": report.updated, "unchanged": report.unchanged}
    counts |= {"held under another address": report.copies} if report.copies else {}
    counts |= {"skipped": len(report.skipped), "failed": len(report.failed)}
    rate = f" ({report.passages / report.seconds:,.0f} passages/s)" if report.passages and report.seconds > 0 else ""
    say(", ".join(f"{count:,} {name}" for name, count in counts.items()), "bold")
    say(f"{count(report.passages, 'passage')} in {report.seconds:.1f} s{rate}", "dim")
    if report.fetched or report.not_modified or report.refused:
        asked = f"{report.fetched:,} fetched, {report.not_modified:,} not modified"
        say(f"From the web: {asked}, {len(report.gone):,} gone, {report.refused:,} refused", "dim")
    for heading, problems in {"Skipped": report.skipped, "Gone": report.gone, "Failed": report.failed}.items():
        if problems:
            say(heading, "red" if heading == "Failed" else "yellow")
        for problem in problems:
            say(f"  {_format_place(problem)}: {problem.reason}")
    if report.undated:
        say(f"Without a date: {count(len(report.undated), 'article')}, left out of questions about a time", "yellow")
        for problem in report.undated[:SHOWN_UNDATED]:
            say(f"  {_format_place(problem)}: {problem.reason}")
        if len(report.undated) > SHOWN_UNDATED:
            say(f"  and {len(report.undated) - SHOWN_UNDATED:,} more; --json lists them all")
    if report.stopped:
        fail(f"stopped: {report.stopped}")


def _format_place(problem: Problem) -> str:
    return f"{problem.where}, line {problem.line}" if problem.line is not None else problem.where


def show_evaluation(result: Mapping[str, Any], comparison: Mapping[str, Any] | None) -> None:
    """The metrics of a run as a table, next to those of the baseline."""
    from rich.table import Table

    say(f"{result['questions']} questions: {result['answerable']} answerable, {result['unanswerable']} unanswerable")
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Measure")
    for heading in ("Value", "95 % interval", *(("Baseline", "Difference") if comparison else ())):
        table.add_column(heading, justify="right")
    for name, value in result["metrics"].items():
        if value is not None:
            low, high = result["intervals"].get(name, (value, value))
            row = [name, _format_figure(value), f"{_format_figure(low)} – {_format_figure(high)}"]
            table.add_row(*row, *(_compare(comparison["metrics"].get(name)) if comparison else ()))
    terminal().print(table)
    for warning in comparison["warnings"] if comparison else ():
        note(warning, "yellow")
    if comparison:
        say(f"{len(comparison['better'])} questions went better, {len(comparison['worse'])} worse")
        for change in comparison["worse"]:
            say(f"  worse: {change['question']} ({change['id']}): was {change['was']}, now {change['now']}", "yellow")
    for failed in (row for row in result["results"] if row["status"] == "failed"):
        say(f"  failed: {failed['question']} ({failed['id']}): {failed['failed']}", "red")


def _compare(difference: Mapping[str, Any] | None) -> tuple[str, str]:
    if not difference or difference["difference"] is None:
        return "–", "–"
    verdict = {True: " better", False: " worse", None: ""}[difference["better"]]
    return _format_figure(difference["baseline"]), f"{difference['difference']:+.3f}{verdict}"


def _format_figure(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.3f}"
