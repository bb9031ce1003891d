"""Several processes on one library: the owner takes over what others would write, others read beside it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from corpus import Library
from corpus.owner import Owner, owner_of
from ingest import ingest
from tests.support.shelves import child, open_fake, put, some_article
from ui.handover import door as door_module
from ui.handover import wire
from ui.handover.door import Door
from ui.handover.visitor import HandoverError, Reached, _hand_over

COMMAND = """
import sys
import corpus.library
from tests.support.fakes import FakeEmbedder
corpus.library.SentenceEmbedder = FakeEmbedder
from ui.cli.main import main
main(sys.argv[1:])
"""
OWNER = """
import sys, time
from pathlib import Path
from tests.support.fakes import FakeEmbedder
from tests.support import shelves
from ui.handover.door import Door
class Slow(FakeEmbedder):
    def embed_tokens(self, tokens, done=None):
        time.sleep(float(sys.argv[2]))
        return super().embed_tokens(tokens, done)
import ingest.pipeline
ingest.pipeline.BATCH_PASSAGES = 8
with shelves.Library.open(Path(sys.argv[1]), embedder=Slow()) as library, Door(library):
    print("open", flush=True)
    sys.stdin.readline()
"""


@contextlib.contextmanager
def owner(folder: Path, pause: float = 0.0) -> Iterator[subprocess.Popen[str]]:
    """A process that has the library open and takes work in."""
    with child(OWNER, folder, str(pause), stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        try:
            yield process
        finally:
            if process.poll() is None:
                process.communicate("\n", timeout=60)


def command(*arguments: str | Path, **options: Any) -> subprocess.Popen[str]:
    return child(COMMAND, *arguments, stderr=subprocess.PIPE, **options)


def run(*arguments: str | Path, stdin: str | None = None, **options: Any) -> tuple[int, str, str]:
    with command(*arguments, stdin=subprocess.PIPE, **options) as process:
        out, err = process.communicate(stdin, timeout=120)
    return process.returncode, out, err


def record(number: int) -> str:
    article = some_article(number)
    keys = ("id", "title", "published", "outlet", "url", "text")
    return json.dumps({key: getattr(article, key) for key in keys}) + "\n"


def records(path: Path, numbers: Sequence[int], rest: str = "") -> Path:
    path.write_text("".join(map(record, numbers)) + rest)
    return path


def ids(folder: Path) -> set[str]:
    with open_fake(folder) as library:
        return {article.id for article in library.articles()}


def numbered(*numbers: int) -> set[str]:
    return {f"a{number}" for number in numbers}


def eventually(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.02)


def without_times(report: str) -> dict[str, Any]:
    return {key: value for key, value in json.loads(report).items() if key != "seconds"}


def test_an_ingest_beside_the_owner_prints_the_report_that_it_prints_alone(tmp_path: Path) -> None:
    records(tmp_path / "some.jsonl", range(5), "{broken\n")
    (tmp_path / "odd.xyz").write_text("?")
    arguments = ("ingest", "some.jsonl", "odd.xyz", "none.txt", "-", "--json", "--library")
    alone = run(*arguments, tmp_path / "alone", stdin=record(7), cwd=tmp_path)
    with owner(tmp_path / "shared") as process:
        beside = run(*arguments, tmp_path / "shared", stdin=record(7), cwd=tmp_path)
        assert f"(process {process.pid}), which adds the articles" in beside[2]
    assert beside[0] == alone[0] == 3
    assert without_times(beside[1]) == without_times(alone[1])
    assert without_times(beside[1])["added"] == 6
    assert ids(tmp_path / "shared") == ids(tmp_path / "alone") == numbered(0, 1, 2, 3, 4, 7)
    with open_fake(tmp_path / "shared") as shared, open_fake(tmp_path / "alone") as other:
        assert shared.fingerprint() == other.fingerprint()
        assert [a.source for a in shared.articles()] == [a.source for a in other.articles()]


def test_standard_input_is_taken_in_as_it_comes(tmp_path: Path) -> None:
    with (
        owner(tmp_path / "library"),
        command("ingest", "-", "--json", "--library", tmp_path / "library", stdin=subprocess.PIPE) as client,
    ):
        assert client.stdin is not None
        for number in range(40):
            client.stdin.write(record(number))
        client.stdin.flush()
        with Library.open(tmp_path / "library", embedder=_fake(), reading=True) as guest:
            eventually(lambda: guest.stats().articles > 0, "nothing went in before the end of the input")
        client.stdin.write(record(40))
        out, _ = client.communicate(timeout=60)
    assert json.loads(out)["added"] == 41


def _fake() -> Any:
    from tests.support.fakes import FakeEmbedder

    return FakeEmbedder()


def test_articles_are_removed_beside_the_owner(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        put(library, *(some_article(number) for number in range(4)))
    with owner(folder):
        status, out, err = run(
            "articles", "remove", "a1", "https://news.example/2", "none", "--yes", "--json", "--library", folder
        )
        assert (status, json.loads(out)["removed"]) == (3, ["a1", "a2"])
        assert [problem["id"] for problem in json.loads(out)["failed"]] == ["none"]
        assert "no article has the id or the address 'none'" in err
    assert ids(folder) == numbered(0, 3)


def test_a_page_two_ingests_and_three_askers_work_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        put(library, *(some_article(number) for number in range(3)))
    files = [records(tmp_path / f"{at}.jsonl", range(10 + 40 * at, 50 + 40 * at)) for at in range(2)]
    with command("chat", "--port", str(_free_port()), "--library", folder) as page:
        assert page.stdout is not None
        assert "Pressmark is running at" in page.stdout.readline()
        name = f"(process {page.pid})"
        work = [command("ingest", file, "--json", "--library", folder) for file in files]
        asked = [command("ask", f"What was marked {at}?", "--json", "--library", folder) for at in range(3)]
        said = [process.communicate(timeout=180) for process in (*work, *asked)]
        assert [process.returncode for process in (*work, *asked)] == [0] * 5, said
        for out, err in said[:2]:
            assert (json.loads(out)["added"], json.loads(out)["failed"]) == (40, [])
            assert name in err
        assert [json.loads(out)["question"] for out, _ in said[2:]] == [f"What was marked {at}?" for at in range(3)]
        page.send_signal(signal.SIGINT)
        page.communicate(timeout=60)
    assert not (folder / "owner.sock").exists()
    assert ids(folder) == numbered(0, 1, 2, *range(10, 90))
    with open_fake(folder) as library:
        assert library.check() == []


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def test_an_owner_killed_during_a_handover_is_told_and_running_again_adds_the_rest(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    source = records(tmp_path / "many.jsonl", range(200))
    with owner(folder, pause=0.05) as process, command("ingest", source, "--library", folder) as client:
        with Library.open(folder, embedder=_fake(), reading=True) as guest:
            eventually(lambda: guest.stats().articles >= 3, "nothing went in")
        process.kill()
        _, err = client.communicate(timeout=60)
    assert client.returncode == 1
    assert "ended or hung up in the middle of this" in err
    assert "run the same command again to add the rest" in err
    assert "Traceback" not in err
    held = ids(folder)
    assert 3 <= len(held) < 200
    with open_fake(folder) as library:
        report = ingest(library, [source])
        assert (report.added, report.unchanged) == (200 - len(held), len(held))
        assert library.stats().articles == 200


@pytest.mark.parametrize("how", ["interrupted", "killed"])
def test_who_hands_over_can_end_it_and_what_went_in_stays(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "library"
    source = records(tmp_path / "many.jsonl", range(300))
    with owner(folder, pause=0.05) as process:
        with command("ingest", source, "--json", "--library", folder) as client:
            with Library.open(folder, embedder=_fake(), reading=True) as guest:
                eventually(lambda: guest.stats().articles >= 3, "nothing went in")
            client.send_signal(signal.SIGINT if how == "interrupted" else signal.SIGKILL)
            out, err = client.communicate(timeout=60)
        other = records(tmp_path / "other.jsonl", [900])
        assert _handed_in(folder, other)["report"]["added"] == 1  # it has ended: the next is served
        assert process.poll() is None
    held = ids(folder)
    assert 3 <= len(held) < 301
    if how == "interrupted":
        assert client.returncode == 3
        report = json.loads(out)
        assert report["interrupted"]
        assert report["added"] == len(held) - 1
        assert "Interrupted. What was added stays" in err


def test_an_owner_that_is_stopped_stores_what_has_been_read_and_reports_it(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    source = records(tmp_path / "many.jsonl", range(300))
    with owner(folder, pause=0.05) as process, command("ingest", source, "--json", "--library", folder) as client:
        with Library.open(folder, embedder=_fake(), reading=True) as guest:
            eventually(lambda: guest.stats().articles >= 3, "nothing went in")
        process.communicate("\n", timeout=60)
        out, _ = client.communicate(timeout=60)
    assert client.returncode == 3
    assert json.loads(out)["interrupted"]
    assert json.loads(out)["added"] == len(ids(folder))


def test_twenty_clients_at_once_are_served_one_after_another(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library, Door(library):
        at_once, most = 0, 0
        original = door_module.WORK["ingest"]

        def counted(*arguments: Any) -> dict[str, Any]:
            nonlocal at_once, most
            at_once += 1
            most = max(most, at_once)
            try:
                return original(*arguments)
            finally:
                at_once -= 1

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(door_module.WORK, "ingest", counted)
            answers = _in_threads(lambda at: _handed_in(folder, records(tmp_path / f"{at}.jsonl", [at, 100 + at])), 20)
        assert most == 1
        assert all(answer["report"]["added"] == 2 for answer in answers), answers
        assert library.stats().articles == 40
    assert ids(folder) == numbered(*range(20), *range(100, 120))


def _in_threads(work: Callable[[int], Any], count: int) -> list[Any]:
    done: list[Any] = [None] * count

    def one(at: int) -> None:
        done[at] = work(at)

    threads = [threading.Thread(target=one, args=(at,)) for at in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return done


def _handed_in(folder: Path, source: Path, **changes: Any) -> dict[str, Any]:
    """An ingest handed over by the protocol alone: its last message."""
    found = owner_of(folder)
    assert found is not None
    line = wire.connect(found.door)
    assert line is not None
    with contextlib.suppress(ConnectionError):  # sent away already
        line.send(**{"token": found.token, "command": "ingest", "sources": [str(source)], **changes})
    while (message := line.receive(60)) is not None and "report" not in message and "error" not in message:
        pass
    line.close()
    return message or {}


# -- who may knock -----------------------------------------------------------------------------------------------------


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_fake(tmp_path / "library") as library:
        yield library


@pytest.fixture
def address(library: Library) -> Iterator[str]:
    with Door(library):
        found = owner_of(library.folder)
        assert found is not None
        yield found.door


def raw_connection(address: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(60)
    connection.connect(address.removeprefix("unix:"))
    return connection


GREETINGS = {
    "no token": b'{"command": "remove", "articles": ["a1"]}\n',
    "wrong token": b'{"token": "guessed", "command": "remove", "articles": ["a1"]}\n',
    "token of another kind": b'{"token": null, "command": "remove", "articles": ["a1"]}\n',
    "token that is a list": b'{"token": [1], "command": "remove", "articles": ["a1"]}\n',
    "garbage": bytes(range(256)) + b"\n",
    "no JSON object": b"[1]\n",
    "a request of a browser": b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}",
    "deep": b"[" * 100_000 + b"\n",
    "an endless line": b"a" * (9 << 20),
    "nothing": b"",
}


@pytest.mark.parametrize("greeting", GREETINGS.values(), ids=GREETINGS.keys())
def test_a_stranger_at_the_door_hears_nothing_and_changes_nothing(
    library: Library, address: str, greeting: bytes, tmp_path: Path
) -> None:
    put(library, some_article(1))
    with raw_connection(address) as connection:
        with contextlib.suppress(OSError):  # it is hung up on in the middle
            connection.sendall(greeting)
            connection.shutdown(socket.SHUT_WR)
        heard = b""
        with contextlib.suppress(OSError):
            heard = connection.recv(1000)
        assert heard == b""
    assert library.has_id("a1")
    assert _handed_in(library.folder, records(tmp_path / "next.jsonl", [2]))["report"]["added"] == 1


def test_the_slow_are_hung_up_on_and_keep_nobody_waiting(
    library: Library, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door_module, "GREETING_SECONDS", 0.5)
    slow = [raw_connection(address) for _ in range(10)]
    for connection in slow:
        connection.sendall(b'{"token": ')
    assert _handed_in(library.folder, records(tmp_path / "next.jsonl", [2]))["report"]["added"] == 1
    for connection in slow:
        assert connection.recv(1000) == b""
        connection.close()


def test_too_many_visitors_are_sent_away(
    library: Library, address: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(door_module, "VISITORS", 2)
    slow = [raw_connection(address) for _ in range(2)]
    with raw_connection(address) as connection:
        assert b"try again later" in connection.recv(1000)
    for one in slow:
        one.close()
    eventually(lambda: "report" in _handed_in(library.folder, records(tmp_path / "next.jsonl", [2])), "still full")


def test_who_is_sent_away_before_it_could_ask_hears_why() -> None:
    here, there = socket.socketpair()
    with there:
        there.sendall(b'{"error": "try again later"}\n')
    reached = Reached(Owner(1, "pressmark chat", "today", "unix:gone", "token"), wire.Wire(here))
    with pytest.raises(HandoverError, match="try again later"):
        _hand_over(reached, {"command": "ingest"}, lambda message: None, None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"command": "drop"}, "'drop' is not known"),
        ({"sources": 7}, "unexpected"),
        ({"options": {"nonsense": 1}}, "unexpected"),
        ({"command": "remove", "articles": ["none"], "withhold": True, "outlet": None}, "'none' is not in the library"),
    ],
)
def test_a_request_that_cannot_be_done_is_answered_in_words(
    library: Library, address: str, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    source = records(tmp_path / "next.jsonl", [2])
    assert said in _handed_in(library.folder, source, **changes)["error"]
    assert _handed_in(library.folder, source)["report"]["added"] == 1


def test_only_the_owner_of_the_folder_can_reach_the_door(library: Library, address: str) -> None:
    for name in ("owner.json", "owner.sock"):
        assert (library.folder / name).stat().st_mode & 0o077 == 0
    assert "token" not in json.loads((library.folder / "owner.json").read_text())["command"]


def test_a_door_that_is_closed_is_not_noted_any_more(library: Library) -> None:
    with Door(library):
        assert (library.folder / "owner.sock").exists()
    found = owner_of(library.folder)
    assert found is not None
    assert (found.door, found.token) == ("", "")
    assert not (library.folder / "owner.sock").exists()


def test_a_folder_with_a_long_name_has_its_door_elsewhere(tmp_path: Path) -> None:
    folder = tmp_path / ("long " * 20) / ("é" * 60) / "library"
    with open_fake(folder) as library, Door(library):
        found = owner_of(folder)
        assert found is not None
        path = Path(found.door.removeprefix("unix:"))
        assert len(os.fsencode(path)) < 100
        assert path.parent.stat().st_mode & 0o077 == 0
        assert run("ingest", records(tmp_path / "next.jsonl", [2]), "--library", folder)[0] == 0
        assert library.stats().articles == 1
    assert not path.parent.exists()


def test_without_such_sockets_the_door_is_on_loopback(
    library: Library, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        patch.delattr(socket, "AF_UNIX")
        with Door(library):
            found = owner_of(library.folder)
            assert found is not None
            assert re.fullmatch(r"127\.0\.0\.1:\d+", found.door)
            assert _handed_in(library.folder, records(tmp_path / "next.jsonl", [2]))["report"]["added"] == 1


def test_what_a_dead_owner_left_is_in_nobodys_way(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with owner(folder) as process:
        process.kill()
        process.wait()
    assert (folder / "owner.sock").exists()
    assert (folder / "owner.json").exists()
    source = records(tmp_path / "next.jsonl", [2])
    assert run("ingest", source, "--library", folder)[0] == 0  # nobody is at the door: it takes the library itself
    with open_fake(folder) as library, Door(library):
        assert library.has_id("a2")
        assert _handed_in(folder, records(tmp_path / "more.jsonl", [3]))["report"]["added"] == 1


# -- waiting -----------------------------------------------------------------------------------------------------------

BUSY = """
import sys
from pathlib import Path
from tests.support.shelves import open_fake
with open_fake(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.readline()
"""


def test_an_ingest_waits_for_a_short_command_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    source = records(tmp_path / "some.jsonl", [1])
    with child(BUSY, folder, stdin=subprocess.PIPE) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()
        status, _, err = run("ingest", source, "--wait", "0", "--library", folder)
        assert status == 1
        assert f"process {busy.pid}" in err
        with command("ingest", source, "--json", "--library", folder) as waiting:
            assert waiting.stderr is not None
            assert f"(process {busy.pid}): waiting until it is free, 10 minutes at most" in waiting.stderr.readline()
            busy.communicate("\n", timeout=60)
            out, _ = waiting.communicate(timeout=60)
    assert (waiting.returncode, json.loads(out)["added"]) == (0, 1)


def test_who_reads_beside_a_short_command_does_not_wait(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        put(library, some_article(1))
    with child(BUSY, folder, stdin=subprocess.PIPE) as busy:
        assert busy.stdout is not None
        busy.stdout.readline()
        status, out, _ = run("articles", "list", "--json", "--library", folder)
        assert (status, [article["id"] for article in json.loads(out)["articles"]]) == (0, ["a1"])
        busy.communicate("\n", timeout=60)


def test_a_second_page_is_refused_at_once(library: Library, address: str) -> None:
    status, _, err = run("chat", "--library", library.folder)
    assert status == 1
    assert f"process {os.getpid()}" in err
