"""The command line: each command opens a library, calls one layer, and prints what came of it.

Exit status: 0 done; 1 failed; 2 wrong usage; 3 done in part (what failed is listed); 4 `eval` fell below a `--min`.
With `--json`, standard output holds one JSON object and nothing else.
"""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from ui import cli_backup, cli_following, cli_verify, cli_watch, console, options, progress
from ui.cli_articles import articles_app, check
from ui.opening import BELOW_MINIMUM, FAILED, IN_PART, Work, explain, open_library, put_in, quiet_output
from ui.options import ChromaOption, JsonOption, LibraryOption, ModelOption, ModelUrlOption, RayOption, WaitOption

app = typer.Typer(
    name="pressmark",
    help="Ask an archive of news articles in plain language. Every answer is made of quotations that you can check.",
    epilog="Start with: pressmark ask 'Your question'. Without a library of your own, the sample articles answer.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(articles_app, name="articles")
app.command(epilog="Example: pressmark check --repair")(check)
app.command(epilog="Example: pressmark verify receipt.json")(cli_verify.verify)
app.command(epilog="Example: pressmark backup /backups --compress")(cli_backup.backup)
app.command(epilog="Example: pressmark restore /backups/monday.zip --library NEW-FOLDER")(cli_backup.restore)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.say(f"pressmark {version('pressmark')}")
        raise typer.Exit


@app.callback()
def _pressmark(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """What stands before every command: only `--version`."""


@app.command(epilog="Example: pressmark ingest --every 15m https://news.example/feed.xml")
def ingest(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE…",
            help="Files, folders, addresses of pages, feeds, sitemaps or whole sites; - reads standard input.",
        ),
    ],
    every: cli_following.EveryOption = None,
    limit: cli_following.LimitOption = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on: put in what comes into the folders, until Ctrl-C.")
    ] = False,
    columns: Annotated[
        str | None,
        typer.Option(
            "--columns", metavar="FIELD=COLUMN,…", help="Which column of a table holds what: text=body,title=headline."
        ),
    ] = None,
    allow_private: cli_following.AllowPrivateOption = None,
    ray: RayOption = None,
    wait: WaitOption = options.LONG_WAIT,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put articles into the library, once or again and again."""
    pause = cli_following.interval(every, sources)
    if watch and (pause or ray):
        raise options.WrongUsageError("--watch goes on by itself and here: it goes with neither --every nor --ray")
    column_map = options.columns(columns)
    cli_following.web_settings(limit, allow_private)  # what is wrong with them is said before anything is opened
    from ingest import IngestInterrupted, Report

    def once() -> Report:
        # Opened for each round: between two of them others may ask.
        if not watch:
            work = Work(column_map, limit, tuple(allow_private or ()))
            return put_in(library, sources, work, wait=wait, chroma=chroma, ray=ray)
        with (
            open_library(library, create=True, wait=wait, chroma=chroma) as shelf,
            quiet_output(),
            progress.ingesting() as on_progress,
        ):
            return cli_watch.follow(shelf, sources, column_map, on_progress)

    if pause:
        raise typer.Exit(cli_following.keep_on(once, pause, as_json))
    interrupted = False
    try:
        report = once()
    except IngestInterrupted as stop:
        report, interrupted = stop.report, True
    if as_json:
        console.print_json({**asdict(report), "interrupted": interrupted})
    else:
        console.show_report(report)
    if interrupted:
        console.note("Interrupted. What went in stays; run the same command again to go on.", "yellow")
        raise typer.Exit(IN_PART)
    if report.failed or report.stopped:
        raise typer.Exit(IN_PART if report.did_something else FAILED)


@app.command(epilog="Example: pressmark ask 'Who won the election in Kenya?' --as-of 2022-08-20")
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
    options.writable("--receipt", receipt)
    chat_model = options.chat_model(model, model_url)
    window = options.dates(as_of, since, until)
    turns = options.history(history)
    with open_library(library, fill=True, reading=True, chroma=chroma) as shelf, quiet_output():
        import rag

        with progress.working() as on_stage:
            answer = rag.ask(
                shelf,
                question,
                history=turns,
                outlets=tuple(outlet or ()),
                ignore_filters=tuple(ignore_filter or ()),
                top_k=top_k,
                on_stage=on_stage,
                model=chat_model,
                on_text=progress.drafting(on_stage),
                **asdict(window),
            )
        citations = rag.verbatim_citations(shelf, answer)
        if receipt:
            cli_verify.write(receipt, answer, shelf, {**asdict(window), "outlets": outlet or ()})
    if as_json:
        console.print_json(answer.to_dict())
    else:
        console.show_answer(answer, citations)


@app.command(epilog="Example: pressmark chat --port 8080 --auth editor:password.txt")
def chat(
    host: Annotated[
        str, typer.Option("--host", metavar="ADDRESS", help="Where the page can be reached.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", metavar="N", min=1, max=65535, help="Its port.")] = 7860,
    auth: Annotated[
        str | None,
        typer.Option("--auth", metavar="USER:PASSWORD-FILE", help="Ask for this name and the password in the file."),
    ] = None,
    model: ModelOption = None,
    model_url: ModelUrlOption = None,
    chroma: ChromaOption = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Serve the web page, to ask in a browser."""
    chat_model = options.chat_model(model, model_url)
    login = options.credentials(auth)
    if login is None and host not in ("127.0.0.1", "localhost", "::1"):
        console.note(f"Whoever can reach {host} can read and change this library: use --auth.", "yellow")
    from ui.app import ServeError, load_early, serve

    load_early()
    with open_library(library, create=True, fill=True, chroma=chroma) as shelf:
        try:
            if as_json:
                console.print_json({"address": f"http://{f'[{host}]' if ':' in host else host}:{port}"})
                with quiet_output():
                    serve(shelf, host=host, port=port, auth=login, model=chat_model)
            else:
                serve(shelf, host=host, port=port, auth=login, model=chat_model)
        except ServeError as error:
            console.fail(error)
            raise typer.Exit(FAILED) from error
        except KeyboardInterrupt:
            console.note("Stopped.")


