"""What fuzzing starts from, and what it does to it: whole documents of every kind, made on the spot, and mutations."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.material import SENTENCES, TEXT, docx, page, pdf

ADDRESS = "https://news.example/2015/08/01/pledge"
ARTICLE = {"@type": "NewsArticle", "headline": "Island adopts pledge", "datePublished": "2015-08-01T09:30:00+02:00"}

NAUGHTY = (
    *(
        " ",
        "\t\n\r\v\f",
        "\0",
        "\x1b[31mred\x1b[0m",
        "\x07\x08\x7f",
        "\r\nSet-Cookie: a=b",
        "\u2028\u2029",
        "\ufeff\ufffe",
    ),
    *("undefined", "null", "None", "NaN", "-Infinity", "true", "1e309", "0x7fffffff", "-1", "9" * 400, "1/0", "012"),
    *(
        "'",
        '"',
        "''';--",
        '"]}',
        "</script>",
        "<!--",
        "]]>",
        "<![CDATA[",
        "--boundary--",
        "\\",
        "\\u0000",
        "%00",
        "%s%n%d",
    ),
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "data:text/html,<b>x",
        "{{7*7}}",
    ),
    *(
        "${jndi:ldap://127.0.0.1/a}",
        "$(touch /tmp/pressmark)",
        "`id`",
        "; rm -rf x",
        "../../../../etc/passwd",
        "file:///etc/passwd",
    ),
    *(
        "http://[::1",
        "http://",
        "//",
        "https://user:pass@host:99999/",
        "http://\u2024\u2024/",
        "urn:isbn:0",
        "http://xn--/",
    ),
    *(
        "\u202eright to left\u202c",
        "\u200b\u200c\u200d\u2060",
        "e\u0301" * 300,
        "Z\u0351\u036b\u0343" * 60,
        "\U000e0041\U000e0042",
    ),
    *("İıŞşĞğ", "ßẞ", "ﬀﬃ", "ﷺ", "田中さん", "ٱلْعَرَبِيَّة", "👩‍👩‍👧‍👦🏳️‍🌈", "\U0010ffff", "𝒜𝓇𝓉", "Ｆｕｌｌ", "K\u212a"),
    *(
        "A" * 10_000,
        "a " * 5_000,
        "(" * 3_000,
        "<b>" * 3_000,
        "&amp;" * 2_000,
        " " * 20_000,
        "a@" * 2_000,
        "-" * 10_000,
    ),
    *(
        "0001-01-01",
        "9999-12-31T23:59:60Z",
        "2015-13-45",
        "31/02/2015",
        "Thu, 32 Foo 99999 99:99:99 +9999",
        "1438421400",
    ),
    *("=1+1", "@SUM(A1)", "DROP TABLE articles;", "articles MATCH 'a' NEAR", "CON", ".", "..", "~", "*", "#", "?"),
)
"""Strings that programs were known to stumble over, as text, title, date or address."""

CHARSETS = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "cp1252",
    "iso8859-15",
    "cp1251",
    "shift_jis",
    "gb18030",
    "big5",
    "cp037",
)
SPLICES = (
    b"\0" * 64,
    b"\xed\xa0\x80\xed\xbf\xbf",
    b"\xff\xfe\xfd",
    b"&#xD800;&#0;&#x110000;&#9999999999;",
    b'"\\ud800\\udc00\\udfff"',
    b"<!--",
    b"<![CDATA[",
    b"<template><noscript><svg><math>",
    b"<table><tr><td colspan=9007199254740991 rowspan=65535>",
    b"<style>*{display:none}</style>",
    b"<meta charset=utf-7>",
    b'<script type="application/ld+json">{"@type":["Article",{}],"datePublished":{"a":[1]},"author":[[[1]]]}</script>',
    b"<base href='javascript:x'><link rel=canonical href='http://[::1'>",
)
"""Bytes that are put somewhere into a document."""

Mutation = Callable[[bytes, random.Random], bytes]


def seeds(suffixes: Sequence[str]) -> dict[str, list[bytes]]:
    """Sound documents of each kind asked for, by the ending of their file; those without a maker are left out."""
    made = {suffix: MAKERS[suffix] for suffix in suffixes if suffix in MAKERS}
    return {suffix: maker() for suffix, maker in made.items()}


def real_pages(folder: Path, count: int) -> list[bytes]:
    """Pages as the web has them, where there are some."""
    return [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.html.gz"))[:count]]


def pages(
    text: str = TEXT, title: str = "Island adopts pledge", address: str = ADDRESS, day: str = "2015-08-01"
) -> list[bytes]:
    """Pages of several make, with these words in them."""
    meta = f'<meta property="article:published_time" content="{day}"><meta name="author" content="{title}">'
    pieces = "".join(f"<div class='article-body'><p>{text}</p><p>{TEXT}</p></div>" for _ in range(3))
    return [
        page(
            text, TEXT, title=title, url=address, json_ld={**ARTICLE, "datePublished": day, "articleBody": text}
        ).encode("utf-8", "surrogatepass"),
        page(TEXT, text, title=title, url=address, head=meta).encode("utf-8", "surrogatepass"),
        page(
            f"<table><tr><td>{text}</td></tr></table>", f"<ul><li><a href='{address}'>{text}</a></li></ul>", TEXT
        ).encode("utf-8", "surrogatepass"),
        page().replace("<p>", pieces + "<p>", 1).encode("utf-8", "surrogatepass"),
    ]


def records(
    text: str = TEXT, title: str = "Island adopts pledge", address: str = ADDRESS, day: str = "2015-08-01"
) -> bytes:
    """Lines of records."""
    item = {"text": f"{text} {TEXT}", "title": title, "url": address, "published": day, "authors": [title]}
    return "\n".join(json.dumps({**item, "id": f"{title[:20]}{number}"}) for number in range(3)).encode()


def _mail(subject: str = "Pledge adopted") -> bytes:
    head = f"From: Ada Reyes <ada@news.example>\nSubject: {subject}\nDate: Sat, 01 Aug 2015 09:30:00 +0200\n"
    kinds = "MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n"
    parts = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{TEXT}\n--b\nContent-Type: text/html\n\n{page()}\n--b--\n"
    return (head + kinds + parts).encode()


def _warc() -> bytes:
    body = page(url=ADDRESS).encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {ADDRESS}\r\nWARC-Date: 2015-08-02T00:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return (head.encode() + http + b"\r\n\r\n") * 2


def _epub() -> bytes:
    target = io.BytesIO()
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
        '<rootfile full-path="a.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Issue 1</dc:title><dc:date>2015-08-01</dc:date>'
        "</metadata>"
        '<manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    )
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("a.opf", package)
        archive.writestr(
            "a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Pledge</h1><p>{TEXT}</p></body></html>'
        )
    return target.getvalue()


def _table() -> bytes:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerows(
        [
            ("title", "text", "published", "url"),
            *((f"Pledge {n}", TEXT, "2015-08-01", f"{ADDRESS}{n}") for n in range(3)),
        ]
    )
    return target.getvalue().encode()


def _parquet() -> bytes:
    import pyarrow
    from pyarrow import parquet

    target = io.BytesIO()
    parquet.write_table(pyarrow.table({"title": ["Pledge"] * 3, "text": [f"{TEXT} {n}" for n in range(3)]}), target)
    return target.getvalue()


def feed() -> bytes:
    """A feed of one entry."""
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>{ADDRESS}</link><item>'
        f"<title>Pledge</title><link>{ADDRESS}</link><pubDate>Sat, 01 Aug 2015 09:30:00 GMT</pubDate>"
        f"<description>{SENTENCES[0]}</description></item></channel></rss>"
    ).encode()


def _packed(maker: Callable[[], list[bytes]]) -> Callable[[], list[bytes]]:
    return lambda: [gzip.compress(content) for content in maker()]


MAKERS: dict[str, Callable[[], list[bytes]]] = {
    ".html": pages,
    ".htm": pages,
    ".html.gz": _packed(pages),
    ".txt": lambda: [TEXT.encode(), f"A headline\n\n{TEXT}".encode()],
    ".md": lambda: [f"---\ntitle: Pledge\npublished: 2015-08-01\nurl: {ADDRESS}\n---\n# Pledge\n\n{TEXT}".encode()],
    ".jsonl": lambda: [records()],
    ".jsonl.gz": _packed(lambda: [records()]),
    ".pdf": lambda: [pdf(properties={"/Title": "Pledge", "/CreationDate": "D:20150801093000Z"}), pdf(SENTENCES * 9)],
    ".docx": lambda: [docx(heading="Pledge", rows=(("one", "two"), ("three", "four")), title="Pledge")],
    ".eml": lambda: [_mail()],
    ".mbox": lambda: [b"From ada@news.example Sat Aug  1 09:30:00 2015\n" + _mail() + b"\n"],
    ".warc": lambda: [_warc()],
    ".warc.gz": _packed(lambda: [_warc()]),
    ".epub": lambda: [_epub()],
    ".csv": lambda: [_table()],
    ".parquet": lambda: [_parquet()],
}


def _place(content: bytes, chance: random.Random) -> int:
    return chance.randrange(len(content) + 1)


def flip(content: bytes, chance: random.Random) -> bytes:
    """Some bytes become others."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 10, 100, max(1, len(content) // 20)))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def cut(content: bytes, chance: random.Random) -> bytes:
    """The end is missing, or the beginning, or the middle."""
    first, second = sorted((_place(content, chance), _place(content, chance)))
    return chance.choice((content[:second], content[first:], content[:first] + content[second:]))


