"""What an address answers is told by its content: a feed, a sitemap, a list of feeds, a page of links, an article.

    content → its root → feeds | sitemaps | links → `Outline`: the kind, and the addresses that it names

It runs in the worker process, because every parser here can hang or eat memory. Addresses are data: what is no http or
https address is left out, and whoever fetches the others checks them again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urldefrag, urljoin, urlsplit

from ingest.raw import DateClue, Witness

OutlineKind = Literal["feed", "sitemap", "sitemap index", "feed list", "hub", "page", "other"]
MOST_POINTERS = 50_000
"""Of one document; a sitemap may have no more."""
LONGEST_ADDRESS = 2_000
LIST_ROOTS = frozenset(("rss", "feed", "rdf", "urlset", "sitemapindex", "opml"))
LIST_START = re.compile(rb"<\?xml\s|<(?:rss|feed|rdf:rdf|urlset|sitemapindex|opml)[\s>]", re.IGNORECASE)
NOTICES_WITHIN = 20_000
"""Bytes that may stand before a list."""
HTML_TYPES = ("text/html", "application/xhtml+xml")


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
