"""The page's way to the web: addresses that are typed in become articles, and the last runs are listed.

Only http and https addresses are taken from the box, never paths of files on the server; what may be fetched is decided
where it is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from corpus import CorpusError
from ui.page.library_page import upload_error_html
from ui.page.library_work import take_in
from ui.page.markup import escape, plain
from ui.wording import counted, spoken_date

if TYPE_CHECKING:
    from corpus import Library, Run


MOST_ADDRESSES = 20
SHOWN_RUNS = 8
SHOWN_SOURCES = 2
LONGEST_SOURCE = 80


def addresses(text: str) -> list[str]:
    """The addresses in a text, one after another; raises `ValueError` in words when something in it is none."""
    from ingest.web.outline import web_address

    found = []
    for written in dict.fromkeys(text.replace(",", " ").split()):
        address = written if "://" in written else f"https://{written}"
        host = (urlsplit(address).hostname or "").strip(".") if web_address(address) else ""
        if not host or ("." not in host and address != written):
            raise ValueError(f"“{written}” is no web address: write it like https://news.example/feed.xml")
        found.append(address)
    if not found:
        raise ValueError("Type the address of a page, a feed, a sitemap or a site first.")
    if len(found) > MOST_ADDRESSES:
        raise ValueError(f"These are {len(found)} addresses: give at most {MOST_ADDRESSES} at a time.")
    return found


def add_from_web(library: Library, text: str) -> Iterator[str]:
    """Take what addresses hold into the library: progress as it goes, and at last the report."""
    try:
        named = addresses(text or "")
    except ValueError as error:
        yield upload_error_html(str(error))
        return
    yield from take_in(library, named)


def list_runs(library: Library) -> str:
    """The last runs, folded away."""
    try:
        return runs_html(library.following.runs(SHOWN_RUNS))
    except CorpusError as error:
        return upload_error_html(str(error))


def runs_html(runs: Sequence[Run]) -> str:
    """The last runs: what was read, when, and what came of it."""
    if not runs:
        return ""
    rows = "".join(
        f'<li class="pm-run"><span class="pm-run-source">{_sources(run)}</span>'
        f'<span class="pm-byline">{_when(run.started)} · {escape(_outcome(run))}</span></li>'
        for run in runs
    )
    return f'<details class="pm-runs"><summary>Last runs</summary><ul class="pm-articles">{rows}</ul></details>'


def _sources(run: Run) -> str:
    """The sources as they were given; of a file only its name, which is all that an upload has."""
    named = [one if "://" in one else one.rsplit("/", 1)[-1] for one in run.sources[:SHOWN_SOURCES]]
    short = [one if len(one) <= LONGEST_SOURCE else f"{one[:LONGEST_SOURCE]}…" for one in named]
    more = len(run.sources) - len(short)
    return ", ".join(plain(one) for one in short) + (f" and {more} more" if more > 0 else "")


def _when(started: str) -> str:
    try:
        local = datetime.fromisoformat(started).astimezone()
    except ValueError:
        return ""
    return f"{spoken_date(local.date().isoformat())}, {local:%H:%M}"


def _outcome(run: Run) -> str:
    if run.ended is None:
        return "running, or broken off"
    told = [f"{run.report.get(name, 0):,} {name}" for name in ("added", "updated", "failed") if run.report.get(name)]
    told += [f"{run.report['copies']:,} held under another address"] if run.report.get("copies") else []
    told = told or ["nothing new"]
    pages = int(run.report.get("fetched", 0)) + int(run.report.get("not_modified", 0))
    told += [f"{counted(pages, 'page')} asked"] if pages else []
    told += [f"stopped: {run.report['stopped']}"] if run.report.get("stopped") else []
    return ", ".join(told)