def double(content: bytes, chance: random.Random) -> bytes:
    """A part stands there many times."""
    first = _place(content, chance)
    part = content[first : first + chance.choice((1, 20, 400))]
    return content[:first] + part * chance.choice((2, 50, 2_000)) + content[first:]


def nest(content: bytes, chance: random.Random) -> bytes:
    """Elements, lists or quotations within each other without end."""
    opening = chance.choice(
        (b"<div>", b"<p>", b"<b>", b"<article>", b"<table><tr><td>", b"[", b'{"a":', b">", b"(", b"<<")
    )
    at = _place(content, chance)
    return content[:at] + opening * chance.choice((50, 1_000, 20_000)) + content[at:]


def inflate(content: bytes, chance: random.Random) -> bytes:
    """A tag with a huge attribute, or with very many."""
    huge = b"<p title='" + b"x" * chance.choice((1_000, 1_000_000)) + b"'>"
    many = b"<p " + b" ".join(b"a%d=1" % number for number in range(chance.choice((50, 3_000)))) + b">"
    at = _place(content, chance)
    return content[:at] + chance.choice((huge, many)) + content[at:]


def splice(content: bytes, chance: random.Random) -> bytes:
    """Something that does not belong there, in several places."""
    for _ in range(chance.choice((1, 3))):
        at = _place(content, chance)
        content = content[:at] + chance.choice(SPLICES) + content[at:]
    return content


def misname(content: bytes, chance: random.Random) -> bytes:
    """The text in another character set than it says."""
    text = content.decode("utf-8", "replace")
    said = text.replace("utf-8", chance.choice((*CHARSETS, "nonsense", "hex", "utf-7", "idna")))
    return said.encode(chance.choice(CHARSETS), "replace")


def stumble(content: bytes, chance: random.Random) -> bytes:
    """A naughty string in place of a word."""
    word = chance.choice((b"2015-08-01", b"pledge", b"Island", b"news.example", b"https://", b"Friday", b"utf-8"))
    return content.replace(word, chance.choice(NAUGHTY).encode("utf-8", "surrogatepass"), chance.choice((1, 3, -1)))


MUTATIONS: tuple[Mutation, ...] = (flip, cut, double, nest, inflate, splice, misname, stumble)


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The document after one to three mutations."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        if content:
            content = chance.choice(MUTATIONS)(content, chance)
    return content
