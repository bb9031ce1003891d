"""`pressmark articles remove`: what is meant, how much that is, and what went."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import console, options
from ui.opening import FAILED, IN_PART, open_library, quiet_output
from ui.options import ChromaOption, JsonOption, LibraryOption, WaitOption, WrongUsageError

if TYPE_CHECKING:
    from corpus import Removed, Selected, Selection

SHOWN = 10
"""Articles that are named before it is asked whether to remove them."""


def remove_articles(
    articles: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Ids or addresses of articles, in any form.")
    ] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Those of this outlet.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Those published on this day or later.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Those published on this day or earlier.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="WORDS", help="Those from a file or an address with these words in it."),
    ] = None,
    no_withhold: Annotated[
        bool, typer.Option("--no-withhold", help="Followed sources may bring the addresses back.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    wait: WaitOption = options.LONG_WAIT,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take articles out of the library, for good: those that are named, and of them those that meet every filter."""
    selection = _selection(articles or (), outlet, since, until, source)
    removed = None
    with open_library(library, wait=wait, hand_over=True, chroma=chroma) as shelf, quiet_output():
        chosen = shelf.select(selection)
        if chosen.ids and not dry_run:
            if not yes and selection.is_filter and not sys.stdin.isatty():
                raise WrongUsageError(
                    f"this removes {len(chosen.ids):,} articles for good: add --yes, or look first with --dry-run"
                )
            if not yes and sys.stdin.isatty():
                titles = [shelf.record(one).title or one for one in chosen.ids[:SHOWN]]
                _confirm(chosen, titles)
            removed = shelf.remove(*chosen.ids, withhold=not no_withhold, outlet=outlet)
    failed = [{"id": one, "reason": f"no article has the id or the address {one!r}"} for one in chosen.unknown]
    console.show(as_json, _plain(chosen, removed, failed), _words(chosen, removed))
    for problem in failed:
        console.fail(problem["reason"])
    if failed:
        raise typer.Exit(IN_PART if chosen.ids else FAILED)


def _selection(
    named: Sequence[str], outlet: str | None, since: str | None, until: str | None, source: str | None
) -> Selection:
    from corpus import Selection

    first, last = options.day("--since", since), options.day("--until", until)
    if first and last and first > last:
        raise WrongUsageError(f"--since {first} is after --until {last}: no article can lie between them")
    filters: dict[str, Any] = {"outlet": outlet, "since": first, "until": last, "source": (source or "").strip()}
    if not named and not any(_is_given(value) for value in filters.values()):
        raise WrongUsageError("name articles by id or address, or say which with --outlet, --since, --until, --source")
    return Selection(tuple(dict.fromkeys(named)), **filters)


def _is_given(value: str | date | None) -> bool:
    return value is not None and value != ""


def _confirm(chosen: Selected, titles: Sequence[str]) -> None:
    for title in titles:
        console.note(f"  {title}")
    if len(chosen.ids) > len(titles):
        console.note(f"  and {len(chosen.ids) - len(titles):,} more")
    typer.confirm(f"Remove {_counted(len(chosen.ids), 'article')} for good?", abort=True, err=True)


def _plain(chosen: Selected, removed: Removed | None, failed: list[dict[str, str]]) -> dict[str, Any]:
    if removed is None:
        return {"removed": [], "matching": list(chosen.ids), "failed": failed}
    counts = {name: getattr(removed, name) for name in ("revisions", "passages", "addresses", "withheld")}
    return {"removed": list(removed.articles), **counts, "failed": failed}


def _words(chosen: Selected, removed: Removed | None) -> str:
    if removed is None:
        return f"{_counted(len(chosen.ids), 'article')} would be removed" if chosen.ids else "no article matches"
    parts = [_counted(removed.revisions, "revision"), _counted(removed.passages, "passage")]
    parts += [_counted(removed.addresses, "other address", "other addresses")] if removed.addresses else []
    gone = f"{_counted(len(removed.articles), 'article')} removed, with {', '.join(parts[:-1])} and {parts[-1]}."
    kept = f"\nFollowed sources will not bring {_counted(removed.withheld, 'address', 'addresses')} back."
    return gone + (kept if removed.withheld else "")


def _counted(count: int, noun: str, many: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else many or f'{noun}s'}"
