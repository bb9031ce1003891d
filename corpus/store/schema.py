"""The tables of the article store, and how a file is recognised as a store.

Format 2. Long texts stand last in their row, so that reading what stands before them does not read them.

`articles` names the current revision of each article; `revisions` keeps every text that was ever published
under an id; `passages` holds only those of current revisions, because nothing else may be searched, with the vector of
each, so that every index can be rebuilt from this one file. `passages.number` is never used twice: an index entry that
outlives its passage can only point to nothing.

`articles.address` is the normal form of the current revision's address; `addresses` are the other places where an
article's very text stands, by their normal addresses (or, without one, their ids), with the digest of the text that
they had. `signatures` and `signature_bands` find its near copies (`signatures.copies` names their group: the lowest
number of its articles); a text too short to be compared has an empty signature and no bands. `runs` records what each
ingest did, `visits` what a web address answered last, `withheld` the digests of addresses that were removed and are not
to come back by themselves.

A file of format 1 is brought to format 2 when it is opened, in one transaction; its articles get their signatures
later, when something is added.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from corpus.errors import NotALibraryError, StorageError
from corpus.text.addresses import normal_address

FORMAT = 2
APPLICATION_ID = 0x50524D4B  # "PRMK"
MAPPED_BYTES = 2**31
"""How much of the file is read through the system's own cache, without copying."""
CACHE_KIB = 32 * 1024
PATIENCE = 5000
"""Milliseconds for which a connection waits for another one."""

REVISIONS = """
CREATE TABLE revisions (
    article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    title TEXT NOT NULL,
    published TEXT,
    day INTEGER,
    published_method TEXT,
    published_confidence REAL,
    updated TEXT,
    section TEXT NOT NULL,
    outlet TEXT NOT NULL,
    authors TEXT NOT NULL,
    url TEXT,
    language TEXT,
    source TEXT,
    fetched TEXT,
    metadata TEXT NOT NULL,
    checksum TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (article, revision)
) WITHOUT ROWID;
CREATE INDEX revisions_by_day ON revisions(day, outlet);
CREATE INDEX revisions_by_url ON revisions(url);
"""

FOLLOWING = """
CREATE TABLE addresses (
    address TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    text_digest BLOB NOT NULL,
    url TEXT,
    outlet TEXT NOT NULL,
    title TEXT NOT NULL,
    published TEXT,
    day INTEGER,
    source TEXT,
    fetched TEXT
) WITHOUT ROWID;
CREATE INDEX addresses_by_id ON addresses(id);
CREATE INDEX addresses_by_article ON addresses(article);
CREATE INDEX addresses_by_outlet ON addresses(outlet);
CREATE TABLE signatures (
    article INTEGER PRIMARY KEY REFERENCES articles(number) ON DELETE CASCADE,
    copies INTEGER NOT NULL,
    text_digest BLOB NOT NULL,
    signature BLOB NOT NULL
);
CREATE INDEX signatures_by_copies ON signatures(copies);
CREATE INDEX signatures_by_text ON signatures(text_digest);
CREATE TABLE signature_bands (
    band INTEGER NOT NULL,
    key INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles(number) ON DELETE CASCADE,
    PRIMARY KEY (band, key, article)
) WITHOUT ROWID;
CREATE INDEX signature_bands_by_article ON signature_bands(article);
CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    started TEXT NOT NULL,
    ended TEXT,
    sources TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE TABLE visits (
    address TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    visited TEXT NOT NULL,
    status INTEGER NOT NULL,
    etag TEXT,
    last_modified TEXT,
    digest BLOB,
    article_id TEXT,
    found_in TEXT,
    due TEXT
) WITHOUT ROWID;
CREATE INDEX visits_by_article ON visits(article_id);
CREATE INDEX visits_by_due ON visits(found_in, due);
CREATE TABLE withheld (digest BLOB PRIMARY KEY, since TEXT NOT NULL) WITHOUT ROWID;
"""

SCHEMA = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    address TEXT
);
CREATE INDEX articles_by_address ON articles(address);
"""
    + REVISIONS
    + """
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
    + FOLLOWING
)

