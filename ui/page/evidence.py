"""An article beside the answer: its paragraphs, with every cited span marked where it stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from corpus import Article, Place, Revision
from ui.page.also_in import also_html
from ui.page.changes_page import changed_note
from ui.page.markup import byline, escape, link, plain
from ui.wording import counted

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

    def stands_in(self, article: Article) -> bool:
        """Whether the quotation stands at its place, character by character (invariant 1)."""
        return 0 <= self.start < self.end and article.text[self.start : self.end] == self.quote


def empty_evidence() -> str:
    """What stands in the evidence panel before an article is open."""
    return (
        '<div class="pm-evidence pm-evidence-empty" data-open="no"><p class="pm-eyebrow">Evidence</p>'
        "<p>Every answer is made of quotations. Choose a number such as "
        '<span class="pm-cite pm-cite-sample" aria-hidden="true">1</span> to read it in its article.</p></div>'
    )


def empty_reader() -> str:
    """What stands beside the list of articles before one is open."""
    return (
        '<div class="pm-evidence pm-evidence-empty" data-open="no"><p class="pm-eyebrow">Article</p>'
        "<p>Choose an article from the list to read it here.</p></div>"
    )


def missing_evidence(message: str) -> str:
    """What stands in the evidence panel when the article cannot be shown, and why."""
    return (
        f'<div class="pm-evidence" data-open="yes">{_toolbar(0)}'
        f'<p class="pm-note" role="alert">{escape(message)}</p></div>'
    )


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
    lost = len(highlights) - len(standing)
    warning = f'<p class="pm-note" role="alert">{_lost_words(lost)}</p>' if lost else ""
    authors = f"<span>By {plain(', '.join(article.authors))}</span>" if article.authors else ""
    more = f"{authors}{link(article.url, 'Read it at the source')}"
    return (
        f'<article class="pm-evidence" data-open="yes" data-article="{escape(article.id)}" data-focus="{focus}" '
        f'aria-label="Article">{_toolbar(len(standing))}<header class="pm-article-head">'
        f'<p class="pm-byline">{byline(article.outlet, article.published, today)}</p>'
        f'<h2 class="pm-article-title">{plain(article.title) or "Untitled"}</h2>'
        f'<p class="pm-article-more">{more}</p>{also_html(also_in)}{changed_note(revisions)}</header>{warning}'
        f'<div class="pm-article-text" tabindex="0" role="region" aria-label="Text of the article">'
        f"{_paragraphs(article.text, standing)}</div></article>"
    )


def _lost_words(lost: int) -> str:
    return (
        f"{counted(lost, 'quotation')} no longer stand{'s' if lost == 1 else ''} in this article and cannot be shown."
    )


def _toolbar(count: int) -> str:
    """The panel's bar: stepping through the highlights when there are several, and closing."""
    steps = ""
    if count > 1:
        steps = (
            '<div class="pm-steps" role="group" aria-label="Highlights">'
            '<button type="button" class="pm-tool" data-step="-1" title="Previous highlight (k)">Previous</button>'
            f'<span class="pm-step-count" role="status" data-step-count>1 of {count}</span>'
            '<button type="button" class="pm-tool" data-step="1" title="Next highlight (j)">Next</button></div>'
        )
    return (
        f'<div class="pm-toolbar"><p class="pm-eyebrow">{"Evidence" if count else "Article"}</p>{steps}'
        '<button type="button" class="pm-tool" data-close title="Close the article (Esc)">Close</button></div>'
    )


def _paragraphs(text: str, highlights: Sequence[Highlight]) -> str:
    blocks = (_marked(text, match.start(), match.end(), highlights) for match in _PARAGRAPH.finditer(text))
    return "".join(f"<p>{block}</p>" for block in blocks)


def _marked(text: str, start: int, end: int, highlights: Sequence[Highlight]) -> str:
    """One paragraph, cut at every edge of a highlight, so that highlights may overlap and cross paragraphs."""
    inside = [h for h in highlights if h.start < end and h.end > start]
    edges = sorted({start, end, *(min(max(edge, start), end) for h in inside for edge in (h.start, h.end))})
    pieces = []
    for left, right in pairwise(edges):
        cover = [h for h in inside if h.start <= left and h.end >= right]
        pieces.append(_mark(text[left:right], cover, left))
    return "".join(pieces)


def _mark(text: str, cover: Sequence[Highlight], left: int) -> str:
    """A stretch of text, as a mark that names its citations when it is one; the first piece of each carries an id."""
    if not cover:
        return escape(text)
    numbers = " ".join(str(n) for n in sorted({h.n for h in cover}))
    first = next((h for h in cover if h.start == left), None)
    anchor = f' id="pm-mark-{first.n}"' if first else ""
    return f'<mark{anchor} tabindex="-1" data-n="{numbers}">{escape(text)}</mark>'
