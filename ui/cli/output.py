"""What people read in a terminal: answers with their sources, tables, errors.

What comes from an article, a question or a file is shown as it is: never as markup, and without control characters, so
that no article can colour, move or hide what stands in the terminal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ui.terminal import clean, fail, note, say, terminal
from ui.wording import count, describe_copies

if TYPE_CHECKING:
    from corpus import Place, StoredArticle
    from ingest import Problem, Report
    from rag.answer import Answer, AppliedFilter, Citation, NearArticle


SHOWN_UNDATED = 5
"""Articles without a date that a report names."""


def show_answer(answer: Answer, citations: Sequence[Citation]) -> None:
    """An answer as text, then the sources that it may be checked against: `citations`, which stand word for word.

    An answer none of whose citations stands is not shown (invariant 1).
    """
    if answer.standalone_question.strip() != answer.question.strip():
        say(f"Understood as: {answer.standalone_question}", "dim italic")
    if answer.filters:
        say(f"Read from the question: {' · '.join(map(_describe_filter, answer.filters))}", "dim")
    if answer.status == "not_found":
        say(answer.text.partition("\n\n")[0], "yellow")  # the nearest articles follow with their dates and ids
        _show_nearest(answer.nearest)
    elif citations:
        _show_found(answer, citations)
    else:
        say("The answer is withheld: its quotations no longer stand in the library. Ask again.", "yellow")
    for remark in answer.notes:
        say(f"Note: {remark}", "yellow")


def _show_found(answer: Answer, citations: Sequence[Citation]) -> None:
    known = {citation.n for citation in citations}
    if answer.status == "conflicting":
        say("Accounts differ", "yellow")
    say(re.sub(r" ?\[(\d{1,3})\]", lambda mark: mark[0] if int(mark[1]) in known else "", answer.text), "bold")
    for claim in answer.claims:
        if claim.support == "unsupported" or not known & set(claim.citations):
            say(f"Not backed by a quotation: {claim.text}", "yellow")
    for alternative in answer.alternatives:
        if alternative.text not in answer.text and known & set(alternative.citations):
            say(alternative.text, "yellow")
    as_of = f"As of {answer.as_of[:10]}" if answer.as_of else "Undated evidence"
    by = "" if answer.model == "builtin" else f" · worded by {answer.model}"
    say(f"{as_of} · confidence {answer.confidence:.0%}{by}", "dim")
    say("\nSources", "bold")
    for citation in citations:
        _show_citation(citation)
    if len(citations) < len(answer.citations):
        say(f"{len(answer.citations) - len(citations)} withheld: no longer in the library word for word", "dim")


def _describe_filter(applied: AppliedFilter) -> str:
    """An applied filter with the words it was read from: "Around: March 2022 (“in March 2022”)"."""
    from rag.question.filters import LABELS

    return f"{LABELS[applied.kind]}: {applied.value} (“{applied.words}”)"


def _show_nearest(nearest: Iterable[NearArticle]) -> None:
    for at, article in enumerate(nearest):
        if at == 0:
            say("\nThe nearest articles", "bold")
        say(f"    {_byline(article.outlet, article.published, article.title)}", "cyan")
        say(f"    {article.url or 'article ' + article.article_id}", "dim")


def _show_citation(citation: Citation) -> None:
    say(f"[{citation.n}] “{' '.join(clean(citation.quote).split())}”")
    say(f"    {_byline(citation.outlet, citation.published, citation.title)}", "cyan")
    say(f"    {citation.url or 'article ' + citation.article_id}", "dim")
    if citation.also_in:
        say(f"    {describe_copies(citation.also_in)}", "dim")


def _byline(outlet: str, published: str | None, title: str) -> str:
    return ", ".join(part for part in (outlet, (published or "no date")[:10], title) if part)


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
