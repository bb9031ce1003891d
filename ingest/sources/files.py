"""Files as sources, and the readers of documents and records; `ingest.sources.readers` says which ending has which
reader."""

from __future__ import annotations

import gzip
import os
import stat
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from ingest.formats.streams import LARGEST_FILE, MEBIBYTE, numbered_lines
from ingest.raw import Item, Kind, RawDocument
from ingest.report import Problem
from ingest.sources.source import Reading
from ingest.text.decoding import clean_line

BROKEN_GZIP = (gzip.BadGzipFile, EOFError, zlib.error)

NO_FILE = "is neither a file nor a folder"

Reader = Callable[["SourceFile", Reading], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file and what reads it; `path_id` is the path below the source folder without the ending.

    A reader may raise `OSError` and what broken gzip data raise: they become a problem with the file.
    """

    path: Path
    reader: Reader
    path_id: str
    size: int
    linked: bool = False
    """It may be a link to a file."""

    @property
    def source(self) -> str:
        """The absolute path, as it is kept with the article."""
        return clean_line(os.path.abspath(self.path))

    @property
    def where(self) -> str:
        """The path as it was given, as it is told."""
        return clean_line(str(self.path))

    def items(self, reading: Reading) -> Iterator[Item]:
        """What the file holds, and a problem when it cannot be read."""
        try:
            state = self.path.stat() if self.linked else self.path.lstat()
            if not stat.S_ISREG(state.st_mode):  # it was one when the folder was looked through
                yield Problem(self.where, None, NO_FILE)
            elif not state.st_size:  # what the kernel makes up has no size, and may have no end
                yield Problem(self.where, None, "is empty")
            else:
                yield from self.reader(self, reading)
        except BROKEN_GZIP as error:
            yield Problem(self.where, None, f"the gzip data are broken ({error}): make the file again")
        except OSError as error:
            yield Problem(self.where, None, f"cannot be read: {error.strerror or error}")


def one_document(kind: Kind) -> Reader:
    """A reader of files that are one document each."""

    def read(file: SourceFile, _reading: Reading) -> Iterator[Item]:
        content = whole(file)
        if problem := refusal(content, file.where, file.size):
            yield problem
        else:
            yield RawDocument(kind, content, file.where, file.source, path_id=file.path_id, done_bytes=file.size)

    return read


def whole(file: SourceFile) -> bytes:
    """All bytes of a file, unpacked; one byte more than is allowed when it is too long."""
    with gzip.open(file.path) if file.path.suffix.lower().endswith(".gz") else file.path.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1) if file.size <= LARGEST_FILE else b" " * (LARGEST_FILE + 1)


def refusal(content: bytes, where: str, size: int = 0) -> Problem | None:
    """Why a document is not even looked at: it is too large, or empty."""
    if len(content) > LARGEST_FILE:
        known = f" ({size / MEBIBYTE:.0f} MB)" if size > LARGEST_FILE else ""
        return Problem(where, None, f"is larger than {LARGEST_FILE // MEBIBYTE} MB{known}: split it into articles")
    if not content.strip(b"\0 \t\r\n"):
        return Problem(where, None, "is empty")
    return None


def records(file: SourceFile, _reading: Reading) -> Iterator[Item]:
    """A reader of files with a JSON record on each line."""
    last = 0
    with file.path.open("rb") as packed:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed) if file.path.suffix.lower().endswith(".gz") else packed)
        try:
            for last, line in numbered_lines(stream):
                yield record(line, file.where, file.source, last, packed.tell())
        except BROKEN_GZIP as error:
            yield Problem(file.where, last + 1, f"the gzip data break off here ({error}): make the file again")
            return
    if not last:
        yield Problem(file.where, None, "is empty")


def record(line: bytes | None, where: str, source: str, number: int, done: int) -> RawDocument | Problem:
    """One line of a stream of records; None stands for one that is too long."""
    if line is None:
        return Problem(where, number, f"the line is longer than {LARGEST_FILE // MEBIBYTE} MB")
    return RawDocument("record", line, where, source, line=number, done_bytes=done)
