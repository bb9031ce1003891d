"""PDF and Word files → what they hold; the only door to pypdf and python-docx. Runs in the worker process."""

from __future__ import annotations

import io
import logging
import zipfile
from datetime import datetime
from typing import Any

from ingest.errors import SourceError
from ingest.raw import DateClue, Extract

OLE_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How old .doc files begin, and password-protected .docx files."""
LARGEST_UNPACKED = 200 << 20
TEMPLATE_CREATED = "2013-12-23T23:15:00"
"""The date in the template of python-docx, which says nothing about a document made from it."""


def read_pdf(content: bytes, url: str | None = None) -> Extract:
    """The text of a PDF's pages, with what its properties say; raises `SourceError` when there is none to be had."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings about odd files are nobody's business
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise SourceError("is protected by a password: save it without one")
        text = "\n\n".join(page.extract_text() for page in reader.pages)
        title, author, created = _pdf_properties(reader)
    except DependencyError as error:
        raise SourceError("is encrypted in a way that cannot be read: save it without protection") from error
    except SourceError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError, OSError) as error:
        raise SourceError(f"is not a PDF that can be read ({error}): save it again") from error
    if not text.strip():
        raise SourceError("the PDF holds no text, perhaps only scanned images: run it through text recognition (OCR)")
    clues = (DateClue("pdf metadata", created),) if created else ()
    return Extract(text=text, title=title, authors=(author,) if author else (), clues=clues)


def _pdf_properties(reader: Any) -> tuple[str, str, str]:
    """Title, author and date of making, each "" when it is not there or not readable."""
    try:
        properties = reader.metadata
        created: datetime | None = properties.creation_date if properties else None
    except Exception:  # broken properties must not cost the text
        return "", "", ""
    if not properties:
        return "", "", ""
    return str(properties.title or ""), str(properties.author or ""), created.isoformat() if created else ""


def read_docx(content: bytes, url: str | None = None) -> Extract:
    """The paragraphs and tables of a Word file, with its properties; raises `SourceError` when it is not one."""
    import docx

    if content.startswith(OLE_FILE):
        raise SourceError("is protected by a password, or is an old .doc file: save it as a plain .docx")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise SourceError(f"unpacks to more than {LARGEST_UNPACKED >> 20} MB")
        document = docx.Document(io.BytesIO(content))
        text = "\n\n".join(_blocks(document))
        properties = document.core_properties
        title = properties.title or _docx_title(document)
        created = properties.created.isoformat() if properties.created else ""
    except SourceError:
        raise
    except Exception as error:  # zip, XML and package errors of three libraries, without a common base
        raise SourceError(f"is not a Word document (.docx) that can be read: {error}") from error
    if not text.strip():
        raise SourceError("the Word document holds no text")
    clues = (DateClue("document properties", created),) if created and created[:19] != TEMPLATE_CREATED else ()
    author = properties.author if properties.author != "python-docx" else ""
    return Extract(text=text, title=title, authors=(author,) if author else (), clues=clues)


def _blocks(document: Any) -> list[str]:
    blocks = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            blocks.append("\n".join(" | ".join(cell.text.strip() for cell in row.cells) for row in block.rows))
        else:
            blocks.append(block.text)
    return [block for block in blocks if block.strip()]


def _docx_title(document: Any) -> str:
    """The first paragraph in the style of a title or of a first heading."""
    for paragraph in document.paragraphs[:20]:
        if paragraph.style and paragraph.style.name in ("Title", "Heading 1"):
            return str(paragraph.text)
    return ""
