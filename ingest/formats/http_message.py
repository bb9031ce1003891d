"""An HTTP response as a crawler stored it → the document in it: chunks joined, compression undone, within a bound."""

from __future__ import annotations

import codecs
import re
import zlib
from typing import Any

from ingest.text.decoding import META_CHARSET, META_WITHIN

WINDOWS = {"gzip": 31, "x-gzip": 31, "deflate": 15}
CHUNK_HEAD = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(;[^\r\n]{0,1000})?\r?\n")


class BrokenMessageError(ValueError):
    """A response whose content cannot be had."""


def joined_chunks(body: bytes) -> bytes:
    """The body without the marks of `Transfer-Encoding: chunked`, which many crawlers leave out already."""
    parts, at = list[bytes](), 0
    while head := CHUNK_HEAD.match(body, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size
        at += 2 if body.startswith(b"\r\n", at) else 1
    return b"".join(parts) if parts and at >= len(body) else body


def unpacked(body: bytes, encodings: str, largest: int) -> bytes:
    """The body with its `Content-Encoding` undone; a body that only claims to be packed stays as it is.

    Raises `BrokenMessageError` when it unpacks to more than `largest` bytes, or the encoding is not known.
    """
    for name in reversed([name.strip().lower() for name in encodings.split(",")]):
        if name in ("", "identity", "none", "utf-8"):
            continue
        if name in WINDOWS:
            body = _inflated(body, WINDOWS[name], largest)
        elif name == "br":
            body = _unbrotlied(body, largest)
        else:
            raise BrokenMessageError(f"its content encoding {name[:40]!r} is not known")
    return body


def _inflated(body: bytes, window: int, largest: int) -> bytes:
    for bits in (window, -15) if window == 15 else (window,):
        unpacker = zlib.decompressobj(bits)
        try:
            content = unpacker.decompress(body, largest + 1)
        except zlib.error:
            continue
        if not unpacker.eof and len(content) <= largest:
            raise BrokenMessageError("its packed content breaks off")
        return _within(content, largest)
    return body


def _unbrotlied(body: bytes, largest: int) -> bytes:
    import brotli

    unpacker: Any = brotli.Decompressor()
    try:
        content = unpacker.process(body, output_buffer_limit=largest + 1)
    except brotli.error:
        return body
    if not unpacker.is_finished() and len(content) <= largest:
        raise BrokenMessageError("its packed content breaks off")
    return _within(bytes(content), largest)


def _within(content: bytes, largest: int) -> bytes:
    if len(content) > largest:
        raise BrokenMessageError(f"it unpacks to more than {largest >> 20} MB")
    return content


def in_utf8(page: bytes, content_type: str) -> bytes:
    """A page in the character set that its response names, as UTF-8, where the page itself does not tell."""
    named = re.search(r"charset\s*=\s*[\"']?([\w.:-]{2,40})", content_type, re.IGNORECASE)
    if not named or META_CHARSET.search(page[:META_WITHIN]):
        return page
    try:
        page.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return codecs.BOM_UTF8 + page.decode(codecs.lookup(named[1]).name, "replace").encode("utf-8", "replace")
        except (LookupError, UnicodeError, TypeError, AttributeError):  # a codec that makes no text, such as "hex"
            return page
    return page
