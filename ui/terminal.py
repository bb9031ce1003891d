"""Printing to the terminal: text without control characters, JSON, and errors on standard error."""

from __future__ import annotations

import json
import logging
import sys
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 160
"""Width of output that does not go to a terminal: wide enough for tables."""


def clean(text: object) -> str:
    """Text without control characters and without marks that change the direction of writing."""
    return "".join(
        character
        for character in str(text)
        if character in "\n\t"
        or unicodedata.category(character) not in ("Cc", "Cf", "Cs")
        or character in "\u200c\u200d"
    )


class CleanFormatter(logging.Formatter):
    """Log messages without control characters: they may quote a file or a page."""

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


def terminal(*, error: bool = False) -> Console:
    """The console for standard output or standard error, in colour when that is a terminal."""
    from rich.console import Console

    console = Console(stderr=error, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(stderr=error, highlight=False, markup=False, emoji=False, width=PIPED_WIDTH)
    return console


def say(text: object, style: str | None = None) -> None:
    """Print a line on standard output."""
    terminal().print(clean(text), style=style, soft_wrap=True)


def note(text: object, style: str | None = "dim") -> None:
    """Print a line on standard error: what is going on, never the result."""
    terminal(error=True).print(clean(text), style=style, soft_wrap=True)


def fail(text: object) -> None:
    """Print what went wrong on standard error."""
    terminal(error=True).print(f"error: {clean(text)}", style="red", soft_wrap=True)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on standard output, in ASCII so that no terminal encoding can spoil it."""
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")
    sys.stdout.flush()


def show(as_json: bool, value: Mapping[str, Any], text: str) -> None:
    """Print a small result, as JSON or as text."""
    if as_json:
        print_json(value)
    else:
        say(text)
