"""What there is, is documented: commands and their options, settings, file types, measures, and the keys of formats."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
import typer
from typer.testing import CliRunner

from corpus import Library
from ingest.sources.readers import READERS
from rag import (
    Alternative,
    Answer,
    AppliedFilter,
    Citation,
    Claim,
    NearArticle,
    RankedPassage,
    ask,
    read_receipt,
    receipt_of,
    verify_receipt,
)
from rag.answer import AnswerPart, CountRow, Form, ListItem, Status, TableRow
from rag.evaluation import METRICS, QuestionRecord, evaluate
from tests.support.documentation import PAGES, PROJECT, section, words_in_code
from ui.cli.main import app

COMMAND_LINE, FORMATS = PAGES["docs/command-line.md"], PAGES["docs/formats.md"]
OF_EVERY_COMMAND = {"--help", "--json", "--library"}
PARTS = {
    "claims": Claim,
    "citations": Citation,
    "alternatives": Alternative,
    "passages": RankedPassage,
    "nearest": NearArticle,
    "filters": AppliedFilter,
    "table": TableRow,
    "items": ListItem,
    "counts": CountRow,
    "parts": AnswerPart,
}
VALUES = {"status": Status, "form": Form}
READ_SETTING = re.compile(r"environ[\w.]*[(\[]\s*\"(PRESSMARK_\w+)\"")
QUESTION = "Who led the IMU in 2010?"


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterable[tuple[str, Any]]:
    """Every command of the command line, with its whole name."""
    command = command or typer.main.get_command(app)
    if not hasattr(command, "commands"):
        yield " ".join(path), command
        return
    for name, below in command.commands.items():
        yield from commands(below, (*path, name))


def names(kind: type) -> set[str]:
    return {field.name for field in fields(kind)}


def keys(text: str) -> set[str]:
    """The keys of a table: the code in its first column."""
    return {word for cell in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for word in words_in_code(cell)}


# -- the command line


def test_every_command_is_named() -> None:
    named = set(re.findall(r"^\| `pressmark ([a-z ]+[a-z])", COMMAND_LINE, re.MULTILINE))
    assert named == {name for name, command in commands() if not command.hidden}


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=[name for name, _ in commands()])
def test_every_option_is_named(name: str, command: Any) -> None:
    options = {option for one in command.params for option in one.opts if option.startswith("--") and not one.hidden}
    row = re.search(rf"^\| {name} \| (.*) \|$", COMMAND_LINE, re.MULTILINE)
    assert set(re.findall(r"`(--[\w-]+)`", row[1] if row else "")) == options - OF_EVERY_COMMAND


def test_every_setting_of_the_environment_is_named() -> None:
    files = (file for layer in ("corpus", "ingest", "rag", "ui") for file in (PROJECT / layer).rglob("*.py"))
    read = {name for file in files for name in READ_SETTING.findall(file.read_text("utf-8"))}
    assert read
    assert read - words_in_code(section(COMMAND_LINE, "Environment")) == set()


# -- sources and measures


def test_every_file_type_is_named() -> None:
    endings = {ending.removesuffix(".gz") for ending in READERS}
    assert endings - words_in_code(section(PAGES["docs/sources.md"], "Files")) == set()


def test_every_measure_is_named() -> None:
    said = words_in_code(section(PAGES["docs/evaluation.md"], "Measure your own archive"))
    # "evidence_hit@1", "@5", "@10": the name stands with its first depth only.
    parts = {
        name: {name} if name in said else {name.split("@")[0] + "@1", "@" + name.split("@")[-1]} for name in METRICS
    }
    assert {name for name, wanted in parts.items() if not wanted <= said} == set()


# -- formats


def test_answer_is_documented_key_by_key() -> None:
    told = section(FORMATS, "Answer")
    assert keys(told) == names(Answer)
    rows = {key: words_in_code(told[told.index(f"| `{key}` |") :].splitlines()[0]) for key in (*PARTS, *VALUES)}
    assert {key: missing for key, kind in PARTS.items() if (missing := names(kind) - rows[key])} == {}
    assert {key: missing for key, values in VALUES.items() if (missing := {*get_args(values)} - rows[key])} == {}


def test_question_record_is_documented_key_by_key() -> None:
    assert keys(section(FORMATS, "Question record")) == names(QuestionRecord)


def test_evaluation_result_is_documented_key_by_key(sample_library: Library) -> None:
    told = section(FORMATS, "Evaluation result")
    result = evaluate(sample_library, [QuestionRecord("one", QUESTION, answers=("Abu Usman Adil",))])
    assert keys(told) == set(result)
    assert set(result["results"][0]) - words_in_code(told) == set()


def test_receipt_and_its_report_are_documented_key_by_key(sample_library: Library) -> None:
    told = section(FORMATS, "Receipt")
    receipt = receipt_of(ask(sample_library, QUESTION), sample_library)
    assert keys(told) | {"format", "version"} == set(receipt)
    report = verify_receipt(sample_library, read_receipt(json.dumps(receipt))).to_dict()
    assert {*receipt["citations"][0], *report} - words_in_code(told) == set()


def test_article_record_is_documented_key_by_key(sample_folder: Path) -> None:

    shown = CliRunner().invoke(
        app, ["articles", "show", "2010-08-18-imu-names-adil", "--json", "--library", str(sample_folder)]
    )
    printed = set(re.findall(r'"(\w+)": ', shown.output.split('"metadata"')[0])) | {"metadata", "text", "also_in"}
    assert printed - words_in_code(section(FORMATS, "Article record")) == set()
