"""What comes back from an address, what it may cost, and what is not taken."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import (
    FetchError,
    RefusedAddressError,
    SourceError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
)
from ingest.fetching import exchange
from ingest.fetching.answers import Answer
from ingest.fetching.fetch import Fetcher, FetchSettings, Response
from tests import DATA
from tests.support.fetching import RESET, Asked, FakeClock, page, redirect, running_site
from tests.trials.evasions import PUBLIC_4, small_internet

MEBIBYTE = 1 << 20
CERTIFICATE = DATA / "certificates" / "news.example.pem"


def zeros(count: int) -> bytes:
    """So many megabytes of nothing, packed by gzip."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    return b"".join([*(packer.compress(bytes(MEBIBYTE)) for _ in range(count)), packer.flush()])


def endless(piece: bytes) -> Any:
    def reply(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
        while True:
            yield piece

    return reply


def test_a_page_comes_back_with_what_its_headers_say() -> None:
    headers = {
        "Content_Type": 'Text/HTML;  Charset="ISO-8859-1"; x=y',
        "ETag": 'W/"a1"',
        "Last_Modified": "Tue, 03 Mar 2026 10:00:00 GMT",
    }
    with running_site(story=page(b"<p>caf\xe9", **headers)) as site, site.fetcher() as fetcher:
        response = fetcher.get(f"{site.url}/story#part")
    assert response == Response(
        url=f"{site.url}/story#part",
        final_url=f"{site.url}/story",
        status=200,
        content=b"<p>caf\xe9",
        content_type="text/html",
        charset="iso-8859-1",
        etag='W/"a1"',
        last_modified="Tue, 03 Mar 2026 10:00:00 GMT",
    )


def test_what_is_not_told_is_not_made_up() -> None:
    with running_site(story=page(b"text")) as site:
        response = site.fetcher().get(f"{site.url}/story")
    assert (response.content_type, response.charset, response.etag, response.last_modified) == ("", None, None, None)


def test_redirects_are_followed_and_the_last_address_is_told() -> None:
    pages = {"a": redirect("/b", 301), "b": redirect("c?x=1#y", 307), "c?x=1": page(b"here")}
    with running_site(**pages) as site:
        response = site.fetcher().get(f"{site.url}/a")
        assert (response.url, response.final_url) == (f"{site.url}/a", f"{site.url}/c?x=1")
        assert site.paths() == ["/a", "/b", "/c?x=1"]


def test_letters_outside_ascii_are_escaped() -> None:
    with running_site(**{"caf%C3%A9%20x?q=%C3%BC": page(b"here"), "to": redirect("/caf\xc3\xa9 x?q=\xc3\xbc")}) as site:
        fetcher = site.fetcher()
        assert fetcher.get(f"{site.url}/café x?q=ü").content == b"here"
        assert fetcher.get(f"{site.url}/to").content == b"here"


def test_a_page_that_has_not_changed_is_not_sent_again() -> None:
    def story(asked: Asked) -> Iterator[bytes]:
        known = asked.headers.get("if-none-match") == '"1"' and asked.headers.get("if-modified-since") == "yesterday"
        yield page(status=304, ETag='"1"') if known else page(b"new", ETag='"1"', Last_Modified="yesterday")

    with running_site(story=story) as site:
        fetcher = site.fetcher()
        first = fetcher.get(f"{site.url}/story")
        second = fetcher.get(f"{site.url}/story", etag=first.etag, last_modified=first.last_modified)
    assert (first.status, second.status, second.content, second.etag) == (200, 304, b"", '"1"')


def test_an_unasked_not_modified_is_an_error() -> None:
    with running_site(story=page(status=304)) as site, pytest.raises(StatusError, match="answered 304"):
        site.fetcher().get(f"{site.url}/story")


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "", "\0", "ü", "x" * 5_000])
def test_an_etag_cannot_add_headers(value: str) -> None:
    with running_site(story=page(b"text")) as site:
        assert site.fetcher().get(f"{site.url}/story", etag=value, last_modified=value).status == 200
        assert not {"if-none-match", "if-modified-since", "x-evil"} & set(site.asked[-1].headers)


@pytest.mark.parametrize("status", [200, 203, 404, 410])
def test_found_and_gone_come_back(status: int) -> None:
    with running_site(story=page(b"text", status)) as site:
        response = site.fetcher().get(f"{site.url}/story")
    assert (response.status, response.content) == (status, b"text")


