"""Material as newsrooms have it: one story, and pages, PDF, Word, OpenDocument and rich text files made of it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any

STORY = (
    "The harbour council of Velmora voted on Tuesday night to rebuild the northern breakwater, ending a"
    " dispute that had"
    " kept engineers idle for almost two years.",
    "Councillor Anneke Dorsal said the work would cost 14.2 million crowns and would begin once the winter storms had"
    " passed, with a first section finished by the autumn.",
    "Fishing crews had warned that the old wall would not survive another season, pointing to cracks that"
    " divers measured"
    " at more than nine centimetres across.",
    "The opposition abstained, arguing that the budget rested on a grant which the regional government in"
    " Tarsk has yet to"
    " confirm in writing.",
)
HEADLINE = "Velmora votes to rebuild its breakwater"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def story_page(
    *scripts: Any,
    head: str = "",
    lead: str = "",
    body: str = "",
    inside: str = "",
    after: str = "",
    language: str = "en",
    title: str = f"{HEADLINE} - Velmora Courier",
) -> str:
    """A page of the story; `scripts` are JSON-LD, as values or as they stand in the page."""
    sources = (script if isinstance(script, str) else json.dumps(script) for script in scripts)
    linked = "".join(f'<script type="application/ld+json">{source}</script>' for source in sources)
    text = body or "".join(f"<p>{paragraph}</p>" for paragraph in STORY)
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:site_name" content="Velmora Courier">{head}{linked}</head>'
        f"<body><article><h1>{HEADLINE}</h1>{lead}{text}{inside}</article>{after}</body></html>"
    )


def article(**fields: Any) -> dict[str, Any]:
    """JSON-LD of the story's article."""
    return {"@type": "NewsArticle", "headline": HEADLINE, **fields}


def pdf_pages(*pages: Sequence[tuple[int, int, int, str]], title: str = "") -> bytes:
    """A PDF of lines, each (size, left, base, text)."""
    objects: list[bytes] = [b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"]
    contents = []
    for page in pages:
        drawn = "\n".join(f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET" for size, x, y, text in page)
        drawing = drawn.encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing))
        contents.append(len(objects))
    parent = len(objects) + len(pages) + 1
    for content in contents:
        objects.append(
            f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 1 0 R >> >>"
            f" /Contents {content} 0 R >>".encode()
        )
    kids = " ".join(f"{number} 0 R" for number in range(parent - len(pages), parent))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    objects.append(f"<< /Type /Catalog /Pages {parent} 0 R >>".encode())
    objects.append(f"<< /Title ({title}) >>".encode())
    target, places = io.BytesIO(), []
    target.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(target.tell())
        target.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table = target.tell()
    target.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    target.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    root = f"<< /Size {len(objects) + 1} /Root {parent + 1} 0 R /Info {parent + 2} 0 R >>"
    target.write(f"trailer {root}\nstartxref\n{table}\n%%EOF".encode())
    return target.getvalue()


def word_file(body: str, **parts: str) -> bytes:
    """A Word file whose body is given as it stands in the document, with further parts such as `footnotes`."""
    relations = "".join(
        f'<Relationship Id="r{name}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"'
        f' Target="{name}.xml"/>'
        for name in parts
    )
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    types = "".join(f'<Override PartName="/word/{name}.xml" ContentType="{main}.{name}+xml"/>' for name in parts)
    package = "http://schemas.openxmlformats.org/package/2006"
    document = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    spaces = (
        f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        ' xmlns:v="urn:schemas-microsoft-com:vml"'
        ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml"'
        ' ContentType="application/xml"/><Override PartName="/word/document.xml"'
        f' ContentType="{main}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{document}"'
        ' Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {spaces}><w:body>{body}</w:body></w:document>",
        **{f"word/{name}.xml": f"<w:{name} {spaces}>{content}</w:{name}>" for name, content in parts.items()},
    }
    return zipped(files)


def run(text: str, properties: str = "") -> str:
    """A run of a Word document."""
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str) -> str:
    """A paragraph of a Word document."""
    return f"<w:p>{''.join(runs)}</w:p>"


def zipped(files: dict[str, str | bytes]) -> bytes:
    """A zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return target.getvalue()
