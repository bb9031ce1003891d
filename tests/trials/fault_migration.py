"""A library of an earlier format that is brought to this one, killed before every statement of that."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import sqlite3
from pathlib import Path

from corpus.store import schema
from corpus.store.database import Database
from tests import DATA
from tests.trials.fault_history import unsound
from tests.trials.fault_supervisor import Tally, forked, scratch_folder

STORED = DATA / "stored"


def migrations(seed: int, wanted: int) -> Tally:
    """Each statement once, of at most so many; what is left is the earlier or the later format, whole."""
    tally = Tally()
    with scratch_folder() as scratch:
        for version in range(1, schema.FORMAT):
            earlier = gzip.decompress((STORED / f"format-{version}.db.gz").read_bytes())
            (scratch / "calm.db").write_bytes(earlier)
            before = _texts(scratch / "calm.db")
            forked(lambda: Database(scratch / "calm.db").close())
            tables = _tables(scratch / "calm.db")
            for step in range(1, wanted + 1):
                path = scratch / f"{step}" / "store.db"
                path.parent.mkdir()
                path.write_bytes(earlier)
                ended = forked(lambda path=path, step=step: _open(path, step))  # type: ignore[misc]
                if ended.status != -signal.SIGKILL:
                    break
                wrong = _wrong(path, version, before, tables)
                tally.note(f"format {version}", wrong, f"killed before statement {step}")
                shutil.rmtree(path.parent)
    return tally


def _open(path: Path, die_at: int) -> None:
    passed = 0

    def count(statement: str) -> None:
        nonlocal passed
        passed += 1
        if passed == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = schema.connect

    def traced(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[arg-type]
        connection.set_trace_callback(count)
        return connection

    schema.connect = traced  # type: ignore[assignment]
    Database(path).close()


def _wrong(path: Path, version: int, before: list[tuple[str, str]], tables: set[str]) -> list[str]:
    copy = path.with_name("copy.db")
    for ending in ("", "-wal"):
        if path.with_name(path.name + ending).exists():
            shutil.copy(path.with_name(path.name + ending), copy.with_name(copy.name + ending))
    connection = sqlite3.connect(copy)
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.close()
    if found not in (version, schema.FORMAT):
        return [f"it is of format {found}"]
    if found == schema.FORMAT and _tables(copy) != tables:
        return ["it says that it is of the new format, and has other tables"]
    wrong = unsound(copy)
    ended = forked(lambda: Database(path).close())
    if ended.status:
        return [*wrong, ended.said[-500:]]
    if _tables(path) != tables or _texts(path) != before:
        wrong.append("opened again it is another library than after an undisturbed update")
    return wrong


def _tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index', 'trigger')").fetchall()
    connection.close()
    return {str(row[0]) for row in rows}


def _texts(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute("SELECT checksum, text FROM revisions ORDER BY article, revision").fetchall()
    connection.close()
    return rows
