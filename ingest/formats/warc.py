"""Web archives (`.warc`, `.warc.gz`, such as CC-NEWS) → the pages in them; the only door to warcio.

A page is a response with status 200 that holds HTML, under the address that was crawled. The crawl's date says when it
was fetched, never when it was published. A record that is broken costs only itself; what is no page is counted.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from ingest.formats.http_message import BrokenMessageError, in_utf8, joined_chunks, unpacked
from ingest.formats.streams import LARGEST_FILE, MEBIBYTE, pasted_kind
from ingest.formats.warc_stream import BLOCK, BrokenRecordError, RecordStream, next_record
from ingest.raw import RawDocument
from ingest.report import Passed, Problem
from ingest.text.decoding import clean_line

LONGEST_HTTP_HEADER = 64 << 10
LONGEST_ADDRESS = 4096
HTML_TYPES = ("text/html", "application/xhtml+xml")
KINDS_NAMED = 8
"""So many kinds of records that were passed over are named, the most frequent first."""


def warc_documents(path: Path, where: str, source: str, done: int) -> Iterator[RawDocument | Problem]:
    """The pages of a web archive in order, a problem for each broken record, and at the end what was passed over."""
    with path.open("rb") as file:
        archive = Archive(file, where, source, done)
        yield from archive.documents()
        if archive.passed:
            yield Passed(where, None, _passed_words(archive.passed))
        elif not archive.met:
            yield Problem(where, None, "holds no record of a web archive (WARC)")


def _passed_words(passed: Counter[str]) -> str:
    named = [f"{count:,} {kind}" for kind, count in passed.most_common(KINDS_NAMED)]
    rest = passed.total() - sum(count for _, count in passed.most_common(KINDS_NAMED))
    return f"{passed.total():,} records are no pages: {', '.join(named)}{f', {rest:,} others' if rest else ''}"


class Archive:
    """One web archive while it is read."""

    def __init__(self, file: BinaryIO, where: str, source: str, done: int) -> None:
        self._file, self._where, self._source, self._done = file, where, source, done
        self.passed: Counter[str] = Counter()
        self.met = 0
        self._begun = 0
        """Where the record began that is being read."""

    def documents(self) -> Iterator[RawDocument | Problem]:
        """Every page; behind a broken record, the next one that can be found is read on from."""
        start: int | None = 0
        while start is not None:
            self._begun = start
            stream = RecordStream(self._file, start)
            try:
                yield from self._records(stream)
                return
            except BrokenRecordError as error:
                reason = str(error)
            self.met += 1
            self._begun = max(self._begun, stream.member)  # the break may be in the member that was just begun
            yield Problem(self._where, None, f"the record at byte {self._begun:,} is broken: {reason}")
            start = next_record(self._file, self._begun + 1)

    def _records(self, stream: RecordStream) -> Iterator[RawDocument | Problem]:
        while True:
            self._begun, line = stream.next_header()
            if not line:
                return
            record = _parsed(stream, line)
            self.met += 1
            found = self._document(record)
            while record.raw_stream.read(BLOCK):
                pass  # what is left of it: nothing for a page, all for what is none
            if record.raw_stream.limit:
                raise BrokenRecordError("the file ends before it does")
            stream.end_record()
            if isinstance(found, str):
                self.passed[found] += 1
            else:
                yield found

    def _document(self, record: Any) -> RawDocument | Problem | str:
        """The page that a record holds, a problem when it should be one and is not, or in words what it is instead."""
        if record.rec_type != "response":
            return _kind(str(record.rec_type))
        url = clean_line(record.rec_headers.get_header("WARC-Target-URI") or "")
        if not _is_web_address(url):
            return _kind("with an address that is not of the web")
        body, headers = _http(record.raw_stream)
        if headers is None:
            return self._problem(url, "its HTTP header cannot be read")
        if headers.get_statuscode() != "200":
            return _kind(f"with status {headers.get_statuscode()}")
        content_type = headers.get_header("Content-Type") or ""
        kind = content_type.partition(";")[0].strip().lower()
        if kind and kind not in HTML_TYPES:
            return _kind(f"of type {kind}")
        return self._page(url, record, headers, body + _rest(record.raw_stream, LARGEST_FILE - len(body) + 1))

    def _page(self, url: str, record: Any, headers: Any, body: bytes) -> RawDocument | Problem | str:
        content_type = headers.get_header("Content-Type") or ""
        if len(body) > LARGEST_FILE:
            return self._problem(url, f"it is larger than {LARGEST_FILE // MEBIBYTE} MB")
        if (headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
            body = joined_chunks(body)
        try:
            page = unpacked(body, headers.get_header("Content-Encoding") or "", LARGEST_FILE)
        except BrokenMessageError as error:
            return self._problem(url, str(error))
        if not page.strip(b"\0 \t\r\n"):
            return _kind("without content")
        if not content_type and pasted_kind(page) != "html":
            return _kind("of no stated type")
        return RawDocument(
            "html",
            in_utf8(page, content_type),
            f"{self._where} ({url})",
            self._source,
            done_bytes=self._done + self._begun,
            url=url,
            fetched=_crawled(record.rec_headers.get_header("WARC-Date")),
        )

    def _problem(self, url: str, reason: str) -> Problem:
        return Problem(f"{self._where} ({url})", None, f"the record at byte {self._begun:,} is left out: {reason}")


def _kind(words: str) -> str:
    return clean_line(words)[:60] or "without a type"


def _parsed(stream: RecordStream, line: bytes) -> Any:
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader

    logging.getLogger("warcio").setLevel(logging.CRITICAL)  # it warns of addresses, in the words of the archive
    try:
        record = ArcWarcRecordLoader().parse_record_stream(stream, line, known_format="warc", no_record_parse=True)
    except (ArchiveLoadFailed, EOFError) as error:
        raise BrokenRecordError("it does not begin like one") from error
    if not (record.rec_headers.get_header("Content-Length") or "").strip().isdecimal():
        raise BrokenRecordError("it does not say how long it is")
    return record


def _http(stream: Any) -> tuple[bytes, Any]:
    """The HTTP header of a response, None when it has none, and what was read of the content behind it."""
    from warcio.statusandheaders import StatusAndHeadersParser

    begin = _rest(stream, LONGEST_HTTP_HEADER)
    head, gap, body = begin.partition(b"\r\n\r\n")
    if not gap:
        head, gap, body = begin.partition(b"\n\n")
    if not gap or not head.startswith(b"HTTP/"):
        return b"", None
    return body, StatusAndHeadersParser((), verify=False).parse(io.BytesIO(head + b"\r\n\r\n"))


def _rest(stream: Any, size: int) -> bytes:
    """So many bytes of a record, or all that it has."""
    parts = []
    while size > 0 and (part := stream.read(min(size, BLOCK))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= LONGEST_ADDRESS
    except ValueError:
        return False


def _crawled(stated: str | None) -> str | None:
    """The crawl's date in the form in which times of reading are kept; None when it is not one."""
    try:
        when = datetime.fromisoformat(clean_line(stated or ""))
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")
