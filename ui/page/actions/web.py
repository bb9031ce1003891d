"""The page's way to the web: addresses that are typed in become articles, and the recent runs are listed.

Only http and https addresses are taken from the box, never paths of files on the server; what may be fetched is decided
where it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus import CorpusError
from ui.page.actions.library import stream_ingest
from ui.page.views.uploads import failed_upload_html, runs_html

if TYPE_CHECKING:
    from corpus import Library


MOST_ADDRESSES = 20
SHOWN_RUNS = 8


def read_addresses(text: str) -> list[str]:
    """The web addresses in a text; raises `ValueError` with a message for people when something in it is not one."""
    from ingest.web.outline import web_address

    addresses = []
    for written in dict.fromkeys(text.replace(",", " ").split()):
        address = written if "://" in written else f"https://{written}"
        host = (urlsplit(address).hostname or "").strip(".") if web_address(address) else ""
        if not host or ("." not in host and address != written):
            raise ValueError(f"“{written}” is not a web address: write it like https://news.example/feed.xml")
        addresses.append(address)
    if not addresses:
        raise ValueError("Type the address of a page, a feed, a sitemap or a site first.")
    if len(addresses) > MOST_ADDRESSES:
        raise ValueError(f"These are {len(addresses)} addresses: give at most {MOST_ADDRESSES} at a time.")
    return addresses


def add_from_web(library: Library, text: str) -> Iterator[str]:
    """Add what addresses hold to the library: progress as it goes, and at last the report."""
    try:
        addresses = read_addresses(text or "")
    except ValueError as error:
        yield failed_upload_html(str(error))
        return
    yield from stream_ingest(library, addresses)


def list_runs(library: Library) -> str:
    """The recent runs, folded away."""
    try:
        return runs_html(library.following.runs(SHOWN_RUNS))
    except CorpusError as error:
        return failed_upload_html(str(error))
