"""What is left of an answer's text once its parts are shown in places of their own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Answer, Citation

_MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Prose:
    """The short answer with its marks (None when the text does without one), and the paragraphs that add to it."""

    headline: str | None
    marks: tuple[int, ...]
    paragraphs: tuple[str, ...]


def prose(answer: Answer, citations: Sequence[Citation]) -> Prose:
    """An answer's text without what the page shows elsewhere.

    Left out are the opening that only repeats the short answer (it is the headline), the paragraphs that are nothing
    but a quotation (each stands with its source), and the alternatives. A text of quotations alone has no headline:
    they are the answer.
    """
    known = {citation.n for citation in citations}
    quotes = {_squeezed(citation.quote) for citation in answer.citations}
    blocks = [block.strip() for block in re.split(r"\n\s*\n", answer.text) if block.strip()]
    marks: tuple[int, ...] = ()
    opens = bool(blocks) and answer.answer is not None and _squeezed(blocks[0]) == _squeezed(answer.answer)
    if opens:
        marks = tuple(n for n in map(int, _MARK.findall(blocks.pop(0))) if n in known)
    elsewhere = quotes | {_squeezed(alternative.text) for alternative in answer.alternatives}
    rest = tuple(block for block in blocks if _squeezed(block) not in elsewhere)
    return Prose(answer.answer if opens or rest else None, marks, rest)


def _squeezed(text: str) -> str:
    """A text without its marks, its quotation marks at the ends, and the width of its spaces."""
    return " ".join(_MARK.sub("", text).split()).strip("“”\"' .")