FROM_FORMAT_1 = (
    """
ALTER TABLE articles ADD COLUMN address TEXT;
CREATE INDEX articles_by_address ON articles(address);
DROP INDEX revisions_by_day;
DROP INDEX revisions_by_url;
ALTER TABLE revisions RENAME TO revisions_1;
"""
    + REVISIONS
    + """
INSERT INTO revisions SELECT article, revision, title, published, day, published_method, NULL, NULL, '', outlet,
    authors, url, language, source, fetched, metadata, checksum, text FROM revisions_1;
DROP TABLE revisions_1;
UPDATE articles SET address = (SELECT normal_address(url) FROM revisions r
    WHERE r.article = articles.number AND r.revision = articles.revision);
"""
    + FOLLOWING
)


def _make_private(path: Path) -> None:
    """Make the file of a new store, which only its owner may read; SQLite gives its log the same mode."""
    with suppress(OSError):  # it is there, or SQLite will say why it cannot be
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))


def connect(path: Path, *, read_only: bool = False, immutable: bool = False) -> sqlite3.Connection:
    """A connection with the settings that the invariants need: durable commits, erased deletions."""
    # A path in an SQLite address must be quoted: "#" and "?" in a folder's name would end it.
    mode = "mode=ro&immutable=1" if immutable else "mode=ro"
    target = f"file:{quote(str(path))}?{mode}" if read_only else str(path)
    if not read_only:
        _make_private(path)
    connection = sqlite3.connect(target, uri=read_only, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        # Damaged text must be readable, so that it can be told which article is damaged.
        connection.text_factory = _text
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA mmap_size = {MAPPED_BYTES}")
        connection.execute(f"PRAGMA cache_size = {-CACHE_KIB}")
        if not read_only:
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def has_log(path: Path) -> bool:
    """Whether a write-ahead log stands beside the file: somebody has it open, or left it without closing it."""
    try:
        return path.with_name(path.name + "-wal").stat().st_size > 0
    except OSError:
        return False


def connect_guest(path: Path) -> tuple[sqlite3.Connection, bool]:
    """A connection that only reads, beside the owner's, and whether SQLite was told that the file cannot change.

    That it is told where the folder may not be written and nobody has the file open: the shared memory through which
    readers of a write-ahead log find each other could not be made there, and is not needed.
    """
    try:
        connection = connect(path, read_only=True)
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.DatabaseError:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        if has_log(path):
            raise StorageError(
                f"{path.parent} was not closed by who used it last, and may not be written: copy the folder and use "
                f"the copy, or open it once where it can be written ({error})"
            ) from error
        if not path.exists():
            raise
        return connect(path, read_only=True, immutable=True), True
    return connection, False


def _text(encoded: bytes) -> str:
    return encoded.decode("utf-8", "replace")


def recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables in an empty file; raises `NotALibraryError` when it is another one's, or a newer one.

    A file without tables is empty even if it has a size: so a stop between its first byte and its tables leaves it.
    """
    version = _version(connection, path)
    if version is None:
        create(connection)
    elif version < FORMAT:
        update(connection, version)


def recognise_guest(connection: sqlite3.Connection, path: Path) -> None:
    """Make sure that a file can be read as it is; raises `NotALibraryError`."""
    version = _version(connection, path)
    if version is None:
        raise NotALibraryError(f"{path} is empty: put something into the library with `pressmark ingest SOURCE`")
    if version < FORMAT:
        raise NotALibraryError(
            f"{path} was written by an earlier version of Pressmark (format {version}), and a process that only reads "
            "cannot bring it up to date: run `pressmark check` where the folder can be written and nobody else uses it"
        )


def _version(connection: sqlite3.Connection, path: Path) -> int | None:
    """The format of a library's file, None for a file without tables; raises `NotALibraryError`."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if not application and not version and not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        return None
    if application != APPLICATION_ID:
        raise NotALibraryError(f"{path} is a database, but not a Pressmark library: choose another folder")
    if version > FORMAT:
        raise NotALibraryError(
            f"{path} was written by a newer version of Pressmark (format {version}, this one reads up to {FORMAT}): "
            "update Pressmark"
        )
    return version


def update(connection: sqlite3.Connection, version: int) -> None:
    """Bring a file of an earlier format to this one, in one transaction: a kill leaves the earlier or the later one."""
    steps = {1: FROM_FORMAT_1}
    connection.create_function("normal_address", 1, _normal, deterministic=True)
    script = "".join(steps[step] for step in range(version, FORMAT))
    connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {FORMAT}; COMMIT;")


def _normal(url: object) -> str | None:
    return normal_address(url) if isinstance(url, str) else None


def create(connection: sqlite3.Connection) -> None:
    """Make the tables in an empty file, in one transaction."""
    connection.executescript(
        f"BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; COMMIT;"
    )
