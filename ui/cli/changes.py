"""`pressmark articles diff` and `changes`: what outlets changed in articles after publication."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import terminal
from ui.cli import options
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from corpus import Piece
    from ui.changes import Changed, Compared


SHOWN_CHANGES = 50


def show_diff(
    article: Annotated[str, typer.Argument(metavar="ID", help="The id or the address of an article.")],
    earlier: Annotated[
        int | None, typer.Option("--from", metavar="N", min=1, help="An earlier revision. Default: the one before.")
    ] = None,
    later: Annotated[
        int | None, typer.Option("--to", metavar="M", min=1, help="A later revision. Default: the current one.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what changed between two revisions of an article."""
    from ui.changes import compare_revisions

    with open_library(library, reading=True) as shelf, quiet_output():
        found = shelf.find(article)
        compared = compare_revisions(shelf, found.id if found else article, earlier, later)
    if as_json:
        terminal.print_json(_to_plain(compared))
    else:
        _show(compared)


def list_changes(
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DATE",
            help="Only changes that were read on this day or later; a month or a year will do.",
        ),
    ] = None,
    outlet: Annotated[str | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", metavar="N", min=1, help=f"At most so many. Default: {SHOWN_CHANGES}; with --json, all."
        ),
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List articles that were changed after their publication, and whether the outlet said so; newest first."""
    from ui.changes import list_reworded

    day = options.read_day("--since", since)
    with open_library(library, reading=True) as shelf, quiet_output():
        changed = list_reworded(shelf, day, outlet, limit if as_json else limit or SHOWN_CHANGES)
    if as_json:
        terminal.print_json({"changes": [change_record(change) for change in changed]})
        return
    for change in changed:
        _show_changed(change)
    if not changed:
        terminal.say("No article was changed after it was first read.")


def change_record(changed: Changed) -> dict[str, Any]:
    """A change as plain values."""
    revision = asdict(changed.revision)
    record = {key: revision[key] for key in ("article_id", "title", "outlet", "url", "published", "updated")}
    times = {"revision": revision["revision"], "read_before": changed.read_before, "read_after": revision["fetched"]}
    correction = asdict(changed.correction)
    return {**record, **times, **correction, "changes": list(changed.correction.changes)}


def _show_changed(changed: Changed) -> None:
    revision = changed.revision
    style = {"silent": "yellow", "declared": "green", "typographic": "dim"}[changed.correction.kind]
    terminal.say(f"{changed.correction.kind:11}  {changed.correction.line()}", style)
    terminal.say(
        f"    {revision.outlet or 'unknown outlet'}, {(revision.published or 'no date')[:10]}: {revision.title}"
    )
    read = f"read {changed.read_before or 'at an unknown time'}, found changed {revision.fetched or 'later'}"
    terminal.say(f"    {read} (revision {revision.revision})", "dim")
    if changed.correction.note:
        terminal.say(f"    “{changed.correction.note}”", "dim")
    terminal.say(f"    {revision.url or 'article ' + revision.article_id}", "dim")


def _show(compared: Compared) -> None:
    terminal.say(compared.article.title or compared.article.id, "bold")
    old, new = compared.before, compared.after
    if len(compared.revisions) == 1:
        terminal.say(f"It has not changed since it was first read ({old.fetched or 'at an unknown time'}).")
        return
    terminal.say(f"revision {old.revision}, read {old.fetched} → revision {new.revision}, read {new.fetched}", "dim")
    for name, was, now in compared.fields:
        terminal.say(f"{name}: {was or 'none'} → {now or 'none'}", "yellow")
    if not compared.difference.changes:
        terminal.say("The text is the same.")
    for piece in compared.difference.changes:
        _show_piece(piece)


def _show_piece(piece: Piece) -> None:
    """A sentence with its changed words marked as wdiff marks them: [-removed-] {+added+}."""
    if piece.typographic:
        terminal.say(f"\n~ {piece.after}\n  (only quotation marks, dashes or blanks)", "dim")
    elif piece.kind == "changed":
        marks = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
        words = (_mark(marks[stretch.kind], stretch.text) for stretch in piece.stretches)
        terminal.say("\n~ " + "".join(words).replace("-]{+", "-] {+"))
    else:
        sign, text = ("-", piece.before) if piece.kind == "removed" else ("+", piece.after)
        terminal.say(f"\n{sign} {text}", "red" if sign == "-" else "green")


def _mark(mark: str, text: str) -> str:
    """Words with their mark; the blank before them stays outside."""
    bare = text.lstrip()
    return text[: len(text) - len(bare)] + mark.format(bare) if bare else text


def _to_plain(compared: Compared) -> dict[str, Any]:
    keys = ("revision", "title", "published", "updated", "fetched")
    return {
        "id": compared.article.id,
        "from": {key: getattr(compared.before, key) for key in keys},
        "to": {key: getattr(compared.after, key) for key in keys},
        "fields": [{"name": name, "before": old, "after": new} for name, old, new in compared.fields],
        "typographic": compared.difference.is_typographic,
        "pieces": [
            {**asdict(piece), "stretches": [asdict(stretch) for stretch in piece.stretches]}
            for piece in compared.difference.pieces
        ],
    }
