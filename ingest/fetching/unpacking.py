"""Compressed answers, unpacked a bounded piece at a time: what a few bytes unfold to is never held whole.

Only gzip and deflate are asked for, and more than one layer is not undone.
"""

from __future__ import annotations

import zlib

from ingest.errors import FetchError

ACCEPTED = "gzip, deflate"
GZIP_MARK = b"\x1f\x8b"


class Unpacker:
    """Undoes the content coding of one answer."""

    def __init__(self, coding: str) -> None:
        layers = [layer for part in coding.lower().split(",") if (layer := part.strip()) not in ("", "identity")]
        if len(layers) > 1 or (layers and layers[0] not in ("gzip", "x-gzip", "deflate")):
            raise FetchError(f"the answer is packed as {', '.join(layers)!r}, which was not asked for")
        self._gzip = bool(layers) and layers[0] != "deflate"
        self._unzip = zlib.decompressobj(zlib.MAX_WBITS | 16 if self._gzip else zlib.MAX_WBITS) if layers else None
        self._waiting = b""
        self._begun = False
        self._ended = False

    def feed(self, piece: bytes, most: int) -> bytes:
        """What the next piece unfolds to, cut off after `most` bytes: whoever gets so many need not go on."""
        if self._unzip is None:
            return piece[:most]
        unfolded = bytearray()
        self._waiting += piece
        while self._ready() and len(unfolded) < most:
            packed, self._waiting = self._waiting, b""
            unfolded += self._unfold(packed, most - len(unfolded))
        return bytes(unfolded)

    def _ready(self) -> bool:
        """Whether there is something to unfold: gzip files may follow one another; what else follows is dropped."""
        assert self._unzip is not None  # noqa: S101  # the caller's branch; said for the type checker
        at_start = self._unzip.eof or not self._begun
        if self._ended or len(self._waiting) < (2 if at_start else 1):  # two bytes tell how it is packed
            return False
        if self._unzip.eof:
            self._ended = not (self._gzip and self._waiting.startswith(GZIP_MARK))
            self._unzip = self._unzip if self._ended else zlib.decompressobj(zlib.MAX_WBITS | 16)
        return not self._ended

    def _unfold(self, packed: bytes, most: int) -> bytes:
        assert self._unzip is not None  # noqa: S101  # the caller's branch; said for the type checker
        try:
            unfolded = self._unzip.decompress(packed, most)
        except zlib.error as error:
            if self._gzip or self._begun:
                raise FetchError(f"the packed answer is broken ({error})", passing=True) from error
            self._unzip = zlib.decompressobj(-zlib.MAX_WBITS)  # deflate without its header, as some servers send it
            self._begun = True
            return self._unfold(packed, most)
        self._begun = True
        self._waiting = self._unzip.unused_data if self._unzip.eof else self._unzip.unconsumed_tail
        return unfolded

    def finish(self) -> None:
        """Told at the end of the answer: what breaks off in the middle is not taken for the whole."""
        if self._unzip is not None and (self._begun or self._waiting) and not (self._ended or self._unzip.eof):
            raise FetchError("the packed answer breaks off", passing=True)
