"""Feeds, sitemaps and OPML lists that lie in a file: what they name is fetched."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.errors import SourceError
from ingest.raw import Item
from ingest.report import Problem
from ingest.sources.files import SourceFile, refusal, whole
from ingest.sources.source import Reading
from ingest.web.lists import NO_LIST, lists
from ingest.web.pages import Budget, pages

NO_WEB = "names pages of the web: it can only be read where the web may be asked"


def read_list(file: SourceFile, reading: Reading) -> Iterator[Item]:
    """A reader of feeds, sitemaps and OPML lists that lie in a file: what they name is fetched."""
    content = whole(file)
    if problem := refusal(content, file.where, file.size):
        yield problem
        return
    if reading.web is None:
        yield Problem(file.where, None, NO_WEB)
        return
    try:
        outline = reading.web.outline(content, "", "application/xml")
    except SourceError as error:
        yield Problem(file.where, None, str(error))
        return
    if outline.kind in ("sitemap index", "feed list"):
        yield from lists(reading.web, outline, file.source, Budget())
    elif outline.kind in ("feed", "sitemap"):
        yield from pages(reading.web, outline.pages, file.source, Budget())
    else:
        yield Problem(file.where, None, NO_LIST)
    yield from pages(reading.web, reading.web.due_again(file.source), file.source, Budget())
