"""An article beside the answer: its paragraphs, with every cited span marked where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from corpus import Article, Place, Revision
from ui.citing import article_path
from ui.page.views.markup import render
from ui.page.views.places import copies_values
from ui.wording import format_date

_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*(?:\n[ \t]*\n|\Z))", re.DOTALL)
MAX_HIGHLIGHTS = 100


@dataclass(frozen=True, slots=True)
class Highlight:
    """A span of an article to mark, with the number of its citation and the quotation that must stand there."""

    n: int
    start: int
    end: int
    quote: str

    @classmethod
    def read(cls, value: Any) -> Highlight | None:
        """A highlight as the page sends it back, or None when it is not one."""
        if not isinstance(value, Mapping):
            return None
        numbers = [value.get(key) for key in ("n", "start", "end")]
        if not all(isinstance(number, int) for number in numbers) or not isinstance(value.get("quote"), str):
            return None
        return cls(value["n"], value["start"], value["end"], value["quote"])

    @classmethod
    def find(cls, article: Article, quotation: str) -> Highlight:
        """A quotation that a link names, wherever it stands in the article, however its blanks are written."""
        words = r"\s+".join(map(re.escape, quotation.split()))
        match = re.search(words, article.text) if words else None
        return cls(1, match.start(), match.end(), match[0]) if match else cls(1, 0, 0, quotation)

    def stands_in(self, article: Article) -> bool:
        """Whether the quotation stands at its place, character by character (invariant 1)."""
        return 0 <= self.start < self.end and article.text[self.start : self.end] == self.quote


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph; `numbers` are the citations that cover it, `anchor` the one that begins with it."""

    text: str
    numbers: str = ""
    anchor: int | None = None


def empty_evidence() -> str:
    """What stands in the evidence panel before an article is open."""
    message = "Choose a number in an answer to read the quotation in its article."
    return render("evidence.html", kind="empty", title="Evidence", message=message)


def empty_reader() -> str:
    """What stands beside the list of articles before one is open."""
    return render("evidence.html", kind="empty", title="Article", message="Choose an article to read it here.")


def missing_evidence(message: str) -> str:
    """What stands in the evidence panel when the article cannot be shown, and why."""
    return render("evidence.html", kind="missing", message=message, path="")


def article_html(
    article: Article,
    highlights: Sequence[Highlight],
    focus: int,
    today: date,
    also_in: Sequence[Place] = (),
    revisions: Sequence[Revision] = (),
) -> str:
    """The article with its highlights; `focus` is the number of the citation to show first, `also_in` its copies, and
    its `revisions` tell whether it was changed."""
    standing = sorted((h for h in highlights if h.stands_in(article)), key=lambda h: (h.start, h.end, h.n))
    shown = next((h for h in standing if h.n == focus), standing[0] if standing else None)
    return render(
        "evidence.html",
        kind="article",
        article=article,
        highlights=len(standing),
        lost=len(highlights) - len(standing),
        focus=focus,
        today=today,
        changed=_last_change(revisions),
        paragraphs=[_pieces(article.text, *match.span(), standing) for match in _PARAGRAPH.finditer(article.text)],
        path=article_path(article.id, shown.quote if shown else ""),
        **copies_values(also_in),
    )


def _last_change(revisions: Sequence[Revision]) -> dict[str, Any] | None:
    """When an article was last seen to have changed; None when it never did."""
    changed = [revision for revision in revisions if revision.is_reworded]
    if not changed:
        return None
    last = changed[-1]
    words = f"Changed on {format_date(last.fetched)}" if last.fetched else "Changed"
    return {"words": words, "revision": last.revision, "of": len(revisions)}


def _pieces(text: str, start: int, end: int, highlights: Sequence[Highlight]) -> list[Piece]:
    """One paragraph, cut at every edge of a highlight, so that highlights may overlap and cross paragraphs."""
    inside = [h for h in highlights if h.start < end and h.end > start]
    edges = sorted({start, end, *(min(max(edge, start), end) for h in inside for edge in (h.start, h.end))})
    return [_piece(text[left:right], left, right, inside) for left, right in pairwise(edges)]


def _piece(text: str, left: int, right: int, highlights: Sequence[Highlight]) -> Piece:
    covering = [h for h in highlights if h.start <= left and h.end >= right]
    numbers = " ".join(str(n) for n in sorted({h.n for h in covering}))
    return Piece(text, numbers, next((h.n for h in covering if h.start == left), None))
