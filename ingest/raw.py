"""The two values between a source and an article: the raw document, and what could be read from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from corpus.store.following import Visit
from ingest.report import Problem

Kind = Literal["text", "markdown", "html", "saved page", "pdf", "docx", "odt", "rtf", "record", "email"]


class DateClue(NamedTuple):
    """A string that may be the date of publication, and how it was found."""

    method: str
    value: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What a source says of one of its documents, beside the document itself: a feed's entry, a sitemap's line, a
    crawl's header. It fills what the document leaves open; `clues` are dates of publication, `updated` of a change.
    `text` is the whole article where a feed carries it, in HTML."""

    clues: tuple[DateClue, ...] = ()
    updated: str = ""
    title: str = ""
    outlet: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    section: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """One article as it lies in a file, on a line of one, on standard input, or at a web address.

    `source` is the absolute path, the address or "standard input", `where` the place as it was given, `path_id` the id
    that the path suggests, None for what has no path of its own; `done_bytes` counts over all files of the run. `url`
    is the address that the content was fetched from, after redirects; `fetched` is when that was (ISO 8601) where it
    was not now; `visit` is what to remember of fetching it, once its article is in the library or given up.
    """

    kind: Kind
    content: bytes
    where: str
    source: str
    line: int | None = None
    path_id: str | None = None
    done_bytes: int = 0
    url: str | None = None
    witness: Witness | None = None
    fetched: str | None = None
    visit: Visit | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """What could be read from a raw document, not yet cleaned.

    `stated` is a date that somebody wrote for us to use, so it must be one; `clues` are dates found in a page or a
    document, the best first, of which none may be good. `updates` are strings that may say when it was last changed.
    """

    text: str
    title: str = ""
    stated: DateClue | None = None
    clues: tuple[DateClue, ...] = ()
    outlet: str = ""
    authors: tuple[str, ...] = ()
    url: str | None = None
    language: str | None = None
    section: str = ""
    updates: tuple[str, ...] = ()
    id: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gone:
    """A page whose article is held and which its outlet has taken away."""

    problem: Problem
    visit: Visit


Item = RawDocument | Problem | Gone | Visit
"""What a source yields. A `Problem` is something that failed, or was `Passed`. A `Visit` is to be remembered as soon as
every document before it is in the library or given up, not earlier: what a kill leaves out is asked for again."""