@pytest.mark.parametrize("status", [300, 400, 401, 403, 418, 429, 451, 500, 503])
def test_every_other_status_is_an_error_that_names_it(status: int) -> None:
    with (
        running_site(story=page(b"text", status)) as site,
        pytest.raises(StatusError, match=f"answered {status}") as told,
    ):
        site.fetcher().get(f"{site.url}/story")
    assert told.value.status == status
    assert isinstance(told.value, SourceError)


def test_cookies_are_not_kept() -> None:
    pages = {
        "set": page(b"", Set_Cookie="session=1; Path=/"),
        "to": page(status=302, Location="/story", Set_Cookie="session=2"),
        "story": page(b"text"),
    }
    with running_site(**pages) as site:
        fetcher = site.fetcher()
        for path in ("set", "to", "story"):
            fetcher.get(f"{site.url}/{path}")
        assert site.paths() == ["/set", "/to", "/story", "/story"]
        assert [asked for asked in site.asked if "cookie" in asked.headers] == []


def test_a_request_says_who_asks_and_nothing_of_whence() -> None:
    with running_site(to=redirect("/story"), story=page(b"text")) as site:
        site.fetcher(user_agent="Pressmark/9 (+https://news.example/robot)").get(f"{site.url}/to")
        assert {asked.headers["user-agent"] for asked in site.asked} == {"Pressmark/9 (+https://news.example/robot)"}
        sent = {name for asked in site.asked for name in asked.headers}
        assert sent == {"host", "user-agent", "accept", "accept-encoding", "connection"}


