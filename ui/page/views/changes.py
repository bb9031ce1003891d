"""What an outlet changed in an article, as the page shows it: the difference, and the list of changes.

Insertions and deletions are `<ins>` and `<del>`, underlined and struck through, and named for screen readers: never
marked by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from corpus import Piece
from ui.changes import Changed, Compared
from ui.page.views.markup import plain, render
from ui.wording import count

KINDS = {
    "silent": "Silent change",
    "declared": "Declared by the outlet",
    "typographic": "Only quotation marks, dashes or blanks",
}
AROUND = 1
"""Sentences that are shown before and after a change, to say where it is."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of text that stands in one revision or in both; its leading blank stays outside of the mark."""

    kind: str
    text: str

    @property
    def bare(self) -> str:
        """The text without the blank before it."""
        return self.text.lstrip()

    @property
    def blank(self) -> str:
        """The blank before the text."""
        return self.text[: len(self.text) - len(self.bare)]


@dataclass(frozen=True, slots=True)
class Block:
    """Sentences that belong together, or how many unchanged ones are left out."""

    sentences: tuple[tuple[Edit, ...], ...] = ()
    left_out: int = 0


def difference_html(compared: Compared, today: date) -> str:
    """What changed from one revision to the next, with the sentences around each change."""
    fields = [(name, Edit("removed", plain(old)), Edit("added", plain(new))) for name, old, new in compared.fields]
    return render(
        "difference.html",
        article=compared.article,
        before=compared.before,
        after=compared.after,
        steps=[revision for revision in compared.revisions if revision.is_reworded],
        fields=fields,
        blocks=list(_blocks(compared.difference.pieces)),
        today=today,
    )


def changes_html(changes: Sequence[Changed], today: date) -> str:
    """The articles that were changed after their publication, the latest first."""
    silent = sum(change.correction.kind == "silent" for change in changes)
    note = f"{silent:,} without a note by the outlet" if silent else "each with a note by the outlet"
    found = f"{count(len(changes), 'change')}, {note}"
    return render("changes.html", changes=changes, found=found, kinds=KINDS, today=today)


def _blocks(pieces: Sequence[Piece]) -> Iterator[Block]:
    """The changed sentences with some around them, a block a paragraph; what is left out between them is counted."""
    changed = [at for at, piece in enumerate(pieces) if piece.kind != "same"]
    near = {at for change in changed for at in range(change - AROUND, change + AROUND + 1)}
    skipped = 0
    sentences: list[tuple[Edit, ...]] = []
    for at, piece in enumerate(pieces if changed else ()):
        if sentences and (at not in near or piece.opens):
            yield Block(tuple(sentences))
            sentences = []
        if at not in near:
            skipped += 1
            continue
        if skipped:
            yield Block(left_out=skipped)
            skipped = 0
        sentences.append(_edits(piece))
    if sentences:
        yield Block(tuple(sentences))
    if skipped:
        yield Block(left_out=skipped)


def _edits(piece: Piece) -> tuple[Edit, ...]:
    """A sentence as stretches that are the same, removed or added."""
    if piece.kind == "removed":
        return (Edit("removed", piece.before),)
    if piece.kind in ("same", "added"):
        return (Edit(piece.kind, piece.after),)
    return tuple(Edit(stretch.kind, stretch.text) for stretch in piece.stretches)
