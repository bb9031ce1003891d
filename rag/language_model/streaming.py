"""Streams a language model's draft: complete claims are checked at once, and the rest is shown as it is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.language_model.claims import CheckedClaim, Offer
from rag.language_model.reply import claims_so_far, text_so_far


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Callbacks for progress: a sentence for each stage, and the draft each time it grows.

    A line of the draft is a claim; those that were found in the articles end in their numbers, like [1].
    """

    on_stage: Callable[[str], None] | None = None
    on_text: Callable[[str], None] | None = None


class ReplyWatch:
    """Follows a reply as it is written: whole claims are checked at once, the rest is shown as it stands."""

    def __init__(self, offer: Offer, on_text: Callable[[str], None]) -> None:
        self._offer = offer
        self._on_text = on_text
        self._text = ""
        self._lines: list[str] = []
        self._shown = ""

    def __call__(self, piece: str) -> None:
        self._text += piece
        if "}" in piece:
            standing = [check for check in map(self._offer.check, claims_so_far(self._text)) if check.stands]
            self._lines = mark_citations([check.claim.text for check in standing], number_quotations(standing))
        shown = "\n".join([*self._lines, *filter(None, [text_so_far(self._text)])])
        if shown != self._shown:
            self._shown = shown
            self._on_text(shown)


def number_quotations(checks: Sequence[CheckedClaim]) -> list[tuple[int, ...]]:
    """Of each claim, the numbers of its quotations: in the order of appearance, the same for the same place."""
    numbered: dict[tuple[str, int, int], int] = {}
    return [
        tuple(
            numbered.setdefault(
                (quotation.ranked.found.passage.article_id, quotation.start, quotation.end), len(numbered) + 1
            )
            for quotation in check.quotations
        )
        for check in checks
    ]


def mark_citations(texts: Sequence[str], numbers: Sequence[tuple[int, ...]]) -> list[str]:
    """Append to each claim the numbers of its quotations, as [1][2]."""
    return [f"{text} {''.join(f'[{n}]' for n in own)}" for text, own in zip(texts, numbers, strict=True)]
