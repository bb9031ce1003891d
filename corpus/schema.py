"""The tables of the article store, and how a file is recognised as one.

Format 1. `articles` names the current revision of each article; `revisions` keeps every text that was ever published
under an id; `passages` holds only those of current revisions, because nothing else may be searched, with the vector of
each, so that every index can be rebuilt from this one file. `passages.number` is never used twice: an index entry that
outlives its passage can only point to nothing.
"""

from __future__ import annotations

import sqlite3

FORMAT = 1
APPLICATION_ID = 0x50524D4B  # "PRMK"

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL
);
CREATE TABLE revisions (
    article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    text TEXT NOT NULL,
    title TEXT NOT NULL,
    published TEXT,
    day INTEGER,
    published_method TEXT,
    outlet TEXT NOT NULL,
    authors TEXT NOT NULL,
    url TEXT,
    language TEXT,
    source TEXT,
    fetched TEXT,
    metadata TEXT NOT NULL,
    checksum TEXT NOT NULL,
    PRIMARY KEY (article, revision)
) WITHOUT ROWID;
CREATE INDEX revisions_by_url ON revisions(url);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    ordinal INTEGER NOT NULL,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    day INTEGER,
    outlet TEXT NOT NULL,
    header TEXT NOT NULL,
    text TEXT NOT NULL,
    embedded BLOB NOT NULL,
    vector BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (article, ordinal)
);
CREATE INDEX passages_by_embedded ON passages(embedded);
CREATE INDEX passages_by_day ON passages(day, outlet);
CREATE VIRTUAL TABLE passage_words USING fts5(
    header, text, content='passages', content_rowid='number', tokenize="porter unicode61 remove_diacritics 2"
);
CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
    INSERT INTO passage_words(rowid, header, text) VALUES (new.number, new.header, new.text);
END;
CREATE TRIGGER passages_removed AFTER DELETE ON passages BEGIN
    INSERT INTO passage_words(passage_words, rowid, header, text) VALUES ('delete', old.number, old.header, old.text);
END;
"""
HAS_SECURE_WORDS = sqlite3.sqlite_version_info >= (3, 42)
"""Whether the full-text index can erase a deleted word at once; before SQLite 3.42 it has to be merged instead."""


def connect(path: str, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the settings that the invariants need: durable commits, erased deletions."""
    connection = sqlite3.connect(
        f"file:{path}?mode=ro" if read_only else path, uri=read_only, isolation_level=None, check_same_thread=False
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 5000")
    connection.execute("PRAGMA foreign_keys = ON")
    if not read_only:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, in one transaction."""
    connection.executescript(
        f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    )
    if HAS_SECURE_WORDS:
        connection.execute("INSERT INTO passage_words(passage_words, rank) VALUES ('secure-delete', 1)")
