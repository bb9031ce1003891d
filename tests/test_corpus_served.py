"""The dense index on a Chroma server: whatever becomes of the server, the library answers and brings the index back."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from corpus import Library, LibraryError, server_address
from corpus.index import served
from corpus.index.chroma import IndexBrokenError, IndexUnreachableError
from corpus.index.served import ServedIndex
from tests.support.fakes import FakeEmbedder
from tests.support.shelves import assert_whole, dense, open_fake, put, some_article, unit_vectors

QUESTIONS = ("storm over the harbour", "budget of the museum", "glacier and dam")


class Server:
    """A real `chroma run` on loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = Path(sys.executable).with_name("chroma")
        command = [str(program), "run", "--path", str(self.folder), "--host", "127.0.0.1", "--port", str(self.port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(command, start_new_session=True, **quiet)  # type: ignore[call-overload]
        end = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            httpx.get(f"{self.address}/api/v2/heartbeat", timeout=5).raise_for_status()
        except httpx.HTTPError:
            return False
        return True

    def kill(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def collections(self) -> list[str]:
        path = "/api/v2/tenants/default_tenant/databases/default_database/collections"
        return sorted(one["name"] for one in httpx.get(self.address + path, timeout=30).json())


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path / "server")
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for the tests that leave it running."""
    running = Server(tmp_path_factory.mktemp("shared") / "server")
    running.start()
    yield running
    running.kill()


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that failed is tried again with the next search."""
    monkeypatch.setattr(served, "AGAIN_AFTER", 0.0)
    monkeypatch.setattr(served, "REQUEST_SECONDS", 5.0)


def open_served(folder: Path, address: str) -> Library:
    return Library.open(folder, embedder=FakeEmbedder(), chroma=address)


def is_served(library: Library) -> bool:
    return isinstance(library._index._current, ServedIndex)  # type: ignore[union-attr]


def fill(folder: Path, server: Server, count: int = 60) -> list[Any]:
    """A closed library whose index is on the server, and what it answers."""
    with open_served(folder, server.address) as library:
        put(library, *(some_article(number) for number in range(count)))
        assert library.wait_for_index(60)
        return answers(library)


def answers(library: Library) -> list[Any]:
    return [dense(library, question, 15) for question in QUESTIONS]


def test_the_index_lives_on_the_server_and_nothing_of_a_text_goes_there(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "library"
    fill(folder, server)
    (name,) = server.collections()
    assert name.startswith("pressmark-")
    assert name.endswith("-1")
    assert not (folder / "index").exists()
    server.kill()
    held = b"".join(path.read_bytes() for path in server.folder.rglob("*") if path.is_file())
    for word in (b"marked3x1", b"Report number", b"The Gazette", b"news.example"):
        assert word not in held
    server.start()
    with open_served(folder, server.address) as library, open_fake(tmp_path / "other") as other:
        assert library.wait_for_index(60)
        assert is_served(library)
        put(other, *(some_article(number) for number in range(60)))
        assert answers(library) == answers(other)
        assert library.check() == []


def test_changes_reach_the_server(tmp_path: Path, shared_server: Server) -> None:
    folder, server = tmp_path / "library", shared_server
    fill(folder, server, 20)
    with open_served(folder, server.address) as library:
        put(library, some_article(30), replace(some_article(3), title="Corrected"))
        library.remove("a4")
        assert library.wait_for_index(60)
        assert_whole(library, some_article(30))
        assert_whole(library, replace(some_article(3), title="Corrected"))
        assert is_served(library)
    with open_served(folder, server.address) as library:
        assert library.wait_for_index(60)
        assert is_served(library)
        current = {int(number) for number in library._store.vectors.numbers()}
        assert library._index._current.numbers() == current  # type: ignore[union-attr]


def test_an_index_in_the_folder_of_the_time_before_the_server_keeps_nothing_removed(
    tmp_path: Path, shared_server: Server
) -> None:
    folder = tmp_path / "library"
    with open_fake(folder) as library:
        put(library, *(some_article(number) for number in range(20)))
        assert library.wait_for_index(60)
    held = list((folder / "index").rglob("*"))
    with open_served(folder, shared_server.address) as library:
        assert list((folder / "index").rglob("*")) == held, "it may be used again"
        library.remove("a4")
        assert not (folder / "index").exists()
        assert_whole(library, some_article(5))
    with open_fake(folder) as library:
        assert library.wait_for_index(60)
        assert_whole(library, some_article(5))


def test_a_server_killed_in_the_middle_is_stood_in_for_and_used_again(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "library"
    expected = fill(folder, server)
    with open_served(folder, server.address) as library:
        assert library.wait_for_index(60)
        server.kill()
        assert answers(library) == expected
        assert not is_served(library)
        put(library, some_article(100))
        assert_whole(library, some_article(100))
        server.start()
        for _ in range(50):
            dense(library, "storm")
            if library.wait_for_index(60):
                break
        assert is_served(library)
        assert_whole(library, some_article(100))
        assert library.check() == []
    assert len(server.collections()) == 1


def test_a_server_killed_while_it_is_filled_misses_nothing_afterwards(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "library"
    with open_served(folder, server.address) as library:
        put(library, some_article(0))
        assert library.wait_for_index(60)
        for number in range(1, 150):
            put(library, some_article(number))
            if number == 100:
                server.kill()
    server.start()
    with open_served(folder, server.address) as library:
        assert library.stats().articles == 150
        assert library.wait_for_index(60)
        assert is_served(library)
        assert library.check() == []


def test_without_the_server_the_library_opens_and_answers(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "library"
    expected = fill(folder, server)
    server.kill()
    with open_served(folder, server.address) as library:
        assert answers(library) == expected
        assert not library.wait_for_index(60)
    with open_fake(folder) as library:  # and with an index in its own folder
        assert library.wait_for_index(60)
        assert answers(library) == expected


def deleted(index: ServedIndex) -> None:
    index.drop(index.name)


def emptied(index: ServedIndex) -> None:
    index.delete(sorted(index.numbers()))


def other_vectors(index: ServedIndex) -> None:
    numbers = sorted(index.numbers())
    index.add(numbers, unit_vectors(len(numbers), 64, seed=3), [None] * len(numbers))


def strangers(index: ServedIndex) -> None:
    index.add(range(10_000, 10_100), unit_vectors(100, 64), [None] * 100)


def another_distance(index: ServedIndex) -> None:
    index.drop(index.name)
    index._api.create_collection(index.name, configuration={"hnsw": {"space": "l2"}})


def odd_names(index: ServedIndex) -> None:
    index._collection.upsert(ids=["drop table", str(2**70), "-5"], embeddings=unit_vectors(3, 64))


DAMAGES = (deleted, emptied, other_vectors, strangers, another_distance, odd_names)
CASES = [("closed", damage) for damage in DAMAGES] + [("open", damage) for damage in (deleted, odd_names)]


@pytest.mark.parametrize(("when", "damage"), CASES, ids=lambda one: getattr(one, "__name__", one))
def test_what_others_do_to_the_collection_is_noticed_and_put_right(
    tmp_path: Path, shared_server: Server, when: str, damage: Callable[[ServedIndex], None]
) -> None:
    folder, server = tmp_path / "library", shared_server
    others = set(server.collections())
    expected = fill(folder, server, 20)
    (name,) = set(server.collections()) - others

    def do_damage() -> None:
        with closing(ServedIndex(server.address, name)) as index:
            damage(index)

    if when == "closed":
        do_damage()
    else:
        with open_served(folder, server.address) as library:
            assert library.wait_for_index(60)
            do_damage()
            # What cannot be noticed before the next opening may hide passages, but invents none.
            assert all(
                set(library.find_passages([number])) == {number} for hits in answers(library) for number, _ in hits
            )
    with open_served(folder, server.address) as library:
        assert library.wait_for_index(60)
        assert is_served(library)
        assert answers(library) == expected
        assert library.check() == []
    assert len(set(server.collections()) - others) == 1


def test_damaged_files_of_the_server_are_stood_in_for_and_built_again(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "library"
    with open_served(folder, server.address) as library:
        put(library, *(some_article(number, sentences=16) for number in range(150)))
        assert library.wait_for_index(60)
        expected = answers(library)
    server.kill()
    vector_files = list(server.folder.rglob("*.bin"))
    assert vector_files, "the server wrote no vector files"
    for path in vector_files:
        path.write_bytes(b"\xff" * path.stat().st_size)
    server.start()
    with open_served(folder, server.address) as library:
        for _ in range(50):  # it may kill the server more than once
            assert answers(library) == expected
            if not server.answers():
                server.kill()
                server.start()
            if library.wait_for_index(60) and is_served(library):
                break
        assert is_served(library)
        assert answers(library) == expected


def test_two_libraries_and_a_copy_share_a_server(tmp_path: Path, shared_server: Server) -> None:
    server = shared_server
    others = set(server.collections())
    first = fill(tmp_path / "first", server, 10)
    with open_served(tmp_path / "second", server.address) as second:
        put(second, some_article(50))
        assert second.wait_for_index(60)
    shutil.copytree(tmp_path / "first", tmp_path / "copy")
    with open_served(tmp_path / "copy", server.address) as copy:
        copy.remove("a1")
        assert copy.wait_for_index(60)
    assert len(set(server.collections()) - others) == 3
    with open_served(tmp_path / "first", server.address) as library:
        assert library.wait_for_index(60)
        assert answers(library) == first
        assert library.check() == []


# -- servers that are none ---------------------------------------------------------------------------------------------


class Impostor(BaseHTTPRequestHandler):
    """Answers every request with the same words, or not at all."""

    said: bytes = b""
    waits: threading.Event | None = None

    def answer(self) -> None:
        if self.waits:
            self.waits.wait(30)
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.said)))
        self.end_headers()
        self.wfile.write(self.said)

    do_GET = do_POST = do_DELETE = answer  # noqa: N815

    def log_message(self, *_: Any) -> None:
        return


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"<html>hello</html>",
        b"[]",
        b"{}",
        b'{"nanosecond heartbeat": 1}',
        b'{"id": "00000000-0000-0000-0000-000000000000", "name": "x", "metadata": null, "dimension": 64, "tenant": "t",'
        b' "database": "d", "version": 0, "log_position": 0, "configuration_json": {"hnsw": {"space": "cosine"},'
        b' "embedding_function": {"type": "known", "name": "onnx_mini_lm_l6_v2", "config": {}}}}',
    ],
    ids=["empty", "a page", "a list", "an object", "only alive", "a poisoned collection"],
)
def test_a_server_that_is_no_chroma_does_no_harm(tmp_path: Path, said: bytes) -> None:
    handler = type("Said", (Impostor,), {"said": said})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as impostor:
        threading.Thread(target=impostor.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{impostor.server_address[1]}"
        with pytest.raises(IndexBrokenError):
            ServedIndex(address, "pressmark-1")
        with open_served(tmp_path / "library", address) as library:
            put(library, some_article(1))
            assert not library.wait_for_index(60)
            assert_whole(library, some_article(1))
        impostor.shutdown()


def test_a_server_that_never_answers_delays_nobody_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served, "REQUEST_SECONDS", 0.3)
    over = threading.Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Silent", (Impostor,), {"waits": over})) as silent:
        threading.Thread(target=silent.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{silent.server_address[1]}"
        with pytest.raises(IndexUnreachableError, match="does not answer"):
            ServedIndex(address, "pressmark-1")
        with open_served(tmp_path / "library", address) as library:
            put(library, some_article(1))
            assert_whole(library, some_article(1))
            assert not library.wait_for_index(60)
        over.set()
        silent.shutdown()


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (" http://chroma.example ", "http://chroma.example:80"),
        ("https://chroma.example/", "https://chroma.example:443"),
        ("http://[::1]:9", "http://[::1]:9"),
    ],
)
def test_addresses_of_servers(written: str, address: str) -> None:
    assert server_address(written) == address


@pytest.mark.parametrize(
    "written", ["localhost:8000", "ftp://x", "http://", "http://x:99999", "http://a:b@x", "http://x/path", "file:///x"]
)
def test_what_is_no_address_of_a_server_is_refused_in_words(tmp_path: Path, written: str) -> None:
    with pytest.raises(LibraryError):
        open_served(tmp_path, written)
    assert not list(tmp_path.iterdir())
