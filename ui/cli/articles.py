"""`pressmark articles list`, `show` and `runs`, and `pressmark check`; the other `articles` commands join them here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import terminal
from ui.cli import changes, output, removal
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import ChromaOption, JsonOption, LibraryOption
from ui.errors import FAILED
from ui.wording import count

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
        terminal.print_json({"runs": [{**asdict(run), "sources": list(run.sources)} for run in runs]})
    else:
        show_runs(runs)


def show_runs(runs: Sequence[Run]) -> None:
    """A table of runs; a column that is empty everywhere is left out."""
    from rich.table import Table
    from rich.text import Text

    if not runs:
        terminal.say("Nothing has been ingested yet.")
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
        cells = (
            run.number,
            run.started[:16].replace("T", " "),
            format_sources(run.sources),
            *counts,
            describe_outcome(run),
        )
        table.add_row(*(Text(terminal.clean(cell)) for cell in cells))
    terminal.terminal().print(table)


def format_sources(sources: Sequence[str], limit: int = 3) -> str:
    """The first few sources of a run, in words."""
    more = f" and {len(sources) - limit} more" if len(sources) > limit else ""
    return ", ".join(sources[:limit]) + more


def describe_outcome(run: Run) -> str:
    """How a run ended."""
    if run.ended is None:
        return "running, or interrupted"
    return str(run.report.get("stopped") or "done")


SHOWN_ARTICLES = 50

articles_app = typer.Typer(no_args_is_help=True, help="See what is in the library, or take it out.")


@articles_app.command("list", epilog="Example: pressmark articles list --text storm --outlet CNN --limit 10")
def list_articles(
    text: Annotated[str, typer.Option("--text", metavar="WORDS", help="Only articles with these words.")] = "",
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=1, help=f"At most so many. Default: {SHOWN_ARTICLES}; with --json, all."
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the articles, newest first."""
    shown = limit if as_json else limit or SHOWN_ARTICLES
    with open_library(library, reading=True) as shelf, quiet_output():
        found = shelf.articles(text=text, outlet=outlet, limit=shown)
        total = shelf.stats().articles
    if as_json:
        terminal.print_json({"articles": [to_record(article) for article in found]})
    else:
        output.show_articles(found, total)


@articles_app.command("show", epilog="Example: pressmark articles show https://news.example/storm")
def show_article(
    article: Annotated[str, typer.Argument(metavar="ID", help="The id or the address of an article.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one article, with its text."""
    with open_library(library, reading=True) as shelf, quiet_output():
        found = shelf.find(article)
        whole = shelf.get(found.id if found else article)
        record = shelf.record(whole.id)
        also_in = shelf.also_in(whole.id)
    if as_json:
        places = [asdict(place) for place in also_in]
        terminal.print_json({**to_record(record), "also_in": places, "text": whole.text})
    else:
        output.show_article(record, whole.text, also_in)


articles_app.command("remove", epilog="Example: pressmark articles remove --outlet CNN --until 2015-12-31 --dry-run")(
    removal.remove_articles
)
articles_app.command("diff", epilog="Example: pressmark articles diff https://news.example/storm")(changes.show_diff)
articles_app.command("changes", epilog="Example: pressmark articles changes --since 2026-11-01 --outlet CNN")(
    changes.list_changes
)


articles_app.command("runs", epilog="Example: pressmark articles runs --limit 5")(list_runs)


def check(
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be put right.")] = False,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check that the library is whole."""
    with open_library(library, chroma=chroma) as shelf, quiet_output():
        repaired = shelf.repair() if repair else []
        problems = shelf.check()
        stats = shelf.stats()
    lines = [f"repaired: {fault}" for fault in repaired] + [f"problem: {problem}" for problem in problems]
    if not problems:
        lines.append(f"{count(stats.articles, 'article')} and {count(stats.passages, 'passage')}: all is well")
    elif not repair:
        lines.append("Run 'pressmark check --repair' to put this right.")
    health = {"ok": not problems, "problems": list(problems), "repaired": list(repaired)}
    terminal.show(as_json, health, "\n".join(lines))
    if problems:
        raise typer.Exit(FAILED)


def to_record(article: Any) -> dict[str, Any]:
    """An article of the library in the documented form, without its text."""
    keys = (
        *("id", "url", "title", "published", "published_method", "published_confidence", "updated", "section"),
        *("outlet", "authors", "language", "source", "fetched", "revision", "passages"),
    )
    record = {key: getattr(article, key) for key in keys}
    return {**record, "authors": list(article.authors), "metadata": dict(article.metadata)}
