"""`pressmark backup` and `pressmark restore`: write a library into one file, and make a library from that file."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui import terminal
from ui.cli.opening import quiet_output
from ui.cli.options import JsonOption, LibraryOption
from ui.settings import Settings
from ui.wording import count

if TYPE_CHECKING:
    from corpus import Backup


def backup(
    target: Annotated[
        str, typer.Argument(metavar="FILE-OR-FOLDER", help="Where to write it; a folder that is to be made ends in /.")
    ],
    compress: Annotated[bool, typer.Option("--compress", help="Make it smaller; takes longer.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a backup of the library, also while it is in use."""
    folder, _ = Settings.from_environment().library_folder(library)
    with quiet_output():
        from corpus import back_up

        path, made = back_up(folder, _make_folder(target), compress=compress)
    size = path.stat().st_size
    terminal.show(
        as_json,
        {"path": str(path), "bytes": size, **asdict(made)},
        f"{_describe_contents(made)} are in {path} ({size / 1e6:,.1f} MB)",
    )


def _make_folder(target: str) -> Path:
    """The path to write to; its folder is made if it is missing."""
    path = Path(target).expanduser()
    if target.endswith(os.sep):
        from corpus import StorageError

        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(f"the folder {path} cannot be made ({error.strerror or error})") from error
    return path


def _describe_contents(made: Backup) -> str:
    return f"{count(made.articles, 'article')} and {count(made.passages, 'passage')}"


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
    contents = _describe_contents(made)
    text = f"{contents} of {made.made} are in {folder}, and were checked. The index is built on first use."
    terminal.show(as_json, {"library": str(folder), **asdict(made)}, text)
