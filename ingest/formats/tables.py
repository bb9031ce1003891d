"""Tables (`.csv`, `.tsv`, `.parquet`) → a record for each row, read a few rows at a time; the only door to pyarrow."""

from __future__ import annotations

import csv
import gzip
import itertools
import os
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, cast

from ingest.errors import SourceError
from ingest.formats.apart import lines_apart
from ingest.formats.columns import Columns, day_comes_first, recognised, record_of
from ingest.formats.streams import LARGEST_FILE, MEBIBYTE, numbered_lines
from ingest.raw import RawDocument
from ingest.report import Problem
from ingest.text.decoding import clean_line, decode

LONGEST_CELL = 6_000_000
"""Characters of one cell. A quotation mark that is never closed costs the rows up to there."""
MOST_COLUMNS = 2000
DELIMITERS = ",;\t|"
SEPARATOR_LINE = re.compile(r"\"?sep=(.)\"?", re.IGNORECASE)
"""How Excel says in a first line of its own what stands between cells."""
ROWS_FOR_ORDER = 5_000
"""Rows that are looked at to see which way round dates are written."""
ROWS_AT_ONCE = 64
HINT = "reading Parquet files needs one more package: pip install 'pressmark[parquet]'"


def csv_documents(
    path: Path, where: str, source: str, done: int, columns: Mapping[str, str] | None = None
) -> Iterator[RawDocument | Problem]:
    """The rows of a table in text, with the number of the line on which each begins."""
    with path.open("rb") as packed:
        name = path.name.lower()
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed)
        table = TextTable(stream, "\t" if ".tsv" in name[-8:] else None)
        try:
            known = replace(recognised(table.header(), columns), day_first=_order(path, columns))
            for line, row in table.rows():
                yield _document(row, known, where, source, line, done + packed.tell())
        except SourceError as error:
            yield Problem(where, None, str(error))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            yield Problem(where, table.line + 1, f"the gzip data break off here ({error}): make the file again")


def _order(path: Path, columns: Mapping[str, str] | None) -> bool | None:
    """Whether the dates of a table in text begin with the day, as far as its first rows tell."""
    with path.open("rb") as packed:
        name = path.name.lower()
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed) if name.endswith(".gz") else packed)
        table = TextTable(stream, "\t" if ".tsv" in name[-8:] else None)
        at = recognised(table.header(), columns).fields.get("published")
        try:
            rows = (row for _, row in itertools.islice(table.rows(), ROWS_FOR_ORDER))
            cells = (row[at] for row in rows if at is not None and not isinstance(row, str) and len(row) > at)
            return None if at is None else day_comes_first(cells)
        except (gzip.BadGzipFile, EOFError, zlib.error):
            return None


def _document(
    row: Sequence[Any] | str, columns: Columns, where: str, source: str, line: int, done: int
) -> RawDocument | Problem:
    if isinstance(row, str):
        return Problem(where, line, row)
    if len(row) < len(columns.named) or any(cell.strip() for cell in row[len(columns.named) :]):
        return Problem(where, line, f"the row has {len(row)} cells, the table {len(columns.named)} columns")
    try:
        content = record_of(row, columns)
    except (SourceError, ValueError, RecursionError) as error:
        return Problem(where, line, str(error))
    if len(content) > LARGEST_FILE:
        return Problem(where, line, f"the row is larger than {LARGEST_FILE // MEBIBYTE} MB")
    return RawDocument("record", content, where, source, line=line, done_bytes=done)


