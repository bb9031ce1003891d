"""Zip archives of articles (`.zip`): each entry is read as a file of its kind, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zipfile import ZipFile

from ingest.errors import SourceError
from ingest.formats.streams import LARGEST_FILE
from ingest.formats.zipped import is_below, open_zip, read_entry
from ingest.raw import Item, RawDocument
from ingest.report import Passed, Problem
from ingest.sources.files import Reader, SourceFile
from ingest.sources.source import Reading
from ingest.text.decoding import clean_line

MOST_ENTRIES = 100_000


@dataclass(frozen=True, slots=True)
class ZippedFile(SourceFile):
    """An entry of an archive, unpacked for as long as it is read; it is told and kept under its name in the archive."""

    shown: str = ""
    kept: str = ""

    @property
    def source(self) -> str:
        """The archive's path and the name in it."""
        return self.kept

    @property
    def where(self) -> str:
        """The same as it was given."""
        return self.shown


def zip_reader(readers: Mapping[str, Reader], suffix_of: Callable[[str], str | None], left: Collection[str]) -> Reader:
    """A reader of zip archives, whose entries `readers` read by the ending of their names; those in `left` are not."""
    return partial(_entries, lambda name: None if (suffix := suffix_of(name)) in left else suffix, readers)


def _entries(
    kind_of: Callable[[str], str | None], readers: Mapping[str, Reader], file: SourceFile, reading: Reading
) -> Iterator[Item]:
    try:
        with open_zip(file.path) as archive, tempfile.TemporaryDirectory(prefix="pressmark-") as folder:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            if len(names) > MOST_ENTRIES:
                raise SourceError(f"holds more than {MOST_ENTRIES:,} files")
            if not names:
                yield Problem(file.where, None, "holds no files")
            for number, name in enumerate(names, 1):
                for item in _entry(file, archive, name, kind_of(name), Path(folder), readers, reading):
                    done = file.size * number // len(names)
                    yield replace(item, done_bytes=done) if isinstance(item, RawDocument) else item
    except SourceError as error:
        yield Problem(file.where, None, str(error))


def _entry(
    file: SourceFile,
    archive: ZipFile,
    name: str,
    suffix: str | None,
    folder: Path,
    readers: Mapping[str, Reader],
    reading: Reading,
) -> Iterator[Item]:
    shown = f"{file.where} ({clean_line(name)})"
    last = name.rpartition("/")[2]
    if not is_below(name) or last.startswith(".") or name.startswith("__MACOSX/"):
        return
    if suffix is None:
        yield Passed(shown, None, f"is not read from an archive: {Path(last).suffix or 'no ending'}")
        return
    try:
        content = read_entry(archive, name, LARGEST_FILE)
    except SourceError as error:
        yield Problem(shown, None, str(error))
        return
    path = folder / f"entry{suffix}"
    path.write_bytes(content)
    below = clean_line(f"{file.path_id}/{name[: -len(suffix)]}")
    kept = f"{file.source}/{clean_line(name)}"
    yield from ZippedFile(path, readers[suffix], below, len(content), shown=shown, kept=kept).items(reading)