@app.command("eval", epilog="Example: pressmark eval questions.jsonl --html report.html --min contains=0.5")
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
    from rag import evaluation

    chat_model = options.chat_model(model, model_url)
    floors = options.floors(minimum or (), evaluation.METRICS)
    options.writable("--html", html)
    records = evaluation.load_questions(questions)
    earlier = evaluation.load_result(baseline) if baseline else None
    with (
        open_library(library, fill=True, reading=True, chroma=chroma) as shelf,
        quiet_output(),
        progress.counting("Asking") as on_progress,
    ):
        result = evaluation.evaluate(
            shelf,
            records,
            retrieval_only=retrieval_only,
            progress=on_progress,
            options={"model": chat_model},
        )
    if chat_model:
        result["model"] = chat_model.name  # also when the built-in reader had to stand in for it
        instead = sum(one.get("model") == options.BUILTIN_MODEL for one in result["results"])
        if instead and not retrieval_only:
            console.note(f"{instead} of {result['questions']} questions were answered by the built-in reader", "yellow")
    comparison = evaluation.compare(result, earlier) if earlier else None
    if html:
        evaluation.write_html(result, html, earlier)
        console.note(f"The report is in {html}")
    if as_json:
        console.print_json({**result, "comparison": comparison} if comparison else result)
    else:
        console.show_evaluation(result, comparison)
    _judge(result, floors)


def _judge(result: dict[str, Any], floors: dict[str, float]) -> None:
    """End with the exit status that a run deserves, naming every measure that is below its least value."""
    values = {metric: result["metrics"][metric] for metric in floors}
    below = [metric for metric, value in values.items() if value is None or value < floors[metric]]
    for metric in below:
        value = "not measured" if values[metric] is None else f"{values[metric]:g}"
        console.fail(f"{metric} is {value}, below the {floors[metric]:g} of --min")
    if below:
        raise typer.Exit(BELOW_MINIMUM)
    if result["failed"]:
        console.fail(f"{result['failed']} of {result['questions']} questions failed: their reasons are in the results")
        raise typer.Exit(FAILED if result["failed"] == result["questions"] else IN_PART)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line. Errors end in one line that says what went wrong, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without typographic quotes is no reason to fail
    if logging.lastResort:
        logging.lastResort.setFormatter(console.CleanFormatter())
    try:
        app(args=None if arguments is None else list(arguments), prog_name="pressmark")
    except Exception as error:
        message, status = explain(error)
        console.fail(message)
        sys.exit(status)
