"""What the page asks of the library: open an article, list and remove articles, take in an upload."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import CorpusError, DamagedArticleError, UnknownArticleError
from ui.changes import changed_articles, difference_of
from ui.page.background import events
from ui.page.changes_page import changes_html, difference_html
from ui.page.evidence import MAX_HIGHLIGHTS, Highlight, article_html, missing_evidence
from ui.page.library_page import (
    PAGE_SIZE,
    article_list_html,
    notice_html,
    progress_html,
    report_html,
    upload_error_html,
)

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Progress


log = logging.getLogger(__name__)

UNREADABLE = "The article cannot be read just now. Try again; the server's log says more."


def open_article(library: Library, request: Any, today: date) -> str:
    """The evidence panel for what the page asks: an article's id, the highlights to mark, and the one to show first.

    The request comes from a browser and is not trusted: every quotation is compared with the article again.
    """
    if not isinstance(request, Mapping) or not isinstance(request.get("article_id"), str):
        return missing_evidence("This article cannot be opened: the request for it is malformed.")
    asked = request.get("highlights")
    read = (Highlight.read(value) for value in asked[:MAX_HIGHLIGHTS]) if isinstance(asked, list) else ()
    focus = request.get("focus")
    try:
        if isinstance(request.get("revision"), int):
            return difference_html(difference_of(library, request["article_id"], later=request["revision"]), today)
        article, revisions = library.get(request["article_id"]), library.revisions(request["article_id"])
        also_in = library.also_in(article.id)
    except DamagedArticleError as error:
        return missing_evidence(str(error))
    except UnknownArticleError:
        return missing_evidence("This article is no longer in the library.")
    except CorpusError as error:
        return missing_evidence(str(error))
    except Exception:  # the page must say something, whatever it is
        log.exception("article %r could not be opened", request["article_id"])
        return missing_evidence(UNREADABLE)
    highlights = [highlight for highlight in read if highlight]
    return article_html(article, highlights, focus if isinstance(focus, int) else 0, today, also_in, revisions)


def list_articles(library: Library, text: str, today: date) -> str:
    """The list of articles that match a text, newest first."""
    try:
        articles = library.articles(text=text or "", limit=PAGE_SIZE)
        return article_list_html(articles, text or "", library.stats().articles, today)
    except CorpusError as error:
        return upload_error_html(str(error))


def list_changes(library: Library, today: date) -> str:
    """The articles that were changed after their publication, the latest first."""
    try:
        return changes_html(changed_articles(library, limit=PAGE_SIZE), today)
    except CorpusError as error:
        return upload_error_html(str(error))


def remove_article(library: Library, article_id: str) -> str:
    """Remove an article; what was done, or why not, as the page shows it."""
    try:
        title = library.record(article_id).title
        library.remove(article_id)
    except CorpusError as error:
        return notice_html(str(error))
    return notice_html(f"Removed “{title or 'Untitled'}”. Nothing of it is left in the library.")


def discard_uploads(paths: Sequence[str] | None) -> None:
    """Delete uploaded files: the page keeps each in a folder of its own, which goes too when nothing else is in it."""
    for path in map(Path, paths or ()):
        with suppress(OSError):  # a file that is gone already is what is wanted
            path.unlink(missing_ok=True)
            path.parent.rmdir()


def add_uploads(library: Library, paths: Sequence[str] | None) -> Iterator[str]:
    """Take uploaded files into the library: progress as it goes, and at last the report."""
    yield from take_in(library, list(paths or ()))


def take_in(library: Library, sources: Sequence[str]) -> Iterator[str]:
    """Take sources into the library: progress as it goes, and at last the report."""
    from ingest import IngestError, Report, ingest

    def work(tell: Callable[[Progress | Report], None]) -> Progress | Report:
        return ingest(library, sources, progress=tell)

    yield progress_html(None)
    for event in events(work, patience=3600):
        if isinstance(event, (CorpusError, IngestError)):
            yield upload_error_html(str(event))
        elif isinstance(event, Exception):
            log.error("an upload failed", exc_info=event)
            yield upload_error_html("Something went wrong on the server. The details are in its log. Try it again.")
        elif isinstance(event, Report):
            yield report_html(event)
        else:
            yield progress_html(event)
