"""Removes mentions of removed articles (addresses, files, ids) from the records of runs."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from corpus.text.addresses import normal_address

GONE = "(removed)"
"""What stands in the place of a text that named a removed article."""
TOKEN = re.compile(r"[^\s\"'“”‘’<>,;()\[\]{}]+")
"""A stretch of a sentence that may be an address, the path of a file or an id."""
QUOTED = re.compile(r"(?=['\"](.*?)['\"])")
AFTER = ".:!?"
"""What may follow one and is no part of it."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of removed articles: their ids, which may be common words and so count only in quotation marks, and
    places (addresses, files), those with blanks once more."""

    ids: frozenset[str]
    places: frozenset[str]
    with_blanks: tuple[str, ...]

    @classmethod
    def of(cls, ids: Iterable[str], places: Iterable[str]) -> _Names:
        known = frozenset(place for place in places if place)
        with_blanks = tuple(place for place in known if any(character.isspace() for character in place))
        return cls(frozenset(ids), known, with_blanks)

    def are_in(self, text: str) -> bool:
        """Whether a text names one of them."""
        if text in self.places or text in self.ids or any(place in text for place in self.with_blanks):
            return True
        if any(self._is_place(found.group()) for found in TOKEN.finditer(text)):
            return True
        return any(found[1] in self.ids for found in QUOTED.finditer(text))

    def _is_place(self, token: str) -> bool:
        bare = token.rstrip(AFTER)
        return token in self.places or bare in self.places or ("://" in bare and normal_address(bare) in self.places)


def forget_mentions(
    connection: sqlite3.Connection, ids: Sequence[str], urls: Iterable[str], sources: Iterable[str]
) -> None:
    """Put `GONE` in the place of every text in the records of runs that names one of the removed articles.

    A source that other articles came from as well, such as a feed or a file of many records, may still be named.
    """
    rows = connection.execute("SELECT number, sources, report FROM runs").fetchall()
    if not rows:
        return
    alone = set(sources) - _still_used(connection)
    files = {PurePath(source).name for source in alone if "://" not in source}
    urls = set(urls)
    names = _Names.of(ids, {*alone, *files, *urls, *map(normal_address, urls)})
    for number, given, report in rows:
        cleaned = tuple(json.dumps(_without(json.loads(value), names), ensure_ascii=False) for value in (given, report))
        if cleaned != (given, report):
            connection.execute("UPDATE runs SET sources = ?, report = ? WHERE number = ?", (*cleaned, number))


def _still_used(connection: sqlite3.Connection) -> set[str]:
    query = "SELECT DISTINCT source FROM revisions UNION SELECT DISTINCT source FROM addresses"
    return {row[0] for row in connection.execute(query)}


def _without(value: Any, names: _Names) -> Any:
    """A plain value without the texts that name a removed article; its shape stays."""
    if isinstance(value, str):
        return GONE if names.are_in(value) else value
    if isinstance(value, list):
        return [_without(item, names) for item in value]
    if isinstance(value, dict):
        return {_without(key, names): _without(item, names) for key, item in value.items()}
    return value
