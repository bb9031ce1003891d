"""What a workload does, operation by operation, and what a library must hold after each of them.

A history follows from its seed alone, so that a process that died can be taken up where its log of acknowledgements
ends, and whoever looks at the library afterwards knows what must be in it.
"""

from __future__ import annotations

import hashlib
import json
import random
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from corpus import Article, Library, UnknownArticleError
from tests.support.shelves import articles_found, assert_whole, put, some_article

ARTICLES = 14
"""So few different articles take part that they are replaced, removed and put in again often."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Putting a version of an article in, taking it out, or looking for it."""

    kind: str
    number: int
    version: int


def history(seed: int, length: int = 30) -> list[Operation]:
    """The operations of a seed; each fits what those before it left."""
    chance = random.Random(seed)  # noqa: S311
    held: dict[int, int] = {}
    operations: list[Operation] = []
    while len(operations) < length:
        kind = chance.choices(("put", "remove", "search"), (7, 2, 1))[0]
        number = chance.randrange(ARTICLES)
        if kind != "put" and number not in held:
            continue
        version = held.get(number, -1) + 1 if kind == "put" else held[number]
        held[number] = version
        if kind == "remove":
            del held[number]
        operations.append(Operation(kind, number, version))
    return operations


def held_after(operations: list[Operation]) -> dict[int, int]:
    """The version of each article that is there after these operations, by the article's number."""
    held: dict[int, int] = {}
    for operation in operations:
        if operation.kind == "put":
            held[operation.number] = operation.version
        elif operation.kind == "remove":
            held.pop(operation.number, None)
    return held


def version_of(number: int, version: int) -> Article:
    """A version of an article: the later ones are longer, and begin with the same passages."""
    article = some_article(number, sentences=6 + 3 * version)
    return replace(article, title=article.title if version % 2 else f"{article.title}, corrected {version} times")


def carry_out(library: Library, operation: Operation) -> None:
    """Do it; what was done already is left alone, so that the operation under way at a death can be repeated."""
    article = version_of(operation.number, operation.version)
    if operation.kind == "put":
        put(library, article)
    elif operation.kind == "search":
        assert article.id in articles_found(library, article.text[:200], 20)
    else:
        try:
            library.remove(article.id)
        except UnknownArticleError:
            return


def state(store: Path) -> str:
    """A digest of all that a store holds: the articles with every revision, their passages, texts and vectors.

    Read by SQLite alone. It does not depend on the order in which articles came, nor on any number that was given out.
    """
    connection = sqlite3.connect(store)
    connection.row_factory = sqlite3.Row
    digest = hashlib.sha256()
    for article in connection.execute("SELECT number, id, revision FROM articles ORDER BY id").fetchall():
        revisions = connection.execute("SELECT * FROM revisions WHERE article = ? ORDER BY revision", (article[0],))
        passages = connection.execute(
            'SELECT ordinal, start, "end", day, outlet, header, text, embedded, vector, checksum FROM passages '
            "WHERE article = ? ORDER BY ordinal",
            (article["number"],),
        )
        digest.update(json.dumps([article["id"], article["revision"]]).encode())
        for row in revisions.fetchall():
            digest.update(json.dumps([row[name] for name in row.keys() if name not in NOT_COMPARED]).encode())  # noqa: SIM118
        for row in passages.fetchall():
            digest.update(b"|".join(one if isinstance(one, bytes) else str(one).encode() for one in row))
    connection.close()
    return digest.hexdigest()[:16]


NOT_COMPARED = {"article", "fetched", "source"}
"""Columns of a revision that say when and where it was read, or which row it belongs to."""


def unsound(store: Path) -> list[str]:
    """What SQLite itself finds wrong with a store, and articles that are there by half."""
    connection = sqlite3.connect(store)
    wrong = [str(row[0]) for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
    half = connection.execute(
        "SELECT a.id FROM articles a LEFT JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
        "LEFT JOIN passages p ON p.article = a.number GROUP BY a.id "
        "HAVING r.text IS NULL OR count(p.number) = 0 OR max(p.ordinal) <> count(p.number) - 1 "
        'OR max(p."end") < length(rtrim(r.text))'
    ).fetchall()
    strays = connection.execute("SELECT count(*) FROM passages WHERE article NOT IN (SELECT number FROM articles)")
    wrong += [f"article {row[0]!r} is there by half" for row in half]
    wrong += [f"{row[0]} passages belong to no article" for row in strays if row[0]]
    connection.close()
    return wrong


def require_all_found(library: Library, held: dict[int, int]) -> None:
    """Every article is whole, and found by the vectors and by the words of each of its passages; there is no other."""
    assert {listed.id for listed in library.articles()} == {f"a{number}" for number in held}
    for number, version in held.items():
        assert_whole(library, version_of(number, version))
    assert library._store.check_words() == []
