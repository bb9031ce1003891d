"""Web archives: which records become pages, and that nothing in one costs more than itself."""

import gzip
import io
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest

import ingest
from ingest.formats.warc import warc_documents
from ingest.formats.warc_stream import RecordStream, next_record
from ingest.raw import RawDocument
from tests.support.dumps import http, read, record, simple_page, warc
from tests.support.fakes import FakeLibrary
from tests.support.material import TEXT

PAGE = simple_page("The pledge", TEXT, "2015-08-01")
NOW = datetime(2022, 1, 1, tzinfo=UTC)
NAMES = ("a.warc", "a.warc.gz")


def pages(count: int) -> list[bytes]:
    return [record(http(simple_page("Pledge", f"{TEXT} {n}")), f"https://news.example/{n}") for n in range(count)]


def urls(documents: list[RawDocument]) -> list[str]:
    return [(document.url or "").rpartition("/")[2] for document in documents]


@pytest.mark.parametrize("name", NAMES)
def test_pages_come_with_the_address_that_was_crawled(tmp_path: Path, name: str) -> None:
    path = warc(tmp_path / name, *pages(3))
    documents, failed, passed = read(path)
    assert (urls(documents), failed, passed) == (["0", "1", "2"], [], [])
    assert documents[1].content == simple_page("Pledge", f"{TEXT} 1")
    assert {(document.kind, document.source, document.path_id) for document in documents} == {("html", str(path), None)}
    assert documents[1].where == f"{path} (https://news.example/1)"


def test_date_of_the_crawl_says_when_it_was_fetched_and_nothing_of_publication(tmp_path: Path) -> None:
    undated = record(http(simple_page("The reef", TEXT.replace("island", "reef"))), "https://news.example/reef")
    library = FakeLibrary()
    report = ingest.ingest(library, [warc(tmp_path / "a.warc.gz", record(http(PAGE)), undated)], now=lambda: NOW)
    assert (report.added, report.failed) == (2, ())
    dated, unknown = library.all()
    assert (dated.published, dated.fetched, dated.url) == (
        "2015-08-01",
        "2021-05-06T07:08:09+00:00",
        "https://news.example/a",
    )
    assert (unknown.published, unknown.fetched) == (None, "2021-05-06T07:08:09+00:00")


def test_date_of_the_crawl_that_is_none_gives_way_to_the_time_of_reading(tmp_path: Path) -> None:
    library = FakeLibrary()
    path = warc(tmp_path / "a.warc", record(http(PAGE), WARC_Date="yesterday"))
    ingest.ingest(library, [path], now=lambda: NOW)
    assert library.all()[0].fetched == NOW.isoformat()


def test_what_is_no_page_is_counted_and_told_once(tmp_path: Path) -> None:
    path = warc(
        tmp_path / "a.warc.gz",
        record(b"software: x", kind="warcinfo"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(b"GET / HTTP/1.1\r\n\r\n", kind="request"),
        record(http(), kind="revisit"),
        record(http(b"gone", "404 Not Found")),
        record(http(b"\xff\xd8\xff", content_type="image/jpeg")),
        record(http(b"{}", content_type="")),
        record(http(b"  ")),
        record(PAGE, kind="metadata"),
        record(http(PAGE)),
    )
    documents, failed, (passed,) = read(path)
    assert (len(documents), failed) == (1, [])
    assert passed.reason.startswith("9 records are no pages: 2 request, ")
    for kind in ("1 warcinfo", "1 revisit", "1 with status 404", "1 of type image/jpeg", "1 of no stated type"):
        assert kind in passed.reason
    report = ingest.ingest(FakeLibrary(), [path])
    assert (report.added, len(report.skipped), report.failed) == (1, 1, ())


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "javascript:alert(1)", "dns:news.example", "ftp://news.example/a", "", "http://"),
        *("data:text/html,x", "https://news.example/" + "x" * 5000, "http://[::1", "//news.example/a"),
    ],
)
def test_addresses_that_are_not_of_the_web_are_passed_over(tmp_path: Path, url: str) -> None:
    documents, failed, (passed,) = read(warc(tmp_path / "a.warc", record(http(PAGE), url)))
    assert (documents, failed) == ([], [])
    assert "1 with an address that is not of the web" in passed.reason


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("x-gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE))),
        ("identity", PAGE),
        ("gzip", PAGE),
        ("br", PAGE),
    ],
)
def test_content_encoding_is_undone_also_where_it_is_only_claimed(tmp_path: Path, encoding: str, body: bytes) -> None:
    path = warc(tmp_path / "a.warc.gz", record(http(body, Content_Encoding=encoding)))
    documents, failed, passed = read(path)
    assert [document.content for document in documents] == [PAGE]
    assert (failed, passed) == ([], [])


