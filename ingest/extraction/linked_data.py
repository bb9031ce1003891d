"""JSON-LD: the objects that a page declares, and which of its articles the page is about.

Scripts are read as leniently as search engines do. Pages declare more than themselves: related articles, the entries
of a live blog, the parts of a series; a date, a name or a headline of those is none of the page's article.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ingest.text.decoding import clean_line

DEEPEST = 12
MOST_OBJECTS = 5_000
ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Reportage|Report$", re.IGNORECASE)
PAGE_TYPES = frozenset(("WebPage", "ItemPage", "AboutPage", ""))
TRANSPARENT = frozenset(("@graph", "mainEntity", "mainEntityOfPage", "item", "subjectOf"))
"""Fields that hold what a page is about; whatever stands in another field only belongs to it."""
SCRIPTS = "//script[contains(translate(@type, 'ADJLNOPS', 'adjlnops'), 'ld+json')]"
WRAPPING = re.compile(r"\s*(?://)?\s*(?:<!\[CDATA\[|<!--)|(?://)?\s*(?:\]\]>|-->)\s*\Z|;\s*\Z")
TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
BROKEN_DATE = re.compile(r'"(date(?:Published|Modified))"\s*:\s*"([^"]{8,40})"')
WORD = re.compile(r"\w+")
SAME_WORDS = 0.5
"""The share of words of the shorter of two headlines that the other has too, when they head the same article."""
ADDRESS_FITS, HEADLINE_FITS, IS_MAIN, HEADLINE_STRANGE, ADDRESS_STRANGE = 4, 3, 2, -2, -2


@dataclass(frozen=True, slots=True)
class Linked:
    """An object of a page's JSON-LD, and whether the page declares it for itself (not as part of another one)."""

    fields: Mapping[str, Any]
    own: bool
    main: bool = False

    @property
    def types(self) -> tuple[str, ...]:
        """The names of its types."""
        named = self.fields.get("@type")
        names = named if isinstance(named, list) else [named]
        return tuple(name.rpartition("/")[2] for name in names if isinstance(name, str))

    @property
    def is_article(self) -> bool:
        """Whether it is an article of some kind."""
        return any(ARTICLE_TYPE.search(name) for name in self.types)


def linked_objects(tree: Any) -> list[Linked]:
    """Every object in the JSON-LD of a parsed page (lxml), outer before inner."""
    found: list[Linked] = []
    for script in tree.xpath(SCRIPTS):
        for value in _values(script.text or ""):
            found += _objects(value)
            if len(found) > MOST_OBJECTS:
                return found
    return found


def _values(source: str) -> Iterator[Any]:
    """What a script holds; of one that cannot be read, the date that it states once."""
    for attempt in (_plain, _mended, _unescaped):
        try:
            yield from list(_decoded(attempt(source)))
            return
        except (ValueError, RecursionError):
            continue
    stated = BROKEN_DATE.findall(source)
    sure = {name: value for name, value in stated if len({other for own, other in stated if own == name}) == 1}
    if sure:
        yield {"@type": "Article", **sure}


def _plain(source: str) -> str:
    return source


def _mended(source: str) -> str:
    """Without what wraps a script for old browsers, and without commas behind the last item of a list."""
    return TRAILING_COMMA.sub(lambda found: found[1] or "", WRAPPING.sub("", WRAPPING.sub("", source)))


def _unescaped(source: str) -> str:
    return _mended(html.unescape(source))


def _decoded(source: str) -> Iterator[Any]:
    """The values of a script: one, or several that follow one another."""
    decoder, rest = json.JSONDecoder(strict=False), source.strip().lstrip("\ufeff")
    while rest:
        value, end = decoder.raw_decode(rest)
        yield value
        rest = rest[end:].lstrip(" \t\r\n,;")


def _objects(value: Any, own: bool = True, main: bool = False, depth: int = 0) -> Iterator[Linked]:
    if depth > DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _objects(item, own, main, depth + 1)
    elif isinstance(value, dict):
        linked = Linked(value, own, main)
        yield linked
        for name, item in value.items():
            inner = own and name in TRANSPARENT and not (linked.is_article and name == "subjectOf")
            yield from _objects(item, inner, inner and name == "mainEntity", depth + 1)


