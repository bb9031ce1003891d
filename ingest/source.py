"""What every source is: something that is read, item by item; a file, standard input, or an address on the web.

A source is made by `ingest.sources.survey` from what was given. It yields raw documents, and beside them what else is
to be told or remembered; nothing is read before the first item is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from corpus.following import Visit
from ingest.raw import RawDocument
from ingest.report import Problem

if TYPE_CHECKING:
    from ingest.visiting import Web


@dataclass(frozen=True, slots=True)
class Gone:
    """A page whose article is held and which its outlet has taken away."""

    problem: Problem
    visit: Visit


Item = RawDocument | Problem | Gone | Visit
"""What a source yields. A `Problem` is something that failed, or was `Passed`. A `Visit` is to be remembered as soon as
every document before it is in the library or given up, not earlier: what a kill leaves out is asked for again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source may use while it is read: standard input, the web where the run has one, and which column of a
    table holds which field of an article."""

    stdin: BinaryIO
    web: Web | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """A place where articles are. `size` is its bytes where they are known, else 0; the `done_bytes` of its documents
    count from its own beginning."""

    @property
    def size(self) -> int: ...
    def items(self, reading: Reading, /) -> Iterator[Item]: ...
