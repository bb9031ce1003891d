"""What an HTTP header says of a character set, written into the content, so that nobody need ask for it later."""

from __future__ import annotations

import codecs
import re

from ingest.text.encodings import decoded_as

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}encoding\s*=", re.IGNORECASE)


def recoded(content: bytes, charset: str | None) -> bytes:
    """The content as UTF-8 where only the header tells its character set; what is UTF-8 anyway stays."""
    if not charset or content.startswith(MARKS):
        return content
    try:
        content.decode("utf-8")
        return content
    except UnicodeDecodeError:
        text = decoded_as(content, charset)
        return content if text is None else codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def recoded_list(content: bytes, content_type: str, charset: str | None) -> bytes:
    """The same for a feed or a sitemap, which says itself what it is written in where it does."""
    is_xml = content_type.endswith(("/xml", "+xml")) and content_type != "application/xhtml+xml"
    return recoded(content, charset) if is_xml and not DECLARED.match(content) else content
