"""Pages that a browser saved whole (`.mhtml`, `.mht`) → the article in them. Runs in the worker process."""

from __future__ import annotations

import codecs
import email.policy
from email.message import Message

from ingest.errors import SourceError
from ingest.extraction.extract import read_page
from ingest.raw import Extract
from ingest.text.encodings import decoded_as
from ingest.web.outline import web_address

MOST_PARTS = 5_000


def read_saved_page(content: bytes, _url: str | None = None) -> Extract:
    """The article of the page that an archive begins with; raises `SourceError` when there is none."""
    message = email.message_from_bytes(content.lstrip(b"\r\n"), policy=email.policy.compat32)
    page = _root(message)
    if page is None:
        raise SourceError("is not a page that a browser saved (.mhtml): it holds no HTML")
    source = page.get_payload(decode=True)
    if not isinstance(source, bytes) or not source.strip():
        raise SourceError("holds an empty page")
    text = decoded_as(source, str(page.get_param("charset", failobj="") or ""))
    address = next(filter(None, (page["Content-Location"], message["Snapshot-Content-Location"])), "")
    return read_page(
        source if text is None else codecs.BOM_UTF8 + text.encode("utf-8", "replace"), web_address(str(address))
    )


def _root(message: Message) -> Message | None:
    """The page itself: the part that the archive names as its start, or its first page."""
    start = str(message.get_param("start", failobj="") or "")
    pages = []
    for number, part in enumerate(message.walk()):
        if number > MOST_PARTS:
            break
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            pages.append(part)
    named = (part for part in pages if start and str(part["Content-ID"] or "") == start)
    return next(named, pages[0] if pages else None)
