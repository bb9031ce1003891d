"""What a page says of itself: in JSON-LD, in meta elements, in elements marked as time, title or author.

Nothing here decides: dates come back as clues, the surest first, and other facts as the first that is stated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ingest.extraction.beside import labelled_dates
from ingest.extraction.bylines import LONGEST_NAME, MOST_NAMES, meta_authors, shown_authors, split_names
from ingest.extraction.linked_data import (
    PAGE_TYPES,
    Linked,
    addresses_of,
    by_id,
    entries_of,
    headline_of,
    linked_objects,
    main_articles,
    same_headline,
)
from ingest.extraction.shown_dates import read_shown
from ingest.raw import DateClue
from ingest.text.decoding import clean_line

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
    "//*[@itemprop='datePublished'][not(@content or @datetime)]",
    "//time[@datetime][contains(@class, 'publish') or contains(@class, 'entry-date')]/@datetime",
)
TIME_UPDATES = (
    "//*[@itemprop='dateModified']/@content",
    "//*[@itemprop='dateModified']/@datetime",
    "//time[@datetime][contains(@class, 'updated') or contains(@class, 'modified')]/@datetime",
)
CHANGE_ELEMENTS = (
    "//*[@itemprop='dateModified']",
    "//time[contains(@class, 'updated') or contains(@class, 'modified')]"
    "[not(contains(@class, 'publish') or contains(@class, 'entry-date'))]",
)
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?=[-_]|$)")
LONGEST_SECTION = 100


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a page states; "" or () for what it leaves open. `marked` says that it calls itself an article, `bodies` are
    the texts that it declares as its article, `entries` those of a live blog. `headlines` are declared ones, `shown`
    what stands in headings of level one, `titles` those of the window and of social networks; `written_in` is its
    language with the region ("en-GB")."""

    clues: tuple[DateClue, ...]
    updates: tuple[str, ...]
    headlines: tuple[str, ...]
    shown: tuple[str, ...]
    titles: tuple[str, ...]
    authors: tuple[str, ...]
    outlet: str
    section: str
    language: str
    written_in: str
    addresses: tuple[str, ...]
    bodies: tuple[str, ...]
    entries: tuple[str, ...]
    marked: bool


def page_facts(tree: Any, own: Any, url: str | None = None) -> PageFacts:
    """Everything that a parsed page (lxml) says of itself; to be asked before the page is taken apart.

    `own` is the page without what is not about its article: what is said of a change is taken out of it. `url` is the
    address that the page was fetched from.
    """
    meta = _meta(tree)
    objects = linked_objects(tree)
    shown = tuple(_texts(own, "//h1"))
    titles = tuple(dict.fromkeys([*_texts(tree, "/html/head/title")[:1], *_named(meta, META_TITLES)]))
    addresses = [*_texts(tree, "//link[@rel='canonical']/@href"), *_named(meta, ("og:url",)), url or ""]
    articles = main_articles(objects, addresses, [*shown, *titles])
    updates = tuple(_updates(own, meta, articles))
    _drop_changes(own)
    published, updated = labelled_dates(own)
    written = _first_of([*_texts(tree, "/html/@lang"), *_strings(articles, "inLanguage"), meta.get("og:locale", "")])
    dateline = [DateClue("dateline", day) for value in published if (day := read_shown(value, written))]
    return PageFacts(
        clues=(*_dates(own, meta, objects, articles, titles), *dateline[:1]),
        updates=updates or tuple(day for value in updated if (day := read_shown(value, written))),
        headlines=tuple(filter(None, map(headline_of, articles))),
        shown=shown,
        titles=titles,
        authors=_all_authors(_authors(articles, by_id(objects)), shown_authors(own)) or meta_authors(tree),
        outlet=_outlet_name(_first_of([*_named(meta, ("og:site_name",)), *_publishers(articles, objects)])),
        section=_first_of([*_strings(articles, "articleSection"), *_named(meta, META_SECTIONS)], LONGEST_SECTION),
        language=_language(
            [*_texts(tree, "/html/@lang"), *_strings(articles, "inLanguage"), *_named(meta, META_LANGUAGES)]
        ),
        written_in=written,
        addresses=tuple(_addresses(tree, meta, articles)),
        bodies=tuple(body for item in articles if isinstance(body := item.get("articleBody"), str)),
        entries=entries_of(articles),
        marked=bool(articles) or meta.get("og:type") == "article",
    )


