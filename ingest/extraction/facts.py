"""What a page says of itself: in JSON-LD, in meta elements, in elements marked as time, title or author.

Nothing here decides: dates come back as clues, the surest first, and other facts as the first that is stated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.raw import DateClue
from ingest.text import clean_line

DEEPEST = 12
ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Reportage|Report$", re.IGNORECASE)
BROKEN_JSON_DATE = re.compile(r'"(date(?:Published|Modified))"\s*:\s*"([^"]{8,40})"')
META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "og:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "published_time",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.date",
    "dc.date.created",
    "dcterms.created",
    "citation_publication_date",
    "citation_date",
    "cxenseparse:recs:publishtime",
    "date",
)
META_UPDATES = (
    "article:modified_time",
    "og:article:modified_time",
    "article:modified",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "dc.date.modified",
    "dcterms.modified",
    "revised",
)
META_TITLES = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
META_SECTIONS = ("article:section", "og:article:section", "parsely-section", "cxenseparse:category", "section")
META_LANGUAGES = ("og:locale", "content-language", "dc.language", "language")
TIME_ELEMENTS = (
    "//time[@datetime][@pubdate]/@datetime",
    "//*[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@datetime][contains(@class, 'publish') or contains(@class, 'entry-date')]/@datetime",
)
TIME_UPDATES = (
    "//*[@itemprop='dateModified']/@content",
    "//*[@itemprop='dateModified']/@datetime",
    "//time[@datetime][contains(@class, 'updated') or contains(@class, 'modified')]/@datetime",
)
BY = re.compile(r"^(?:by|von|par|por|di|door)\s+", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=[-_]|$)")
MOST_NAMES = 12
LONGEST_NAME = 120
LONGEST_SECTION = 100


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page states; "" or () for what it leaves open. `marked` says that it calls itself an article, `bodies` are
    the texts that it declares as its article."""

    clues: tuple[DateClue, ...]
    updates: tuple[str, ...]
    title: str
    authors: tuple[str, ...]
    outlet: str
    section: str
    language: str
    addresses: tuple[str, ...]
    bodies: tuple[str, ...]
    marked: bool


def page_facts(tree: Any) -> PageFacts:
    """Everything that a parsed page (lxml) says of itself; to be asked before the page is taken apart."""
    meta = _meta(tree)
    objects = sorted(_json_objects(tree), key=_is_article, reverse=True)
    articles = [item for item in objects if _is_article(item)]
    return PageFacts(
        clues=tuple(_dates(tree, meta, objects)),
        updates=tuple(_updates(tree, meta, articles)),
        title=_first_of([*_strings(articles, "headline"), *_named(meta, META_TITLES), *_texts(tree, "//h1")]),
        authors=_authors(articles),
        outlet=_outlet_name(_first_of([*_named(meta, ("og:site_name",)), *_publishers(objects)])),
        section=_first_of([*_strings(articles, "articleSection"), *_named(meta, META_SECTIONS)], LONGEST_SECTION),
        language=_language(
            [*_texts(tree, "/html/@lang"), *_strings(articles, "inLanguage"), *_named(meta, META_LANGUAGES)]
        ),
        addresses=tuple(_addresses(tree, meta, articles)),
        bodies=tuple(body for item in articles if isinstance(body := item.get("articleBody"), str)),
        marked=bool(articles) or meta.get("og:type") == "article",
    )


def _meta(tree: Any) -> dict[str, str]:
    """The first content of every meta element, by its name or property in small letters."""
    found: dict[str, str] = {}
    for element in tree.xpath("//meta[@content]"):
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if name := (element.get(attribute) or "").strip().lower():
                if content := clean_line(element.get("content")):
                    found.setdefault(name, content)
                break
    return found


def _json_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, outer before inner; a broken script yields what can be saved of it."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        source = script.text or ""
        try:
            yield from _objects(json.loads(source, strict=False))
        except (ValueError, RecursionError):
            saved = dict(reversed(BROKEN_JSON_DATE.findall(source)))
            if saved:
                yield {"@type": "Article", **saved}


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(item, depth + 1)


def _is_article(item: Mapping[str, Any]) -> bool:
    types = item.get("@type")
    return any(
        isinstance(name, str) and ARTICLE_TYPE.search(name) for name in (types if isinstance(types, list) else [types])
    )


def _dates(tree: Any, meta: Mapping[str, str], objects: Iterable[dict[str, Any]]) -> Iterator[DateClue]:
    """Dates that the page declares, the surest first."""
    for item in objects:
        value = item.get("datePublished")
        if isinstance(value, str | int) and (_is_article(item) or item.get("@type") in ("WebPage", None)):
            yield DateClue("json-ld", clean_line(str(value)))
    for value in _named(meta, META_DATES):
        yield DateClue("meta", value)
    for path in TIME_ELEMENTS:
        for value in _texts(tree, path)[:1]:
            yield DateClue("time element", value)


def _updates(tree: Any, meta: Mapping[str, str], articles: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield from _strings(articles, "dateModified")
    yield from _named(meta, META_UPDATES)
    for path in TIME_UPDATES:
        yield from _texts(tree, path)[:1]


def _authors(articles: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """Whom JSON-LD names; trafilatura looks everywhere else."""
    names = (name for item in articles for name in _names(item.get("author")))
    cleaned = (BY.sub("", clean_line(name), count=1) for name in names)
    return tuple(dict.fromkeys(name for name in cleaned if 0 < len(name) <= LONGEST_NAME))[:MOST_NAMES]


def _names(value: Any) -> Iterator[str]:
    """The names in what JSON-LD gives as author: a name, a person, or a list of either."""
    for one in value if isinstance(value, list) else [value]:
        name = one.get("name") if isinstance(one, dict) else one
        for part in name if isinstance(name, list) else [name]:
            if isinstance(part, str) and "://" not in part:
                yield part


def _publishers(objects: Iterable[dict[str, Any]]) -> Iterator[str]:
    for item in objects:
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            yield clean_line(publisher["name"])


def _outlet_name(named: str) -> str:
    """A name without what sites add to it: a slogan behind a bar, the @ of an account, the form of an address."""
    if named.startswith(("http://", "https://")):
        return named.partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    return named.split(" | ")[0].strip().lstrip("@")


def _addresses(tree: Any, meta: Mapping[str, str], articles: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Addresses that the page gives as its own, the surest first."""
    yield from _texts(tree, "//link[@rel='canonical']/@href")
    yield from _named(meta, ("og:url", "twitter:url"))
    yield from _strings(articles, "url")
    for item in articles:
        page = item.get("mainEntityOfPage")
        address = page.get("@id") if isinstance(page, dict) else page
        if isinstance(address, str):
            yield clean_line(address)


def _language(values: Iterable[str]) -> str:
    return next((found[0].lower() for value in values if (found := LANGUAGE.match(value))), "")


def _strings(items: Iterable[dict[str, Any]], name: str) -> list[str]:
    """The texts of a field; of a list, its first."""
    found = []
    for item in items:
        value = item.get(name)
        first = next(iter(value), None) if isinstance(value, list) else value
        if isinstance(first, str) and clean_line(first):
            found.append(clean_line(first))
    return found


def _named(meta: Mapping[str, str], names: Iterable[str]) -> list[str]:
    return [meta[name] for name in names if name in meta]


def _texts(tree: Any, path: str) -> list[str]:
    found = (item if isinstance(item, str) else item.text_content() for item in tree.xpath(path))
    return [line for line in map(clean_line, map(str, found)) if line]


def _first_of(values: Iterable[str], longest: int = 1000) -> str:
    return next((value for value in values if value and len(value) <= longest), "")
