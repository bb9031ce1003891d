"""What every source is: something that is read, item by item; a file, standard input, or an address on the web.

A source is made by `ingest.sources.survey` from what was given. It yields raw documents, and beside them what else is
to be told or remembered; nothing is read before the first item is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ingest.raw import Item
from ingest.report import Problem
from ingest.web.addresses import read_address

if TYPE_CHECKING:
    from ingest.web.visiting import Web


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


NO_WEB = "is an address: it can only be read where the web may be asked"


@dataclass(frozen=True, slots=True)
class WebSource:
    """An address that somebody gave."""

    address: str

    @property
    def size(self) -> int:
        """Not known before it is fetched."""
        return 0

    def items(self, reading: Reading) -> Iterator[Item]:
        """What the address holds, and what is to be asked again of what it held before."""
        if reading.web is None:
            yield Problem(self.address, None, NO_WEB)
            return
        yield from read_address(reading.web, self.address)