def _drop_changes(own: Any) -> None:
    """Take out what says when the page was changed."""
    for path in CHANGE_ELEMENTS:
        for element in own.xpath(path):
            if element.getparent() is not None:
                element.drop_tree()


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


def _dates(
    own: Any,
    meta: Mapping[str, str],
    objects: Sequence[Linked],
    articles: Sequence[Mapping[str, Any]],
    titles: Sequence[str],
) -> Iterator[DateClue]:
    """Dates that the page declares, the surest first."""
    pages = [item.fields for item in objects if item.own and set(item.types or ("",)) <= PAGE_TYPES]
    named = [
        page for page in pages if not (name := headline_of(page)) or any(same_headline(name, one) for one in titles)
    ]
    for item in (*articles, *named):
        value = item.get("datePublished")
        if isinstance(value, str | int):
            yield DateClue("json-ld", clean_line(str(value)))
    for value in _named(meta, META_DATES):
        yield DateClue("meta", value)
    for path in TIME_ELEMENTS:
        for value in _texts(own, path)[:1]:
            yield DateClue("time element", value)


def _updates(own: Any, meta: Mapping[str, str], articles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    yield from _strings(articles, "dateModified")
    yield from _named(meta, META_UPDATES)
    for path in TIME_UPDATES:
        yield from _texts(own, path)[:1]


def _authors(articles: Iterable[Mapping[str, Any]], known: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Whom JSON-LD names; who is only referred to is looked up among what is `known`."""
    names = (clean_line(name) for item in articles for name in _names(item.get("author") or item.get("creator"), known))
    return tuple(dict.fromkeys(name for name in split_names(names) if 0 < len(name) <= LONGEST_NAME))[:MOST_NAMES]


def _all_authors(declared: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, ...]:
    """Those whom the page declares, or whom its byline names where that has them and more."""
    return shown if not declared or set(declared) < set(shown) else declared


def _names(value: Any, known: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The names in what JSON-LD gives as author: a name, a person, or a list of either."""
    for one in value if isinstance(value, list) else [value]:
        person = known.get(str(one.get("@id")), one) if isinstance(one, dict) and not one.get("name") else one
        name = person.get("name") if isinstance(person, Mapping) else person
        for part in name if isinstance(name, list) else [name]:
            if isinstance(part, str) and "://" not in part:
                yield part


def _publishers(articles: Iterable[Mapping[str, Any]], objects: Iterable[Linked]) -> Iterator[str]:
    for item in (*articles, *(linked.fields for linked in objects if linked.own)):
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            yield clean_line(publisher["name"])


def _outlet_name(named: str) -> str:
    """A name without what sites add to it: a slogan behind a bar, the @ of an account, the form of an address."""
    if named.startswith(("http://", "https://")):
        return named.partition("://")[2].partition("/")[0].partition(":")[0].removeprefix("www.")
    return named.split(" | ")[0].strip().lstrip("@")


def _addresses(tree: Any, meta: Mapping[str, str], articles: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Addresses that the page gives as its own, the surest first."""
    yield from _texts(tree, "//link[@rel='canonical']/@href")
    yield from _named(meta, ("og:url", "twitter:url"))
    for item in articles:
        yield from addresses_of(item)


def _language(values: Iterable[str]) -> str:
    return next((found[0].lower() for value in values if (found := LANGUAGE.match(value))), "")


def _strings(items: Iterable[Mapping[str, Any]], name: str) -> list[str]:
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
