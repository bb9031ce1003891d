"""`pressmark ask`: one question, answered in the terminal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ui import terminal
from ui.cli import options, progress, receipts
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import ChromaOption, FastOption, JsonOption, LibraryOption, ModelOption, ModelUrlOption


def ask(
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="A question in plain words.")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Use only what was published until this day, month or year."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="DATE", help="Only articles published on this day or later; a month or a year will do."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until", metavar="DATE", help="Only articles published on this day or earlier; a month or a year will do."
        ),
    ] = None,
    outlet: Annotated[
        list[str] | None, typer.Option("--outlet", metavar="NAME", help="Only this outlet. May be given again.")
    ] = None,
    ignore_filter: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore-filter",
            metavar="WORDS",
            help="Words of the question that are not to be read as a date or an outlet. May be given again.",
        ),
    ] = None,
    top_k: Annotated[int, typer.Option("--top-k", metavar="N", min=1, max=200, help="How many passages to find.")] = 20,
    fast: FastOption = False,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    history: Annotated[
        Path | None,
        typer.Option("--history", metavar="FILE", help='What was said before: a JSON list of {"question", "answer"}.'),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", metavar="FILE", help="Write a receipt, for 'pressmark verify' to check again."),
    ] = None,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the articles, with quotations."""
    options.check_writable("--receipt", receipt)
    chat_model = options.load_model(model, model_url)
    window = options.read_dates(as_of, since, until)
    turns = options.read_history(history)
    with open_library(library, fill=True, reading=True, chroma=chroma) as shelf, quiet_output():
        import rag

        with progress.show_stages() as on_stage:
            answer = rag.ask(
                shelf,
                question,
                history=turns,
                outlets=tuple(outlet or ()),
                ignore_filters=tuple(ignore_filter or ()),
                top_k=top_k,
                on_stage=on_stage,
                reader=rag.fast_reader() if fast else None,
                model=chat_model,
                on_text=progress.show_draft(on_stage),
                **asdict(window),
            )
        citations = rag.verbatim_citations(shelf, answer)
        if receipt:
            receipts.write(receipt, answer, shelf, {**asdict(window), "outlets": outlet or ()})
    if as_json:
        terminal.print_json(answer.to_dict())
    else:
        from ui.cli.answers import show_answer  # it knows answers, and so loads what answers

        show_answer(answer, citations)
