"""Sources → raw documents: files, folders with all that is in them, and standard input.

What cannot be read becomes a `Problem` in the stream; the rest goes on. Hidden files and folders are passed over, links
to folders are not followed, and a file that is reached twice is read once.
"""

from __future__ import annotations

import gzip
import itertools
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, Literal, cast

from ingest.dumps import DUMPS, dump_documents
from ingest.raw import Kind, RawDocument
from ingest.report import Problem
from ingest.streams import LARGEST_FILE, MEBIBYTE, numbered_lines, pasted_kind
from ingest.text import clean_line

STDIN = "-"
STDIN_NAME = "standard input"
KINDS: dict[str, Kind | Literal["records", "dump"]] = {
    ".txt": "text",
    ".md": "markdown",
    ".html": "html",
    ".htm": "html",
    ".html.gz": "html",
    ".htm.gz": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "records",
    ".jsonl.gz": "records",
    ".eml": "email",
    **dict.fromkeys(DUMPS, "dump"),
}
BROKEN_GZIP = (gzip.BadGzipFile, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class FileBelow:
    """A file to read as one of those that lie in a folder, so that it keeps the id that it has there."""

    folder: Path
    path: Path


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; `suffix` is a key of `KINDS`, `path_id` the path below the source folder without it."""

    path: Path
    suffix: str
    path_id: str
    size: int

    @property
    def source(self) -> str:
        """The absolute path, as it is kept with the article."""
        return clean_line(os.path.abspath(self.path))


@dataclass(slots=True)
class Survey:
    """What the sources hold: files in order, whether standard input is one of them, and what is wrong with the rest."""

    files: list[SourceFile] = field(default_factory=list)
    stdin: bool = False
    failed: list[Problem] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)
    _seen: dict[tuple[int, int], Path] = field(default_factory=dict)

    @property
    def total_bytes(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)

    def add(self, source: str | Path | FileBelow) -> None:
        """Look at one source as it was given."""
        if isinstance(source, FileBelow):
            return self._file(source.path, source.folder)
        path = Path(source)
        if str(source) == STDIN:
            self.stdin = True
        elif "://" in str(source) and not path.exists():
            self._fail(path, f"{source} is an address: save the page as a file and give that")
        elif path.is_dir():
            self._folder(path)
        else:
            self._file(path, path.parent, by_name=True)

    def _folder(self, root: Path) -> None:
        before = len(self.files) + len(self.failed) + len(self.skipped)
        for folder, folders, names in os.walk(root, onerror=self._unreadable):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                if (link := Path(folder, name)).is_symlink():
                    self._skip(link, f"a link to a folder is not followed: give {clean_line(os.readlink(link))} itself")
            for name in sorted(names):
                if not name.startswith("."):
                    self._file(Path(folder, name), root)
        if before == len(self.files) + len(self.failed) + len(self.skipped):
            self._fail(root, "the folder holds no files")

    def _unreadable(self, error: OSError) -> None:
        self._fail(Path(os.fsdecode(error.filename)), f"the folder cannot be read: {error.strerror}")

    def _file(self, path: Path, root: Path, by_name: bool = False) -> None:
        suffix = max((end for end in KINDS if path.name.lower().endswith(end)), key=len, default=None)
        try:
            state = path.stat()
        except OSError as error:
            missing = "no such file or folder" if isinstance(error, FileNotFoundError) else f"{error.strerror}"
            return self._fail(path, f"{missing}: check the path")
        if not stat.S_ISREG(state.st_mode):
            return self._fail(path, "is neither a file nor a folder")
        if suffix is None:
            reason = f"unknown file type {path.suffix!r}: known are {' '.join(KINDS)}"
            return self._fail(path, reason) if by_name else self._skip(path, reason)
        if first := self._seen.get((state.st_dev, state.st_ino)):
            return self._skip(path, f"the same file as {first}")
        self._seen[state.st_dev, state.st_ino] = path
        below = path.relative_to(root).as_posix()
        self.files.append(SourceFile(path, suffix, clean_line(below[: -len(suffix)]), state.st_size))

    def _fail(self, path: Path, reason: str) -> None:
        self.failed.append(Problem(clean_line(str(path)), None, reason))

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append(Problem(clean_line(str(path)), None, reason))


def survey(sources: Sequence[str | Path | FileBelow]) -> Survey:
    """Find the files of all sources, without reading them."""
    found = Survey()
    for source in sources:
        found.add(source)
    return found


def raw_documents(
    found: Survey, stdin: BinaryIO, columns: Mapping[str, str] | None = None
) -> Iterator[RawDocument | Problem]:
    """Read what a survey found: one raw document an article, and a problem for what cannot be read.

    `columns` says which column of a table holds which field.
    """
    done = 0
    for file in found.files:
        where = clean_line(str(file.path))
        try:
            if not file.size:
                yield Problem(where, None, "is empty")
            elif KINDS[file.suffix] == "records":
                yield from _file_records(file, where, done)
            elif KINDS[file.suffix] == "dump":
                yield from dump_documents(file.suffix, columns)(file.path, where, file.source, done)
            else:
                yield _whole_file(file, where, done)
        except BROKEN_GZIP as error:
            yield Problem(where, None, f"the gzip data are broken ({error}): make the file again")
        except OSError as error:
            yield Problem(where, None, f"cannot be read: {error.strerror or error}")
        done += file.size
    if found.stdin:
        yield from _stdin_documents(stdin, done)


def _whole_file(file: SourceFile, where: str, done: int) -> RawDocument | Problem:
    with gzip.open(file.path) if file.suffix.endswith(".gz") else file.path.open("rb") as stream:
        content = stream.read(LARGEST_FILE + 1) if file.size <= LARGEST_FILE else b" " * (LARGEST_FILE + 1)
    if problem := _refusal(content, where, file.size):
        return problem
    kind = cast(Kind, KINDS[file.suffix])  # the caller's branch
    return RawDocument(kind, content, where, file.source, path_id=file.path_id, done_bytes=done + file.size)


def _refusal(content: bytes, where: str, size: int = 0) -> Problem | None:
    if len(content) > LARGEST_FILE:
        known = f" ({size / MEBIBYTE:.0f} MB)" if size > LARGEST_FILE else ""
        return Problem(where, None, f"is larger than {LARGEST_FILE // MEBIBYTE} MB{known}: split it into articles")
    if not content.strip(b"\0 \t\r\n"):
        return Problem(where, None, "is empty")
    return None


def _file_records(file: SourceFile, where: str, done: int) -> Iterator[RawDocument | Problem]:
    last = 0
    with file.path.open("rb") as packed:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed) if file.suffix.endswith(".gz") else packed)
        try:
            for last, line in numbered_lines(stream):
                yield _record(line, where, file.source, last, done + packed.tell())
        except BROKEN_GZIP as error:
            yield Problem(where, last + 1, f"the gzip data break off here ({error}): make the file again")
            return
    if not last:
        yield Problem(where, None, "is empty")


def _record(line: bytes | None, where: str, source: str, number: int, done: int) -> RawDocument | Problem:
    if line is None:
        return Problem(where, number, f"the line is longer than {LARGEST_FILE // MEBIBYTE} MB")
    return RawDocument("record", line, where, source, line=number, done_bytes=done)


def _stdin_documents(stdin: BinaryIO, done: int) -> Iterator[RawDocument | Problem]:
    """JSON lines, a page or a text: told by how it begins."""
    lines = numbered_lines(stdin, keep_blank=True)
    begin: list[tuple[int, bytes | None]] = []
    for number, line in lines:
        begin.append((number, line))
        if line is None or line.strip():
            break
    if begin and (begin[-1][1] or b"").lstrip().startswith(b"{"):
        for number, line in itertools.chain(begin[-1:], lines):
            if line is None or line.strip():
                yield _record(line, STDIN_NAME, STDIN_NAME, number, done)
        return
    content = _joined(itertools.chain(begin, lines))
    if problem := _refusal(content, STDIN_NAME):
        yield problem
    else:
        yield RawDocument(pasted_kind(content), content, STDIN_NAME, STDIN_NAME, done_bytes=done)


def _joined(lines: Iterable[tuple[int, bytes | None]]) -> bytes:
    """The lines as one text again; one byte more than is allowed when it is too long."""
    parts: list[bytes] = []
    size = 0
    for _, line in lines:
        size += LARGEST_FILE + 1 if line is None else len(line)
        if line is None or size > LARGEST_FILE:
            return b" " * (LARGEST_FILE + 1)
        parts.append(line)
    return b"".join(parts)
