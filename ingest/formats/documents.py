"""Word files → what they hold; the only door to python-docx. Runs in the worker process."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from ingest.errors import SourceError
from ingest.formats.docx_text import notes_of, text_of
from ingest.raw import DateClue, Extract

OLE_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
"""How old .doc files begin, and password-protected .docx files."""
LARGEST_UNPACKED = 200 << 20
CORE_PROPERTIES = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
PROGRAM_TITLE = re.compile(
    r"\s*(?:word document|document ?\d*|dokument ?\d*|untitled|powerpoint presentation|.*\.docx?)\s*", re.I
)
"""What programs write as a title where nobody gave one."""
TEMPLATE_CREATED = "2013-12-23T23:15:00"
"""The date in the template of python-docx, which says nothing about a document made from it."""


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
        found = text_of(document.element.body)
        text = "\n\n".join([*found.blocks, *_notes(document)])
        properties = _properties(document)
        stated = properties.title if properties else ""
        title = found.title if not stated or PROGRAM_TITLE.fullmatch(stated) else stated
        created = properties.created.isoformat() if properties and properties.created else ""
    except SourceError:
        raise
    except Exception as error:  # zip, XML and package errors of three libraries, without a common base
        raise SourceError(f"is not a Word document (.docx) that can be read: {error}") from error
    if not text.strip():
        raise SourceError("the Word document holds no text")
    clues = (DateClue("document properties", created),) if created and created[:19] != TEMPLATE_CREATED else ()
    author = properties.author if properties and properties.author != "python-docx" else ""
    return Extract(text=text, title=title, authors=(author,) if author else (), clues=clues)


def _notes(document: Any) -> list[str]:
    """The footnotes and endnotes of a document."""
    from lxml import etree

    notes = []
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            notes += notes_of(etree.fromstring(relation.target_part.blob, parser))
    return notes


def _properties(document: Any) -> Any:
    """The properties of a document that has some; python-docx makes them up for one that has none."""
    stated = any(relation.reltype == CORE_PROPERTIES for relation in document.part.package.rels.values())
    return document.core_properties if stated else None
