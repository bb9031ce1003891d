"""Groups of articles that are copies of each other, and other places where their text appeared.

Two articles are joined when their texts share a band of their signatures and are near copies word for word
(`corpus.text.copies`); a group is what is joined through any number of such steps. So the groups depend on the articles
alone, not on the order in which they came: when one leaves, or its text changes, what is left of its group is joined
anew.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.article import Article, day_number
from corpus.store.database import Database
from corpus.text.addresses import normal_address
from corpus.text.copies import (
    SCHEME,
    TextSignature,
    are_near_copies,
    are_worth_comparing,
    digest_of,
    shingles_of,
    signature_of,
)

STEP = 100
"""Articles of an earlier format that get their signatures in one transaction."""
MOST_PLACES = 100
"""Places that are named beside an article at most."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where else an article stands: a near copy that is an article of the library, with its `id`, or an address at
    which the very same text was found, without one."""

    id: str | None
    url: str | None
    outlet: str
    published: str | None
    title: str


@dataclass(frozen=True, slots=True)
class HeldText:
    """An article whose text is the one that was asked for."""

    number: int
    id: str
    revision: int


class CopyGroups:
    """The tables `signatures`, `signature_bands` and `addresses` of a store.

    What takes a connection is a part of the transaction that changes the article.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._all_signed = False

    # -- the same text ------------------------------------------------------------------------------------------------

    def same_text(self, connection: sqlite3.Connection, digest: bytes) -> HeldText | None:
        """The article that holds the text of this digest, the first when several do; None for a short text."""
        row = connection.execute(_SAME_TEXT, (digest,)).fetchone()
        return HeldText(*row) if row else None

    def holds_text(self, article: Article) -> bool:
        """Whether another article holds this article's text."""
        return bool(self._database.rows(_SAME_TEXT, (digest_of(article.text),)))

    def is_other_place(self, url: str) -> bool:
        """Whether the text of an article that has another address was found at this one."""
        return bool(self._database.rows("SELECT 1 FROM addresses WHERE address = ?", (normal_address(url),)))

    def is_stale_place(self, url: str) -> bool:
        """Whether the text that was found at this address is no longer that of the article which it was taken for."""
        query = (
            "SELECT 1 FROM addresses p JOIN signatures s ON s.article = p.article "
            "WHERE p.address = ? AND p.text_digest <> s.text_digest"
        )
        return bool(self._database.rows(query, (normal_address(url),)))

    def note_place(self, connection: sqlite3.Connection, held: HeldText, article: Article, digest: bytes) -> bool:
        """Keep the place of an article whose text is held; whether it is a new one."""
        key = place_key(article)
        known = connection.execute(
            "SELECT 1 FROM addresses WHERE address = ? AND id = ? AND article = ? AND text_digest = ?",
            (key, article.id, held.number, digest),
        ).fetchone()
        if known:
            return False
        connection.execute(
            "INSERT OR REPLACE INTO addresses VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                *(key, article.id, held.number, digest, article.url, article.outlet, article.title),
                *(article.published, day_number(article.published), article.source, article.fetched),
            ),
        )
        return True

    def forget_place(self, connection: sqlite3.Connection, article: Article) -> None:
        """A place whose text is an article of its own now is no place of another one."""
        connection.execute("DELETE FROM addresses WHERE address = ?", (place_key(article),))

    # -- near copies --------------------------------------------------------------------------------------------------

    def sign(self, connection: sqlite3.Connection, number: int, signature: TextSignature, text: str) -> None:
        """Keep the signature of an article's current text, and join the article with its copies."""
        self.leave(connection, number)
        connection.execute(
            "INSERT INTO signatures VALUES (?, ?, ?, ?)", (number, number, signature.text_digest, signature.minhash)
        )
        joined = _copies_of(connection, number, signature, text)
        connection.executemany(
            "INSERT INTO signature_bands VALUES (?, ?, ?)",
            [(band, key, number) for band, key in enumerate(signature.bands)],
        )
        if joined:
            _relabel(connection, [number, *joined], min(number, *joined))

    def leave(self, connection: sqlite3.Connection, *numbers: int) -> None:
        """Take articles out of their groups, before they go or their texts change, and join anew what is left."""
        groups: set[int] = set()
        for number in numbers:
            row = connection.execute("SELECT copies FROM signatures WHERE article = ?", (number,)).fetchone()
            if row is not None:
                groups.add(int(row[0]))
                connection.execute("DELETE FROM signature_bands WHERE article = ?", (number,))
                connection.execute("DELETE FROM signatures WHERE article = ?", (number,))
        for group in sorted(groups):
            members = connection.execute("SELECT article FROM signatures WHERE copies = ?", (group,)).fetchall()
            if members:
                _join_anew(connection, [int(member[0]) for member in members])

    def sign_rest(self) -> int:
        """Give their signatures to all articles that have none, step by step; returns how many there were.

        They come from a library of an earlier format, or from one whose signatures were made in another way.
        """
        if self._all_signed:
            return 0
        if self._database.meta("signatures") != SCHEME:
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM signature_bands")
                connection.execute("DELETE FROM signatures")
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('signatures', ?)", (SCHEME,))
        signed, last = 0, 0
        while rows := self._database.rows(_UNSIGNED, (last, STEP)):
            with self._database.transaction() as connection:
                for row in rows:
                    self.sign(connection, int(row["number"]), signature_of(row["text"]), row["text"])
            signed += len(rows)
            last = int(rows[-1]["number"])
            log.info("%d articles of an earlier format were compared for copies", signed)
        self._all_signed = True
        return signed

    # -- what is shown ------------------------------------------------------------------------------------------------

    def also_in(self, article_id: str) -> tuple[Place, ...]:
        """Where else an article or a near copy of it stands, the earliest first; only what is still the same text."""
        rows = self._database.rows(_ALSO_IN, (article_id, MOST_PLACES))
        return tuple(Place(*row) for row in rows)

    # -- looking after it ---------------------------------------------------------------------------------------------

    def wrong(self) -> list[int]:
        """The numbers of articles whose signature is not that of their text, or whose address is not the normal one."""
        return [
            int(row["number"])
            for row in _pages(self._database)
            if (row["text_digest"] is not None and row["text_digest"] != digest_of(row["text"]))
            or row["address"] != (normal_address(row["url"]) if row["url"] else None)
        ]

    def mend(self) -> int:
        """Put wrong signatures and addresses right, and make those that are missing; returns how many."""
        wrong = self.wrong()
        with self._database.transaction() as connection:
            for number in wrong:
                row = connection.execute(f"{_CHECKED} WHERE a.number = ?", (number,)).fetchone()
                address = normal_address(row["url"]) if row["url"] else None
                connection.execute("UPDATE articles SET address = ? WHERE number = ?", (address, number))
                if row["text_digest"] is not None:
                    self.sign(connection, number, signature_of(row["text"]), row["text"])
        self._all_signed = False
        return len(wrong) + self.sign_rest()


