"""Changes to articles after publication, read from a library for the command line and the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from corpus import Article, Difference, Revision, UnknownArticleError, difference

if TYPE_CHECKING:
    from corpus import Library
    from rag.corrections import Correction


FIELDS = ("title", "published", "updated", "outlet", "authors", "section", "language", "url")
"""What may differ between revisions besides the text, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Two revisions of an article: the later one itself, what is known of both, and what differs."""

    article: Article
    before: Revision
    after: Revision
    fields: tuple[tuple[str, str, str], ...]
    difference: Difference
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A revision that changed text or title, when the previous one was first read, and what the change amounts to."""

    revision: Revision
    read_before: str | None
    correction: Correction


def compare_revisions(
    library: Library, article_id: str, earlier: int | None = None, later: int | None = None
) -> Compared:
    """What changed from one revision to a later one; by default from the previous to the current one.

    Raises `UnknownArticleError` when there is no such article, or no such revision.
    """
    revisions = library.revisions(article_id)
    later = later or len(revisions)
    earlier = earlier or max(1, later - 1)
    known = {revision.revision: revision for revision in revisions}
    for wanted in (later, earlier):
        if wanted not in known:
            has = "1 revision" if len(known) == 1 else f"revisions 1 to {len(known)}"
            raise UnknownArticleError(f"article {article_id!r} has {has}, none of number {wanted}")
    before, after = library.get(article_id, earlier), library.get(article_id, later)
    fields = tuple(_compare_fields(before, after))
    return Compared(after, known[earlier], known[later], fields, difference(before.text, after.text), revisions)


def _compare_fields(before: Article, after: Article) -> Sequence[tuple[str, str, str]]:
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in FIELDS)
    return [(name, _format_field(old), _format_field(new)) for name, old, new in pairs if old != new]


def _format_field(value: str | tuple[str, ...] | None) -> str:
    return ", ".join(value) if isinstance(value, tuple) else value or ""


def list_reworded(
    library: Library, since: date | None = None, outlet: str | None = None, limit: int | None = None
) -> list[Changed]:
    """The changed texts and titles that were read since a day, the newest first."""
    from rag.corrections import correction_of

    found = []
    for revision in library.list_rewordings(since, outlet, limit):
        try:
            before = library.get(revision.article_id, revision.revision - 1)
            after = library.get(revision.article_id, revision.revision)
        except UnknownArticleError:  # removed meanwhile
            continue
        if correction := correction_of(before, after):
            found.append(Changed(revision, before.fetched, correction))
    return found
