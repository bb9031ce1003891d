"""Addresses that try to reach what is not public, and a small internet on loopback in which to try them.

In this internet a few names resolve to public numbers, behind which a server on loopback answers; every other number,
by whatever spelling or way it is reached, leads to a canary that counts connections. The same cases are run against
the fetcher, which must not reach the canary once, and against bare httpx, which shows that the canary sees.

    python -m tests.trials.evasions     prints both counts for each kind of case
"""

from __future__ import annotations

import ipaddress
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, quote, urlsplit

PUBLIC_4, PUBLIC_6 = "93.184.216.34", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
PUBLIC = "http://public.example"
CANARY_MARK = b"canary"
Answers = tuple[tuple[str, ...], ...]
"""What a name resolves to: at the first question, at the second, …; the last answer stays."""


@dataclass(frozen=True)
class Case:
    """One attempt: an address, and what names resolve to meanwhile."""

    kind: str
    url: str
    names: tuple[tuple[str, Answers], ...] = ()
    visits: int = 1
    """How often the address is asked for, one after the other."""


class Canary(socketserver.ThreadingTCPServer):
    """Counts connections, and answers them in HTTP."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        self.connections = 0
        super().__init__(("127.0.0.1", 0), socketserver.BaseRequestHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        request.settimeout(2)
        try:
            request.recv(65536)
            request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n" + CANARY_MARK)
        except OSError:
            pass


class PublicSite(BaseHTTPRequestHandler):
    """A public host: redirects wherever it is told to, and serves pages that point at private hosts."""

    protocol_version = "HTTP/1.1"
    server: PublicServer

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        query = parse_qs(asked.query, encoding="latin-1")
        if asked.path == "/robots.txt":
            return self._robots(self.headers["Host"])
        if asked.path in ("/to", "/chain"):
            return self._redirect(query["url"][0], int(query.get("status", ["302"])[0]), query)
        if asked.path == "/loop":
            return self._send(302, [("Location", "/loop")])
        if asked.path == "/page":
            headers = [("Content-Type", "text/html"), *((name, "; ".join(value)) for name, value in query.items())]
            return self._send(200, headers, self.server.page)
        self._send(404)

    def _robots(self, host: str) -> None:
        if host.startswith("robots-to-private"):
            return self._send(302, [("Location", "http://127.0.0.1/robots.txt")])
        self._send(404)

    def _redirect(self, url: str, status: int, query: dict[str, list[str]]) -> None:
        left = int(query.get("left", ["0"])[0])
        if left:
            url = f"/chain?left={left - 1}&url={quote(url, safe='', encoding='latin-1')}"
        self._send(status, [("Location", url)])

    def _send(self, status: int, headers: list[tuple[str, str]] = [], content: bytes = b"") -> None:  # noqa: B006
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers]  # by hand: what is odd must arrive as it is
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + content)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class PublicServer(ThreadingHTTPServer):
    daemon_threads = True
    page = b""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is none."""