@pytest.mark.parametrize("ending", [b"0\r\n\r\n", b"0\r\nExpires: x\r\n\r\n", b""])
def test_chunks_are_joined(tmp_path: Path, ending: bytes) -> None:
    body = b"".join(b"%x;q=1\r\n%s\r\n" % (len(PAGE[n : n + 100]), PAGE[n : n + 100]) for n in range(0, len(PAGE), 100))
    path = warc(tmp_path / "a.warc", record(http(body + ending, Transfer_Encoding="chunked")))
    assert [document.content for document in read(path)[0]] == [PAGE]


def test_chunks_that_are_only_claimed_are_no_obstacle(tmp_path: Path) -> None:
    path = warc(tmp_path / "a.warc", record(http(PAGE, Transfer_Encoding="chunked")))
    assert [document.content for document in read(path)[0]] == [PAGE]


def test_character_set_of_the_response_is_used_where_the_page_names_none(tmp_path: Path) -> None:
    page = f"<html><body><p>{'Парламент острова принял обещание. ' * 10}</p></body></html>"
    response = http(page.encode("koi8-r"), content_type="text/html; charset=KOI8-R")
    broken = http(page.encode("koi8-r"), content_type="text/html; charset=hex")
    (document, other), _, _ = read(warc(tmp_path / "a.warc", record(response), record(broken)))
    assert "Парламент острова" in document.content.decode("utf-8-sig")
    assert other.content == page.encode("koi8-r")


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_page_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr("ingest.formats.warc.LARGEST_FILE", 100_000)
    pack = {"gzip": gzip.compress, "br": brotli.compress, "deflate": zlib.compress}[encoding]
    bomb = record(http(pack(b"<html>" + b" " * 50_000_000), Content_Encoding=encoding))
    documents, (problem,), _ = read(warc(tmp_path / "a.warc.gz", bomb, *pages(1)))
    assert urls(documents) == ["0"]
    assert "unpacks to more than" in problem.reason
    assert "at byte 0" in problem.reason


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_packed_page_that_breaks_off_is_reported(tmp_path: Path, encoding: str, pack: Callable[[bytes], bytes]) -> None:
    page = simple_page("Pledge", os.urandom(3000).hex())
    _, (problem,), _ = read(warc(tmp_path / "a.warc", record(http(pack(page)[:-500], Content_Encoding=encoding))))
    assert "its packed content breaks off" in problem.reason


def test_page_was_not_published_after_it_was_crawled(tmp_path: Path) -> None:
    page = simple_page("The pledge", TEXT, "2021-06-07")  # a month after the crawl, and before the reading
    library = FakeLibrary()
    ingest.ingest(library, [warc(tmp_path / "a.warc", record(http(page)))], now=lambda: NOW)
    assert library.all()[0].published is None


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("apart", [False, True])
def test_last_version_of_a_page_that_was_crawled_several_times_stays(
    tmp_path: Path, order: tuple[int, ...], apart: bool
) -> None:
    versions = [
        record(http(simple_page("Pledge", f"{TEXT} Version {n}.")), WARC_Date=f"2021-05-0{n + 1}T00:00:00Z")
        for n in range(3)
    ]
    if apart:
        paths = [warc(tmp_path / f"{at}.warc", versions[n]) for at, n in enumerate(order)]
    else:
        paths = [warc(tmp_path / "a.warc", *(versions[n] for n in order))]
    library = FakeLibrary()
    report = ingest.ingest(library, paths, now=lambda: NOW)
    assert report.failed == ()
    (article,) = library.all()
    assert (article.text.endswith("Version 2."), article.fetched) == (True, "2021-05-03T00:00:00+00:00")
    before = dict(library.contents)
    again = ingest.ingest(library, paths, now=lambda: NOW)
    assert (again.added, again.updated, again.unchanged, again.failed) == (0, 0, 1, ())
    assert library.contents == before