def main_articles(
    objects: Sequence[Linked], addresses: Iterable[str], headlines: Iterable[str]
) -> list[Mapping[str, Any]]:
    """What declares the article that a page is about, the surest first; nothing when all declare others.

    `addresses` are those of the page, `headlines` what it shows as such.
    """
    articles = [linked for linked in objects if linked.is_article and linked.own]
    places, titles = {_place(address) for address in addresses if address}, [title for title in headlines if title]
    main_ids = _main_ids(objects)
    scored = [(_score(linked, places, titles, main_ids), linked) for linked in articles]
    if not scored:
        return []
    best = max(score for score, _ in scored)
    if best <= min(HEADLINE_STRANGE, ADDRESS_STRANGE) and (len(scored) > 1 or best < HEADLINE_STRANGE):
        return []
    chosen = next(linked for score, linked in scored if score == best)
    same = [linked.fields for score, linked in scored if linked is not chosen and _is_same(linked, chosen)]
    return [chosen.fields, *same]


def _main_ids(objects: Iterable[Linked]) -> set[str]:
    """The `@id`s that a page names as its main entity."""
    named = (linked.fields.get("mainEntity") for linked in objects)
    return {str(item["@id"]) for item in named if isinstance(item, dict) and "@id" in item}


def _score(linked: Linked, places: set[str], titles: Sequence[str], main_ids: set[str]) -> int:
    """How much speaks for an object being about the page."""
    score = IS_MAIN if linked.main or str(linked.fields.get("@id")) in main_ids else 0
    own = {_place(address) for address in addresses_of(linked.fields)} - {""}
    if own and places:
        score += ADDRESS_FITS if own & places else ADDRESS_STRANGE
    headline = headline_of(linked.fields)
    if headline and titles:
        score += HEADLINE_FITS if any(same_headline(headline, title) for title in titles) else HEADLINE_STRANGE
    return score


def _is_same(linked: Linked, chosen: Linked) -> bool:
    """Whether two objects declare the same article."""
    ours, theirs = headline_of(linked.fields), headline_of(chosen.fields)
    if ours and theirs:
        return same_headline(ours, theirs)
    places = [{_place(address) for address in addresses_of(item.fields)} - {""} for item in (linked, chosen)]
    return bool(places[0] & places[1]) or not (places[0] and places[1])


def headline_of(fields: Mapping[str, Any]) -> str:
    """The headline of an object, or its name."""
    for name in ("headline", "name"):
        value = fields.get(name)
        first = next(iter(value), None) if isinstance(value, list) else value
        if isinstance(first, str) and clean_line(first):
            return clean_line(html.unescape(first))
    return ""


def same_headline(one: str, other: str) -> bool:
    """Whether two headlines are of one article: one stands in the other, or they share most of their words."""
    letters = ["".join(WORD.findall(line.casefold())) for line in (one, other)]
    short, long = sorted(letters, key=len)
    if short and short in long:
        return True
    words = sorted((set(WORD.findall(line.casefold())) for line in (one, other)), key=len)
    return bool(words[0]) and len(words[0] & words[1]) >= SAME_WORDS * len(words[0]) and len(words[0]) > 1


def addresses_of(fields: Mapping[str, Any]) -> list[str]:
    """The addresses that an object gives as its own."""
    page = fields.get("mainEntityOfPage")
    given = (fields.get("url"), page.get("@id") or page.get("url") if isinstance(page, dict) else page)
    return [clean_line(value) for value in given if isinstance(value, str) and value.strip()]


def _place(address: str) -> str:
    """An address without what changes between its forms: the scheme, "www.", the query, a fragment, the last slash."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    query = f"?{parts.query}" if re.search(r"(?:^|&)(?:id|p|article\w*|story\w*)=", parts.query) else ""
    place = f"{(parts.hostname or '').removeprefix('www.')}{parts.path.rstrip('/')}{query}"
    return place if parts.path.strip("/") or query else ""


def by_id(objects: Iterable[Linked]) -> dict[str, Mapping[str, Any]]:
    """The objects that others refer to."""
    found: dict[str, Mapping[str, Any]] = {}
    for linked in objects:
        identity = linked.fields.get("@id")
        if isinstance(identity, str) and len(linked.fields) > 1:
            found.setdefault(identity, linked.fields)
    return found


def entries_of(articles: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The entries of a live blog, each with its headline before its text."""
    found = []
    for fields in articles:
        entries = fields.get("liveBlogUpdate")
        for entry in entries if isinstance(entries, list) else [entries]:
            if not isinstance(entry, dict):
                continue
            body = entry.get("articleBody")
            if isinstance(body, str) and body.strip():
                found.append(f"{headline_of(entry)}\n\n{body}".strip())
    return tuple(dict.fromkeys(found))
