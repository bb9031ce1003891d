"""`.json` files: one record, a list of records, a list within an object, or a record on each line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.formats.foreign import has_text, records_in
from ingest.formats.streams import LARGEST_FILE, MEBIBYTE
from ingest.raw import Item, RawDocument
from ingest.report import Passed, Problem
from ingest.sources.files import SourceFile, records, refusal, whole
from ingest.sources.source import Reading
from ingest.text.decoding import decode


def json_records(file: SourceFile, reading: Reading) -> Iterator[Item]:
    """A reader of `.json` files."""
    content = whole(file)
    if len(content) > LARGEST_FILE:
        yield from _large(file, reading)
        return
    if problem := refusal(content, file.where, file.size):
        yield problem
        return
    try:
        value = json.loads(decode(content))
    except (ValueError, RecursionError, SourceError) as error:
        if _is_lines(content):
            yield from records(file, reading)
        else:
            yield Problem(file.where, None, f"is not JSON that can be read ({error})")
        return
    yield from _records(file, value)


def _records(file: SourceFile, value: Any) -> Iterator[Item]:
    found = records_in(value)
    if found is None:
        if isinstance(value, dict) and has_text(value):
            yield _document(file, value, file.where, file.size)
        else:
            yield Passed(file.where, None, 'holds no article: a record needs a "text" (or "body", "content", …)')
        return
    if not found:
        yield Problem(file.where, None, "is an empty list")
    for number, record in enumerate(found, 1):
        done = file.size * number // len(found)
        yield _document(file, record, f"{file.where}, record {number}", done)


def _document(file: SourceFile, record: Any, where: str, done: int) -> RawDocument:
    content = json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return RawDocument("record", content, where, file.source, done_bytes=done)


def _is_lines(content: bytes) -> bool:
    """Whether a file has an object on each line."""
    lines = [line for line in content.lstrip(b"\xef\xbb\xbf \t\r\n").split(b"\n", 2)[:2] if line.strip()]
    return bool(lines) and all(line.strip().startswith(b"{") and line.strip().endswith(b"}") for line in lines[:1])


def _large(file: SourceFile, reading: Reading) -> Iterator[Item]:
    """A file that is too large to be read whole: its lines, where each is a record."""
    with file.path.open("rb") as stream:
        first = stream.readline(LARGEST_FILE)
    if _is_lines(first):
        yield from records(file, reading)
    else:
        reason = f"is larger than {LARGEST_FILE // MEBIBYTE} MB: save it with a record on each line (.jsonl)"
        yield Problem(file.where, None, reason)
