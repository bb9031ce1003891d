"""The command line: each command opens a library, calls one layer, and prints what came of it.

Exit status: 0 done; 1 failed; 2 wrong usage; 3 done in part (what failed is listed); 4 `eval` fell below a `--min`.
With `--json`, standard output holds one JSON object and nothing else.
"""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from ui import terminal
from ui.cli import backup, receipts
from ui.cli.articles import articles_app, check
from ui.cli.ask import ask
from ui.cli.chat import chat
from ui.cli.evaluate import evaluate
from ui.cli.ingest import ingest
from ui.cli.opening import explain_error

OWN_FILES = 0o077
"""What is written is for the user alone: articles, questions and answers are nobody else's business."""

app = typer.Typer(
    name="pressmark",
    help="Ask an archive of news articles in plain language. Every answer is made of quotations that you can check.",
    epilog="Start with: pressmark ask 'Your question'. Without a library of your own, the sample articles answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog="Example: pressmark ask 'Who won the election in Kenya?' --as-of 2022-08-20")(ask)
app.command(epilog="Example: pressmark chat --port 8080 --auth editor:password.txt")(chat)
app.command(epilog="Example: pressmark ingest --every 15m https://news.example/feed.xml")(ingest)
app.command("eval", epilog="Example: pressmark eval questions.jsonl --html report.html --min contains=0.5")(evaluate)
app.add_typer(articles_app, name="articles")
app.command(epilog="Example: pressmark check --repair")(check)
app.command(epilog="Example: pressmark verify receipt.json")(receipts.verify)
app.command(epilog="Example: pressmark backup /backups --compress")(backup.backup)
app.command(epilog="Example: pressmark restore /backups/monday.zip --library NEW-FOLDER")(backup.restore)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        terminal.say(f"pressmark {version('pressmark')}")
        raise typer.Exit


@app.callback()
def _pressmark(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The options that come before a command: only `--version`."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Errors end in one line that says what went wrong, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without typographic quotes is no reason to fail
    if logging.lastResort:
        logging.lastResort.setFormatter(terminal.CleanFormatter())
    mask = os.umask(OWN_FILES)
    try:
        app(args=None if arguments is None else list(arguments), prog_name="pressmark")
    except Exception as error:
        message, status = explain_error(error)
        terminal.fail(message)
        sys.exit(status)
    finally:
        os.umask(mask)
