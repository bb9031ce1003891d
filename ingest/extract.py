"""HTML pages → article text and what the page says about it; the only door to trafilatura.

It runs in the worker process.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ingest.dates import date_in_url
from ingest.errors import NotAnArticleError
from ingest.hidden import drop_hidden
from ingest.raw import DateClue, Extract
from ingest.text import clean_line, clean_text, decode_page

SHORTEST_TEXT = 200
"""Characters below which a page must say that it is an article to be taken for one."""
DEEPEST = 12
ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Reportage|Report$", re.IGNORECASE)
BROKEN_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
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
TIME_ELEMENTS = (
    "//time[@datetime][@pubdate]/@datetime",
    "//*[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@datetime][contains(@class, 'publish') or contains(@class, 'entry-date')]/@datetime",
)


def read_page(content: bytes) -> Extract:
    """The article of a page; raises `NotAnArticleError` when the page does not look like one."""
    import trafilatura

    tree = trafilatura.load_html(decode_page(content))
    if tree is None:
        raise NotAnArticleError("the page is not HTML that can be read")
    objects = list(_json_objects(tree))
    clues = list(_stated_dates(tree, objects))  # before extraction, which takes the tree apart
    outlet, kind, language = _meta(tree, "og:site_name"), _meta(tree, "og:type"), _first(tree, "/html/@lang")
    drop_hidden(tree)  # after the dates, which pages keep in elements that they do not show
    page = trafilatura.bare_extraction(
        tree, with_metadata=True, include_comments=False, date_extraction_params=_date_search(_canonical(tree))
    )
    text = clean_text(page.text or "") if page else ""
    if page is None or not text:
        raise NotAnArticleError("no article text was found on the page")
    url = page.url if page.url and page.url.startswith(("http://", "https://")) else None
    clues += _guessed_dates(page.date, url)
    marked = kind == "article" or any(_is_article(item) for item in objects)
    title = clean_line(page.title or "")
    _refuse_other_pages(text, title, url, marked or bool(clues), marked)
    return Extract(
        text=text,
        title=title,
        clues=tuple(clues),
        outlet=_outlet_name(outlet) or _outlet_name(_publisher(objects)) or _host(url),
        authors=tuple(name for name in map(clean_line, (page.author or "").split(";")) if name),
        url=url if url and not _is_front(url) else None,
        language=language.split("-")[0].lower() or None,
    )


def _refuse_other_pages(text: str, title: str, url: str | None, dated: bool, marked: bool) -> None:
    if len(text) < SHORTEST_TEXT and not (title and dated):
        raise NotAnArticleError(f"the page has only {len(text)} characters of text and does not say it is an article")
    if url and _is_front(url) and not marked:
        raise NotAnArticleError(f"the page is the front page of {_host(url)}, not an article")


def _json_objects(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object in the page's JSON-LD, outer before inner; a broken script yields what can be saved of it."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        source = script.text or ""
        try:
            yield from _objects(json.loads(source, strict=False))
        except (ValueError, RecursionError):
            for value in BROKEN_JSON_DATE.findall(source)[:1]:
                yield {"@type": "Article", "datePublished": value}


def _objects(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(item, depth + 1)


def _is_article(item: dict[str, Any]) -> bool:
    types = item.get("@type")
    return any(
        isinstance(name, str) and ARTICLE_TYPE.search(name) for name in (types if isinstance(types, list) else [types])
    )


def _stated_dates(tree: Any, objects: list[dict[str, Any]]) -> Iterator[DateClue]:
    """Dates that the page declares, the surest first."""
    for item in sorted(objects, key=_is_article, reverse=True):
        types = item.get("@type")
        if isinstance(item.get("datePublished"), str) and (_is_article(item) or types in ("WebPage", None)):
            yield DateClue("json-ld", item["datePublished"])
    for name in META_DATES:
        if value := _meta(tree, name):
            yield DateClue("meta", value)
    for path in TIME_ELEMENTS:
        if value := _first(tree, path):
            yield DateClue("time element", value)


def _guessed_dates(found: str | None, url: str | None) -> list[DateClue]:
    """What the address says, then what trafilatura found in the page's text, which may be another article's date."""
    in_url = date_in_url(url)
    clues = [DateClue("url", in_url)] if in_url else []
    return [*clues, DateClue("page text", found)] if found else clues


def _date_search(url: str) -> dict[str, Any]:
    """No opportunistic search over the whole page: it makes a day out of a copyright year."""
    return {"original_date": True, "extensive_search": False, "url": url or None, "deferred_url_extractor": True}


def _meta(tree: Any, name: str) -> str:
    """The content of the first meta element of that name or property, in any case of letters."""
    for element in tree.xpath("//meta[@content]"):
        if name == (element.get("property") or element.get("name") or element.get("itemprop") or "").strip().lower():
            return clean_line(element.get("content"))
    return ""


def _first(tree: Any, path: str) -> str:
    return clean_line(str(next(iter(tree.xpath(path)), "")))


def _canonical(tree: Any) -> str:
    return _first(tree, "//link[@rel='canonical']/@href") or _meta(tree, "og:url")


def _publisher(objects: list[dict[str, Any]]) -> str:
    for item in sorted(objects, key=_is_article, reverse=True):
        publisher = item.get("publisher")
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            return clean_line(publisher["name"])
    return ""


def _outlet_name(named: str) -> str:
    """A name without what sites add to it: a slogan behind a bar, the @ of an account, the form of an address."""
    if named.startswith(("http://", "https://")):
        return _host(named)
    return named.split(" | ")[0].strip().lstrip("@")


def _host(url: str | None) -> str:
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _is_front(url: str) -> bool:
    """Whether an address is that of a whole site; many pages name it as theirs by mistake."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return True
    return parts.path in ("", "/") and not parts.query
