"""Libraries of earlier releases open, and what they held is there."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest

from corpus import Library, NotALibraryError, Visit, back_up, restore
from corpus.owner import STORE
from corpus.store import schema
from tests import DATA

STORED = DATA / "stored"


def earlier(folder: Path, version: int) -> Path:
    """A library as a release of that format left it."""
    folder.mkdir()
    (folder / STORE).write_bytes(gzip.decompress((STORED / f"format-{version}.db.gz").read_bytes()))
    return folder


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table and index with its columns."""
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")]
    found = {name: connection.execute(f"PRAGMA table_xinfo('{name}')").fetchall() for name in names}
    connection.close()
    return found


@pytest.mark.parametrize("version", range(1, schema.FORMAT))
def test_a_library_of_an_earlier_format_opens_and_answers(tmp_path: Path, version: int) -> None:
    from rag import ask

    folder = earlier(tmp_path / "library", version)
    with Library.open(folder) as library:
        assert library.stats().articles == 7
        assert library.check() == []
        assert ask(library, "Who leads the IMU?").citations
        corrected = [article for article in library.articles() if article.revision == 2]
        assert len(corrected) == 1
        assert library.get(corrected[0].id, 1).text != library.get(corrected[0].id).text
        assert not library.following.runs()
    assert tables(folder / STORE).keys() >= {"runs", "visits", "withheld", "addresses", "signatures"}


@pytest.mark.parametrize("version", range(1, schema.FORMAT))
def test_an_updated_library_has_the_tables_of_a_new_one(tmp_path: Path, version: int) -> None:
    folder = earlier(tmp_path / "library", version)
    Library.open(folder).close()
    Library.open(tmp_path / "new").close()
    assert tables(folder / STORE) == tables(tmp_path / "new" / STORE)


def test_visits_and_runs_are_remembered(tmp_path: Path) -> None:
    visit = Visit("https://news.example/1", "2026-01-02T03:04:05+00:00", 200, '"a"', None, b"d", "a1")
    with Library.open(tmp_path / "new") as library:
        assert library.following.visit(visit.url) is None
        library.following.note_visit(visit)
        number = library.following.start_run(["https://news.example/feed"], "2026-01-02T03:04:05+00:00")
        library.following.end_run(number, "2026-01-02T03:05:05+00:00", {"added": 3})
        library.following.withhold(["https://news.example/2"], "2026-01-02")
    with Library.open(tmp_path / "new") as library:
        assert library.following.visit(visit.url) == visit
        run = library.following.runs()[0]
        assert (run.sources, run.ended, run.report) == (
            ("https://news.example/feed",),
            "2026-01-02T03:05:05+00:00",
            {"added": 3},
        )
        assert library.following.is_withheld("https://news.example/2")
        library.following.readmit("https://news.example/2")
        assert not library.following.is_withheld("https://news.example/2")


def test_a_library_of_a_later_format_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    Library.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / STORE)
    connection.execute(f"PRAGMA user_version = {schema.FORMAT + 1}")
    connection.close()
    before = (tmp_path / STORE).read_bytes()
    with pytest.raises(NotALibraryError, match=rf"newer version of Pressmark \(format {schema.FORMAT + 1}, this one"):
        Library.open(tmp_path)
    with pytest.raises(NotALibraryError, match="newer version of Pressmark: update Pressmark"):
        back_up(tmp_path, tmp_path / "backup.zip")
    assert (tmp_path / STORE).read_bytes() == before


@pytest.mark.parametrize("version", range(1, schema.FORMAT))
def test_a_backup_of_an_earlier_format_becomes_a_library_of_this_one(tmp_path: Path, version: int) -> None:
    made = back_up(earlier(tmp_path / "library", version), tmp_path / "backup.zip")[1]
    assert made.format == version
    restore(tmp_path / "backup.zip", tmp_path / "new")
    with Library.open(tmp_path / "new") as library:
        assert library.stats().articles == made.articles == 7
        assert library.check() == []
