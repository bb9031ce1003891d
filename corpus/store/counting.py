"""How many articles there are of each month and outlet, and which of them hold some words: counted, not estimated."""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from dataclasses import dataclass

from corpus.store.database import Database
from corpus.window import Window

_CURRENT = "articles a JOIN revisions r ON r.article = a.number AND r.revision = a.revision"


@dataclass(frozen=True, slots=True)
class CountedArticle:
    """An article that was counted: its fields, and how often the words stand in it (0 when none were looked for)."""

    id: str
    title: str
    outlet: str
    published: str | None
    authors: tuple[str, ...]
    times: int = 0


def list_counted_articles(store: Database, window: Window, phrase: str = "") -> list[CountedArticle]:
    """The current articles inside a window that hold a phrase in their title or text, in any case, oldest first.

    Full-text search finds the candidates by their stems; the very words are then looked for in them.
    """
    condition, values = window.condition()
    query = f"SELECT DISTINCT article FROM passages WHERE {condition}"
    expression = _expression(phrase)
    if phrase and not expression:
        return []
    if expression:
        query = (
            "SELECT DISTINCT passages.article FROM passage_words "
            "JOIN passages ON passages.number = passage_words.rowid "
            f"WHERE passage_words MATCH ? AND {condition}"
        )
        values = [expression, *values]
    text = "r.text" if phrase else "''"
    rows = store.rows(
        f"SELECT a.id, r.title, r.outlet, r.published, r.authors, {text} AS text FROM {_CURRENT} "
        f"WHERE a.number IN ({query}) ORDER BY r.day IS NULL, r.day, a.id",
        values,
    )
    found = [_counted(row, phrase) for row in rows]
    return [article for article in found if article.times or not phrase]


def _counted(row: sqlite3.Row, phrase: str) -> CountedArticle:
    return CountedArticle(
        id=row["id"],
        title=row["title"],
        outlet=row["outlet"],
        published=row["published"],
        authors=tuple(json.loads(row["authors"])),
        times=times_held(phrase, f"{row['title']}\n{row['text']}") if phrase else 0,
    )


def times_held(phrase: str, text: str) -> int:
    """How often a phrase stands in a text as whole words, in any case and with or without accents."""
    words = re.findall(r"\w+", _plain(phrase))
    if not words:
        return 0
    pattern = r"(?<!\w)" + r"[\W_]{1,3}".join(map(re.escape, words)) + r"(?!\w)"
    return len(re.findall(pattern, _plain(text)))


def _expression(phrase: str) -> str:
    words = re.findall(r"\w+", phrase)
    return '"' + " ".join(words) + '"' if words else ""


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()
