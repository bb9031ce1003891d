"""`pressmark verify`: check a receipt against a library; also writes one for `pressmark ask --receipt`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui import terminal
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import JsonOption, LibraryOption
from ui.errors import FAILED, WrongUsageError

if TYPE_CHECKING:
    from corpus import Library
    from rag import Receipt, ReceiptReport
    from rag.answer import Answer


STYLES = {True: "green", False: "red"}


def verify(
    receipt: Annotated[Path, typer.Argument(metavar="RECEIPT", help="A receipt that Pressmark wrote: a JSON file.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a receipt again: exit status 0 when everything in it stands, 1 when not, 2 when it cannot be used."""
    held = read(receipt)
    with open_library(library, fill=True, reading=True) as shelf, quiet_output():
        from rag import verify_receipt

        report = verify_receipt(shelf, held)
    if as_json:
        terminal.print_json(report.to_dict())
    else:
        show(report)
    if not report.stands:
        raise typer.Exit(FAILED)


def read(path: Path) -> Receipt:
    """The receipt in a file; raises `WrongUsageError`, which says what is wrong with it."""
    from rag import ReceiptError, read_receipt
    from rag.verification.receipt_reading import MAX_BYTES

    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
        return read_receipt(content)
    except OSError as error:
        raise WrongUsageError(f"{path} cannot be read: {error.strerror or error}") from error
    except ReceiptError as error:
        raise WrongUsageError(f"{path} cannot be used: {error}") from error


def show(report: ReceiptReport) -> None:
    """A report for people: each quotation, each claim, and what comes of it."""
    terminal.say(f"Question: {report.question}")
    terminal.say(f"Receipt of {report.made}", "dim")
    for quote in report.quotes:
        terminal.say(f"[{quote.n}] {quote.finding}: {quote.reason}", STYLES[quote.stands])
    for claim in report.claims:
        reason = f": {claim.reason}" if claim.reason else ""
        terminal.say(f"{claim.support}{reason}: “{claim.text}”", STYLES[claim.stands])
    for note in report.notes:
        terminal.say(note, "dim")
    standing = sum(quote.stands for quote in report.quotes)
    verdict = "Everything stands" if report.stands else "Not everything stands"
    terminal.say(f"{verdict}: {standing} of {len(report.quotes)} quotations", "bold")


def write(path: Path, answer: Answer, library: Library, filters: Mapping[str, Any]) -> None:
    """Write the receipt of an answer."""
    from rag import receipt_of

    content = json.dumps(receipt_of(answer, library, filters), ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(content + "\n", "utf-8")
    terminal.note(f"The receipt is in {path}")