def test_page_that_was_fetched_since_is_not_replaced_by_an_old_crawl(tmp_path: Path) -> None:
    library = FakeLibrary()
    page = tmp_path / "a.html"
    page.write_bytes(
        PAGE.replace(b"</head>", b'<link rel="canonical" href="https://news.example/a"></head>').replace(
            b"Ministers", b"The ministers"
        )
    )
    ingest.ingest(library, [page], now=lambda: NOW)
    report = ingest.ingest(library, [warc(tmp_path / "a.warc", record(http(PAGE)))], now=lambda: NOW)
    assert (report.updated, len(library.all())) == (0, 1)
    assert "holds a later version" in report.skipped[0].reason


def test_encoding_that_is_not_known_is_reported(tmp_path: Path) -> None:
    _, (problem,), _ = read(warc(tmp_path / "a.warc", record(http(PAGE, Content_Encoding="zstd"))))
    assert "'zstd' is not known" in problem.reason


@pytest.mark.parametrize("name", NAMES)
def test_page_that_is_too_large_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr("ingest.formats.warc.LARGEST_FILE", 100_000)
    first, second = pages(2)
    path = warc(tmp_path / name, first, record(http(b"<html>" + os.urandom(300_000))), second)
    documents, (problem,), _ = read(path)
    assert urls(documents) == ["0", "1"]
    assert "is larger than" in problem.reason


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "broken",
    [
        b"no record at all\r\n\r\n",
        b"WARC/9.9\r\nWARC-Type: response\r\n\r\n",
        b"WARC/1.0\r\nWARC-Type: response\r\n\r\n" + PAGE + b"\r\n\r\n",
        record(http(PAGE), length=10),
        record(http(PAGE)).replace(b"Content-Length: ", b"Content-Length: -"),
        record(http(PAGE)).replace(b"Content-Length: ", b"Content-Length: x"),
        b"\0" * 5000 + b"\r\n\r\n",
        os.urandom(5000) + b"\r\n\r\n",
        b"WARC/1.0\r\n" + b"X-Long: " + b"x" * (2 << 20) + b"\r\n\r\n",
        b"WARC/1.0\r\n" + b"a: b\r\n" * 400_000 + b"\r\n",
    ],
    ids=["words", "version", "no length", "short", "negative", "no number", "zeros", "noise", "long line", "long"],
)
def test_broken_record_is_reported_with_its_place_and_the_rest_goes_on(
    tmp_path: Path, name: str, broken: bytes
) -> None:
    first, second = pages(2)
    path = warc(tmp_path / name, first, broken, second)
    at = len(gzip.compress(first, 1)) if name.endswith(".gz") else len(first)
    documents, failed, _ = read(path)
    assert urls(documents) == ["0", "1"]
    assert f"the record at byte {at:,} is broken" in failed[0].reason
    assert len(failed) <= 2


@pytest.mark.parametrize("name", NAMES)
def test_archive_that_breaks_off_keeps_the_pages_before(tmp_path: Path, name: str) -> None:
    path = warc(tmp_path / name, *pages(5))
    path.write_bytes(path.read_bytes()[:-100])
    documents, (problem,), _ = read(path)
    assert urls(documents) == ["0", "1", "2", "3"]
    assert "break" in problem.reason or "ends before" in problem.reason