def place_key(article: Article) -> str:
    """What names the place of a text: its address in its normal form, or, without one, the id."""
    return normal_address(article.url) if article.url else article.id


def _copies_of(connection: sqlite3.Connection, own: int, signature: TextSignature, text: str) -> list[int]:
    """The groups, beside its own, that an article's text belongs to; one article of each group is enough."""
    joined: list[int] = []
    shingles: frozenset[int] | None = None
    for row in _sharing_bands(connection, signature):
        if row["copies"] not in (own, *joined) and are_worth_comparing(signature.minhash, row["signature"]):
            shingles = shingles if shingles is not None else shingles_of(text)
            if are_near_copies(shingles, shingles_of(_text_of(connection, row["article"]))):
                joined.append(int(row["copies"]))
    return joined


def _sharing_bands(connection: sqlite3.Connection, signature: TextSignature) -> list[sqlite3.Row]:
    if not signature.bands:
        return []
    bands = ",".join(f"({band},{key})" for band, key in enumerate(signature.bands))
    return connection.execute(
        "SELECT article, copies, signature FROM signatures WHERE article IN (SELECT b.article FROM signature_bands b "
        f"JOIN (VALUES {bands}) v ON b.band = v.column1 AND b.key = v.column2) ORDER BY article"
    ).fetchall()


