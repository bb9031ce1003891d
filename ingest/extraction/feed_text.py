"""The whole text that some feeds carry: read where the page itself is a shell, or is not given out."""

from __future__ import annotations

import html
import re

from ingest.raw import Extract, Witness
from ingest.text.lengths import letters_in

LEAST_TEXT = 400
"""Letters of a feed's text that is more than a summary."""
MUCH_LONGER = 3
"""How many times longer than the page's text the feed's is where the page is only a shell."""
TAG = re.compile(r"<[^>]*>")


def has_text(witness: Witness | None) -> bool:
    """Whether a feed gave an article's whole text."""
    return witness is not None and letters_in(TAG.sub("", witness.text).strip()) >= LEAST_TEXT


def page_of(witness: Witness) -> bytes:
    """A page of the feed's text, to be read like any other."""
    text = witness.text
    if not TAG.search(text):
        text = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n") if part.strip())
    title = html.escape(witness.title)
    head = f'<meta charset="utf-8"><title>{title}</title><meta property="og:type" content="article">'
    page = f"<!DOCTYPE html><html><head>{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    return page.encode("utf-8", "replace")


def is_shell(page: Extract, witness: Witness | None) -> bool:
    """Whether a page shows little of what the feed has."""
    return witness is not None and has_text(witness) and len(TAG.sub("", witness.text)) > MUCH_LONGER * len(page.text)
