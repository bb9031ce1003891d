"""Removes articles completely: works out which ones are meant, and deletes every row that belongs to them.

    Selection ──► selected ──► ids ──► erase (inside one transaction) ──► Removed

What goes: the articles with all revisions and passages, the other addresses of their texts, what was noted of visits to
these addresses, and what the records of runs say of them. A filter also means places: what an outlet published may
stand here as a mere place of another outlet's article, with its address, title and date, and goes while the article
stays. What stays: of each address a digest, so that no followed source brings it back. The words of the full-text index
are merged once at the end, because a deleted word stays in it until then.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar

from corpus.errors import UnknownArticleError
from corpus.store.database import Database
from corpus.store.following import address_digest
from corpus.store.mentions import forget_mentions
from corpus.text.addresses import normal_address

T = TypeVar("T")
AT_ONCE = 500
"""Articles that one statement takes."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles are meant: any of the `named` (ids or addresses, in any form) that also meets all the rest.

    `since` and `until` bound the day of publication, `source` is part of the file or address that an article came from.
    """

    named: tuple[str, ...] = ()
    outlet: str | None = None
    since: date | None = None
    until: date | None = None
    source: str = ""

    @property
    def is_filter(self) -> bool:
        """Whether anything but names is given."""
        return bool(self.outlet is not None or self.since or self.until or self.source)


@dataclass(frozen=True, slots=True)
class Selected:
    """The ids of the articles that are meant, newest first, the addresses of places that are meant beside articles
    which are not, and the names that stand for none."""

    ids: tuple[str, ...]
    places: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """What went. `addresses` are those beside the articles' own; `withheld` says how many are not to come back;
    `dropped` are the numbers of the passages, for the indexes to follow."""

    articles: tuple[str, ...] = ()
    revisions: int = 0
    addresses: int = 0
    withheld: int = 0
    dropped: tuple[int, ...] = ()

    @property
    def passages(self) -> int:
        """How many passages went."""
        return len(self.dropped)


def resolve_selection(database: Database, selection: Selection) -> Selected:
    """Which articles a selection means."""
    named = {name: _ids_named(database, name) for name in selection.named}
    unknown = tuple(name for name, ids in named.items() if not ids)
    if not selection.is_filter:
        return Selected(
            tuple(dict.fromkeys(article_id for ids in named.values() for article_id in ids)), unknown=unknown
        )
    condition, values = _condition(selection)
    query = (
        "SELECT a.id FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
        f"WHERE {condition} ORDER BY r.day IS NULL, r.day DESC, a.id"
    )
    among = {article_id for ids in named.values() for article_id in ids}
    matching = (str(row[0]) for row in database.rows(query, values))
    ids = tuple(article_id for article_id in matching if article_id in among or not selection.named)
    return Selected(ids, _places(database, selection, frozenset(ids)), unknown)


def _places(database: Database, selection: Selection, going: frozenset[str]) -> tuple[str, ...]:
    """The places that a filter means, beside articles that stay."""
    condition, values = _condition(selection, "p", _PLACE_SOURCE)
    query = (
        "SELECT p.address, a.id FROM addresses p JOIN articles a ON a.number = p.article "
        f"WHERE {condition} ORDER BY p.address"
    )
    named = {form for name in selection.named for form in (name, normal_address(name))}
    rows = database.rows(query, values)
    return tuple(str(row[0]) for row in rows if row[1] not in going and (row[0] in named or not named))


_ARTICLE_SOURCE = (
    "(EXISTS (SELECT 1 FROM revisions s WHERE s.article = a.number AND instr(lower(s.source), lower(:source))) "
    "OR EXISTS (SELECT 1 FROM addresses d WHERE d.article = a.number AND instr(lower(d.source), lower(:source))))"
)
_PLACE_SOURCE = "instr(lower(p.source), lower(:source))"


def _condition(selection: Selection, row: str = "r", source: str = _ARTICLE_SOURCE) -> tuple[str, dict[str, object]]:
    """What the rows `row` must meet, and the values for it by their names."""
    parts, values = ["1"], dict[str, object]()
    if selection.outlet is not None:
        parts.append(f"{row}.outlet = :outlet")
        values["outlet"] = selection.outlet
    for name, day, sign in (("since", selection.since, ">="), ("until", selection.until, "<=")):
        if day:
            parts.append(f"{row}.day {sign} :{name}")
            values[name] = day.toordinal()
    if selection.source:
        parts.append(source)
        values["source"] = selection.source
    return " AND ".join(parts), values


def _ids_named(database: Database, name: str) -> list[str]:
    """The article with this id, else every article that stands or stood at this address, however that is written."""
    if rows := database.rows("SELECT id FROM articles WHERE id = ?", (name,)):
        return [str(rows[0][0])]
    rows = database.rows(
        "SELECT id FROM articles WHERE address = ?2 "
        "UNION ALL SELECT a.id FROM articles a JOIN revisions r ON r.article = a.number WHERE r.url IN (?1, ?2) "
        "UNION ALL SELECT a.id FROM articles a JOIN addresses d ON d.article = a.number WHERE d.address = ?2",
        (name, normal_address(name)),
    )
    return list(dict.fromkeys(str(row[0]) for row in rows))


@dataclass(slots=True)
class _Going:
    """What has been found of the articles that go."""

    urls: dict[str, None] = field(default_factory=dict)
    not_withheld: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    dropped: list[int] = field(default_factory=list)
    revisions: int = 0
    addresses: int = 0


def erase(
    connection: sqlite3.Connection,
    article_ids: Sequence[str],
    leave: Callable[..., None],
    *,
    places: Sequence[str] = (),
    withhold: bool = True,
    outlet: str | None = None,
) -> Removed:
    """Take articles out inside a transaction; raises `UnknownArticleError` when one is not there.

    `leave` takes articles, by their numbers, out of the groups of their copies, which stay. `places` are addresses of
    places beside articles that stay; those which are not there (any more) are passed over.

    With `withhold`, their addresses are not to come back by themselves; with an `outlet`, only the addresses at that
    one: the same text at another outlet was not what was meant.
    """
    ids = list(dict.fromkeys(article_ids))
    numbers = _numbers(connection, ids)
    going = _Going()
    leave(connection, *numbers)
    for part in _parts(list(zip(numbers, ids, strict=True))):
        _note_addresses(connection, part, going, outlet)
        _delete(connection, part, going)
    _delete_places(connection, places, going)
    _forget_visits(connection, ids, going.urls)
    forget_mentions(connection, [*ids, *sorted(going.names)], going.urls, going.sources)
    kept = [url for url in going.urls if url not in going.not_withheld] if withhold else []
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.executemany(
        "INSERT OR REPLACE INTO withheld VALUES (?, ?)", [(address_digest(url), now) for url in kept]
    )
    connection.execute("INSERT INTO passage_words(passage_words) VALUES ('optimize')")
    return Removed(tuple(ids), going.revisions, going.addresses, len(kept), tuple(going.dropped))


def _numbers(connection: sqlite3.Connection, ids: Sequence[str]) -> list[int]:
    numbers: dict[str, int] = {}
    for part in _parts(ids):
        rows = connection.execute(f"SELECT id, number FROM articles WHERE id IN ({_marks(part)})", part)
        numbers |= {str(row[0]): int(row[1]) for row in rows}
    for article_id in ids:
        if article_id not in numbers:
            raise UnknownArticleError(f"article {article_id!r} is not in the library: nothing was removed")
    return [numbers[article_id] for article_id in ids]


def _note_addresses(
    connection: sqlite3.Connection, part: Sequence[tuple[int, str]], going: _Going, outlet: str | None
) -> None:
    """Note where the articles came from, before that is deleted."""
    numbers = [number for number, _ in part]
    own = f"SELECT url, source FROM revisions WHERE article IN ({_marks(numbers)})"
    for url, source in connection.execute(own, numbers):
        going.revisions += 1
        going.urls |= dict.fromkeys((url,) if url else ())
        going.sources |= {source} if source else set()
    other = f"SELECT url, source, outlet, id FROM addresses WHERE article IN ({_marks(numbers)})"
    for url, source, at, name in connection.execute(other, numbers).fetchall():
        going.addresses += 1
        going.names.add(name)
        going.urls |= dict.fromkeys((url,) if url else ())
        going.sources |= {source} if source else set()
        if url and outlet is not None and at != outlet:
            going.not_withheld.add(url)
    ids = [article_id for _, article_id in part]
    for (url,) in connection.execute(f"SELECT url FROM visits WHERE article_id IN ({_marks(ids)})", ids):
        going.urls.setdefault(url)


def _delete(connection: sqlite3.Connection, part: Sequence[tuple[int, str]], going: _Going) -> None:
    numbers = [number for number, _ in part]
    marks = _marks(numbers)
    rows = connection.execute(f"SELECT number FROM passages WHERE article IN ({marks}) ORDER BY number", numbers)
    going.dropped += [int(row[0]) for row in rows]
    connection.execute(f"DELETE FROM passages WHERE article IN ({marks})", numbers)
    connection.execute(f"DELETE FROM articles WHERE number IN ({marks})", numbers)


def _delete_places(connection: sqlite3.Connection, places: Sequence[str], going: _Going) -> None:
    for address in places:
        row = connection.execute("SELECT url, source, id FROM addresses WHERE address = ?", (address,)).fetchone()
        if row is not None:
            going.addresses += 1
            going.names.add(row["id"])
            going.urls |= dict.fromkeys((row["url"],) if row["url"] else ())
            going.sources |= {row["source"]} if row["source"] else set()
            connection.execute("DELETE FROM addresses WHERE address = ?", (address,))


def _forget_visits(connection: sqlite3.Connection, ids: Sequence[str], urls: Iterable[str]) -> None:
    """Forget what these addresses answered, in whatever form they were visited."""
    for part in _parts(ids):
        connection.execute(f"DELETE FROM visits WHERE article_id IN ({_marks(part)})", part)
    wanted = set(map(normal_address, urls))
    connection.executemany("DELETE FROM visits WHERE address = ?", [(address,) for address in wanted])


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _parts(values: Sequence[T]) -> Iterator[list[T]]:
    for at in range(0, len(values), AT_ONCE):
        yield list(values[at : at + AT_ONCE])
