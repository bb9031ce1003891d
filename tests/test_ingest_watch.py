"""Folders that are watched: files are told when they are complete, and only then."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import ingest
from ingest import FileBelow, SourceError
from ingest.sources.watch import Unsettled, changed, watched_folders
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT

SOON = 0.3
"""Seconds after which a file counts as complete here."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    """Ends watching at the latest after a minute: a test that waits in vain fails."""
    event = threading.Event()
    timer = threading.Timer(60, event.set)
    timer.start()
    yield event
    timer.cancel()


def write(path: Path, content: str = "The text.", age: float = 0.0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{path.name}")
    whole.write_text(content)
    if age:
        os.utime(whole, (time.time() - age, time.time() - age))
    return whole.rename(path)


def watching(folder: Path, stop: threading.Event, **settings: float) -> Iterator[set[Path]]:
    return changed([folder], stop, settled=SOON, **settings)  # type: ignore[arg-type]


def test_first_come_the_files_that_are_there_and_then_each_that_comes(tmp_path: Path, stop: threading.Event) -> None:
    old = write(tmp_path / "sub" / "old.txt", age=60)
    sets = watching(tmp_path, stop)
    assert next(sets) == {old}
    new = write(tmp_path / "new.txt")
    assert next(sets) == {new}
    deep = write(tmp_path / "made" / "later" / "deep.txt")
    assert next(sets) == {deep}
    write(old, "Another text.")
    assert next(sets) == {old}


def test_empty_folder_is_told_as_watched(tmp_path: Path, stop: threading.Event) -> None:
    assert next(watching(tmp_path, stop)) == set()


def test_file_that_still_grows_is_told_when_it_is_complete(tmp_path: Path, stop: threading.Event) -> None:
    sets = watching(tmp_path, stop)
    assert next(sets) == set()
    path = tmp_path / "a.txt"

    def upload() -> None:
        with path.open("w") as file:
            for n in range(12):
                file.write(f"Part {n}. ")
                file.flush()
                time.sleep(SOON / 3)

    threading.Thread(target=upload).start()
    while next(sets) == {path} and "Part 11. " not in path.read_text():
        pass  # the writer was so slow that it looked like being done: the rest must be told as well
    assert "Part 11. " in path.read_text()


def test_parts_and_hidden_files_are_not_told_but_what_they_become(tmp_path: Path, stop: threading.Event) -> None:
    sets = watching(tmp_path, stop)
    assert next(sets) == set()
    for name in (".hidden.txt", ".git/a.txt", "a.txt.part", "b.crdownload", "c.tmp", "d.txt~"):
        write(tmp_path / name)
    os.rename(tmp_path / "a.txt.part", tmp_path / "a.txt")
    assert next(sets) == {tmp_path / "a.txt"}


def test_folder_that_is_moved_in_is_told_with_all_that_is_in_it(tmp_path: Path, stop: threading.Event) -> None:
    (tmp_path / "watched").mkdir()
    files = {write(tmp_path / "made" / "sub" / f"{n}.txt") for n in range(3)}
    sets = watching(tmp_path / "watched", stop)
    assert next(sets) == set()
    os.rename(tmp_path / "made", tmp_path / "watched" / "made")
    assert next(sets) == {tmp_path / "watched" / path.relative_to(tmp_path) for path in files}


def test_file_that_is_deleted_or_left_as_it_was_is_not_told(tmp_path: Path, stop: threading.Event) -> None:
    gone, same = write(tmp_path / "gone.txt", age=60), write(tmp_path / "same.txt", age=60)
    sets = watching(tmp_path, stop)
    assert next(sets) == {gone, same}
    gone.unlink()
    os.chmod(same, 0o600)
    write(tmp_path / "brief.txt").unlink()
    last = write(tmp_path / "last.txt")
    assert next(sets) == {last}


def test_what_the_system_does_not_say_is_found_by_looking_again(
    tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_paths: Path, stop_event: threading.Event, **_settings: object) -> Iterator[set[tuple[int, str]]]:
        while not stop_event.is_set():
            time.sleep(0.01)
            yield set()

    monkeypatch.setattr("watchfiles.watch", silent)
    sets = watching(tmp_path, stop, look_again=0.05)
    assert next(sets) == set()
    new = write(tmp_path / "new.txt")
    assert next(sets) == {new}


def test_files_are_compared_where_the_system_cannot_tell(tmp_path: Path, stop: threading.Event) -> None:
    sets = changed([tmp_path], stop, settled=SOON, polling=True)
    assert next(sets) == set()
    new = write(tmp_path / "new.txt")
    assert next(sets) == {new}


def test_watching_ends_when_it_is_stopped(tmp_path: Path, stop: threading.Event) -> None:
    sets = watching(tmp_path, stop)
    next(sets)
    stop.set()
    assert list(sets) == []


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be watched"):
        next(changed([tmp_path / "gone"]))
    with pytest.raises(SourceError, match="cannot be watched"):
        watched_folders(["https://news.example/feed.xml"])
    assert watched_folders([str(tmp_path)]) == [tmp_path]


def test_link_to_a_folder_is_not_followed(tmp_path: Path, stop: threading.Event) -> None:
    write(tmp_path / "elsewhere" / "a.txt", age=60)
    (tmp_path / "watched").mkdir()
    (tmp_path / "watched" / "link").symlink_to(tmp_path / "elsewhere")
    sets = watching(tmp_path / "watched", stop)
    assert next(sets) == set()
    os.symlink(tmp_path / "elsewhere", tmp_path / "watched" / "another")
    new = write(tmp_path / "watched" / "new.txt")
    assert next(sets) == {new}


def test_settling_takes_its_time_from_the_last_change(tmp_path: Path) -> None:
    clock = Clock()
    unsettled = Unsettled(2.0, clock)
    path = write(tmp_path / "a.txt", "one")
    unsettled.look([path])
    clock.now = 1.9
    assert unsettled.take() == set()
    write(path, "one two")
    assert unsettled.take() == set()
    clock.now = 3.8
    assert unsettled.take() == set()
    clock.now = 3.9
    assert unsettled.take() == {path}
    clock.now = 9.0
    unsettled.look([path])
    assert unsettled.take() == set()


def test_file_that_came_later_has_the_id_that_it_has_in_its_folder(tmp_path: Path) -> None:
    folder, library = tmp_path / "articles", FakeLibrary()
    path = write(folder / "sub" / "a.txt", TEXT)
    ingest.ingest(library, [folder])
    write(path, f"{TEXT} Corrected.")
    report = ingest.ingest(library, [FileBelow(folder, path)])
    assert (report.added, report.updated) == (0, 1)
    assert [article.id for article in library.all()] == ["sub/a"]


def test_file_of_an_unknown_type_that_came_later_is_skipped(tmp_path: Path) -> None:
    report = ingest.ingest(FakeLibrary(), [FileBelow(tmp_path, write(tmp_path / "photo.png"))])
    assert (len(report.skipped), report.failed) == (1, ())