def _join_anew(connection: sqlite3.Connection, members: Sequence[int]) -> None:
    """Find the groups among articles that were one group, from their texts."""
    connection.executemany(
        "UPDATE signatures SET copies = article WHERE article = ?", [(member,) for member in members]
    )
    for number in members:
        row = connection.execute("SELECT * FROM signatures WHERE article = ?", (number,)).fetchone()
        bands = connection.execute("SELECT key FROM signature_bands WHERE article = ? ORDER BY band", (number,))
        signature = TextSignature(row["text_digest"], row["signature"], tuple(int(band[0]) for band in bands))
        # All that an article is joined with was in its group: nothing outside can come in.
        joined = _copies_of(connection, row["copies"], signature, _text_of(connection, number))
        if joined:
            _relabel(connection, [row["copies"], *joined], min(row["copies"], *joined))


def _relabel(connection: sqlite3.Connection, values: Sequence[int], label: int) -> None:
    marks = ",".join("?" * len(values))
    connection.execute(f"UPDATE signatures SET copies = ? WHERE copies IN ({marks})", (label, *values))


def _text_of(connection: sqlite3.Connection, number: int) -> str:
    row = connection.execute(
        "SELECT r.text FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
        "WHERE a.number = ?",
        (number,),
    ).fetchone()
    return str(row[0]) if row else ""


def _pages(database: Database) -> Iterator[sqlite3.Row]:
    last = 0
    while rows := database.rows(f"{_CHECKED} WHERE a.number > ? ORDER BY a.number LIMIT ?", (last, STEP)):
        yield from rows
        last = int(rows[-1]["number"])


_SAME_TEXT = (
    "SELECT a.number, a.id, a.revision FROM signatures s JOIN articles a ON a.number = s.article "
    "WHERE s.text_digest = ? AND length(s.signature) > 0 ORDER BY a.number LIMIT 1"
)
_UNSIGNED = (
    "SELECT a.number, r.text FROM articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision "
    "WHERE a.number > ? AND NOT EXISTS (SELECT 1 FROM signatures s WHERE s.article = a.number) "
    "ORDER BY a.number LIMIT ?"
)
_CHECKED = (
    "SELECT a.number, a.address, r.url, s.text_digest, r.text FROM articles a JOIN revisions r "
    "ON r.article = a.number AND r.revision = a.revision LEFT JOIN signatures s ON s.article = a.number"
)
_ALSO_IN = """
WITH shown AS (SELECT a.number, a.address, s.copies, r.outlet FROM articles a
    JOIN signatures s ON s.article = a.number
    JOIN revisions r ON r.article = a.number AND r.revision = a.revision WHERE a.id = ?1),
members AS (SELECT s.article, s.text_digest FROM signatures s JOIN shown ON s.copies = shown.copies)
SELECT * FROM (SELECT a.id, r.url, r.outlet, r.published, r.title
    FROM members JOIN articles a ON a.number = members.article
    JOIN revisions r ON r.article = a.number AND r.revision = a.revision
    WHERE a.number <> (SELECT number FROM shown)
UNION ALL
SELECT NULL, p.url, p.outlet, p.published, p.title
    FROM members JOIN addresses p ON p.article = members.article AND p.text_digest = members.text_digest
    JOIN articles a ON a.number = members.article
    JOIN revisions r ON r.article = a.number AND r.revision = a.revision
    WHERE p.address IS NOT a.address AND p.address IS NOT (SELECT address FROM shown)
    AND (p.url IS NOT NULL OR (p.outlet <> '' AND p.outlet <> r.outlet)))
ORDER BY published IS NULL, published, outlet, url, id LIMIT ?2
"""
