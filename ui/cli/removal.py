"""`pressmark articles remove`: select articles, confirm, remove them, and say what was removed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import terminal
from ui.cli import options
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import ChromaOption, JsonOption, LibraryOption, WaitOption
from ui.errors import FAILED, IN_PART, WrongUsageError
from ui.wording import count

if TYPE_CHECKING:
    from corpus import Removed, Selected, Selection


SHOWN = 10
"""Titles that are listed before asking whether to remove them."""


def remove_articles(
    articles: Annotated[
        list[str] | None, typer.Argument(metavar="[ID…]", help="Ids or addresses of articles, in any form.")
    ] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Those of this outlet.")] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Those published on this day or later; a month or a year will do."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="Those published on this day or earlier; a month or a year will do."
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="WORDS", help="Those from a file or an address with these words in it."),
    ] = None,
    no_withhold: Annotated[
        bool, typer.Option("--no-withhold", help="Followed sources may bring the addresses back.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    wait: WaitOption = options.LONG_WAIT,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove articles from the library for good: the named ones, or those that match every filter."""
    selection = _read_selection(articles or (), outlet, since, until, source)
    removed = None
    with open_library(library, wait=wait, hand_over=True, chroma=chroma) as shelf, quiet_output():
        chosen = shelf.select(selection)
        titles = [shelf.record(id).title or id for id in chosen.ids[:SHOWN]]
        meant = bool(chosen.ids or chosen.places)
        if meant and not dry_run:
            if not yes and selection.is_filter and not sys.stdin.isatty():
                raise WrongUsageError(
                    f"this removes {_describe_extent(chosen)} for good: add --yes, or look first with --dry-run"
                )
            if not yes and sys.stdin.isatty():
                _show(chosen, titles)
                typer.confirm(f"Remove {_describe_extent(chosen)} for good?", abort=True, err=True)
            removed = shelf.remove(*chosen.ids, places=chosen.places, withhold=not no_withhold, outlet=outlet)
        elif meant and not as_json:
            _show(chosen, titles)
        if not meant and outlet is not None:
            _name_outlets(outlet, [name for name, _ in shelf.stats().outlets])
    failed = [{"id": name, "reason": f"no article has the id or the address {name!r}"} for name in chosen.unknown]
    terminal.show(as_json, _to_plain(chosen, removed, failed), _describe_result(chosen, removed))
    for problem in failed:
        terminal.fail(problem["reason"])
    if failed:
        raise typer.Exit(IN_PART if chosen.ids else FAILED)


def _read_selection(
    named: Sequence[str], outlet: str | None, since: str | None, until: str | None, source: str | None
) -> Selection:
    from corpus import Selection

    first, last = options.read_day("--since", since), options.read_day("--until", until, is_last=True)
    if first and last and first > last:
        raise WrongUsageError(f"--since {first} is after --until {last}: no article can lie between them")
    filters: dict[str, Any] = {"outlet": outlet, "since": first, "until": last, "source": (source or "").strip()}
    if not named and not any(_is_given(value) for value in filters.values()):
        raise WrongUsageError("name articles by id or address, or say which with --outlet, --since, --until, --source")
    return Selection(tuple(dict.fromkeys(named)), **filters)


def _is_given(value: str | date | None) -> bool:
    return value is not None and value != ""


def _show(chosen: Selected, titles: Sequence[str]) -> None:
    for title in titles:
        terminal.note(f"  {title}")
    if len(chosen.ids) > len(titles):
        terminal.note(f"  and {len(chosen.ids) - len(titles):,} more")


def _name_outlets(outlet: str, known: Sequence[str]) -> None:
    """List the outlets of the library when the named one is not among them."""
    if known and outlet not in known:
        more = f" and {len(known) - SHOWN:,} more" if len(known) > SHOWN else ""
        terminal.note(f"The library has no outlet {outlet!r}; it has {', '.join(known[:SHOWN])}{more}.")


def _to_plain(chosen: Selected, removed: Removed | None, failed: list[dict[str, str]]) -> dict[str, Any]:
    if removed is None:
        return {"removed": [], "matching": list(chosen.ids), "places": list(chosen.places), "failed": failed}
    counts = {name: getattr(removed, name) for name in ("revisions", "passages", "addresses", "withheld")}
    return {"removed": list(removed.articles), **counts, "failed": failed}


def _describe_result(chosen: Selected, removed: Removed | None) -> str:
    if removed is None:
        return f"{_describe_extent(chosen)} would be removed" if chosen.ids or chosen.places else "no article matches"
    addresses = count(removed.addresses, "other address", "other addresses")
    if removed.articles:
        parts = [count(removed.revisions, "revision"), count(removed.passages, "passage")]
        parts += [addresses] if removed.addresses else []
        gone = f"{count(len(removed.articles), 'article')} removed, with {', '.join(parts[:-1])} and {parts[-1]}."
    else:
        gone = f"{addresses} removed; the articles whose text stood there stay."
    kept = f"\nFollowed sources will not bring {count(removed.withheld, 'address', 'addresses')} back."
    return gone + (kept if removed.withheld else "")


def _describe_extent(chosen: Selected) -> str:
    """How much is selected, in words."""
    articles = count(len(chosen.ids), "article")
    if not chosen.places:
        return articles
    places = count(len(chosen.places), "address", "addresses")
    beside = f"{places} at which the text of another article was found"
    return f"{articles} and {beside}" if chosen.ids else beside
