"""PDF files → their text in the order of reading, with what their properties say; the only door to pypdfium2.

Runs in the worker process. Of pypdf, pdfplumber and pypdfium2 the last was measured to be the quickest by far, the most
forgiving with damaged files, and like pdfplumber it tells where each letter stands.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.formats.pdf_layout import Piece, paragraphs_of
from ingest.raw import DateClue, Extract

PROGRAM_TITLE = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel) ?-.*|.*\.(?:docx?|pdf|indd|qxd|qxp|pub|rtf|odt|pages|tex|dvi"
    r"|eps|ai|txt|html?|xlsx?)"
    r"|untitled.*|unbenannt.*|sans titre.*|sin título.*|document ?\d*|dokument ?\d*|layout ?\d*|print|druck"
    r"|powerpoint pr\S+"
    r"|slide \d+|\W*|\d+|page \d+|about:blank|https?://\S+)",
    re.IGNORECASE,
)
"""What programs write as a title where nobody gave one."""
ACCOUNT = re.compile(
    r"(?:admin\w*|users?|owner|unknown|author|default|[a-z]+[-_.]?[a-z]*\d+|[a-z_.-]+|microsoft.*|.*@.*)"
)
"""What programs write as an author: the name of an account."""
DATE = re.compile(r"D?:?(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?")
LARGER = 1.15
"""How much larger than the text a headline is set."""
LONGEST_HEADLINE = 200
MOST_PAGES = 3_000
MOST_LETTERS = 6_000_000


def read_pdf(content: bytes, url: str | None = None) -> Extract:
    """The text of a PDF's pages, with what its properties say; raises `SourceError` when there is none to be had."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise SourceError("is protected by a password: save it without one") from error
        if "ecurity" in str(error):
            raise SourceError("is encrypted in a way that cannot be read: save it without protection") from error
        raise SourceError(f"is not a PDF that can be read ({error}): save it again") from error
    try:
        pages = list(_pages(document))
        properties = {name: str(value) for name, value in document.get_metadata_dict().items()}
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"is not a PDF that can be read ({error}): save it again") from error
    finally:
        document.close()
    paragraphs = paragraphs_of(pages)
    text = "\n\n".join(paragraph for paragraph, _ in paragraphs)
    if not text.strip():
        raise SourceError("the PDF holds no text, perhaps only scanned images: run it through text recognition (OCR)")
    stated, author, created = properties.get("Title", ""), properties.get("Author", ""), date_of(properties)
    return Extract(
        text=text,
        title=_headline(paragraphs) if PROGRAM_TITLE.fullmatch(stated.strip()) else stated,
        authors=(author,) if author.strip() and not ACCOUNT.fullmatch(author.strip()) else (),
        clues=(DateClue("pdf metadata", created),) if created else (),
    )


def _pages(document: Any) -> Iterator[list[Piece]]:
    """The pieces of text of each page."""
    if len(document) > MOST_PAGES:
        raise SourceError(f"has {len(document):,} pages, more than {MOST_PAGES:,}: split it")
    letters = 0
    for number in range(len(document)):
        pieces = _page(document, number)
        letters += sum(len(piece.text) for piece in pieces)
        if letters > MOST_LETTERS:
            raise SourceError("holds more text than one article may have: split it")
        yield pieces


def _page(document: Any, number: int) -> list[Piece]:
    """The pieces of one page; a damaged page must not cost the others."""
    import pypdfium2

    try:
        page = document[number]
        words = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []
    pieces = _pieces(words)
    words.close()
    page.close()
    return pieces


def _pieces(words: Any) -> list[Piece]:
    """The letters of a page, put together as long as they stand side by side."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    pieces: list[Piece] = []
    text, left, right, base, size = "", 0.0, 0.0, 0.0, 0.0
    for number in range(words.count_chars()):
        code = raw.FPDFText_GetUnicode(words, number)
        letter = chr(code) if code else ""
        if raw.FPDFText_IsGenerated(words, number) == 1:  # a blank or a line break that no font has drawn
            text += " " if text and letter not in "\r\n" and not text.endswith(" ") else ""
            continue
        raw.FPDFText_GetLooseCharBox(words, number, box)  # with the room that a letter takes, not only its ink
        raw.FPDFText_GetCharOrigin(words, number, x, y)
        height = raw.FPDFText_GetFontSize(words, number) or 1.0
        scaled = _height(raw, words, number, height)
        start, end = box.left, box.right
        apart = start - right > 1.2 * scaled or start < left - scaled or abs(y.value - base) > 0.4 * scaled
        if text and apart:
            pieces.append(Piece(text, left, right, base, size))
            text = ""
        if not text:
            left, right, base, size = start, end, y.value, scaled
        text += letter if letter not in "\r\n" else " "
        right = max(right, end)
    return [*pieces, Piece(text, left, right, base, size)] if text else pieces


def _height(raw: Any, words: Any, number: int, size: float) -> float:
    """The size of a letter as it is seen: fonts of size 1 are drawn large by a matrix."""
    matrix = raw.FS_MATRIX()
    if not raw.FPDFText_GetMatrix(words, number, matrix):
        return size
    scale = (matrix.b**2 + matrix.d**2) ** 0.5 or 1.0
    return float(size * scale)


def _headline(paragraphs: list[tuple[str, float]]) -> str:
    """The first paragraph that is set larger than the text."""
    letters = sorted(((size, len(text)) for text, size in paragraphs), reverse=True)
    half, body = sum(length for _, length in letters) / 2, 0.0
    for size, length in letters:
        half -= length
        body = size
        if half <= 0:
            break
    largest = max((size for text, size in paragraphs[:8] if 0 < len(text) <= LONGEST_HEADLINE), default=0.0)
    if largest < LARGER * body:
        return ""
    return next(text for text, size in paragraphs[:8] if size == largest and 0 < len(text) <= LONGEST_HEADLINE)


def date_of(properties: dict[str, str]) -> str:
    """The date of making as ISO 8601, "" when it is not there or not one."""
    found = DATE.match(properties.get("CreationDate", ""))
    if found is None:
        return ""
    year, month, day, hour, minute, second, utc, sign, zone_hours, zone_minutes = found.groups()
    time = f"T{hour}:{minute}:{second or '00'}" if hour else ""
    zone = "+00:00" if utc else f"{sign}{zone_hours}:{zone_minutes or '00'}" if sign else ""
    return f"{year}-{month}-{day}{time}{zone if time else ''}"
