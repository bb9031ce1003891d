"""`pressmark backup` and `pressmark restore`: a library in one file, and a library from it again."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ui import console
from ui.opening import quiet_output
from ui.options import JsonOption, LibraryOption
from ui.settings import Settings


def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE-OR-FOLDER", help="Where to write it.")],
    compress: Annotated[bool, typer.Option("--compress", help="Make it smaller; takes longer.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a backup of the library, also while it is in use."""
    folder, _ = Settings.from_environment().library_folder(library)
    with quiet_output():
        from corpus import back_up

        path, made = back_up(folder, target, compress=compress)
    size = path.stat().st_size
    text = f"{made.articles:,} articles and {made.passages:,} passages are in {path} ({size / 1e6:,.1f} MB)"
    console.show(as_json, {"path": str(path), "bytes": size, **asdict(made)}, text)


def restore(
    source: Annotated[Path, typer.Argument(metavar="BACKUP", help="A file that 'pressmark backup' wrote.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a library from a backup, in a folder that is missing or empty."""
    folder, _ = Settings.from_environment().library_folder(library)
    with quiet_output():
        from corpus import restore as made_from

        made = made_from(source, folder)
    text = (
        f"{made.articles:,} articles and {made.passages:,} passages of {made.made} are in {folder}, and were checked. "
        "The index is built when it is used."
    )
    console.show(as_json, {"library": str(folder), **asdict(made)}, text)
