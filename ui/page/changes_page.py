"""What changed in an article, as the page shows it: the note above its text, the difference, and the list of changes.

Insertions and deletions are `<ins>` and `<del>`, underlined and struck through, and named for screen readers: never
told by colour alone. All text of articles is escaped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from corpus import Piece, Revision
from ui.changes import Changed, Compared
from ui.page.markup import byline, escape, link, plain
from ui.wording import counted, spoken_date

KINDS = {
    "silent": "Silent change",
    "declared": "Declared by the outlet",
    "typographic": "Only quotation marks, dashes or blanks",
}
AROUND = 1
"""Sentences that are shown before and after a change, to say where it is."""


def changed_note(revisions: Sequence[Revision]) -> str:
    """A line above an article that was changed: when that was seen, and the way to the difference."""
    changed = [revision for revision in revisions if revision.is_reworded]
    if not changed:
        return ""
    last = changed[-1]
    seen = f"Changed on {spoken_date(last.fetched)}" if last.fetched else "Changed"
    return (
        f'<p class="pm-changed">{seen} (revision {last.revision} of {len(revisions)}): '
        f"{_opens(last.article_id, last.revision, 'see what changed')}</p>"
    )


def _opens(article_id: str, revision: int, words: str, *, current: bool = False) -> str:
    now = ' aria-current="true"' if current else ""
    return (
        f'<button type="button" class="pm-inline" data-changes="{escape(article_id)}" data-revision="{revision}"{now}>'
        f"{escape(words)}</button>"
    )


def difference_html(compared: Compared, today: date) -> str:
    """What changed from one revision to the next, with the sentences around each change."""
    article = compared.article
    fields = "".join(
        f"<li><span>{escape(name)}:</span> {_del(old, plain=True)} {_ins(new, plain=True)}</li>"
        for name, old, new in compared.fields
    )
    told = f'<ul class="pm-fields">{fields}</ul>' if fields else ""
    return (
        f'<article class="pm-evidence pm-difference" data-open="yes" data-article="{escape(article.id)}" '
        f'data-focus="0" aria-label="What changed">{_bar()}<header class="pm-article-head">'
        f'<p class="pm-byline">{byline(article.outlet, article.published, today)}</p>'
        f'<h2 class="pm-article-title">{plain(article.title) or "Untitled"}</h2>{_read(compared)}'
        f'<p class="pm-article-more">{link(article.url, "Read it at the source")}</p></header>'
        f'<div class="pm-article-text" tabindex="0" role="region" aria-label="What changed in the text">'
        f"{told}{''.join(_shown(compared.difference.pieces))}</div></article>"
    )


def _bar() -> str:
    return (
        '<div class="pm-toolbar"><p class="pm-eyebrow">What changed</p>'
        '<button type="button" class="pm-tool" data-back>Back to the article</button>'
        '<button type="button" class="pm-tool" data-close title="Close (Esc)">Close</button></div>'
    )


def _read(compared: Compared) -> str:
    """When both revisions were read, and the other changes to look at."""
    old, new = compared.before, compared.after
    words = (
        f"Revision {old.revision}, read on {spoken_date(old.fetched) if old.fetched else 'an unknown day'}, "
        f"became revision {new.revision}, read on {spoken_date(new.fetched) if new.fetched else 'an unknown day'}."
    )
    changed = [one for one in compared.revisions if one.is_reworded]
    if len(changed) < 2:
        return f'<p class="pm-revisions">{escape(words)}</p>'
    steps = " ".join(
        _opens(one.article_id, one.revision, f"{one.revision - 1} → {one.revision}", current=one == new)
        for one in changed
    )
    return f'<p class="pm-revisions">{escape(words)} Changes: {steps}</p>'


def _shown(pieces: Sequence[Piece]) -> Iterator[str]:
    """The changed sentences with some around them; what is left out between them is counted."""
    changed = [at for at, piece in enumerate(pieces) if piece.kind != "same"]
    if not changed:
        yield "<p>The text is the same.</p>"
        return
    near = {at for change in changed for at in range(change - AROUND, change + AROUND + 1)}
    skipped = 0
    block: list[str] = []
    for at, piece in enumerate(pieces):
        if at not in near:
            yield from _paragraph(block)
            block = []
            skipped += 1
            continue
        if skipped:
            yield _left_out(skipped)
            skipped = 0
        if piece.opens:
            yield from _paragraph(block)
            block = []
        block.append(_sentence(piece))
    yield from _paragraph(block)
    if skipped:
        yield _left_out(skipped)


def _paragraph(sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        yield f"<p>{' '.join(sentences)}</p>"


def _left_out(count: int) -> str:
    return f'<p class="pm-left-out">{counted(count, "sentence")} unchanged</p>'


def _sentence(piece: Piece) -> str:
    if piece.kind == "same":
        return escape(piece.after)
    if piece.kind == "removed":
        return _del(piece.before)
    if piece.kind == "added":
        return _ins(piece.after)
    marks = {"same": escape, "removed": _del, "added": _ins}
    return "".join(marks[stretch.kind](stretch.text) for stretch in piece.stretches)


def _del(text: str, *, plain: bool = False) -> str:
    return _edit("del", "removed", text, plain)


def _ins(text: str, *, plain: bool = False) -> str:
    return _edit("ins", "added", text, plain)


def _edit(tag: str, what: str, text: str, is_plain: bool) -> str:
    """A stretch that is in one text only; the blank before it stays outside, and its kind is told to who listens."""
    bare = text.lstrip()
    if not bare:
        return "" if is_plain else escape(text)
    blank = escape(text[: len(text) - len(bare)])
    shown = plain(bare) if is_plain else escape(bare)
    return f'{blank}<{tag}><span class="pm-sr">[{what}: </span>{shown}<span class="pm-sr">]</span></{tag}>'


def changes_html(changed: Sequence[Changed], today: date) -> str:
    """The articles that were changed after their publication, the latest first."""
    if not changed:
        return '<p class="pm-found" role="status">No article was changed after it was read first.</p>'
    rows = "".join(_row(one, today) for one in changed)
    silent = sum(one.correction.kind == "silent" for one in changed)
    found = f"{counted(len(changed), 'change')}, {silent:,} of them without a note"
    return f'<p class="pm-found" role="status">{found}</p><ul class="pm-articles">{rows}</ul>'


def _row(changed: Changed, today: date) -> str:
    revision, correction = changed.revision, changed.correction
    first = spoken_date(changed.read_before) if changed.read_before else "an unknown day"
    last = spoken_date(revision.fetched) if revision.fetched else "an unknown day"
    kind = f'<span class="pm-kind" data-kind="{correction.kind}">{KINDS[correction.kind]}</span>'
    note = f'<span class="pm-said">“{plain(correction.note)}”</span>' if correction.note else ""
    return (
        f'<li class="pm-article"><button type="button" class="pm-article-open" '
        f'data-changes="{escape(revision.article_id)}" data-revision="{revision.revision}">'
        f'<span class="pm-article-name">{plain(revision.title) or "Untitled"}</span>'
        f'<span class="pm-what">{plain(correction.line())}</span>{note}'
        f'<span class="pm-byline">{kind} · '
        f"{byline(revision.outlet, revision.published, today)} · read {first}, found changed {last}"
        "</span></button></li>"
    )
