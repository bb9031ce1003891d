"""Scripted questions: the format of a record, and how a file of them is read.

A record is an object with `id`, `question`, `answers`, `answerable` and, when wanted, `as_of`, `since`, `until`,
`outlets`, `articles`, `history`, `choices`, `tags`; other keys are passed over. Files are `.jsonl` (one object a line,
also as `.jsonl.gz`) or `.yaml` (a list of objects).
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from rag.errors import InvalidQuestionError, QuestionFileError

DATE_KEYS = ("as_of", "since", "until")
LIST_KEYS = ("answers", "outlets", "articles", "choices", "tags")
NOTHING = (None, "", "null", "~")
"""How an optional value is left empty: YAML is read as plain text, so its nulls arrive as words."""
PROBLEMS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A scripted question and what a right answer to it is.

    `answers` are acceptable short answers, any one is right; `articles` (addresses or ids) hold the answer; `history`
    is the conversation before the question, as (question, answer).

    Raises `InvalidQuestionError` when there is nothing to ask, nothing to compare with, or a date is not one.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    choices: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.id.strip():
            raise InvalidQuestionError("'id' is missing: give every question an id of its own")
        if not self.question.strip():
            raise InvalidQuestionError("'question' is missing: write what is asked")
        if self.answerable and not (self.answers or self.articles):
            raise InvalidQuestionError(
                "'answers' is missing: list the acceptable short answers, or set \"answerable\" to false"
            )
        for key in DATE_KEYS:
            _check_date(key, getattr(self, key))
        if self.since and self.until and self.since > self.until:
            raise InvalidQuestionError(f"'since' ({self.since}) is after 'until' ({self.until}): exchange them")

    @classmethod
    def from_mapping(cls, record: Mapping[str, Any]) -> QuestionRecord:
        """A record from its JSON or YAML form; raises `InvalidQuestionError`."""
        values: dict[str, Any] = {
            "id": _text("id", record.get("id")),
            "question": _text("question", record.get("question")),
        }
        values["answerable"] = _truth("answerable", record.get("answerable", True))
        for key in DATE_KEYS:
            values[key] = _text(key, record.get(key)) or None
        for key in LIST_KEYS:
            values[key] = _texts(key, record.get(key))
        values["history"] = _history(record.get("history"))
        return cls(**values)


def load_questions(path: str | Path) -> list[QuestionRecord]:
    """The questions of a `.jsonl`, `.jsonl.gz`, `.yaml` or `.yml` file, in order.

    Raises `QuestionFileError`, which names the file, each bad line or id, and what to do about it.
    """
    path = Path(path)
    records: list[QuestionRecord] = []
    lines_of_ids: dict[str, int] = {}
    problems: list[str] = []
    for line, raw in _raw_records(path):
        try:
            record = _record(raw)
            if record.id in lines_of_ids:
                raise InvalidQuestionError(f"the id is already used in line {lines_of_ids[record.id]}: ids must differ")
        except InvalidQuestionError as error:
            problems.append(f"line {line}{_describe_record(raw)}: {error}")
            continue
        lines_of_ids[record.id] = line
        records.append(record)
    if problems:
        raise QuestionFileError(_summary(path, problems))
    if not records:
        raise QuestionFileError(f"{path} holds no questions: write one object a line, or a YAML list")
    return records


def _summary(path: Path, problems: list[str]) -> str:
    count = "1 question" if len(problems) == 1 else f"{len(problems)} questions"
    more = [f"and {len(problems) - PROBLEMS_SHOWN} more"] if len(problems) > PROBLEMS_SHOWN else []
    return "\n  ".join([f"{path}: {count} cannot be used", *problems[:PROBLEMS_SHOWN], *more])


def _describe_record(raw: object) -> str:
    return f" (id {raw['id']!r})" if isinstance(raw, Mapping) and raw.get("id") not in NOTHING else ""


def _record(raw: object) -> QuestionRecord:
    if isinstance(raw, InvalidQuestionError):
        raise raw
    if not isinstance(raw, Mapping):
        raise InvalidQuestionError('this is not an object: write {"id": …, "question": …, "answers": […]}')
    return QuestionRecord.from_mapping(raw)


def _raw_records(path: Path) -> Iterator[tuple[int, object]]:
    readers: dict[str, Callable[[str], Iterator[tuple[int, object]]]]
    readers = {".jsonl": _json_lines, ".jsonl.gz": _json_lines, ".yaml": _yaml_items, ".yml": _yaml_items}
    name = path.name.lower()
    reader = next((reader for ending, reader in readers.items() if name.endswith(ending)), None)
    if reader is None:
        raise QuestionFileError(f"{path} is no file of questions: its name must end in .jsonl, .jsonl.gz or .yaml")
    try:
        content = path.read_bytes()
        text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise QuestionFileError(f"{path} is not UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise QuestionFileError(f"{path} is not a whole gzip file ({error}): pack it again") from error
    except OSError as error:
        raise QuestionFileError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        yield from reader(text)
    except QuestionFileError as error:
        raise QuestionFileError(f"{path}: {error}") from error


def _json_lines(text: str) -> Iterator[tuple[int, object]]:
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            yield line, json.loads(written)
        except (json.JSONDecodeError, RecursionError) as error:
            yield line, InvalidQuestionError(f"this is not JSON ({error}): write one object a line")


def _yaml_items(text: str) -> Iterator[tuple[int, object]]:
    """The items of a YAML list with the line each starts in.

    Every scalar is read as the text that stands there: an answer `no`, `1.10` or `12:30` stays what was written.
    """
    import yaml

    try:
        loader = yaml.BaseLoader(text)
        root = loader.get_single_node()
        if isinstance(root, yaml.MappingNode):
            root = next((value for key, value in root.value if key.value == "questions"), root)
        if root is None:
            return
        if not isinstance(root, yaml.SequenceNode):
            raise QuestionFileError("this is not a list: start each question with '- id: …'")
        for node in root.value:
            yield node.start_mark.line + 1, loader.construct_object(node, deep=True)
    except (yaml.YAMLError, RecursionError) as error:
        raise QuestionFileError(f"this is not YAML: {' '.join(str(error).split())}") from error


def _check_date(key: str, value: str | None) -> None:
    try:
        if value is not None and date.fromisoformat(value).isoformat() != value:
            raise ValueError(value)
    except ValueError as error:
        raise InvalidQuestionError(f"{key!r} is {value!r}, which is not a date: write it like 2015-08-01") from error


def _text(key: str, value: object) -> str:
    if isinstance(value, str) or value is None:
        if value and not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise InvalidQuestionError(f"{key!r} holds half a character (a lone surrogate): write it again")
        return "" if value in NOTHING else str(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise InvalidQuestionError(f"{key!r} must be text, not {json.dumps(value, default=str)[:60]}: put it in quotes")


def _texts(key: str, value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(text for text in (_text(key, item) for item in value) if text.strip())
    if value in NOTHING:
        return ()
    raise InvalidQuestionError(f'{key!r} must be a list of texts, even of one: ["…"]')


def _truth(key: str, value: object) -> bool:
    known = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in known:
        return known[value.lower()]
    raise InvalidQuestionError(f"{key!r} must be true or false")


def _history(value: object) -> tuple[tuple[str, str], ...]:
    if value in NOTHING:
        return ()
    if not isinstance(value, list) or not all(isinstance(turn, Mapping) for turn in value):
        raise InvalidQuestionError('\'history\' must be a list of objects with "question" and "answer"')
    turns = [(_text("question", turn.get("question")), _text("answer", turn.get("answer"))) for turn in value]
    if not all(question.strip() for question, _ in turns):
        raise InvalidQuestionError("'history' has a turn without \"question\": write what was asked")
    return tuple(turns)
