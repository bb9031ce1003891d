"""Long streams, line by line, with no line larger than fits in memory."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import IO, Literal

MEBIBYTE = 1 << 20
LARGEST_FILE = 50 * MEBIBYTE
"""Bytes of one document, or of one line in a file of records."""
HTML_START = re.compile(
    rb"(<\?xml[^>]*>\s*|<!--.{0,2000}?-->\s*)?<(!doctype\s+html|html|head|body|meta|title|article|section|main|div|h1|p)(?=[\s>])",
    re.IGNORECASE | re.DOTALL,
)
WIDE_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


def numbered_lines(stream: IO[bytes], keep_blank: bool = False) -> Iterator[tuple[int, bytes | None]]:
    """The lines of a stream with their numbers from 1; None stands for one that is too long.

    Blank lines are left out unless `keep_blank`. A UTF-8 byte order mark is dropped; UTF-16 becomes UTF-8 on the way.
    """
    for number, line in enumerate(_lines(stream), 1):
        if keep_blank or line is None or line.strip():
            yield number, line


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    first = _limited(stream)
    if first and first[:2] in WIDE_MARKS:
        # A line feed is two bytes here, so that the text has to be decoded before it is cut into lines.
        yield from _wide_lines(first, stream)
        return
    if first and first.startswith(codecs.BOM_UTF8):
        first = first.removeprefix(codecs.BOM_UTF8)
    while first != b"":
        yield first
        first = _limited(stream)


def _limited(stream: IO[bytes]) -> bytes | None:
    """The next line, b"" at the end, None for one that is too long, which is then passed over."""
    line = stream.readline(LARGEST_FILE + 1)
    if len(line) <= LARGEST_FILE:
        return line
    while line and not line.endswith(b"\n"):
        line = stream.readline(MEBIBYTE)
    return None


def _wide_lines(first: bytes, stream: IO[bytes]) -> Iterator[bytes | None]:
    content = first + stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        yield None
        return
    text = content.decode(WIDE_MARKS[first[:2]], "replace")
    for line in io.StringIO(text, newline="\n"):
        yield line.encode()


def pasted_kind(content: bytes) -> Literal["html", "text"]:
    """What came without a name: a page when it begins like one, else text."""
    return "html" if HTML_START.match(content.lstrip(b"\xef\xbb\xbf \t\r\n\0")) else "text"
