"""Sitemaps, indexes of sitemaps, news sitemaps and OPML lists → what they name.

It runs in the worker process. The parser expands no entities, loads nothing and keeps one element at a time, so that
the size of a document is all that it can cost. `lastmod` says when a page changed, never when it was published.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.raw import DateClue, Witness
from ingest.text.decoding import clean_line
from ingest.web.outline import MOST_POINTERS, Outline, pointers

SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False, "recover": True}
LONGEST_WORDS = 500


def read_sitemap(content: bytes, url: str) -> Outline:
    """The pages of a sitemap, or the sitemaps of an index, in their order."""
    pages = pointers(_located(content, "url"), url)
    nested = () if pages else pointers(_located(content, "sitemap"), url)
    return Outline("sitemap index", sources=nested) if nested else Outline("sitemap", pages=pages)


def read_feed_list(content: bytes, url: str) -> Outline:
    """The feeds of an OPML list; where an outline names no feed, the site that it names."""
    named = (
        (e.get("xmlUrl") or e.get("xmlurl") or e.get("htmlUrl") or e.get("url") or "")
        for e in _elements(content, "outline")
    )
    return Outline("feed list", sources=pointers(((address, None) for address in named if address), url))


def _located(content: bytes, name: str) -> Iterator[tuple[str, Witness]]:
    for count, element in enumerate(_elements(content, name)):
        if count >= MOST_POINTERS:
            return
        news = next((c for c in element if isinstance(c.tag, str) and _local(c) == "news"), None)
        said = [child for child in (*element, *(news.iter() if news is not None else ())) if isinstance(child.tag, str)]
        fields = {_local(child): (child.text or "").strip() for child in said}
        address = next(((c.text or "").strip() for c in element if isinstance(c.tag, str) and _local(c) == "loc"), "")
        published = fields.get("publication_date", "")
        yield (
            address,
            Witness(
                clues=(DateClue("sitemap", published[:LONGEST_WORDS]),) if published else (),
                updated=fields.get("lastmod", "")[:LONGEST_WORDS],
                # News sitemaps alone have these: a picture's or a film's title is not the page's.
                title=clean_line(fields.get("title", ""))[:LONGEST_WORDS] if published else "",
                outlet=clean_line(fields.get("name", ""))[:LONGEST_WORDS] if published else "",
                language=fields.get("language", "").split("-")[0].lower()[:12] if published else "",
            ),
        )


def _elements(content: bytes, name: str) -> Iterator[Any]:
    """The elements of this name in any namespace, one at a time; what came before is forgotten."""
    from lxml import etree  # it has no types of its own

    try:
        walk = etree.iterparse(io.BytesIO(content), events=("end",), tag=f"{{*}}{name}", **SAFE)
        for _, element in walk:
            yield element
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.LxmlError as error:
        raise SourceError(f"the XML cannot be read ({error})") from error


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2].lower()