def test_damaged_gzip_member_costs_only_its_record(tmp_path: Path) -> None:
    members = [gzip.compress(one, 1) for one in pages(5)]
    members[2] = members[2][:200] + bytes(byte ^ 0xFF for byte in members[2][200:210]) + members[2][210:]
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"".join(members))
    documents, failed, _ = read(path)
    assert urls(documents) == ["0", "1", "3", "4"]
    assert f"at byte {len(members[0] + members[1]):,} is broken" in failed[0].reason


def test_archive_in_one_gzip_member_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(b"".join(pages(5))))
    documents, failed, _ = read(path)
    assert (urls(documents), failed) == (["0", "1", "2", "3", "4"], [])


@pytest.mark.parametrize(
    "content",
    [b"x", b"plain words\n\nand more", b"\x1f\x8b\x08", gzip.compress(b"words"), os.urandom(3000), b"\n" * 99],
)
@pytest.mark.parametrize("name", NAMES)
def test_file_that_is_no_archive_is_reported(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    documents, failed, _ = read(tmp_path / name)
    assert documents == []
    assert failed


@pytest.mark.parametrize("name", NAMES)
def test_empty_archive_is_reported(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert [problem.reason for problem in read(tmp_path / name)[1]] == ["is empty"]


def test_response_without_a_header_of_http_is_reported(tmp_path: Path) -> None:
    endless = b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 50_000
    documents, failed, _ = read(warc(tmp_path / "a.warc", record(PAGE), record(endless), *pages(1)))
    assert urls(documents) == ["0"]
    assert ["HTTP header cannot be read" in problem.reason for problem in failed] == [True, True]


def test_page_that_looks_like_a_record_is_not_read_as_one(tmp_path: Path) -> None:
    forged = record(http(simple_page("Forged", "x" * 500)), "https://other.example/forged")
    first = record(http(PAGE + forged), "https://news.example/0")
    for name in NAMES:
        documents, failed, _ = read(warc(tmp_path / name, first, *pages(1)))
        assert (urls(documents), failed) == (["0", "0"], [])


def test_archive_of_30000_pages_fills_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.warc.gz"
    filler = f"<!-- {os.urandom(2000).hex()} -->".encode()  # that packs badly, as pages do
    members = [gzip.compress(one, 1) for one in (record(http(simple_page("P", f"{n}") + filler)) for n in range(100))]
    path.write_bytes(b"".join(members) * 300)
    code = (
        "import re, sys; from pathlib import Path; from ingest.formats.warc import warc_documents\n"
        "peak = lambda: int(re.search('VmHWM:\\\\s+(\\\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "documents = warc_documents(Path(sys.argv[1]), 'a', 'a', 0)\n"
        "begun = [next(documents) for _ in range(500)] and peak()\n"
        "count = 500 + sum(1 for _ in documents)\n"
        "print(count, peak() - begun)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
    count, grown = map(int, done.stdout.split())
    assert count == 30_000
    assert grown < 8_000, "kilobytes that reading the other 29,500 pages took"


def test_reading_goes_on_where_the_next_record_begins() -> None:
    first, second = record(http(PAGE)), record(http(PAGE))
    for content in (first + second, gzip.compress(first) + gzip.compress(second)):
        packed = content.startswith(b"\x1f")
        at = len(gzip.compress(first)) if packed else len(first)
        file = io.BytesIO(content)
        assert next_record(file, 1) == next_record(file, at) == at
        assert next_record(file, at + 1) is None
        assert RecordStream(file, at).next_header() == (at, b"WARC/1.0\r\n")


def test_every_byte_that_is_flipped_leaves_an_archive_that_is_read_to_its_end(tmp_path: Path) -> None:
    whole = b"".join(gzip.compress(one, 1) for one in pages(3))
    path = tmp_path / "a.warc.gz"
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        items = list(warc_documents(path, "a", "a", 0))
        intact = [item for item in items if isinstance(item, RawDocument) and item.content.endswith(b"</html>")]
        assert len(intact) >= 2, at


def test_nothing_is_said_in_the_words_of_an_archive(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    documents, failed, _ = read(warc(tmp_path / "a.warc", record(http(PAGE), "https://news.example/a \x1b[2Jb")))
    assert len(documents) + len(failed) == 1
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
