"""`pressmark eval`: ask scripted questions and measure the answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ui import terminal
from ui.cli import options, output, progress
from ui.cli.opening import open_library, quiet_output
from ui.cli.options import ChromaOption, FastOption, JsonOption, LibraryOption, ModelOption, ModelUrlOption
from ui.errors import BELOW_MINIMUM, FAILED, IN_PART


def evaluate(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", help="Scripted questions: a .jsonl, .jsonl.gz or .yaml file.")
    ],
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write a report to look at in a browser.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option("--baseline", metavar="FILE", help="Compare with an earlier run's --json output.")
    ] = None,
    minimum: Annotated[
        list[str] | None,
        typer.Option("--min", metavar="METRIC=VALUE", help="Exit with 4 when below. May be given again."),
    ] = None,
    fast: FastOption = False,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Measure only what is found: faster.")
    ] = False,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask scripted questions and measure the answers."""
    from rag import evaluation, fast_reader

    chat_model = options.load_model(model, model_url)
    floors = options.read_minimums(minimum or (), evaluation.METRICS)
    options.check_writable("--html", html)
    records = evaluation.load_questions(questions)
    earlier = evaluation.load_result(baseline) if baseline else None
    with (
        open_library(library, fill=True, reading=True, chroma=chroma) as shelf,
        quiet_output(),
        progress.show_count("Asking") as on_progress,
    ):
        result = evaluation.evaluate(
            shelf,
            records,
            retrieval_only=retrieval_only,
            progress=on_progress,
            options={"model": chat_model, "reader": fast_reader() if fast else None},
        )
    if chat_model:
        result["model"] = chat_model.name  # also when the built-in reader had to stand in for it
        instead = sum(row.get("model") == options.BUILTIN_MODEL for row in result["results"])
        if instead and not retrieval_only:
            terminal.note(
                f"{instead} of {result['questions']} questions were answered by the built-in reader", "yellow"
            )
    comparison = evaluation.compare(result, earlier) if earlier else None
    if html:
        evaluation.write_html(result, html, earlier)
        terminal.note(f"The report is in {html}")
    if as_json:
        terminal.print_json({**result, "comparison": comparison} if comparison else result)
    else:
        output.show_evaluation(result, comparison)
    _judge(result, floors)


def _judge(result: dict[str, Any], floors: dict[str, float]) -> None:
    """End with the right exit status, naming every metric that fell below its minimum."""
    values = {metric: result["metrics"][metric] for metric in floors}
    below = [metric for metric, value in values.items() if value is None or value < floors[metric]]
    for metric in below:
        value = "not measured" if values[metric] is None else f"{values[metric]:g}"
        terminal.fail(f"{metric} is {value}, below the {floors[metric]:g} of --min")
    if below:
        raise typer.Exit(BELOW_MINIMUM)
    if result["failed"]:
        terminal.fail(f"{result['failed']} of {result['questions']} questions failed: their reasons are in the results")
        raise typer.Exit(FAILED if result["failed"] == result["questions"] else IN_PART)
