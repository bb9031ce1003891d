"""Opening an article in the panel beside the answer, at a quotation or at what changed in it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from corpus import CorpusError, DamagedArticleError, UnknownArticleError
from ui.changes import compare_revisions
from ui.page.views.changes import difference_html
from ui.page.views.evidence import MAX_HIGHLIGHTS, Highlight, article_html, missing_evidence

if TYPE_CHECKING:
    from corpus import Article, Library

log = logging.getLogger(__name__)

MALFORMED = "This article cannot be opened: the request for it is malformed."
GONE = "This article is no longer in the library."
UNREADABLE = "The article cannot be read just now. Try again; the server's log says more."


def open_article(library: Library, request: Any, today: date) -> str:
    """The evidence panel for what the page asks: an article's id, the highlights to mark, and the one to show first.

    The request comes from a browser and is not trusted: every quotation is compared with the article again.
    """
    if not isinstance(request, Mapping) or not isinstance(request.get("article_id"), str):
        return missing_evidence(MALFORMED)
    try:
        if isinstance(request.get("revision"), int):
            compared = compare_revisions(library, request["article_id"], later=request["revision"])
            return difference_html(compared, today)
        return _open_at_highlights(library, request, today)
    except DamagedArticleError as error:
        return missing_evidence(str(error))
    except UnknownArticleError:
        return missing_evidence(GONE)
    except CorpusError as error:
        return missing_evidence(str(error))
    except Exception:  # the page must say something, whatever it is
        log.exception("article %r could not be opened", request["article_id"])
        return missing_evidence(UNREADABLE)


def _open_at_highlights(library: Library, request: Mapping[str, Any], today: date) -> str:
    article = library.get(request["article_id"])
    revisions, also_in = library.revisions(article.id), library.also_in(article.id)
    focus = request.get("focus")
    highlights = _highlights(article, request)
    return article_html(article, highlights, focus if isinstance(focus, int) else 0, today, also_in, revisions)


def _highlights(article: Article, request: Mapping[str, Any]) -> list[Highlight]:
    """The quotations to mark: those of an answer by their places, that of a link by its words."""
    asked = request.get("highlights")
    read = (Highlight.read(value) for value in asked[:MAX_HIGHLIGHTS]) if isinstance(asked, list) else ()
    highlights = [highlight for highlight in read if highlight]
    quotation = request.get("quote")
    if not highlights and isinstance(quotation, str) and quotation.strip():
        return [Highlight.find(article, quotation)]
    return highlights
