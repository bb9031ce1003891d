"""What can go wrong while articles are read, told in words that say what to do next.

IngestError
├── SourceError           a file, a folder or a line that cannot be read
│   ├── RecordError           a record or front matter that breaks the article record format
│   └── InvalidDateError      a stated date that is not one
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
