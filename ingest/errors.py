"""What can go wrong while articles are read, told in words that say what to do next.

IngestError
├── SourceError           a file, a folder or a line that cannot be read
│   ├── RecordError           a record or front matter that breaks the article record format
│   ├── InvalidDateError      a stated date that is not one
│   └── FetchError            an address that could not be fetched
│       ├── RefusedAddressError   an address that is not fetched at all: another scheme, a private host, …
│       ├── RobotsError           the host's robots.txt keeps programs away from it
│       ├── UnreachableError      no connection, or one that broke off
│       ├── TooLargeError         more bytes than are taken
│       ├── TooSlowError          more time than is given
│       └── StatusError           the server answered with a refusal or an error
├── DuplicateIdError      an id that stood for another text earlier in the same run
└── SkippedError          nothing is wrong, but nothing is to be added either
    ├── NotAnArticleError     a page that holds no article
    └── SameArticleError      the article was met before in the same run

IngestInterrupted is a KeyboardInterrupt that carries the report of what was done before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.report import Report


class IngestError(Exception):
    """The base of every error that `ingest` raises on purpose."""


class SourceError(IngestError):
    """A file, a folder or a line that cannot be read."""


class RecordError(SourceError):
    """A record or front matter that breaks the article record format."""


class InvalidDateError(SourceError):
    """A stated date that is not one."""


class FetchError(SourceError):
    """An address that could not be fetched; `passing` says whether the same may soon work."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.passing = passing


class RefusedAddressError(FetchError):
    """An address that is not fetched at all: another scheme, a private host, a user name in it, …"""


class RobotsError(FetchError):
    """The host's robots.txt keeps programs away from the address, or could not be read."""


class UnreachableError(FetchError):
    """There was no connection, or it broke off."""


class TooLargeError(FetchError):
    """The answer has more bytes than are taken."""


class TooSlowError(FetchError):
    """The answer took more time than is given."""


class StatusError(FetchError):
    """The server answered with a refusal or an error: `status`; it asked to be left alone for `wait` seconds."""

    def __init__(self, reason: str, *, status: int, wait: float = 0.0, passing: bool = False) -> None:
        super().__init__(reason, passing=passing)
        self.status = status
        self.wait = wait


class DuplicateIdError(IngestError):
    """An id that stood for another text earlier in the same run."""


class SkippedError(IngestError):
    """Nothing is wrong, but nothing is to be added either."""


class NotAnArticleError(SkippedError):
    """A page that holds no article."""


class SameArticleError(SkippedError):
    """The article was met before in the same run."""


class IngestInterrupted(KeyboardInterrupt):
    """Somebody pressed Ctrl-C; `report` says what was done before."""

    def __init__(self, report: Report) -> None:
        super().__init__("interrupted; run the same command again to add what is missing")
        self.report = report
