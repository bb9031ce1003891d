"""The commands that look after the library: `articles list`, `show` and `remove`, and `check`."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from ui import console
from ui.opening import FAILED, IN_PART, open_library, quiet_output
from ui.options import LONG_WAIT, ChromaOption, JsonOption, LibraryOption, WaitOption

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
        console.print_json({"articles": [record_of(article) for article in found]})
    else:
        console.show_articles(found, total)


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
    if as_json:
        console.print_json({**record_of(record), "text": whole.text})
    else:
        console.show_article(record, whole.text)


@articles_app.command("remove", epilog="Example: pressmark articles remove a1b2c3 --yes")
def remove_articles(
    articles: Annotated[list[str], typer.Argument(metavar="ID…", help="Ids or addresses of articles.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    wait: WaitOption = LONG_WAIT,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take articles out of the library, for good."""
    from corpus import UnknownArticleError

    removed: list[str] = []
    failed: list[dict[str, str]] = []
    with open_library(library, wait=wait, hand_over=True, chroma=chroma) as shelf, quiet_output():
        if not yes and sys.stdin.isatty():
            what = f"{len(articles)} articles" if len(articles) > 1 else f"the article {console.clean(articles[0])}"
            typer.confirm(f"Remove {what} for good?", abort=True, err=True)
        for named in dict.fromkeys(articles):
            try:
                found = shelf.find(named)
                shelf.remove(found.id if found else named)
                removed.append(found.id if found else named)
            except UnknownArticleError as error:
                failed.append({"id": named, "reason": str(error)})
    console.show(as_json, {"removed": removed, "failed": failed}, f"{len(removed)} removed")
    for problem in failed:
        console.fail(problem["reason"])
    if failed:
        raise typer.Exit(IN_PART if removed else FAILED)


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
    lines = [f"repaired: {one}" for one in repaired] + [f"problem: {one}" for one in problems]
    if not problems:
        lines.append(f"{stats.articles:,} articles and {stats.passages:,} passages: all is well")
    elif not repair:
        lines.append("Run 'pressmark check --repair' to put this right.")
    health = {"ok": not problems, "problems": list(problems), "repaired": list(repaired)}
    console.show(as_json, health, "\n".join(lines))
    if problems:
        raise typer.Exit(FAILED)


def record_of(article: Any) -> dict[str, Any]:
    """An article of the library in the documented form, without its text."""
    keys = (
        *("id", "url", "title", "published", "published_method", "published_confidence", "updated", "section"),
        *("outlet", "authors", "language", "source", "fetched", "revision", "passages"),
    )
    record = {key: getattr(article, key) for key in keys}
    return {**record, "authors": list(article.authors), "metadata": dict(article.metadata)}
