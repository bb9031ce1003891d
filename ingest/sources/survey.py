"""Sources → raw documents: files, folders with all that is in them, standard input, and addresses on the web.

What cannot be read becomes a `Problem` in the stream; the rest goes on. Hidden files and folders are passed over, links
in a folder are not followed (those to files are where somebody says so), and a file that is reached twice is read once.
"""

from __future__ import annotations

import itertools
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from ingest.formats.streams import LARGEST_FILE, numbered_lines, pasted_kind
from ingest.raw import Item, RawDocument
from ingest.report import Problem
from ingest.sources.files import NO_FILE, SourceFile, record, refusal
from ingest.sources.readers import KNOWN, LISTS, READERS, suffix_of
from ingest.sources.source import Reading, Source, WebSource
from ingest.text.decoding import clean_line
from ingest.web.addresses import is_web_address

STDIN = "-"
STDIN_NAME = "standard input"


@dataclass(frozen=True, slots=True)
class FileBelow:
    """A file to read as one of those that lie in a folder, so that it keeps the id that it has there."""

    folder: Path
    path: Path

    def __str__(self) -> str:
        return str(self.path)


@dataclass(slots=True)
class Survey:
    """What was given, as sources in order, whether standard input is one of them, and what is wrong with the rest."""

    sources: list[Source] = field(default_factory=list)
    stdin: bool = False
    follow_links: bool = False
    failed: list[Problem] = field(default_factory=list)
    skipped: list[Problem] = field(default_factory=list)
    _seen: dict[tuple[int, int], Path] = field(default_factory=dict)

    @property
    def total_bytes(self) -> int:
        """Bytes of all files."""
        return sum(source.size for source in self.sources)

    def add(self, source: str | Path | FileBelow) -> None:
        """Look at one source as it was given."""
        if isinstance(source, FileBelow):
            return self._file(source.path, source.folder)
        path = Path(source)
        if str(source) == STDIN:
            self.stdin = True
        elif isinstance(source, str) and is_web_address(source) and not path.exists():
            self.sources.append(WebSource(source.strip()))
        elif "://" in str(source) and not path.exists():
            self.failed.append(Problem(clean_line(str(source)), None, "only http and https addresses can be fetched"))
        elif path.is_dir():
            self._folder(path)
        else:
            self._file(path, path.parent, by_name=True)

    def _folder(self, root: Path) -> None:
        before = len(self.sources) + len(self.failed) + len(self.skipped)
        for folder, folders, names in os.walk(root, onerror=self._unreadable):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in folders:
                if (link := Path(folder, name)).is_symlink():
                    self._skip(link, f"a link to a folder is not followed: give {clean_line(os.readlink(link))} itself")
            for name in sorted(names):
                if not name.startswith("."):
                    self._file(Path(folder, name), root)
        if before == len(self.sources) + len(self.failed) + len(self.skipped):
            self._fail(root, "the folder holds no files")

    def _unreadable(self, error: OSError) -> None:
        self._fail(Path(os.fsdecode(error.filename)), f"the folder cannot be read: {error.strerror}")

    def _file(self, path: Path, root: Path, by_name: bool = False) -> None:
        suffix = suffix_of(path.name)
        if not by_name and not self.follow_links and path.is_symlink():
            return self._skip(path, "a link is not followed: give what it leads to itself, or say --follow-links")
        try:
            state = path.stat()
        except OSError as error:
            missing = "no such file or folder" if isinstance(error, FileNotFoundError) else f"{error.strerror}"
            return self._fail(path, f"{missing}: check the path")
        if not stat.S_ISREG(state.st_mode):
            return self._fail(path, NO_FILE)
        if suffix is None:
            reason = f"unknown file type {path.suffix!r}"
            return self._fail(path, f"{reason}: what can be read are {KNOWN}") if by_name else self._skip(path, reason)
        if suffix in LISTS and not by_name:
            return self._skip(path, "names pages of the web: give it by itself to have them fetched")
        if first := self._seen.get((state.st_dev, state.st_ino)):
            return self._skip(path, f"the same file as {first}")
        self._seen[state.st_dev, state.st_ino] = path
        below = path.relative_to(root).as_posix()
        may_be_link = by_name or self.follow_links
        path_id = clean_line(below[: -len(suffix)])
        self.sources.append(SourceFile(path, READERS[suffix], path_id, state.st_size, may_be_link))

    def _fail(self, path: Path, reason: str) -> None:
        self.failed.append(Problem(clean_line(str(path)), None, reason))

    def _skip(self, path: Path, reason: str) -> None:
        self.skipped.append(Problem(clean_line(str(path)), None, reason))


def survey(sources: Sequence[str | Path | FileBelow], *, follow_links: bool = False) -> Survey:
    """Find the files of all sources, without reading them; `follow_links` admits links to files that lie in folders."""
    found = Survey(follow_links=follow_links)
    for source in sources:
        found.add(source)
    return found


def raw_documents(found: Survey, stdin: BinaryIO, reading: Reading | None = None) -> Iterator[Item]:
    """Read what a survey found: one raw document an article, a problem for what cannot be read, and visits to note."""
    reading = reading or Reading(stdin)
    done = 0
    for source in [*found.sources, *([StandardInput()] if found.stdin else [])]:
        for item in source.items(reading):
            if done and isinstance(item, RawDocument):
                item = replace(item, done_bytes=done + item.done_bytes)
            yield item
        done += source.size


class StandardInput:
    """What is piped in: JSON lines, a page or a text, told by how it begins."""

    size = 0

    def items(self, reading: Reading) -> Iterator[Item]:
        """Its documents; it is read to its end."""
        lines = numbered_lines(reading.stdin, keep_blank=True)
        begin: list[tuple[int, bytes | None]] = []
        for number, line in lines:
            begin.append((number, line))
            if line is None or line.strip():
                break
        if begin and (begin[-1][1] or b"").lstrip().startswith(b"{"):
            for number, line in itertools.chain(begin[-1:], lines):
                if line is None or line.strip():
                    yield record(line, STDIN_NAME, STDIN_NAME, number, 0)
            return
        content = _joined(itertools.chain(begin, lines))
        if problem := refusal(content, STDIN_NAME):
            yield problem
        else:
            yield RawDocument(pasted_kind(content), content, STDIN_NAME, STDIN_NAME)


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
