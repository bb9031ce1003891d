"""The letters of a PDF's page, each with its place → paragraphs in the order in which people read them.

A page knows letters and places, but no words, lines, columns or paragraphs. Pure functions on values;
`ingest.formats.pdf` asks the library.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

LEAST_LINES = 3
"""Lines that each of two columns has."""
MOST_SPANNING = 0.3
"""The share of lines that may run across a gap between columns, such as headlines."""
LEAST_LETTERS = 14
"""Letters in the middle line of a column of text; the columns of a table have fewer."""
LEAST_GAP = 0.7
"""The width of a gap between columns, in heights of a letter."""
SAME_LINE = 0.5
NEW_PARAGRAPH = 1.45
"""How much further down than usual a line begins that begins a paragraph."""
OTHER_SIZE = 0.12
LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
HYPHENS = "-\u00ad\u2010\x02\ufffe"
KEPT_BEFORE_HYPHEN = frozenset(
    "self well half cross ex all non anti pro co high low long short full part so mid".split()
)
PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.|página|стр\.)?\s*[-–—]?\s*\d{1,4}\s*[-–—]?(?:\s*(?:of|/|von|de|из)\s*\d{1,4})?", re.IGNORECASE
)
WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
DIGITS = re.compile(r"\d+")
MOST_EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may be its running head or foot."""
APART = 1.3
"""How much further than usual such a line stands from the text."""
CELL_GAP = 1.5
"""Heights of a letter between the cells of a table's row."""
CELLS = " | "


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that stand side by side: `left` and `right` edge, `base` line (upwards), `size` of the letters."""

    text: str
    left: float
    right: float
    base: float
    size: float


Words = frozenset[str]


def paragraphs_of(pages: Sequence[Sequence[Piece]]) -> list[tuple[str, float]]:
    """The paragraphs of a document, each with the size of its letters, without running heads and page numbers."""
    bodies = without_heads([_lines(page) for page in pages])
    known = frozenset(word.lower() for page in pages for piece in page for word in WORD.findall(piece.text))
    found: list[tuple[str, float]] = []
    for lines in bodies:
        for block in _columns(lines):
            found += _paragraphs(_merged(block), known)
    return _continued(found, known)


def _lines(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces with something to read in them, from the top of the page down."""
    kept = (replace(piece, text=plain) for piece in pieces if (plain := _plain(piece.text)).strip())
    return sorted(kept, key=lambda piece: (-piece.base, piece.left))


def _plain(text: str) -> str:
    return "".join(LIGATURES.get(letter, letter) for letter in text)


def without_heads(pages: list[list[Piece]]) -> list[list[Piece]]:
    """Pages without the lines that are the same at the edge of most of them, and without their numbers."""
    if len(pages) < 2:
        return pages
    for _ in range(MOST_EDGE_LINES):
        edges = [_edge(page) for page in pages]
        keys = [{_key(piece) for piece in edge} for edge in edges]
        seen = Counter(key for one in keys for key in one)
        common = {key for key, count in seen.items() if count > max(1, len(pages) / 2)}
        gone = {id(piece) for edge in edges for piece in edge if _key(piece) in common or _is_number(piece)}
        pages = [[piece for piece in page if id(piece) not in gone] for page in pages]
    return pages


def _is_number(piece: Piece) -> bool:
    return bool(PAGE_NUMBER.fullmatch(piece.text.strip()))


def _edge(page: Sequence[Piece]) -> list[Piece]:
    """The pieces on the first and on the last line of a page, where these stand apart from the text."""
    bases = sorted({round(piece.base) for piece in page}, reverse=True)
    if len(bases) < 3:
        return []
    steps = [one - other for one, other in itertools.pairwise(bases)]
    apart = APART * statistics.median(steps)
    at_edge = {bases[0]} if steps[0] >= apart else set()
    at_edge |= {bases[-1]} if steps[-1] >= apart else set()
    return [piece for piece in page if round(piece.base) in at_edge]


def _key(piece: Piece) -> str:
    return DIGITS.sub("#", " ".join(piece.text.split()).casefold())


def _columns(pieces: list[Piece]) -> list[list[Piece]]:
    """The blocks of a page in the order of reading: what runs across the columns parts them into bands."""
    gap = _gap(pieces)
    if gap is None:
        return [pieces] if pieces else []
    spanning = [piece for piece in pieces if piece.left < gap < piece.right]
    blocks: list[list[Piece]] = []
    band: list[Piece] = []
    for piece in [*pieces, None]:
        if piece is not None and piece not in spanning:
            band.append(piece)
            continue
        for side in ([p for p in band if p.right <= gap], [p for p in band if p.left >= gap]):
            blocks += _columns(side) if len(side) < len(pieces) else [side]
        band = []
        if piece is not None:
            if blocks and blocks[-1] and all(p in spanning for p in blocks[-1]):
                blocks[-1].append(piece)
            else:
                blocks.append([piece])
    return [block for block in blocks if block]