# Packed answers


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"text " * 1000)),
        ("X-GZIP", gzip.compress(b"text " * 1000)),
        ("gzip", gzip.compress(b"text " * 400) + gzip.compress(b"") + gzip.compress(b"text " * 600)),
        ("gzip", gzip.compress(b"text " * 1000) + b"rubbish behind the end"),
        ("deflate", zlib.compress(b"text " * 1000)),
        ("deflate", zlib.compress(b"text " * 1000)[2:-4]),
        ("identity", b"text " * 1000),
        (" , identity", b"text " * 1000),
    ],
)
@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_packed_pages_are_unpacked(coding: str, packed: bytes, size: int) -> None:
    def story(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: %s\r\n\r\n" % coding.encode()
        for start in range(0, len(packed), size):
            piece = packed[start : start + size]
            yield b"%x\r\n%s\r\n" % (len(piece), piece)
        yield b"0\r\n\r\n"

    with running_site(story=story) as site:
        assert site.fetcher().get(f"{site.url}/story").content == b"text " * 1000


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_not_unfolded(coding: str) -> None:
    bomb = zeros(60) if coding == "gzip" else zlib.compress(bytes(60 * MEBIBYTE), 9)
    with running_site(story=page(bomb, Content_Encoding=coding)) as site:
        tracemalloc.start()
        with pytest.raises(TooLargeError, match="larger than 1 MB"):
            site.fetcher(largest_bytes=MEBIBYTE).get(f"{site.url}/story")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10 * MEBIBYTE


def test_a_page_of_exactly_the_allowed_size_is_taken() -> None:
    with running_site(story=page(zeros(1), Content_Encoding="gzip")) as site:
        assert site.fetcher(largest_bytes=MEBIBYTE).get(f"{site.url}/story").content == bytes(MEBIBYTE)
        with pytest.raises(TooLargeError):
            site.fetcher(largest_bytes=MEBIBYTE - 1).get(f"{site.url}/story")


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("br", b"\x8b\x02\x80packed\x03"),
        ("zstd", b"\x28\xb5\x2f\xfd\x04\x00"),
        ("gzip, gzip", gzip.compress(zeros(50))),
        ("gzip, gzip, gzip, gzip, gzip, gzip", b"x"),
        ("compress", b"x"),
        ("made-up", b"x"),
    ],
)
def test_packing_that_was_not_asked_for_is_refused_unseen(coding: str, content: bytes) -> None:
    with running_site(story=page(content, Content_Encoding=coding)) as site:
        with pytest.raises(FetchError, match="which was not asked for"):
            site.fetcher().get(f"{site.url}/story")
        assert site.asked[-1].headers["accept-encoding"] == "gzip, deflate"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_broken_packing_is_told(coding: str) -> None:
    whole = gzip.compress(b"text " * 1000) if coding == "gzip" else zlib.compress(b"text " * 1000)
    for broken, words in (
        (whole[: len(whole) // 2], "breaks off"),
        (b"\xff" * 100, "is broken"),
        (whole[:1], "breaks off"),
    ):
        with running_site(story=page(broken, Content_Encoding=coding)) as site, pytest.raises(FetchError, match=words):
            site.fetcher().get(f"{site.url}/story")


# Limits


def test_a_larger_page_is_refused_before_it_is_read() -> None:
    def story(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n"

    with running_site(story=story) as site, pytest.raises(TooLargeError):
        site.fetcher(largest_bytes=1000).get(f"{site.url}/story")


@pytest.mark.parametrize("piece", [b"x" * 4096, b"\r\n" + b"x" * 4096])
def test_a_page_without_end_is_left(piece: bytes) -> None:
    def story(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        while True:
            yield piece

    with running_site(story=story) as site, pytest.raises(TooLargeError):
        site.fetcher(largest_bytes=100_000).get(f"{site.url}/story")


@pytest.mark.parametrize("piece", [b"X-More: and more\r\n", b"X-Long: " + b"y" * 8192, b"Set-Cookie: a=b\r\n"])
def test_headers_without_end_are_left(piece: bytes) -> None:
    with running_site(story=endless(piece)) as site, pytest.raises(FetchError, match="does not answer in proper HTTP"):
        site.fetcher().get(f"{site.url}/story")


def test_interim_answers_without_end_are_left() -> None:
    def story(_: Asked) -> Iterator[bytes]:
        while True:
            yield b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" * 100

    with running_site(story=story) as site, pytest.raises(TooLargeError, match="sends without end"):
        site.fetcher(largest_bytes=100_000).get(f"{site.url}/story")


@pytest.mark.parametrize(
    "begin", [b"", b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"]
)
def test_a_slow_drip_ends_at_the_deadline(begin: bytes) -> None:
    """The clock goes on by a second at each look: what drips on and on meets the end of its thirty seconds."""
    drop = threading.Event()

    def story(_: Asked) -> Iterator[bytes]:
        yield begin
        while not drop.wait(0.005):
            yield b"1\r\nx\r\n" if b"chunked" in begin else b"X"

    with running_site(story=story) as site, pytest.raises(TooSlowError, match="longer than it is given"):
        site.fetcher(FakeClock(step=1.0).clock).get(f"{site.url}/story")
    drop.set()


def test_redirects_share_one_deadline() -> None:
    with running_site(story=redirect("/story")) as site, pytest.raises(TooSlowError):
        site.fetcher(FakeClock(step=2.0).clock).get(f"{site.url}/story")
    assert 1 < len(site.paths()) <= 5


def test_a_silent_server_is_left() -> None:
    over = threading.Event()

    def story(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        over.wait(30)

    with running_site(story=story) as site:
        with pytest.raises(UnreachableError, match="fell silent"):
            site.fetcher(silence_seconds=0.1).get(f"{site.url}/story")
        over.set()


def test_silence_past_the_deadline_is_no_mere_silence() -> None:
    over, clock = threading.Event(), FakeClock()

    def story(_: Asked) -> Iterator[bytes]:
        clock.time += 31
        over.wait(30)
        yield b""

    with running_site(story=story) as site:
        with pytest.raises(TooSlowError, match="longer than it is given"):
            site.fetcher(clock.clock, silence_seconds=0.1, retries=3).get(f"{site.url}/story")
        over.set()
        assert site.paths() == ["/story"]


@pytest.mark.parametrize(
    "answer",
    [b"", RESET, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", b"HTTP/1.1 200 OK\r\nContent-Le"],
)
def test_a_connection_that_breaks_off_gives_no_half_page(answer: bytes) -> None:
    with running_site(story=answer) as site, pytest.raises(UnreachableError) as told:
        site.fetcher().get(f"{site.url}/story")
    assert told.value.passing


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/9.9 999 ?\r\n\r\n",
        b"\0" * 100 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n: x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
    ],
)
def test_what_is_not_http_is_told(answer: bytes) -> None:
    with running_site(story=answer) as site, pytest.raises(FetchError):
        site.fetcher().get(f"{site.url}/story")


def test_nobody_at_home_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        name = f"127.0.0.1:{server.getsockname()[1]}"
    with pytest.raises(FetchError, match="no connection to 127"):
        Fetcher(FetchSettings(allow_private=(name,), retries=0)).get(f"http://{name}/")


@pytest.mark.parametrize(
    ("error", "passing"), [(socket.EAI_NONAME, False), (socket.EAI_AGAIN, True)], ids=["unknown", "for now"]
)
def test_a_name_that_cannot_be_resolved_is_told(error: int, passing: bool) -> None:
    with (
        mock.patch.object(socket, "getaddrinfo", side_effect=socket.gaierror(error, "says the resolver")),
        pytest.raises(UnreachableError, match=r"'gone\.example' cannot be resolved: says the resolver") as told,
    ):
        exchange.resolved("gone.example", 80, 5)
    assert told.value.passing is passing


def test_a_resolver_that_hangs_is_left() -> None:
    over = threading.Event()
    with mock.patch.object(socket, "getaddrinfo", side_effect=lambda *_, **__: over.wait(30) and []):
        with pytest.raises(UnreachableError, match="was not resolved"):
            exchange.resolved("slow.example", 80, 0.05)
        over.set()


def test_a_host_is_reached_by_its_next_number_if_the_first_does_not_answer() -> None:
    with running_site(story=page(b"here")) as site:
        port = site.address[1]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in ("::1", "127.0.0.1")]
        resolve = socket.getaddrinfo
        with mock.patch.object(
            socket, "getaddrinfo", lambda host, *a, **o: found if host == "two.example" else resolve(host, *a, **o)
        ):
            fetcher = site.fetcher(allow_private=(f"two.example:{port}",))
            assert fetcher.get(f"http://two.example:{port}/story").content == b"here"


# TLS


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The certificate of the tests is trusted, as one that an administrator adds."""
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    exchange.tls_context.cache_clear()
    yield
    exchange.tls_context.cache_clear()


def encrypted(site: Any, names: list[str | None]) -> Any:
    """A relay of one site that speaks TLS and notes by which name it was called."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    context.sni_callback = lambda _, name, __: names.append(name)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = server.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(plain, server_side=True) as client:
                    asked = client.recv(65536).decode("latin-1").split()
                    client.sendall(b"".join(site.reply(Asked(asked[1], {}))))
            except OSError:
                plain.close()

    threading.Thread(target=serve, daemon=True).start()
    return server


@pytest.mark.usefixtures("trusting")
def test_tls_knows_the_host_by_its_name_and_redirects_stay_encrypted() -> None:
    names: list[str | None] = []
    with (
        running_site(to=redirect("http://news.example/story"), story=page(b"here")) as site,
        small_internet() as internet,
        encrypted(site, names) as server,
    ):
        internet.reset((("news.example", ((PUBLIC_4,),)), ("other.example", ((PUBLIC_4,),))))
        internet.routes[PUBLIC_4, 443] = server.getsockname()
        response = site.fetcher().get("https://news.example/to")
        assert (response.content, response.final_url) == (b"here", "https://news.example/story")
        assert set(names) == {"news.example"}
        with pytest.raises(FetchError, match=r"certificate of other\.example does not hold"):
            site.fetcher().get("https://other.example/story")
        assert names[-1] == "other.example"


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with running_site() as site, small_internet() as internet, encrypted(site, []) as server:
        internet.reset((("news.example", ((PUBLIC_4,),)),))
        internet.routes[PUBLIC_4, 443] = server.getsockname()
        with pytest.raises(FetchError, match=r"certificate of news\.example does not hold"):
            site.fetcher().get("https://news.example/story")
        assert site.asked == []


# Headers are data


@settings(max_examples=50)
@given(st.text(max_size=50), st.text(max_size=50), st.text(max_size=50))
def test_no_header_breaks_the_reading_of_an_answer(kind: str, wait: str, date: str) -> None:
    answer = Answer(200, {"content-type": kind, "retry-after": wait, "date": date, "etag": kind}, b"")
    media_type, charset = answer.media_type
    assert media_type == media_type.lower()
    assert charset is None or charset
    assert answer.seconds_to_wait() >= 0
    assert answer.value("etag") is None or "\n" not in str(answer.value("etag"))


def test_settings_that_name_no_host_are_refused_at_the_start() -> None:
    for entry in (
        "http://intranet.example",
        "",
        "10.0.0.1:port",
        "10.1",
        "a b",
        "intranet.example:99999",
        "me@intranet.example",
        "intranet.example/",
    ):
        with pytest.raises(RefusedAddressError, match="setting for private hosts"):
            Fetcher(FetchSettings(allow_private=(entry,)))


@pytest.mark.parametrize("agent", ["", "/1.0", "Press mark/1.0", "Pressmark/1.0\r\nX: y", "Prüfer/1.0"])
def test_a_user_agent_is_a_name_that_can_be_sent(agent: str) -> None:
    with pytest.raises(ValueError, match="is no user agent"):
        FetchSettings(user_agent=agent)
