"""Following sources from the command line and the page, and the list of runs."""

import json
import re
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from corpus import LibraryBusyError, Run, StorageError
from corpus import library as library_module
from ingest import IngestInterrupted, Report
from tests.support.fakes import FakeEmbedder
from tests.support.news_site import Outlet
from tests.support.shelves import open_fake
from ui.cli import following
from ui.cli.following import read_interval
from ui.cli.main import main
from ui.errors import WrongUsageError
from ui.handover.work import web_settings
from ui.page.actions.web import add_from_web, list_runs, read_addresses
from ui.page.views.uploads import runs_html

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    monkeypatch.setattr(library_module, "SentenceEmbedder", FakeEmbedder)
    monkeypatch.setenv("PRESSMARK_LIBRARY", str(tmp_path / "library"))

    def run_command(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_command


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    with Outlet("The Marlow Courier") as outlet:
        outlet.publish(1)
        yield outlet


@pytest.mark.parametrize(
    ("written", "seconds"), [("90s", 90), ("15m", 900), (" 6H ", 21_600), ("1d", 86_400), (None, None)]
)
def test_time_between_rounds_is_read(written: str | None, seconds: int | None) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert read_interval(written, ["https://news.example/"]) == expected


@pytest.mark.parametrize("written", ["", "15", "m", "0m", "-5m", "15 minutes", "400d", "1.5h"])
def test_time_between_rounds_that_is_none_is_wrong_usage(written: str) -> None:
    with pytest.raises(WrongUsageError, match="write it like 90s, 15m"):
        read_interval(written, [])


def test_standard_input_cannot_be_followed() -> None:
    with pytest.raises(WrongUsageError, match="standard input"):
        read_interval("15m", ["a.txt", "-"])


def test_private_host_that_is_none_is_wrong_usage() -> None:
    with pytest.raises(WrongUsageError, match="--allow-private"):
        web_settings(None, ["http://a b/"])
    assert web_settings(5, ["intranet.example:8080"]).limit == 5


def test_private_addresses_are_fetched_only_when_they_are_named(run: Command, outlet: Outlet) -> None:
    feed = f"{outlet.address}/feed.xml"
    status, _, _ = run("ingest", feed)
    assert (status, outlet.asked) == (1, [])
    status, printed, _ = run("ingest", feed, "--allow-private", outlet.place)
    assert status == 0
    assert "1 added" in printed
    assert "From the web: 2 fetched" in printed


def test_sources_are_followed_until_somebody_stops_it(
    run: Command, outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def slept(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            raise KeyboardInterrupt
        outlet.publish(1 + len(pauses))

    monkeypatch.setattr(following, "sleep", slept)
    feed = f"{outlet.address}/feed.xml"
    status, printed, told = run("ingest", "--every", "1h", feed, "--allow-private", outlet.place, "--json")
    assert (status, [json.loads(line)["added"] for line in printed.splitlines()]) == (0, [1, 1, 1])
    assert all(0 <= pause <= 3600 * 1.1 for pause in pauses)
    assert len(set(pauses)) == 3
    assert "resumes where this one left off" in told


def test_library_that_is_busy_or_cannot_be_written_costs_a_round_and_no_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rounds: list[Report | BaseException] = [
        LibraryBusyError("somebody asks"),
        Report(added=1),
        StorageError("the disk is full"),
        IngestInterrupted(Report(added=2)),
    ]

    def once() -> Report:
        if isinstance(done := rounds.pop(0), BaseException):
            raise done
        return done

    monkeypatch.setattr(following, "sleep", lambda seconds: None)
    assert following.repeat_rounds(once, timedelta(hours=1), True) == 0
    printed, told = capsys.readouterr()
    assert [(one["added"], one["interrupted"]) for one in map(json.loads, printed.splitlines())] == [
        (1, False),
        (2, True),
    ]
    assert "skipped: somebody asks" in told
    assert "skipped: the disk is full" in told


def test_following_ends_well_on_a_request_to_terminate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "sleep", lambda seconds: signal.raise_signal(signal.SIGTERM))
    before = signal.getsignal(signal.SIGTERM)
    assert following.repeat_rounds(Report, timedelta(hours=1), True) == 0
    assert signal.getsignal(signal.SIGTERM) == before


def test_runs_are_listed_with_what_came_of_them(run: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry sails again.")
    assert run("ingest", str(tmp_path / "a.txt"), str(tmp_path / "none.txt"))[0] == 3
    _, printed, _ = run("articles", "runs", "--json")
    (record,) = json.loads(printed)["runs"]
    assert record["sources"] == [str(tmp_path / "a.txt"), str(tmp_path / "none.txt")]
    assert (record["report"]["added"], record["report"]["failed"]) == (1, 1)
    _, printed, _ = run("articles", "runs")
    assert re.search(r"Run\s+Started\s+Sources\s+Added\s+Updated\s+Failed\s+Ended", printed)
    assert "done" in printed


def test_addresses_are_taken_from_the_page_and_nothing_else() -> None:
    assert read_addresses(" https://a.example/feed, news.example\nHTTP://b.example ") == [
        "https://a.example/feed",
        "https://news.example",
        "HTTP://b.example",
    ]
    for written in ("", "/etc/passwd", "file:///etc/passwd", "../x", "javascript:alert(1)", "word", "ftp://a.example/"):
        with pytest.raises(ValueError, match=r"address"):
            read_addresses(written)
    with pytest.raises(ValueError, match="at most 20"):
        read_addresses(" ".join(f"https://a.example/{n}" for n in range(21)))


def test_page_says_what_became_of_addresses(tmp_path: Path, outlet: Outlet) -> None:
    with open_fake(tmp_path / "library") as library:
        assert list_runs(library) == ""
        *_, last = add_from_web(library, f"{outlet.address}/feed.xml")
        assert 'data-state="failed"' in last
        assert (outlet.asked, library.stats().articles) == ([], 0)
        *_, last = add_from_web(library, "not-an-address")
        assert "is not a web address" in last
        assert outlet.address in list_runs(library)


def test_runs_on_the_page_let_no_markup_through() -> None:
    report: dict[str, Any] = {"added": 1200, "failed": 2, "fetched": 3, "stopped": "<b>full</b>"}
    sources = ("https://a.example/<script>", "/home/somebody/secret/a.jsonl", "https://c.example/")
    shown = runs_html([Run(1, "2024-03-05T09:30:00+00:00", "2024-03-05T09:31:00+00:00", sources, report)])
    assert "<script>" not in shown
    assert "<b>" not in shown
    assert "/home/somebody" not in shown
    assert "a.jsonl and 1 more" in shown
    assert "1,200 added, 2 failed, 3 pages requested" in shown
    broken = runs_html([Run(2, "2024-03-05T09:30:00+00:00", None, ("a",), {})])
    assert "running, or interrupted" in broken
