"""Files for ingest tests, made on the spot: pages, PDFs, Word documents."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from typing import Any

SENTENCES = (
    "The island's parliament adopted the climate pledge on Friday after two days of debate.",
    "Ministers said that the vote binds the government to halve emissions within ten years.",
    "The opposition called the promise empty and asked for a budget that would pay for it.",
    "Fishermen on the southern coast told reporters that the reef had been dying for years.",
)
TEXT = " ".join(SENTENCES)


def page(
    *paragraphs: str,
    title: str = "Island adopts climate pledge",
    head: str = "",
    json_ld: Any = None,
    url: str = "",
    lead: str = "",
) -> str:
    """An HTML page with an article in it; `lead` stands before the paragraphs, `head` in the head."""
    script = f'<script type="application/ld+json">{json.dumps(json_ld)}</script>' if json_ld is not None else ""
    link = f'<link rel="canonical" href="{url}">' if url else ""
    heading = f"<h1>{title}</h1>" if title else ""
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs or (TEXT, TEXT.replace("island", "atoll")))
    return (
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{title}</title>{link}{head}{script}</head>"
        f"<body><nav><a href='/'>Home</a> <a href='/news'>News</a></nav><article>{heading}{lead}{body}</article>"
        "<footer>All rights reserved</footer></body></html>"
    )


def pdf(lines: Sequence[str] = SENTENCES, properties: dict[str, str] | None = None, password: str = "") -> bytes:
    """A PDF of one page; without lines it is a page with no text on it."""
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    sheet = writer.add_blank_page(612, 792)
    if lines:
        font = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Font"),
                NameObject("/Subtype"): NameObject("/Type1"),
                NameObject("/BaseFont"): NameObject("/Helvetica"),
                NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
            }
        )
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        drawing = DecodedStreamObject()
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        drawing.set_data(f"BT /F1 10 Tf 14 TL 40 740 Td {shown} ET".encode("latin-1"))
        sheet[NameObject("/Contents")] = writer._add_object(drawing)
    if properties:
        writer.add_metadata(properties)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def docx(
    paragraphs: Sequence[str] = SENTENCES, heading: str = "", rows: Sequence[Sequence[str]] = (), **properties: Any
) -> bytes:
    """A Word document; `properties` are its core properties, such as `title` and `created`."""
    from docx import Document

    document = Document()
    if heading:
        document.add_heading(heading, level=1)
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, words in zip(row.cells, cells, strict=True):
                cell.text = words
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
