"""Files that hold many articles: which reader reads which. A reader's libraries load when its first file is read."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Protocol, cast

from ingest.raw import RawDocument
from ingest.report import Problem

DUMPS = {
    ".warc": "ingest.formats.warc:warc_documents",
    ".warc.gz": "ingest.formats.warc:warc_documents",
    ".mbox": "ingest.formats.mbox:mbox_documents",
    ".mbox.gz": "ingest.formats.mbox:mbox_documents",
    ".epub": "ingest.formats.epub:epub_documents",
    ".csv": "ingest.formats.tables:csv_documents",
    ".csv.gz": "ingest.formats.tables:csv_documents",
    ".tsv": "ingest.formats.tables:csv_documents",
    ".tsv.gz": "ingest.formats.tables:csv_documents",
    ".parquet": "ingest.formats.tables:parquet_documents",
}
"""The reader of each suffix, as module:function."""
WITH_COLUMNS = frozenset(suffix for suffix, reader in DUMPS.items() if reader.startswith("ingest.formats.tables:"))


class DumpReader(Protocol):
    """Reads one file: its path, the path as it was given, the source to keep with each article, the bytes before it."""

    def __call__(self, path: Path, where: str, source: str, done: int) -> Iterator[RawDocument | Problem]: ...


def dump_documents(suffix: str, columns: Mapping[str, str] | None = None) -> DumpReader:
    """The reader of files of a suffix; tables are told which column holds which field."""
    module, _, name = DUMPS[suffix].partition(":")
    reader = getattr(importlib.import_module(module), name)
    return cast(DumpReader, partial(reader, columns=columns) if suffix in WITH_COLUMNS else reader)
