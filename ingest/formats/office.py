"""Rich text (`.rtf`) and OpenDocument (`.odt`) files → what they hold; the only door to striprtf.

Runs in the worker process.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from ingest.errors import SourceError
from ingest.raw import DateClue, Extract
from ingest.text.decoding import clean_line

LARGEST_PART = 100 << 20
INFO = re.compile(r"\{\\(title|author)\s+((?:[^{}\\]|\\.)*)\}")
MADE = re.compile(r"\{\\creatim\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})")
CODE_PAGE = re.compile(rb"\\ansicpg(\d{3,5})")
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
DC = "{http://purl.org/dc/elements/1.1/}"
LEFT_OUT = frozenset(
    (f"{TEXT}tracked-changes", f"{OFFICE}annotation", f"{TEXT}sequence-decls", f"{OFFICE}forms", f"{TEXT}note-citation")
)
SIGNS = {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n", f"{TEXT}s": " "}
DEEPEST = 80


def read_rtf(content: bytes, url: str | None = None) -> Extract:
    """The text of a rich text file, with what it says of itself; raises `SourceError` when it is none."""
    from striprtf.striprtf import rtf_to_text

    if not content.lstrip().startswith(b"{\\rtf"):
        raise SourceError("is not a rich text file (.rtf): save it again")
    page = CODE_PAGE.search(content)
    encoding = f"cp{page[1].decode()}" if page else "cp1252"
    source = content.decode("latin-1")
    try:
        text = rtf_to_text(source, encoding=encoding, errors="replace")
    except (ValueError, LookupError, IndexError, KeyError, RecursionError) as error:
        raise SourceError(f"is not a rich text file that can be read ({error}): save it again") from error
    if not text.strip():
        raise SourceError("the rich text file holds no text")
    said = {
        name: clean_line(rtf_to_text(f"{{\\rtf1 {value}}}", encoding=encoding, errors="replace"))
        for name, value in INFO.findall(source)
    }
    made = MADE.search(source)
    created = f"{made[1]}-{int(made[2]):02}-{int(made[3]):02}" if made else ""
    return Extract(
        text=_paragraphs(text),
        title=said.get("title", ""),
        authors=(said["author"],) if said.get("author") else (),
        clues=(DateClue("document properties", created),) if created else (),
    )


def _paragraphs(text: str) -> str:
    """Each line of a rich text is a paragraph, except for the rows of tables."""
    lines = [line.strip() for line in text.replace("\xa0", " ").split("\n")]
    return "\n\n".join(line.strip("|").replace("|", " | ") if line.endswith("|") else line for line in lines if line)


def read_odt(content: bytes, url: str | None = None) -> Extract:
    """The text of an OpenDocument file, with its properties; raises `SourceError` when it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            body, said = _part(archive, "content.xml"), _part(archive, "meta.xml", needed=False)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError) as error:
        raise SourceError(f"is not an OpenDocument file (.odt) that can be read: {error}") from error
    blocks = list(_blocks(body, 0))
    text = "\n\n".join(block for block, _ in blocks)
    if not text.strip():
        raise SourceError("the OpenDocument file holds no text")
    properties = {name: _said(said, tag) for name, tag in _PROPERTIES.items()}
    author = properties["creator"] or properties["author"]
    return Extract(
        text=text,
        title=properties["title"] or next((block for block, heading in blocks[:20] if heading), ""),
        authors=(author,) if author else (),
        clues=(DateClue("document properties", properties["created"]),) if properties["created"] else (),
    )


_PROPERTIES = {
    "title": f"{DC}title",
    "creator": f"{META}initial-creator",
    "author": f"{DC}creator",
    "created": f"{META}creation-date",
}


def _part(archive: zipfile.ZipFile, name: str, needed: bool = True) -> Any:
    """A part of the file, parsed: no entity is resolved, nothing is fetched."""
    from lxml import etree

    if name not in archive.namelist():
        if needed:
            raise SourceError(f"is not an OpenDocument file (.odt): it has no {name}")
        return None
    with archive.open(name) as stream:
        content = stream.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise SourceError(f"{name} in it is larger than {LARGEST_PART >> 20} MB")
    try:
        return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is not an OpenDocument file that can be read: {error}") from error


def _said(tree: Any, tag: str) -> str:
    element = None if tree is None else next(tree.iter(tag), None)
    return "" if element is None else clean_line(element.text or "")


def _blocks(parent: Any, depth: int) -> Iterator[tuple[str, bool]]:
    """Paragraphs and tables in order, and whether each is a heading."""
    if depth > DEEPEST:
        return
    for element in parent:
        if element.tag in LEFT_OUT or not isinstance(element.tag, str):
            continue
        if element.tag in (f"{TEXT}p", f"{TEXT}h"):
            if line := "".join(_letters(element, 0)).strip():
                yield line, element.tag == f"{TEXT}h"
        elif element.tag == f"{TABLE}table":
            rows = [" | ".join(cells) for row in element.iter(f"{TABLE}table-row") if any(cells := _cells(row, depth))]
            if rows:
                yield "\n".join(rows), False
        else:
            yield from _blocks(element, depth + 1)


def _cells(row: Any, depth: int) -> list[str]:
    return [
        " ".join(block for block, _ in _blocks(cell, depth + 1)) for cell in row if cell.tag == f"{TABLE}table-cell"
    ]


def _letters(element: Any, depth: int) -> Iterator[str]:
    if depth > DEEPEST:
        return
    yield element.text or ""
    for child in element:
        if child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif isinstance(child.tag, str) and child.tag not in LEFT_OUT:
            yield from _letters(child, depth + 1)
        yield child.tail or ""
