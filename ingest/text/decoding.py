"""Bytes → text, and text → clean text. This happens once, at ingest; afterwards an article's text never changes."""

from __future__ import annotations

import codecs
import re

from ingest.errors import SourceError
from ingest.text.encodings import codec_of, decoded_as

BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
META_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
META_WITHIN = 4096
"""Bytes of a page in which its character set must be declared."""
SAMPLE = 200_000
"""Bytes that are enough to detect an encoding."""
WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒ“”‘’„‚–—…•«»‹›°€£§©®™ºª¡¿·×\xa0\xad")

SURROGATE = re.compile("[\ud800-\udfff]")
NEWLINE = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, except tab and line feed
    "\u200b\u2060-\u2064\ufeff"  # zero-width space, invisible operators, byte order mark; ZWJ and ZWNJ carry meaning
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\U000e0000-\U000e007f]"  # tags: invisible letters
)
IDLE = re.compile(
    "(?<![^A-Za-z\u00c0-\u024f\\s.,;:!?'\"()-])"  # after a Latin letter, a blank or a stop
    "[\u00ad\u034f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]+"  # soft hyphens, joiners, selectors of variants
)
"""What shapes other writings, and in a Latin word does nothing but hide it from a search."""
ODD = re.compile("[\x01-\x08\x0e-\x1f\ufffd]")
BLANK_LINES = re.compile("\n{3,}")


def decode(content: bytes) -> str:
    """The text of a file: byte order mark, else UTF-8, else the encoding that is detected.

    Raises `SourceError` when the file holds something else than text.
    """
    for mark, encoding in BOMS:
        if content.startswith(mark):
            return content.decode(encoding, "replace")
    if unmarked := _utf16_without_mark(content):
        return content.decode(unmarked, "replace")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = _damaged_utf8(content) or content.decode(_detected(content), "replace")
    if _looks_binary(text[:SAMPLE]):
        raise SourceError("does not look like text: save it as UTF-8 text")
    return text


def decode_page(content: bytes) -> str:
    """The text of an HTML page: as `decode`, but where it is not UTF-8 the character set that it declares is used."""
    declared = META_CHARSET.search(content[:META_WITHIN])
    if declared is None or content.startswith(tuple(mark for mark, _ in BOMS)):
        return decode(content)
    name = declared[1].decode("ascii")
    if not name.lower().startswith("iso-2022"):  # which is all ASCII bytes, and so would pass for UTF-8
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            pass
    if codec_of(name) == "utf-8":  # it says so, and is not
        return decode(content)
    return decoded_as(content, name) or decode(content)


def clean_text(text: str) -> str:
    """Newlines as line feeds; nothing invisible but what joins letters; no lone surrogates, no trailing blanks."""
    text = NEWLINE.sub("\n", SURROGATE.sub("\ufffd", text))
    lines = (line.rstrip() for line in IDLE.sub("", DROPPED.sub("", text)).split("\n"))
    return BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def clean_line(text: str) -> str:
    """The same for a title, a name or an id: one line, with single blanks."""
    return " ".join(clean_text(text).split())


def _utf16_without_mark(content: bytes) -> str | None:
    sample = content[: min(len(content), 2000) // 2 * 2]
    half = len(sample) // 2
    if half < 8:
        return None
    if sample[1::2].count(0) > 0.7 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if sample[::2].count(0) > 0.7 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    return None


def _damaged_utf8(content: bytes) -> str | None:
    """UTF-8 with a few broken bytes, which no detection should turn into something else; None for anything more."""
    text = content.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for character in text[:SAMPLE] if character > "\x7f") - text[:SAMPLE].count("\ufffd")
    return text if whole >= 10 * broken else None


def _detected(content: bytes) -> str:
    first = re.search(rb"[\x80-\xff]", content)
    at = max(0, (first.start() if first else 0) - SAMPLE // 10)
    sample = content[at : at + SAMPLE]
    # Short Western texts are beyond statistics, and far the most frequent: they are tried first.
    try:
        foreign = [character for character in sample.decode("cp1252") if character > "\x7f"]
        if len(foreign) < 0.25 * len(sample) and WESTERN.issuperset(foreign):
            return "cp1252"
    except UnicodeDecodeError:
        pass
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best else "cp1252"


def _looks_binary(text: str) -> bool:
    return len(ODD.findall(text)) > 0.1 * len(text)
