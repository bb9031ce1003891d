"""`pressmark ingest --watch`: what each round and the end of it tell."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import ingest
import ingest.sources.watch
from ingest import IngestInterrupted, Problem, Report, SourceError
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT
from ui.cli import watching

ALSO = "Fishermen on the northern coast told another reporter about it."


def rounds(monkeypatch: pytest.MonkeyPatch, *sets: set[Path], ends: type[BaseException] = KeyboardInterrupt) -> None:
    """Let the watched folder tell these files, and then somebody press Ctrl-C."""

    def changed(_folders):
        yield from sets
        raise ends

    monkeypatch.setattr(ingest.sources.watch, "changed", changed)


def write(path: Path, content: str) -> Path:
    path.write_text(content)
    return path


def test_what_is_there_and_what_comes_goes_in_and_is_added_up(tmp_path, monkeypatch, capsys):
    first, second = write(tmp_path / "a.txt", TEXT), write(tmp_path / "b.txt", f"{TEXT} {ALSO}")
    photo, bad = write(tmp_path / "photo.png", "x"), write(tmp_path / "bad.jsonl", "{}")
    rounds(monkeypatch, set(), {first}, {second, photo, bad}, {first})
    library = FakeLibrary()
    report = watching.follow(library, [str(tmp_path)], {})
    told = capsys.readouterr().err
    assert [article.id for article in library.all()] == ["a", "b"]
    assert (report.added, report.updated, report.unchanged, len(report.skipped), len(report.failed)) == (2, 0, 1, 1, 1)
    assert "1 files: 1 added, 0 updated, 0 unchanged, 0 skipped, 0 failed" in told
    assert "3 files: 1 added, 0 updated, 0 unchanged, 1 skipped, 1 failed" in told
    assert "bad.jsonl, line 1: has no" in told


def test_interruption_in_the_middle_of_a_round_counts_what_went_in(tmp_path, monkeypatch):
    def put_in(*_arguments, **_settings):
        raise IngestInterrupted(Report(added=7))

    monkeypatch.setattr(ingest, "ingest", put_in)
    rounds(monkeypatch, {tmp_path / "a.txt"})
    assert watching.follow(FakeLibrary(), [str(tmp_path)], {}).added == 7


def test_library_that_cannot_be_written_ends_the_watch(tmp_path, monkeypatch):
    path = write(tmp_path / "a.txt", TEXT)
    rounds(monkeypatch, {path}, {path}, ends=AssertionError)
    report = watching.follow(FakeLibrary(fail_after=0), [str(tmp_path)], {})
    assert "the disk is full" in report.stopped


def test_address_cannot_be_watched():
    with pytest.raises(SourceError, match="is no folder and no file"):
        watching.follow(FakeLibrary(), ["https://news.example/feed.xml"], {})


def test_file_that_was_itself_given_keeps_its_id(tmp_path, monkeypatch):
    path = write(tmp_path / "a.txt", TEXT)
    rounds(monkeypatch, {path})
    library = FakeLibrary()
    watching.follow(library, [str(path)], {})
    assert [article.id for article in library.all()] == ["a"]


def test_problems_of_a_long_watch_do_not_pile_up():
    problems = tuple(Problem("a.txt", n, "no text") for n in range(800))
    total = watching.add_reports(Report(failed=problems, added=1), Report(failed=problems, added=2))
    assert (total.added, len(total.failed)) == (3, watching.MOST_PROBLEMS)


def hearing_interrupts() -> None:
    """A shell lets what it starts in the background ignore Ctrl-C, the tests and all that they start among it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_command_watches_until_it_is_interrupted(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    write(folder / "a.txt", TEXT)
    command = [sys.executable, "-c", "from ui.cli.main import main; main()", "ingest", "--watch", str(folder), "--json"]
    command += ["--library", str(tmp_path / "library")]
    with (tmp_path / "said").open("w") as said_to:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=said_to, text=True, preexec_fn=hearing_interrupts
        )
    try:
        for said in ("1 files: 1 added", "1 files: 0 added, 1 updated"):
            until = time.monotonic() + 120
            while said not in (tmp_path / "said").read_text():
                assert process.poll() is None
                assert time.monotonic() < until, (tmp_path / "said").read_text()
                time.sleep(0.1)
            write(folder / "a.txt", f"{TEXT} {ALSO}")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    printed = json.loads(out)
    assert (process.returncode, printed["added"], printed["updated"]) == (0, 1, 1)
