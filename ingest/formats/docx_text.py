"""The text of a Word file as its readers see it, from the elements of its document.

What somebody inserted counts and what was struck out does not; content controls, tags, links, text boxes and footnotes
are text like any other; a merged cell is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
LEFT_OUT = frozenset(
    (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}tblPr", f"{W}tcPr", f"{MC}Fallback", f"{W}instrText")
)
SIGNS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
HEADINGS = (
    "title",
    "heading1",
    "heading 1",
    "titel",
    "titre",
    "título",
    "titolo",
    "berschrift1",
    "überschrift 1",
    "überschrift1",
)
BOX = f"{W}txbxContent"
DEEPEST = 60


@dataclass(slots=True)
class WordText:
    """Paragraphs and tables in order, and the first that is set as a title."""

    blocks: list[str] = field(default_factory=list)
    title: str = ""


def text_of(body: Any) -> WordText:
    """What the body of a document holds."""
    found = WordText()
    _collect(body, found, 0)
    return found


def _collect(parent: Any, found: WordText, depth: int) -> None:
    if depth > DEEPEST:
        return
    for element in parent:
        if element.tag in LEFT_OUT or not isinstance(element.tag, str):
            continue
        if element.tag == f"{W}p":
            _paragraph(element, found, depth)
        elif element.tag == f"{W}tbl":
            rows = [" | ".join(cells) for cells in _rows(element, depth) if any(cells)]
            found.blocks += ["\n".join(rows)] if rows else []
        else:
            _collect(element, found, depth + 1)


def _paragraph(element: Any, found: WordText, depth: int) -> None:
    """A paragraph, then the text boxes that hang on it."""
    text = "".join(_letters(element, 0)).strip()
    if text:
        found.blocks.append(text)
        if not found.title and len(found.blocks) <= 20 and _is_heading(element):
            found.title = text
    for box in _boxes(element):
        _collect(box, found, depth + 1)


def _letters(element: Any, depth: int) -> Iterator[str]:
    """The text of an element in order, without that of the boxes in it."""
    for child in element:
        if child.tag in LEFT_OUT or child.tag == BOX or depth > DEEPEST:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag != f"{W}r" or not _is_hidden(child):
            yield from _letters(child, depth + 1)


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val") not in ("0", "false")


def _boxes(element: Any) -> Iterator[Any]:
    """The text boxes of a paragraph; the picture of one that is kept for old programs is left out."""
    for box in element.iter(BOX):
        ancestors = {ancestor.tag for ancestor in box.iterancestors()}
        if f"{MC}Fallback" not in ancestors and not any(
            a.tag == BOX for a in box.iterancestors() if a in set(element.iter())
        ):
            yield box


def _rows(table: Any, depth: int) -> Iterator[list[str]]:
    """The cells of each row; one that goes on from the row above is empty, one that spans columns stands once."""
    for row in _children(table, f"{W}tr"):
        cells = []
        for cell in _children(row, f"{W}tc"):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            inner = WordText()
            if merged is None or merged.get(f"{W}val") == "restart":
                _collect(cell, inner, depth + 1)
            cells.append(" ".join(inner.blocks).strip())
        yield cells


def _children(parent: Any, tag: str) -> Iterator[Any]:
    """The children of that name, also those that a content control or an insertion holds."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _children(child, tag)


def _is_heading(paragraph: Any) -> bool:
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return style is not None and (style.get(f"{W}val") or "").casefold() in HEADINGS


def notes_of(root: Any) -> list[str]:
    """The footnotes of a document, from the part that holds them."""
    found = WordText()
    for note in root:
        if note.get(f"{W}type") not in ("separator", "continuationSeparator", "continuationNotice"):
            _collect(note, found, 0)
    return found.blocks
