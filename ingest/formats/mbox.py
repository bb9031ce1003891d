"""Mailboxes (`.mbox`) → their messages, one after the other, with no more than one of them in memory."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

from ingest.formats.streams import LARGEST_FILE, MEBIBYTE
from ingest.raw import RawDocument
from ingest.report import Problem

FIRST_LINE = re.compile(
    rb"From (?:\S*|\S+ at \S+) *(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? (\d{1,2} )?"
    rb"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,4} +\d{1,2}:\d\d",
    re.IGNORECASE,
)
"""The line before a message: sender, weekday, month, day and time. "From " alone also begins sentences."""
PLAIN_FIRST_LINE = re.compile(rb"From(?: \S+)? *\r?\n")
"""The same without a date: only before the header of a message, and after an empty line."""
HEADER = re.compile(
    rb"(?:From|Date|Subject|Message-ID|Received|Return-Path|X-[\w-]+|MIME-Version|To|Delivered-To):", re.IGNORECASE
)
QUOTED = re.compile(rb">+From ")


def mbox_documents(path: Path, where: str, source: str, done: int) -> Iterator[RawDocument | Problem]:
    """Each message as it is, with the number of the line on which it begins."""
    met = 0
    with path.open("rb") as packed:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=packed) if path.name.lower().endswith(".gz") else packed)
        try:
            for line, message in messages(stream):
                met += 1
                if message is None:
                    reason = f"the message is larger than {LARGEST_FILE // MEBIBYTE} MB"
                    yield Problem(where, line, reason)
                elif message.strip():
                    yield RawDocument("email", message, where, source, line=line, done_bytes=done + packed.tell())
                else:
                    yield Problem(where, line, "the message is empty")
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            yield Problem(where, None, f"the gzip data break off after {met:,} messages ({error}): make the file again")
            return
    if not met:
        yield Problem(where, None, "holds no message: a mailbox begins each with a line such as 'From name date'")


def messages(stream: IO[bytes]) -> Iterator[tuple[int, bytes | None]]:
    """(number of its first line, message) for each; None stands for a message that is too large."""
    begun, parts, size = 0, list[bytes](), 0
    for number, line, whole, before, after in _with_neighbours(stream):
        plain = PLAIN_FIRST_LINE.fullmatch(line) and not before.strip() and HEADER.match(after)
        if whole and (FIRST_LINE.match(line) or plain):
            if begun:
                yield begun, _joined(parts, size)
            begun, parts, size = number, [], 0
        elif begun:
            size += len(line)
            # mailboxes put a ">" before a message's own lines that begin like that
            parts += [line[1:] if QUOTED.match(line) else line] if size <= LARGEST_FILE else []
    if begun:
        yield begun, _joined(parts, size)


def _with_neighbours(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool, bytes, bytes]]:
    """Each part with the one before and the one after it; b"" where there is none."""
    before, waiting = b"", None
    for number, line, whole in _numbered(stream):
        if waiting:
            yield *waiting, before, line
            before = waiting[1]
        waiting = number, line, whole
    if waiting:
        yield *waiting, before, b""


def is_mailbox(start: bytes) -> bool:
    """Whether a text begins as a mailbox does: such archives are called .txt by those who keep them."""
    first, _, rest = start.partition(b"\n")
    return bool(FIRST_LINE.match(first) and HEADER.match(rest))


def _joined(parts: list[bytes], size: int) -> bytes | None:
    return b"".join(parts) if size <= LARGEST_FILE else None


def _numbered(stream: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """(number, line, whether it is one's beginning): a line that is very long comes in parts."""
    number, whole = 1, True
    while line := stream.readline(MEBIBYTE):
        yield number, line, whole
        whole = line.endswith(b"\n")
        number += whole
