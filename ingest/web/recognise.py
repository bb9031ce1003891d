"""ingest.web.recognise."""

from __future__ import annotations

import codecs
import re
import zlib

from ingest.errors import SourceError
from ingest.web.outline import HTML_TYPES, LIST_ROOTS, LIST_START, NOTICES_WITHIN, Outline, pointers

LARGEST_UNPACKED = 64 << 20
"""Bytes of a gzipped sitemap; 50 MB is what a sitemap may have."""
ROOT = re.compile(
    rb"\s*(?:<\?.{0,4000}?\?>\s*|<!--.{0,20000}?-->\s*|<!doctype[^>\[]{0,2000}(?:\[.{0,20000}?\]\s*)?>\s*)*"
    rb"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})",
    re.IGNORECASE | re.DOTALL,
)
JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')


def read_outline(content: bytes, url: str, content_type: str) -> Outline:
    """What a document is and names; `url` is where it was found, "" when addresses in it have no base."""
    content = _from_root(_unpacked(content))
    match root_of(content):
        case "rss" | "feed" | "rdf":
            from ingest.web.feeds import read_feed

            return read_feed(content, url)
        case "urlset" | "sitemapindex":
            from ingest.web.sitemaps import read_sitemap

            return read_sitemap(content, url)
        case "opml":
            from ingest.web.sitemaps import read_feed_list

            return read_feed_list(content, url)
        case "json feed":
            from ingest.web.feeds import read_json_feed

            return read_json_feed(content, url)
        case "html":
            from ingest.web.links import read_links

            return read_links(content, url)
    if content_type in HTML_TYPES:
        from ingest.web.links import read_links

        return read_links(content, url)
    return _address_list(content, url) if content_type in ("text/plain", "") else Outline("other")


def _from_root(content: bytes) -> bytes:
    """The content without what a program wrote before the list that it was to send: notices, warnings, blank lines."""
    if root_of(content) in (*LIST_ROOTS, "html") or content.lstrip().startswith(b"{"):
        return content
    found = LIST_START.search(content[:NOTICES_WITHIN])
    return content[found.start() :] if found and root_of(content[found.start() :]) in LIST_ROOTS else content


def root_of(content: bytes) -> str:
    """The name of a document's first element in lower case, "json feed", or "" when it is neither XML nor such."""
    start = content[:60_000]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        start = start.decode("utf-16", "replace").encode()
    start = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"{"):
        return "json feed" if JSON_FEED.search(start) else ""
    found = ROOT.match(start)
    name = found[1].decode("ascii", "replace").lower() if found else ""
    return "html" if name in ("head", "body", "meta", "title", "main", "article", "div") else name


def _unpacked(content: bytes) -> bytes:
    """What a gzip file holds, up to a limit; anything else as it is."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    opened = zlib.decompressobj(wbits=31)
    try:
        unpacked = opened.decompress(content, LARGEST_UNPACKED)
    except zlib.error as error:
        raise SourceError(f"the gzip data are broken ({error})") from error
    if opened.unconsumed_tail:
        raise SourceError(f"unpacks to more than {LARGEST_UNPACKED >> 20} MB")
    return unpacked


def _address_list(content: bytes, url: str) -> Outline:
    """A sitemap as plain text: an address on each line, and nothing else."""
    lines = [line.strip() for line in content[: 10 << 20].decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not lines or not all(line.startswith(("http://", "https://")) and " " not in line for line in lines):
        return Outline("other")
    return Outline("sitemap", pages=pointers(((line, None) for line in lines), url))
