"""The options of the command line: each function returns a valid value, or raises with what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.errors import WrongUsageError
from ui.settings import Settings

if TYPE_CHECKING:
    from rag import ChatModel, Turn


BUILTIN_MODEL = "builtin"
LONG_WAIT = 600.0
"""Seconds that an ingest waits for another one to finish."""

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        help="The folder of the library. Default: $PRESSMARK_LIBRARY, else your data folder.",
        show_default=False,
    ),
]
RayOption = Annotated[
    str | None,
    typer.Option(
        "--ray",
        metavar="ADDRESS",
        help="Read and embed on a Ray cluster: local, auto or ray://HOST:PORT. This process still writes alone.",
    ),
]
ChromaOption = Annotated[
    str | None,
    typer.Option(
        "--chroma",
        metavar="URL",
        help="A Chroma server for the index, such as http://127.0.0.1:8000. Default: $PRESSMARK_CHROMA, else none.",
        show_default=False,
    ),
]
WaitOption = Annotated[
    float,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        help="How long to wait while another command has the library; 0: not at all. A running page does it itself.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
FastOption = Annotated[
    bool,
    typer.Option("--fast", help="Read with the small reader alone: about half the time, and fewer right answers."),
]
ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        help="What answers: builtin, or a language model such as ollama:llama3.2, openai:gpt-4.1 or "
        "anthropic:claude-sonnet-4-5. Default: $PRESSMARK_MODEL, else builtin.",
        show_default=False,
    ),
]
ModelUrlOption = Annotated[
    str | None,
    typer.Option("--model-url", metavar="URL", help="Where the model runs, such as http://127.0.0.1:8000/v1."),
]


@dataclass(frozen=True, slots=True)
class Dates:
    """The filters by date of a question."""

    as_of: date | None
    since: date | None
    until: date | None


def read_dates(as_of: str | None, since: str | None, until: str | None) -> Dates:
    """Dates written like 2015-08-01, 2015-08 or 2015; raises when no article could lie between them."""
    found = Dates(
        read_day("--as-of", as_of, is_last=True), read_day("--since", since), read_day("--until", until, is_last=True)
    )
    for name, end in {"--until": found.until, "--as-of": found.as_of}.items():
        if found.since and end and found.since > end:
            raise WrongUsageError(f"--since {found.since} is after {name} {end}: no article can lie between them")
    return found


def read_day(option: str, written: str | None, *, is_last: bool = False) -> date | None:
    """The date given with an option; a month or a year stands for its first day, or its last one (`is_last`)."""
    if written is None:
        return None
    from rag.english.calendar import written_day

    try:
        return written_day(written, is_last=is_last)
    except ValueError as error:
        raise WrongUsageError(
            f"{option}: {written} is not a date: write it like 2015-08-01, 2015-08 or 2015"
        ) from error


def load_model(name: str | None, url: str | None) -> ChatModel | None:
    """The language model of that name, ready but not yet asked; None for the built-in reader."""
    settings = Settings.from_environment()
    name = (name or settings.model).strip()
    if name == BUILTIN_MODEL:
        if url:
            raise WrongUsageError("--model-url needs a language model: name it with --model")
        return None
    from rag import ModelError, load_chat_model

    try:
        return load_chat_model(name, url or settings.model_url(name))
    except ModelError as error:
        raise WrongUsageError(f"--model {name}: {error}") from error


def read_history(path: Path | None) -> tuple[Turn, ...]:
    """The earlier turns of a conversation, from a JSON list of {"question", "answer"}."""
    if path is None:
        return ()
    from rag import Turn

    turns = read_json_file("--history", path)
    keys = ("question", "answer")
    if not isinstance(turns, list) or not all(
        isinstance(turn, dict) and all(isinstance(turn.get(key), str) for key in keys) for turn in turns
    ):
        raise WrongUsageError(f'--history {path} must be a list of objects like {{"question": "…", "answer": "…"}}')
    return tuple(Turn(question=turn["question"], answer=turn["answer"]) for turn in turns)


def read_json_file(option: str, path: Path) -> object:
    """The value that a JSON file holds."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise WrongUsageError(f"{option} {path} cannot be read: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise WrongUsageError(f"{option} {path} is not JSON: {error}") from error


def read_credentials(written: str | None) -> tuple[str, str] | None:
    """User and password from USER:FILE; the password is in the file, to keep it out of the command line."""
    if written is None:
        return None
    user, _, file = written.partition(":")
    if not user.strip() or not file.strip():
        raise WrongUsageError("--auth must be USER:FILE, where FILE holds the password")
    try:
        password = Path(file).expanduser().read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise WrongUsageError(f"--auth: the password file {file} cannot be read: {error}") from error
    if not password.strip():
        raise WrongUsageError(f"--auth: the password file {file} is empty: write the password into it")
    return user, password


def read_columns(written: str | None) -> dict[str, str]:
    """The column for each field, from `--columns text=body,title=headline`."""
    found = {}
    for pair in written.split(",") if written else ():
        field, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not field or not column:
            raise WrongUsageError(f"--columns {pair.strip()}: write it like text=body,title=headline")
        found[field] = column
    return found


def read_minimums(written: Sequence[str], known: Sequence[str]) -> dict[str, float]:
    """The minimum for each metric, from `--min METRIC=VALUE`."""
    found = {}
    for floor in written:
        metric, equals, value = floor.partition("=")
        if not equals:
            raise WrongUsageError(f"--min {floor}: write it like contains=0.5")
        if metric.strip() not in known:
            raise WrongUsageError(f"--min {floor}: there is no metric {metric!r}; there are {', '.join(known)}")
        try:
            found[metric.strip()] = float(value)
        except ValueError:
            found[metric.strip()] = math.nan
        if math.isnan(found[metric.strip()]):
            raise WrongUsageError(f"--min {floor}: {value!r} is not a number")
    return found


def check_writable(option: str, path: Path | None) -> None:
    """Check that a file can be written, before the work and not after it."""
    if path and path.is_dir():
        raise WrongUsageError(f"{option} {path} is a folder: name a file")
    if path and not path.absolute().parent.is_dir():
        raise WrongUsageError(f"{option} {path}: there is no folder {path.absolute().parent}; make it first")
