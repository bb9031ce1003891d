"""What an address answers is told by its content: a feed, a sitemap, a list of feeds, a page of links, an article.

    content → its root → feeds | sitemaps | links → `Outline`: the kind, and the addresses that it names

It runs in the worker process, because every parser here can hang or eat memory. Addresses are data: what is no http or
https address is left out, and whoever fetches the others checks them again.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from ingest.errors import SourceError
from ingest.raw import DateClue, Witness

OutlineKind = Literal["feed", "sitemap", "sitemap index", "feed list", "hub", "page", "other"]
MOST_POINTERS = 50_000
"""Of one document; a sitemap may have no more."""
LONGEST_ADDRESS = 2_000
LARGEST_UNPACKED = 64 << 20
"""Bytes of a gzipped sitemap; 50 MB is what a sitemap may have."""
ROOT = re.compile(
    rb"\s*(?:<\?.{0,4000}?\?>\s*|<!--.{0,20000}?-->\s*|<!doctype[^>\[]{0,2000}(?:\[.{0,20000}?\]\s*)?>\s*)*"
    rb"<(?:[\w.-]{1,40}:)?([\w.-]{1,40})",
    re.IGNORECASE | re.DOTALL,
)
HTML_TYPES = ("text/html", "application/xhtml+xml")
JSON_FEED = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')


@dataclass(frozen=True, slots=True)
class Pointer:
    """An address that a document names, and what the document says of it."""

    url: str
    witness: Witness | None = None


@dataclass(frozen=True, slots=True)
class Outline:
    """What a document is, and what it names: `pages` that may be articles, and `sources` that name others."""

    kind: OutlineKind
    pages: tuple[Pointer, ...] = ()
    sources: tuple[Pointer, ...] = ()


def read_outline(content: bytes, url: str, content_type: str) -> Outline:
    """What a document is and names; `url` is where it was found, "" when addresses in it have no base."""
    content = _unpacked(content)
    match root_of(content):
        case "rss" | "feed" | "rdf":
            from ingest.feeds import read_feed

            return read_feed(content, url)
        case "urlset" | "sitemapindex":
            from ingest.sitemaps import read_sitemap

            return read_sitemap(content, url)
        case "opml":
            from ingest.sitemaps import read_feed_list

            return read_feed_list(content, url)
        case "json feed":
            from ingest.feeds import read_json_feed

            return read_json_feed(content, url)
        case "html":
            from ingest.links import read_links

            return read_links(content, url)
    if content_type in HTML_TYPES:
        from ingest.links import read_links

        return read_links(content, url)
    return _address_list(content, url) if content_type in ("text/plain", "") else Outline("other")


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


def pointers(found: Iterable[tuple[str, Witness | None]], base: str) -> tuple[Pointer, ...]:
    """Pointers to what can be fetched, each once, the first ones when they are too many."""
    kept: dict[str, Pointer] = {}
    for written, witness in found:
        address = web_address(written, base)
        if address and address not in kept:
            kept[address] = Pointer(address, witness)
            if len(kept) >= MOST_POINTERS:
                break
    return tuple(kept.values())


def web_address(written: str, base: str = "") -> str | None:
    """A whole http or https address without its fragment, or None when it is none."""
    try:
        address = urldefrag(urljoin(base, written.strip()) if base else written.strip()).url
        parts = urlsplit(address)
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return None
    sound = parts.scheme.lower() in ("http", "https") and parts.hostname and port_is_one
    if not sound or len(address) > LONGEST_ADDRESS or any(character <= " " for character in address):
        return None
    return address


def outline_of(plain: dict[str, Any]) -> Outline:
    """An outline again, from the plain values that came over the worker's pipe."""
    return Outline(plain["kind"], *(tuple(map(_pointer_of, plain[name])) for name in ("pages", "sources")))


def _pointer_of(plain: dict[str, Any]) -> Pointer:
    said = plain["witness"]
    if said is None:
        return Pointer(plain["url"])
    clues = tuple(DateClue(*clue) for clue in said["clues"])
    return Pointer(plain["url"], Witness(**{**said, "clues": clues, "authors": tuple(said["authors"])}))
