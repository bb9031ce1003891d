"""The bytes of a web archive, record after record: unpacked a little at a time, and found again behind damage.

Each record of a `.warc.gz` is a gzip member of its own; a file that is one single member is read too. No read gives
more than a block, no header line and no record's header may be longer than a bound, so a made-up file fills no memory.
"""

from __future__ import annotations

import re
import zlib
from typing import BinaryIO

BLOCK = 64 << 10
LONGEST_HEADER = 1 << 20
"""Bytes of a record's own header, and of the blank lines before it."""
GZIP = b"\x1f\x8b\x08"
PLAIN_RECORD = re.compile(rb"(?<=\n)WARC/[01]\.\d")
ANY_RECORD = re.compile(PLAIN_RECORD.pattern + b"|" + re.escape(GZIP))
SEARCH = 1 << 20


class BrokenRecordError(Exception):
    """A record that cannot be read; the next one may be."""


class RecordStream:
    """A web archive from a given offset on, as `read` and `readline`; `member` is where its last gzip member began."""

    def __init__(self, file: BinaryIO, offset: int = 0) -> None:
        file.seek(offset)
        self._unpacker = zlib.decompressobj(31) if file.read(len(GZIP)) == GZIP else None
        file.seek(offset)
        self._file = file
        self._waiting = b""
        self._at = 0
        self._header = 0
        self.member = offset

    def read(self, size: int) -> bytes:
        """At most `size` bytes, and at least one unless the file is at its end."""
        self._header = 0
        if not self._fill():
            return b""
        part = self._waiting[self._at : self._at + size]
        self._at += len(part)
        return part

    def readline(self) -> bytes:
        """A line of a record's header; raises `BrokenRecordError` when the header is too long to be one."""
        parts = []
        while self._fill():
            end = self._waiting.find(b"\n", self._at) + 1 or len(self._waiting)
            parts.append(self._waiting[self._at : end])
            self._at = end
            self._header += len(parts[-1])
            if self._header > LONGEST_HEADER:
                raise BrokenRecordError(f"its header is longer than {LONGEST_HEADER >> 20} MB")
            if parts[-1].endswith(b"\n"):
                break
        return b"".join(parts)

    def next_header(self) -> tuple[int, bytes]:
        """The first line of the next record, with the offset in the file at which to find it; b"" at the end."""
        while self._fill():
            offset = self.member if self._unpacker else self._file.tell() - len(self._waiting) + self._at
            line = self.readline()
            if line.strip():
                return offset, line
        return self._file.tell(), b""

    def end_record(self) -> None:
        """Look at what follows a record's content; raises `BrokenRecordError` when the record goes on behind it."""
        if self._fill() and self._waiting[self._at : self._at + 1] not in (b"\r", b"\n", b"W"):
            raise BrokenRecordError("it is longer than it says")

    def _fill(self) -> bool:
        """Have something to give; False at the end of the file."""
        while self._at >= len(self._waiting):
            self._waiting, self._at = (self._unpacked() if self._unpacker else self._file.read(BLOCK)), 0
            if not self._waiting and not self._unpacker:
                return False
            if not self._waiting and self._unpacker and self._unpacker.eof and not self._next_member():
                return False
        return True

    def _unpacked(self) -> bytes:
        assert self._unpacker  # noqa: S101  # the caller's branch; said for the type checker
        if self._unpacker.eof:
            return b""
        packed = self._unpacker.unconsumed_tail or self._file.read(BLOCK)
        if not packed:
            raise BrokenRecordError("the gzip data break off")
        try:
            return self._unpacker.decompress(packed, BLOCK)
        except zlib.error as error:
            raise BrokenRecordError(f"the gzip data are broken ({error})") from error

    def _next_member(self) -> bool:
        assert self._unpacker  # noqa: S101
        packed = self._unpacker.unused_data or self._file.read(BLOCK)
        self.member = self._file.tell() - len(packed)
        if not packed.strip(b"\0"):
            return False
        self._unpacker = zlib.decompressobj(31)
        try:
            self._waiting = self._unpacker.decompress(packed, BLOCK)
        except zlib.error as error:
            raise BrokenRecordError(f"the gzip data are broken ({error})") from error
        return True


def next_record(file: BinaryIO, offset: int) -> int | None:
    """Where the first record at or behind an offset begins, told by its first bytes; None when there is no more."""
    file.seek(0)
    mark = PLAIN_RECORD if file.read(5) == b"WARC/" else ANY_RECORD
    start = max(0, offset - 1)  # the line feed before a record belongs to its mark
    while True:
        file.seek(start)
        block = file.read(SEARCH)
        for found in mark.finditer(block):
            at = start + found.start()
            if at >= offset and (found[0] != GZIP or _begins_record(file, at)):
                return at
        if len(block) < SEARCH:
            return None
        start += SEARCH - 16


def _begins_record(file: BinaryIO, offset: int) -> bool:
    """Whether the gzip member at an offset begins like a record: three bytes alone are met by chance."""
    file.seek(offset)
    try:
        return zlib.decompressobj(31).decompress(file.read(4096), 16).startswith(b"WARC/")
    except zlib.error:
        return False
