"""The sentences of a text, as spans of characters.

Rules: a full stop, question or exclamation mark, closing quotes, white space, then a capital or a digit ends a
sentence, unless an abbreviation or an initial stands before it; the end of a paragraph always does.
"""

from __future__ import annotations

import re

Span = tuple[int, int]

ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof gen col lt sgt capt cpl maj adm sen rep gov rev hon pres st jr sr vs etc inc ltd co corp no "
    "jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k u.n e.u d.c p.m a.m e.g i.e al fig approx dept "
    "est".split()
)
BOUNDARY = re.compile(
    r"(?<![.!?…])[.!?…]++[\"'”’)\]»]*+(?=\s+[\"'“‘(\[«]*[A-Z0-9À-ÖØ-ÞА-ЯЁ])|[。！？]+[”」』]?"
    r"|(?<![.!?…])[.!?…]++[\"'”’)\]»]*+(?=\s*\n)"
)
"""Nothing is tried twice: a line of a million dots is looked through once."""
PARAGRAPH = re.compile(r"[^\n]*[^\s][^\n]*")


def sentence_spans(text: str) -> list[Span]:
    """The spans of the sentences of a text, in order, without surrounding white space."""
    spans: list[Span] = []
    for paragraph in PARAGRAPH.finditer(text):
        start = paragraph.start()
        for boundary in BOUNDARY.finditer(text, paragraph.start(), paragraph.end()):
            if not _ends_with_abbreviation(text, start, boundary.start()):
                spans.append(_trim(text, start, boundary.end()))
                start = boundary.end()
        if text[start : paragraph.end()].strip():
            spans.append(_trim(text, start, paragraph.end()))
    return [span for span in spans if span[0] < span[1]]


def _ends_with_abbreviation(text: str, start: int, stop: int) -> bool:
    if text[stop] != ".":
        return False
    word = text[max(start, stop - 12) : stop].split()[-1:] or [""]
    bare = word[0].lstrip("\"'“‘([«").lower()
    is_initial = len(bare) == 1 and bare.isalpha() and word[0].strip("\"'“‘([«").isupper()
    return bare in ABBREVIATIONS or is_initial


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
