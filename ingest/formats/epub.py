"""Books (`.epub`) → the documents of their spine, in order: each one that has enough text is an article.

A book is a zip archive with a package file (OPF) that lists its documents. Names that lead out of the archive, entities
and bombs are refused. The documents themselves are read as pages, in the worker.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ingest.errors import SourceError
from ingest.formats.streams import LARGEST_FILE
from ingest.formats.zipped import is_below, open_zip, read_entry
from ingest.raw import DateClue, RawDocument, Witness
from ingest.report import Passed, Problem
from ingest.text.decoding import clean_line

CONTAINER = "META-INF/container.xml"
PROTECTED = "META-INF/rights.xml"
LARGEST_LIST = 5 << 20
"""Bytes of the container and the package file."""
MOST_DOCUMENTS = 10_000
DOCUMENT_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
MAKERS = ("calibre", "")
"""Publishers that are the program that made the file."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a package file says: the names of the documents in order, and what the book says of itself."""

    documents: tuple[str, ...]
    others: int
    title: str = ""
    publisher: str = ""
    date: str = ""
    language: str = ""
    authors: tuple[str, ...] = ()

    @property
    def witness(self) -> Witness:
        """What each of its documents inherits."""
        return Witness(
            clues=(DateClue("book metadata", self.date),) if self.date else (),
            outlet=self.publisher if self.publisher.lower() not in MAKERS else self.title,
            authors=tuple(name for name in self.authors if name.lower() not in MAKERS),
            language=self.language.split("-")[0].lower(),
            section=self.title,
        )


def epub_documents(path: Path, where: str, source: str, done: int) -> Iterator[RawDocument | Problem]:
    """The documents of a book's spine."""
    size = path.stat().st_size
    try:
        with open_zip(path) as archive:
            book = read_book(archive)
            for number, name in enumerate(book.documents, 1):
                place = f"{where} ({clean_line(name)})"
                try:
                    content = read_entry(archive, name, LARGEST_FILE)
                except SourceError as error:
                    yield Problem(place, None, str(error))
                    continue
                yield RawDocument(
                    "html",
                    content,
                    place,
                    source,
                    path_id=clean_line(f"{path.stem}/{posixpath.splitext(name)[0]}"),
                    done_bytes=done + size * number // len(book.documents),
                    witness=book.witness,
                )
    except SourceError as error:
        yield Problem(where, None, str(error))
        return
    if book.others:
        yield Passed(where, None, f"{book.others:,} entries of the book's spine are no pages")


def read_book(archive: zipfile.ZipFile) -> Book:
    """The package file of a book; raises `SourceError` when it has none, or none that may be read."""
    if PROTECTED in archive.namelist():
        raise SourceError("is protected by a licence (DRM): get it without")
    container = _xml(read_entry(archive, CONTAINER, LARGEST_LIST))
    package = next((str(name) for name in container.xpath("//*[local-name()='rootfile']/@full-path")), "")
    if not is_below(package):
        raise SourceError(f"is no book: its package file is {package[:100]!r}")
    tree = _xml(read_entry(archive, package, LARGEST_LIST))
    documents, others = _spine(tree, posixpath.dirname(package))
    if not documents:
        raise SourceError("is a book without documents")
    return Book(
        documents,
        others,
        title=_said(tree, "title"),
        publisher=_said(tree, "publisher"),
        date=_published(tree),
        language=_said(tree, "language"),
        authors=tuple(name for name in map(_line, _elements(tree, "creator")) if name),
    )


def _spine(tree: Any, folder: str) -> tuple[tuple[str, ...], int]:
    """The names of the documents in the archive, and how many entries are something else."""
    items = {
        item.get("id"): item
        for item in tree.xpath("//*[local-name()='manifest']/*[local-name()='item'][@id][@href]")
        if item.get("media-type") in DOCUMENT_TYPES and "nav" not in (item.get("properties") or "").split()
    }
    wanted = [str(name) for name in tree.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref")]
    if len(wanted) > MOST_DOCUMENTS:
        raise SourceError(f"is a book of more than {MOST_DOCUMENTS:,} documents")
    names = []
    for idref in wanted:
        if idref in items:
            name = posixpath.normpath(posixpath.join(folder, unquote(items[idref].get("href")).partition("#")[0]))
            names += [name] if is_below(name) else []
    documents = tuple(dict.fromkeys(names))
    return documents, len(wanted) - len(documents)


def _published(tree: Any) -> str:
    """The date of publication; one that is marked as that of changing or making the file is none."""
    for element in _elements(tree, "date"):
        events = [value for name, value in element.attrib.items() if name.rpartition("}")[2] == "event"]
        if events in ([], ["publication"], ["original-publication"]):
            return _line(element)
    return ""


def _elements(tree: Any, name: str) -> list[Any]:
    return list(tree.xpath(f"//*[local-name()='metadata']//*[local-name()='{name}']"))


def _said(tree: Any, name: str) -> str:
    return next((said for said in map(_line, _elements(tree, name)) if said), "")


def _line(element: Any) -> str:
    return clean_line(element.text or "")[:500]


def _xml(content: bytes) -> Any:
    """Parsed XML: no entity is resolved, nothing is fetched."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        tree = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"is no book that can be read: its package file is broken ({error})") from error
    if tree is None:
        raise SourceError("is no book that can be read: its package file is empty")
    return tree