@dataclass
class SmallInternet:
    """What names stand for, and where numbers lead; `dialled` are the numbers that are not public, with their ports."""

    canary: Canary
    public: PublicServer
    names: dict[str, Answers] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    routes: dict[tuple[str, int], Any] = field(default_factory=dict)
    """Where public numbers lead, besides the public server."""
    resolve: Callable[..., Any] = socket.getaddrinfo
    connect: Callable[..., socket.socket] = socket.create_connection

    def getaddrinfo(self, host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = host.decode("ascii") if isinstance(host, bytes) else str(host)
        answers = self.names.get(name.lower().removesuffix("."))
        if answers is None:
            return self.resolve(name, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        number = self.asked[name] = self.asked.get(name, 0) + 1
        found = answers[min(number, len(answers)) - 1]
        return [self.resolve(each, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)[0] for each in found]

    def create_connection(self, address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        number = self.getaddrinfo(*address)[0][4][0]
        if (number, address[1]) in self.routes:
            return self.connect(self.routes[number, address[1]], *args, **options)
        if number in (PUBLIC_4, PUBLIC_6) and address[1] in (80, 443):
            return self.connect(self.public.server_address, *args, **options)
        self.dialled.append((number, address[1]))
        return self.connect(self.canary.server_address, *args, **options)

    def reset(self, names: tuple[tuple[str, Answers], ...]) -> None:
        self.names = {"public.example": ((PUBLIC_4, PUBLIC_6),), "localhost": (("127.0.0.1", "::1"),), **dict(names)}
        self.asked = {}
        self.dialled = []

    def connections(self) -> int:
        """Connections that the canary has taken, counted after one more of our own has come through."""
        with self.connect(self.canary.server_address) as probe:
            probe.sendall(b"GET / HTTP/1.1\r\n\r\n")
            while probe.recv(4096):
                pass
        return self.canary.connections - 1


@contextmanager
def small_internet(page: bytes = b"") -> Iterator[SmallInternet]:
    """In here, sockets lead to the servers on loopback; only those of this process that are made by these two calls."""
    with ExitStack() as stack:
        canary, public = stack.enter_context(Canary()), stack.enter_context(PublicServer(("127.0.0.1", 0), PublicSite))
        public.page = page
        for server in (canary, public):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
            stack.callback(server.shutdown)
        internet = SmallInternet(canary, public)
        stack.enter_context(mock.patch.object(socket, "getaddrinfo", internet.getaddrinfo))
        stack.enter_context(mock.patch.object(socket, "create_connection", internet.create_connection))
        internet.reset(())
        yield internet


PRIVATE_4 = "127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 172.31.255.254 192.168.1.1 169.254.169.254 100.100.100.200".split()
SPECIAL_4 = """
    0.0.0.0 0.1.2.3 100.64.0.1 100.127.255.255 127.255.255.254 168.63.129.16 169.254.0.1 172.20.10.2 192.0.0.1
    192.0.0.192 192.0.2.7 192.88.99.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.9 203.0.113.5 224.0.0.1
    239.255.255.250 240.0.0.1 255.255.255.255 10.255.255.255
""".split()
SPECIAL_6 = """
    :: ::1 0:0:0:0:0:0:0:1 0000:0000:0000:0000:0000:0000:0000:0001 fe80::1 fe80::a00:27ff:fe4e:66a1 febf::1 fec0::1
    fc00::1 fd00:ec2::254 fd12:3456:789a::1 ff02::1 ff05::2 100::1 100:0:0:1::1 2001:2::1 2001:10::1 2001:20::1
    2001:db8::1 3fff::1 5f00::1 4000::1 8000::1 e000::1 0:1::1 200::1
""".split()


def spellings(number: str) -> Iterator[str]:
    """The same IPv4 number as it can also be written in an address."""
    a, b, c, d = (int(part) for part in number.split("."))
    whole = int(ipaddress.IPv4Address(number))
    yield from (number, f"{number}.", str(whole), f"{whole:#x}", f"0X{whole:X}", f"0{whole:o}", f"{whole}.")
    yield from (f"{a:#x}.{b:#x}.{c:#x}.{d:#x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"{a:04o}.{b:04o}.{c:04o}.{d:04o}")
    yield from (
        f"{a}.{whole & 0xFFFFFF}",
        f"{a}.{b}.{whole & 0xFFFF}",
        f"{a:#x}.{whole & 0xFFFFFF}",
        f"{a}.{b:#x}.{c}.{d}",
    )
    yield from (f"0{a:o}.{b}.{c}.{d}", f"{a:03}.{b:03}.{c:03}.{d:03}", f"{a:#010x}.{b}.{c}.{d}")
    yield from (f"{a + 256}.{b}.{c}.{d}", str(whole + (1 << 32)), f"{a}..{b}.{c}.{d}", f"{number}..")
    yield from (number.replace(".", dot) for dot in "\u3002\uff0e\uff61")
    yield from ("".join(chr(ord(character) + 0xFEE0) for character in number), number.translate(CIRCLED))
    yield from ("".join(f"%{ord(character):02x}" for character in number), number.replace(".", "%2e"), f"%00{number}")


CIRCLED = {ord("1") + step: chr(0x2460 + step) for step in range(9)} | {ord("0"): "\u24ea"}


def embeddings(number: str) -> Iterator[str]:
    """IPv6 numbers that hold an IPv4 one."""
    whole = int(ipaddress.IPv4Address(number))
    high, low = whole >> 16, whole & 0xFFFF
    yield from (
        f"::ffff:{number}",
        f"::ffff:{high:x}:{low:x}",
        f"0:0:0:0:0:ffff:{number}",
        f"::FFFF:{high:04X}:{low:04X}",
    )
    yield from (f"::{number}", f"::{high:x}:{low:x}", f"::ffff:0:{number}", f"::ffff:0:{high:x}:{low:x}")
    yield from (
        f"64:ff9b::{number}",
        f"64:ff9b::{high:x}:{low:x}",
        f"64:ff9b:1::{number}",
        f"64:ff9b:1:{high:x}:{low:x}::",
    )
    yield from (f"2002:{high:x}:{low:x}::", f"2002:{high:x}:{low:x}::1", f"2001:0:{high:x}:{low:x}::1")
    yield f"2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}"
    yield from (f"2606:2800:21f::5efe:{number}", f"2606:2800:21f:0:200:5efe:{high:x}:{low:x}", f"fe80::5efe:{number}")
    yield from (f"::1%25{number}", f"::ffff:{number}%25eth0", f"::ffff:{number}%eth0")


def literals() -> Iterator[Case]:
    """Numbers in addresses."""
    for number in (*PRIVATE_4, *SPECIAL_4):
        for text in spellings(number) if number in PRIVATE_4 else (number,):
            yield Case("IPv4 spellings", f"http://{text}/")
    for number in SPECIAL_6:
        yield Case("IPv6 special", f"http://[{number}]/")
        yield Case("IPv6 special", f"https://[{number.upper()}]:443/latest/meta-data/")
    for number in PRIVATE_4:
        for text in embeddings(number):
            yield Case("IPv4 in IPv6", f"http://[{text}]/")


def confusions() -> Iterator[Case]:
    """Addresses that two readers read in two ways."""
    for host in ("127.0.0.1", "169.254.169.254", "localhost", "[::1]"):
        for text in (
            "public.example@{}", "public.example:80@{}", "user:word@{}", "@{}", ":@{}", "{}:80@public.example@{}",
            "public.example%40{}@{}", "public.example%2f@{}", "public.example#@{}", "public.example?@{}",
        ):  # fmt: skip
            yield Case("user names", f"http://{text.replace('{}', host)}/")
        for text in (
            "http://{}\\@public.example/", "http://public.example\\@{}/", "http:\\\\{}/", "http:/\\{}/", "http://\\{}/",
            "\\\\{}/", "http://{}\\.public.example/", "http://{}\t/", "http://\t{}/", "ht\ttp://{}/", "http:\n//{}/",
            "http://{}\n.public.example/", "http:// {}/", "http://{} .public.example/", " http://{}/", "\thttp://{}/",
            "\x00http://{}/", "http://{}\x00.public.example/", "http://{}%00.public.example/", "http://{}%0d%0a/",
            "http://{}\r\nHost: public.example/", "http://\u200b{}/", "http://{}\u00ad/", "http://{}\u2028/",
            "http://{};public.example/", "http://{},public.example/", "http://({})/", "http://public.example,{}/",
            "http://{}|public.example/", "http://{}`/", "http://{}^public.example/", "http://<{}>/", "http://{}\u2100/",
            "http://{}\ufe6bpublic.example/", "http://{}\uff03@public.example/", "http://{}\uff0fpublic.example/",
        ):  # fmt: skip
            yield Case("two readings", text.replace("{}", host))
        for text in (
            "http:{}", "http:/{}/", "http:///{}/", "http:////{}/", "//{}/", "{}", "{}/", "http//{}/", "http;//{}/",
            "://{}/", "hTTp:{}/", "https:{}/", "url:http://{}/", "view-source:http://{}/", "feed://{}/", "jar:http://{}!/",
            "file://{}/etc/passwd", "ftp://{}/", "gopher://{}:70/_x", "dict://{}:11211/", "ldap://{}/", "ws://{}/",
            "tftp://{}/x", "sftp://{}/", "http+unix://{}/", "netdoc://{}/", "data://{}/", "javascript://{}/%0aalert(1)",
            "httpx://{}/", "http2://{}/", "h\u200bttp://{}/", "\uff48ttp://{}/", "socks5://{}/", "blob:http://{}/",
        ):  # fmt: skip
            yield Case("schemes", text.replace("{}", host))
    yield from (
        Case("schemes", url) for url in ("", " ", "file:///etc/passwd", "data:text/html,x", "about:blank", "http://")
    )
    for port in (
        0,
        1,
        21,
        22,
        25,
        53,
        79,
        81,
        110,
        111,
        389,
        444,
        2375,
        3306,
        5432,
        6379,
        8000,
        8080,
        9200,
        11211,
        65535,
    ):
        yield Case("ports", f"{PUBLIC}:{port}/page")
    yield from (
        Case("ports", f"{PUBLIC}:{port}/page")
        for port in ("65616", "-80", "+22", "0x50", "8 0", "22:80", "\uff18\uff11")
    )
    yield from (
        Case("ports", f"http://{host}:{port}/")
        for host in ("127.0.0.1", "[::1]", "localhost")
        for port in (80, 443, 7860)
    )


def names() -> Iterator[Case]:
    """Names that resolve to private numbers, at once or later."""
    for number in (
        *PRIVATE_4,
        *SPECIAL_4[:6],
        "::1",
        "fd00::1",
        "fe80::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ):
        yield Case("names", "http://inside.example/", (("inside.example", ((number,),)),))
        yield Case("one public, one private", "http://both.example/", (("both.example", ((PUBLIC_4, number),)),))
        yield Case("one public, one private", "http://both.example/", (("both.example", ((number, PUBLIC_6),)),))
        yield Case("rebinding", "http://rebind.example/page", (("rebind.example", ((PUBLIC_4,), (number,))),), visits=3)
        yield Case(
            "rebinding",
            "http://rebind.example/chain?left=2&url=/page",
            (("rebind.example", ((PUBLIC_4,), (PUBLIC_4,), (number,), (PUBLIC_4, number))),),
            visits=2,
        )
    for name in (
        "localhost", "LOCALHOST", "localhost.", "loc\u0430lhost.example", "metadata.google.internal", "router",
        "127.0.0.1.nip.example", "b\u00fccher.example", "xn--bcher-kva.example", "_dmarc.inside.example",
        "a" * 63 + ".example", "kubernetes",
    ):  # fmt: skip
        as_asked = name.lower().removesuffix(".").encode("idna").decode("ascii")
        yield Case("names", f"http://{name}/", ((as_asked, (("127.0.0.1", "::1"),)),))


def redirects() -> Iterator[Case]:
    """Public pages that lead to all of these."""
    for case in (*literals(), *confusions(), *names()):
        if case.kind != "ports" and case.visits == 1:
            yield Case("redirects", f"{PUBLIC}/to?url={_quoted(case.url)}", case.names)
    for depth in range(1, 9):
        for target in (
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://10.0.0.1/",
            "//169.254.169.254/",
            f"{PUBLIC}:22/page",
        ):
            yield Case("redirect chains", f"{PUBLIC}/chain?left={depth}&url={_quoted(target)}")
    for status in (300, 301, 303, 304, 305, 306, 307, 308):
        yield Case("redirect chains", f"{PUBLIC}/to?status={status}&url={_quoted('http://127.0.0.1/')}")
    robots = "robots-to-private.example"
    yield Case("robots.txt", f"http://{robots}/page", ((robots, ((PUBLIC_4,),)),))


def _quoted(url: str) -> str:
    """As UTF-8 that a header is made of, byte by byte."""
    return quote(url.encode("utf-8"), safe="")


INVITING_HEADERS = (
    "Refresh",
    "Link",
    "Content-Location",
    "Alt-Svc",
    "Location",
    "X-Accel-Redirect",
    "SourceMap",
    "Report-To",
)


def contents() -> Iterator[Case]:
    """Pages whose content and headers point at private hosts: it comes back, and nothing else is asked for."""
    for header in INVITING_HEADERS:
        yield Case("content is data", f"{PUBLIC}/page?{header}=0;url=http://127.0.0.1/")


INVITING_PAGE = b"""<!doctype html><head><meta http-equiv="refresh" content="0; url=http://127.0.0.1/">
<base href="http://127.0.0.1/"><link rel="stylesheet" href="http://127.0.0.1/s.css">
<script src="//127.0.0.1/x.js"></script>
<link rel="amphtml" href="http://10.0.0.1/"><link rel="canonical" href="http://127.0.0.1/"></head>
<body onload="location='http://127.0.0.1/'"><img src="http://127.0.0.1/p.png"><iframe src="http://[::1]/"></iframe>
<rss><channel><item><link>http://127.0.0.1/item</link><enclosure url="http://127.0.0.1/e.mp3"/></item></channel></rss>"""


def all_cases() -> list[Case]:
    """Every case once."""
    return list(dict.fromkeys((*literals(), *confusions(), *names(), *redirects(), *contents())))


@dataclass(frozen=True)
class Outcome:
    """What came of a case: whether something that is not public was reached, and what was raised or returned."""

    case: Case
    reached: bool
    results: tuple[Any, ...]


def tried(internet: SmallInternet, case: Case, get: Callable[[str], Any]) -> Outcome:
    """Run one case with a function that fetches."""
    internet.reset(case.names)
    results: list[Any] = []
    for _ in range(case.visits):
        try:
            results.append(get(case.url))
        except Exception as error:
            results.append(error)
    return Outcome(case, bool(internet.dialled), tuple(results))


def bare_client() -> Any:
    """A client as programs use it without further thought."""
    import httpx

    return httpx.Client(follow_redirects=True, verify=False, timeout=5)  # noqa: S501


def main() -> None:
    """Print how many cases reach something that is not public, with the fetcher and with bare httpx."""
    from ingest import Fetcher, FetchSettings

    counts: dict[str, list[int]] = {}
    with small_internet(INVITING_PAGE) as internet, bare_client() as client:
        for case in all_cases():
            fetcher = Fetcher(FetchSettings(delay_seconds=0, retries=0))
            row = counts.setdefault(case.kind, [0, 0, 0])
            row[0] += 1
            row[1] += tried(internet, case, fetcher.get).reached
            row[2] += tried(internet, case, client.get).reached
    print(f"{'kind':26}{'cases':>8}{'fetcher':>9}{'httpx':>8}")  # noqa: T201
    counts["all"] = [sum(row[column] for row in counts.values()) for column in range(3)]
    for kind, row in counts.items():
        print(f"{kind:26}{row[0]:8}{row[1]:9}{row[2]:8}")  # noqa: T201


if __name__ == "__main__":
    main()
