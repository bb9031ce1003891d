"""The page's operations on the library: add uploads, remove articles, list changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from corpus import CorpusError, sample_articles
from ui.changes import list_reworded
from ui.page.actions.background import stream_events
from ui.page.views.changes import changes_html
from ui.page.views.library import notice_html
from ui.page.views.uploads import failed_upload_html, progress_html, report_html

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Progress, Report


log = logging.getLogger(__name__)

SHOWN_CHANGES = 50
UPLOADS = "uploads"
"""The folder of the library in which an upload waits: always the same, so that a file which is uploaded again under its
name is a new revision of its article."""
UNEXPECTED = "Something went wrong on the server. The details are in its log. Try it again."


def list_changes(library: Library, today: date) -> str:
    """The articles that were changed after their publication, the latest first."""
    try:
        return changes_html(list_reworded(library, limit=SHOWN_CHANGES), today)
    except CorpusError as error:
        return failed_upload_html(str(error))


def remove_article(library: Library, article_id: str) -> str:
    """Remove an article; what was done, or why not, as the page shows it."""
    try:
        title = library.record(article_id).title
        library.remove(article_id)
    except CorpusError as error:
        return notice_html(str(error))
    return notice_html(f"Removed “{title or 'Untitled'}”. Nothing of it is left in the library.")


def discard_uploads(paths: Sequence[str | Path] | None) -> None:
    """Delete uploaded files: the page keeps each in a folder of its own, which goes too when nothing else is in it."""
    for path in map(Path, paths or ()):
        with suppress(OSError):  # a file that is gone already is what is wanted
            path.unlink(missing_ok=True)
            path.parent.rmdir()


def add_uploads(library: Library, paths: Sequence[str] | None) -> Iterator[str]:
    """Add uploaded files to the library: progress as it goes, and at last the report."""
    waiting: list[Path] = []
    try:
        for path in map(Path, paths or ()):
            waiting.append(_move_to_uploads(library, path, waiting))
        yield from stream_ingest(library, [str(path) for path in waiting])
    except OSError as error:
        yield failed_upload_html(f"The files cannot be stored: {error.strerror or error}.")
    finally:
        discard_uploads(waiting)


def _move_to_uploads(library: Library, path: Path, taken: Sequence[Path]) -> Path:
    """Move an upload to its stable place; a second file of one name in the same upload stays where it is."""
    place = Path(library.folder) / UPLOADS / path.name
    if place in taken or place.exists():
        return path
    place.parent.mkdir(exist_ok=True, mode=0o700)
    return path.replace(place)


def add_samples(library: Library) -> Iterator[str]:
    """Add the sample articles to the library: progress as it goes, and at last the report."""
    yield from stream_ingest(library, [str(sample_articles())])


def stream_ingest(library: Library, sources: Sequence[str]) -> Iterator[str]:
    """Add what sources hold to the library: progress as it goes, and at last the report."""
    from ingest import IngestError, Report, ingest

    def work(report: Callable[[Progress | Report], None]) -> Progress | Report:
        return ingest(library, sources, progress=report)

    yield progress_html(None)
    for event in stream_events(work, patience=3600):
        if isinstance(event, (CorpusError, IngestError)):
            yield failed_upload_html(str(event))
        elif isinstance(event, Exception):
            log.error("an upload failed", exc_info=event)
            yield failed_upload_html(UNEXPECTED)
        elif isinstance(event, Report):
            yield report_html(event)
        else:
            yield progress_html(event)
