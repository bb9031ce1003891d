"""Dumps for tests, made on the spot: web archives, mailboxes, books, tables."""

from __future__ import annotations

import csv
import gzip
import html
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from corpus import Article
from ingest import IngestError, Problem
from ingest.cutting.articles import article_of, extract_of
from ingest.raw import RawDocument
from ingest.report import Passed
from ingest.sources.source import Reading
from ingest.sources.survey import raw_documents, survey
from ingest.workers.worker import Worker

CRAWLED = "2021-05-06T07:08:09Z"


def read(
    path: Path, columns: Mapping[str, str] | None = None
) -> tuple[list[RawDocument], list[Problem], list[Problem]]:
    """The raw documents of a file, what failed, and what was passed over."""
    stream = list(raw_documents(survey([path]), io.BytesIO(), Reading(io.BytesIO(), columns=columns or {})))
    problems = [item for item in stream if isinstance(item, Problem)]
    return (
        [item for item in stream if isinstance(item, RawDocument)],
        [item for item in problems if not isinstance(item, Passed)],
        [item for item in problems if isinstance(item, Passed)],
    )


def articles_in(path: Path, now: datetime, worker: Worker) -> Iterable[Article | str]:
    """The articles of a file as they would go into a library, or in words why not, one after the other."""
    for item in raw_documents(survey([path]), io.BytesIO()):
        if isinstance(item, Problem):
            yield item.reason
            continue
        try:
            yield article_of(item, extract_of(item, worker), now)
        except IngestError as error:
            yield str(error)


def http(
    body: bytes = b"", status: str = "200 OK", content_type: str = "text/html; charset=utf-8", **headers: str
) -> bytes:
    """A stored HTTP response; an underscore in a header's name stands for a hyphen."""
    named = {"Content-Type": content_type, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def record(
    block: bytes, url: str = "https://news.example/a", kind: str = "response", length: int | None = None, **headers: str
) -> bytes:
    """A record of a web archive."""
    named = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": CRAWLED,
        "WARC-Record-ID": "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        **{name.replace("_", "-"): value for name, value in headers.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    lines = ["WARC/1.0", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def warc(path: Path, *records: bytes) -> Path:
    """A web archive; packed, as crawlers do it, each record by itself, when its name ends in `.gz`."""
    packed = path.suffix == ".gz"
    path.write_bytes(b"".join(gzip.compress(one, 1) if packed else one for one in records))
    return path


def simple_page(title: str, text: str, published: str | None = None) -> bytes:
    """A page with an article of several paragraphs."""
    meta = f'<meta property="article:published_time" content="{published}">' if published else ""
    body = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{html.escape(title)}</title>{meta}</head>'
        f"<body><article>{body}</article></body></html>"
    ).encode()


def message(
    text: str | None = None,
    page: str | None = None,
    subject: str = "Island adopts pledge",
    sender: str = "Island Times <news@island.example>",
    date: str | None = "Sat, 01 Aug 2015 09:30:00 +0000",
    attachments: Sequence[tuple[str, bytes]] = (),
) -> EmailMessage:
    """A message with a plain part, an HTML part, or both as alternatives."""
    made = EmailMessage()
    made["From"], made["Subject"], made["Message-ID"] = sender, subject, "<1@island.example>"
    if date:
        made["Date"] = date
    if text is not None:
        made.set_content(text)
    if page is not None:
        (made.add_alternative if text is not None else made.set_content)(page, subtype="html")
    for name, content in attachments:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return made


def mbox(path: Path, messages: Iterable[bytes]) -> Path:
    """A mailbox; lines of a message that begin like the line before a message get their mark."""
    with gzip.open(path, "wb") if path.suffix == ".gz" else path.open("wb") as file:
        for content in messages:
            file.write(b"From island@news.example Sat Aug  1 09:30:00 2015\n")
            lines = content.replace(b"\r\n", b"\n").split(b"\n")
            file.write(b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines))
            file.write(b"\n\n")
    return path


def dated_message(title: str, text: str, published: str | None) -> bytes:
    """A plain message that states what an article states."""
    try:
        date = format_datetime(datetime.fromisoformat(published)) if published else None
    except ValueError:  # real articles state dates that are none
        date = published
    return bytes(message(text, subject=title or "none", date=date))


def table(path: Path, rows: Sequence[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A table in text, the names of its columns first."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    content = target.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


OPF = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{metadata}</metadata>
<manifest>{manifest}</manifest><spine>{spine}</spine></package>"""
BOOK = "<dc:title>Island Review</dc:title><dc:date>2015-08-01</dc:date><dc:language>en-GB</dc:language>"


def epub(path: Path, chapters: Mapping[str, bytes], metadata: str = BOOK, **entries: bytes) -> Path:
    """A book; `chapters` by their names below OEBPS, `entries` replace or add whole files ("__" stands for "/")."""
    manifest = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>' for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    files = {
        "mimetype": b"application/epub+zip",
        "META-INF/container.xml": b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        b'<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
        "OEBPS/book.opf": OPF.format(metadata=metadata, manifest=manifest, spine=spine).encode(),
        **{f"OEBPS/{name}": content for name, content in chapters.items()},
        **{name.replace("__", "/").replace("_dot_", "."): content for name, content in entries.items()},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
