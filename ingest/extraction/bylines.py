"""Names of authors: from a line such as "By Ada Reyes, Bo Lind and Cy Amal | Email us", and from what is declared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from ingest.text.decoding import clean_line

BY = re.compile(
    r"(?:(?:story|words|text|report(?:ed|ing)?|written|von|texte|por|von:)\s+)?(?:by|von|par|por|di|door|av|af|autor|author"
    r"|text|текст|автор)\b\s*:?\s*",
    re.IGNORECASE,
)
BETWEEN = re.compile(r"\s*(?:;|,|&|\+|\b(?:and|und|et|y|e|en|och|og|with|и)\b)\s+", re.IGNORECASE)
ENDS = re.compile(r"\s*(?:[|•·/]|\s[–—-]\s|\n|\(|<|@|\d)")
MONTH_BEHIND = re.compile(
    r"\s+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?$",
    re.IGNORECASE,
)
NAME = re.compile(r"(?:[^\W\d_](?:[^\W\d_]|['’.-])*)(?:\s+[^\W\d_](?:[^\W\d_]|['’.-])*){1,4}")
PARTICLES = frozenset("de da di del della der den des du dos la le van von ter ten bin ibn al el y e zu of".split())
ROLE = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|staff|columnist|desk|news|agency|photo\w*|picture|updated|published|email"
    r"|contributor|chief|senior|author|redaktion|agence|political|business|sports?|special|team|follow|read|share|min)\b",
    re.IGNORECASE,
)
PLACES = (
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' byline ')]",
    "//*[contains(@class, 'byline') or contains(@class, 'by-line')]",
    "//*[@itemprop='author']",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' author ') or contains(@class, 'author-name')]",
    "//*[contains(concat(' ', normalize-space(@class), ' '), ' authors ')]",
    "//a[@rel='author']",
)
META_AUTHORS = ("author", "article:author", "parsely-author", "dc.creator", "citation_author", "sailthru.author", "byl")
LONGEST_LINE = 200
LONGEST_NAME = 120
MOST_NAMES = 12


def shown_authors(tree: Any) -> tuple[str, ...]:
    """The authors that a page (without its boxes beside) shows in its byline; () when it has none that can be read."""
    for path in PLACES:
        found: list[str] = []
        for element in tree.xpath(path):
            if not any(ancestor.tag in ("figure", "figcaption") for ancestor in (element, *element.iterancestors())):
                found += names_in(" ".join(element.itertext()))
        found = [name for name in found if not any(name.startswith(f"{other} ") for other in found)]
        if found:
            return tuple(dict.fromkeys(found))[:MOST_NAMES]
    return ()


def meta_authors(tree: Any) -> tuple[str, ...]:
    """The authors that meta elements name; one that is named by several stands once."""
    for name in META_AUTHORS:
        path = (
            f"//meta[translate(@name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')='{name}' or"
            f" @property='{name}']"
        )
        stated = [clean_line(element.get("content") or "") for element in tree.xpath(path)]
        names = [one for value in stated if "://" not in value for one in names_in(value)]
        if names:
            return tuple(dict.fromkeys(names))[:MOST_NAMES]
    return ()


def names_in(line: str) -> tuple[str, ...]:
    """The names in a byline; () where it names nobody, or is no byline."""
    line = clean_line(line)
    if not line or len(line) > LONGEST_LINE:
        return ()
    line = BY.sub("", line, count=1) if BY.match(line) else line
    line = MONTH_BEHIND.sub("", ENDS.split(line, maxsplit=1)[0])  # of a date
    names = [name for part in BETWEEN.split(line) if (name := part.strip(" ,.:;"))]
    return tuple(dict.fromkeys(name for name in names if _is_name(name)))[:MOST_NAMES]


def _is_name(name: str) -> bool:
    """Whether words can be the name of a person: each with a capital, and none that says what somebody does."""
    if not NAME.fullmatch(name) or ROLE.search(name):
        return False
    return all(
        word[0].isupper() or (word[0].isalpha() and not word[0].islower()) or word in PARTICLES for word in name.split()
    )


def split_names(declared: Iterable[str]) -> Iterator[str]:
    """Names as they are declared, one by one: "Ada Reyes and Bo Lind" are two, "Reuters, London" is one."""
    for name in declared:
        name = BY.sub("", name, count=1) if re.match(r"(?:by|von|par|por|di|door)\s+", name, re.IGNORECASE) else name
        name = name.split(" | ")[0]
        own, comma, role = name.partition(",")
        name = own if comma and _is_name(own.strip()) and ROLE.search(role) else name
        parts = [part.strip() for part in BETWEEN.split(name) if part.strip()]
        yield from parts if len(parts) > 1 and all(_is_name(part) for part in parts) else [name.strip()]