class TextTable:
    """A table in text while it is read; the delimiter is the one that the first line has most of."""

    def __init__(self, stream: IO[bytes], delimiter: str | None) -> None:
        self.line = 0
        """The number of the last line that was read."""
        self._lines = self._decoded(stream)
        self._delimiter = delimiter
        self._reader: Any = None

    def header(self) -> list[str]:
        """The names of the columns; raises `SourceError` when there are none."""
        first = next((line for line in self._lines if line.strip()), None)
        if first is None:
            raise SourceError("is empty")
        if told := SEPARATOR_LINE.fullmatch(first.strip()):
            self._delimiter = told[1]
            first = next((line for line in self._lines if line.strip()), "")
        delimiter = self._delimiter or max(DELIMITERS, key=first.count)
        csv.field_size_limit(LONGEST_CELL)  # the module's own bound is shorter than long articles
        self._reader = csv.reader(_chained(first, self._lines), delimiter=delimiter)
        try:
            names: list[str] = next(self._reader)
        except csv.Error as error:
            raise SourceError(f"the names of the columns cannot be read ({error}): is it a table?") from error
        if len(names) > MOST_COLUMNS:
            raise SourceError(f"has {len(names):,} columns: is it a table of articles?")
        return names

    def rows(self) -> Iterator[tuple[int, list[str] | str]]:
        """(line on which it begins, cells) of each row that is not blank; in place of a broken one, what is wrong."""
        while True:
            begun = self.line + 1
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except (csv.Error, SourceError) as error:
                yield begun, f"the row cannot be read ({error}): is a quotation mark left open?"
                continue
            if any(cell.strip() for cell in row):
                yield begun, row

    def _decoded(self, stream: IO[bytes]) -> Iterator[str]:
        lines = numbered_lines(stream, keep_blank=True)
        return _Lines(self, lines)


class _Lines(Iterator[str]):
    """The lines of a table as text: an iterator that goes on after an error, as a generator would not."""

    def __init__(self, table: TextTable, lines: Iterator[tuple[int, bytes | None]]) -> None:
        self._table, self._numbered = table, lines

    def __next__(self) -> str:
        self._table.line, line = next(self._numbered)
        if line is None:
            raise SourceError(f"line {self._table.line} is longer than {LARGEST_FILE // MEBIBYTE} MB")
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError:
            return decode(line)


class _chained(Iterator[str]):  # noqa: N801  # a function in all but form, for the same reason
    def __init__(self, first: str, rest: Iterator[str]) -> None:
        self._first: str | None = first
        self._rest = rest

    def __next__(self) -> str:
        first, self._first = self._first, None
        return next(self._rest) if first is None else first


def parquet_documents(
    path: Path, where: str, source: str, done: int, columns: Mapping[str, str] | None = None
) -> Iterator[RawDocument | Problem]:
    """The rows of a Parquet file, numbered from 1; it is read in a process of its own."""
    if find_spec("pyarrow") is None:
        yield Problem(where, None, HINT)
        return
    size, total, number = path.stat().st_size, 1, 0
    settings = {"path": os.path.abspath(path), "columns": dict(columns or {})}
    try:
        for line in lines_apart(__name__, "write_rows", settings):
            kind, content = line[:1], line[1:-1]
            if kind == b"t":
                total = max(1, int(content))
                continue
            number += kind != b"e"
            if kind == b"r":
                yield RawDocument(
                    "record", content, where, source, line=number, done_bytes=done + size * number // total
                )
            else:
                yield Problem(where, number if kind == b"p" else number + 1 if number else None, content.decode())
    except SourceError as error:
        yield Problem(where, number + 1 if number else None, str(error))


def write_rows(target: IO[bytes], path: str, columns: Mapping[str, str]) -> None:
    """The rows of a Parquet file as lines: "t" and how many there are, then for each "r" and its record or "p" and what
    is wrong with it; "e" and why, where the file cannot be read (further). Runs in a process of its own."""
    import pyarrow
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path, pre_buffer=False, buffer_size=MEBIBYTE) as file:
            known = recognised(list(file.schema_arrow.names), columns)
            if (at := known.fields.get("published")) is not None:
                first: Any = next(file.iter_batches(ROWS_FOR_ORDER, columns=[known.named[at]], use_threads=False), [[]])
                known = replace(known, day_first=day_comes_first(first[0].to_pylist() if len(first) else []))
            _write(target, "t", str(file.metadata.num_rows))
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, use_threads=False):
                cells = [column.to_pylist() for column in batch.columns]
                for row in zip(*cells, strict=True):
                    document = _document(row, known, "", "", 0, 0)
                    if isinstance(document, Problem):
                        _write(target, "p", document.reason)
                    else:
                        target.write(b"r" + document.content + b"\n")
    except SourceError as error:
        _write(target, "e", str(error))
    except MemoryError:
        _write(target, "e", "needs more memory than a table may have: write it with smaller row groups")
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError) as error:
        _write(target, "e", f"the Parquet data are broken here ({error})")
    target.flush()


def _write(target: IO[bytes], kind: str, words: str) -> None:
    target.write(f"{kind}{clean_line(words)}\n".encode("utf-8", "replace"))