def _gap(pieces: Sequence[Piece]) -> float | None:
    """Where a gap between two columns of text runs from top to bottom; None when there is none."""
    if len(pieces) < 2 * LEAST_LINES:
        return None
    size = statistics.median(piece.size for piece in pieces)
    best: tuple[int, float] | None = None
    for edge in sorted({piece.left for piece in pieces})[1:]:
        place = edge - 0.1
        across = [piece for piece in pieces if piece.left < place < piece.right]
        left = [piece for piece in pieces if piece.right <= place]
        right = [piece for piece in pieces if piece.left >= place]
        if len(across) > MOST_SPANNING * len(pieces) or not (_is_column(left) and _is_column(right)):
            continue
        if edge - max(piece.right for piece in left) < LEAST_GAP * size or not _side_by_side(left, right):
            continue
        if best is None or len(across) < best[0]:
            best = len(across), edge - LEAST_GAP * size / 2
    return best[1] if best else None


def _is_column(pieces: Sequence[Piece]) -> bool:
    return (
        len(pieces) >= LEAST_LINES and statistics.median(len(piece.text.strip()) for piece in pieces) >= LEAST_LETTERS
    )


def _side_by_side(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether two groups of lines stand beside each other, and not one below the other."""
    top, bottom = max(p.base for p in left), min(p.base for p in left)
    beside = sum(bottom - p.size <= p.base <= top + p.size for p in right)
    return beside >= min(LEAST_LINES, len(right)) and beside >= len(right) / 3


def _merged(pieces: Sequence[Piece]) -> list[Piece]:
    """Whole lines: pieces on one base line joined, with a blank where they stand apart."""
    lines: list[Piece] = []
    for piece in sorted(pieces, key=lambda piece: -piece.base):
        last = lines[-1] if lines else None
        if last and abs(last.base - piece.base) <= SAME_LINE * min(last.size, piece.size):
            first, second = sorted((last, piece), key=lambda one: one.left)
            gap, size = second.left - first.right, min(first.size, second.size)
            blank = (
                CELLS if gap > CELL_GAP * size else " " if gap > 0.15 * size and not first.text.endswith(" ") else ""
            )
            joined = f"{first.text.rstrip() if blank else first.text}{blank}{second.text}"
            lines[-1] = Piece(joined, first.left, max(first.right, second.right), last.base, max(last.size, piece.size))
        else:
            lines.append(piece)
    return lines


def _paragraphs(lines: Sequence[Piece], known: Words) -> list[tuple[str, float]]:
    """Lines put together where they belong to one paragraph."""
    steps = [one.base - other.base for one, other in itertools.pairwise(lines)]
    usual = statistics.median(steps) if steps else 0.0
    margin = statistics.median(line.left for line in lines) if lines else 0.0
    found: list[tuple[str, float]] = []
    for number, line in enumerate(lines):
        last = lines[number - 1] if number else None
        if last is None or (CELLS in last.text) != (CELLS in line.text) or _begins(last, line, usual, margin):
            found.append((line.text.strip(), line.size))
        elif CELLS in line.text:  # the next row of a table
            found[-1] = (f"{found[-1][0]}\n{line.text.strip()}", found[-1][1])
        else:
            found[-1] = (joined(found[-1][0], line.text.strip(), known), found[-1][1])
    return found


def _begins(last: Piece, line: Piece, usual: float, margin: float) -> bool:
    """Whether a line begins a paragraph: further down, in other letters, or set in after the end of a sentence."""
    usual = min(usual, 2 * line.size) or line.size
    set_in = line.left - margin > 0.8 * line.size and last.left - margin < 0.8 * line.size
    return (
        last.base - line.base > NEW_PARAGRAPH * usual
        or abs(last.size - line.size) > OTHER_SIZE * max(last.size, line.size)
        or (set_in and last.text.rstrip().endswith((".", "!", "?", "”", '"', ":", "»")))
    )


def joined(text: str, line: str, known: Words = frozenset()) -> str:
    """A line put behind a text; a word that was broken at the end of a line is whole again.

    The hyphen stays where the document writes the word with one elsewhere (among the words that are `known`).
    """
    if text and text[-1] in HYPHENS and line[:1].islower() and text[-2:-1].isalpha():
        before, after = WORD.findall(text[:-1])[-1].lower(), WORD.match(line)
        rest = after[0].lower() if after else ""
        compound = before in KEPT_BEFORE_HYPHEN or f"{before}-{rest}" in known
        return text[:-1] + ("-" if compound and before + rest not in known else "") + line
    if text and text[-1] in HYPHENS and text[-2:-1].isalnum():
        return f"{text[:-1]}-{line}"
    return f"{text} {line}" if text else line


def _continued(paragraphs: Iterable[tuple[str, float]], known: Words) -> list[tuple[str, float]]:
    """Paragraphs that go on in the next column or on the next page put together."""
    found: list[tuple[str, float]] = []
    for text, size in paragraphs:
        last = found[-1] if found else None
        open_end = (last is not None and last[0][-1:].isalnum()) or (
            last is not None and last[0][-1:] in (",", *HYPHENS)
        )
        if last and open_end and text[:1].islower() and abs(last[1] - size) < 0.5:
            found[-1] = (joined(last[0], text, known), last[1])
        else:
            found.append((text, size))
    return found
