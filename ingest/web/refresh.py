"""Pages that only lead on: where a short page's `<meta http-equiv="refresh">` sends its readers."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from ingest.text.decoding import decode_page
from ingest.web.outline import web_address

LARGEST_SHELL = 60_000
"""Bytes of a page that may be one."""
MOST_WORDS = 400
"""Characters that it may show: "You are being redirected" and the like."""
LONGEST_DELAY = 10
META = re.compile(r"<meta\b[^>]*?http-equiv\s*=\s*[\"']?refresh[\"']?[^>]*>", re.IGNORECASE)
CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
TARGET = re.compile(r"\s*(\d{1,4})(?:\.\d+)?\s*[;,]\s*(?:url\s*=\s*)?(.+)", re.IGNORECASE | re.DOTALL)
SILENT = re.compile(r"<(script|style|head|title)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>", re.IGNORECASE | re.DOTALL)


def refresh_target(content: bytes, base: str) -> str | None:
    """The address that a page leads on to at once; None for one that has something to say, or leads to itself."""
    if len(content) > LARGEST_SHELL or b"refresh" not in content.lower():
        return None
    page = decode_page(content)
    found = META.search(page)
    stated = CONTENT.search(found[0]) if found else None
    led = TARGET.match(next(filter(None, stated.groups()), "")) if stated else None
    if led is None or int(led[1]) > LONGEST_DELAY or len(" ".join(SILENT.sub(" ", page).split())) > MOST_WORDS:
        return None
    written = led[2].strip().strip("'\"").replace("&amp;", "&")
    address = web_address(urljoin(base, written))
    return address if address != base else None
