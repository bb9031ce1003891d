"""Zip archives of articles (`.zip`): each entry is read as a file of its kind, one after the other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.errors import SourceError
from ingest.formats.streams import LARGEST_FILE
from ingest.formats.zipped import is_below, open_zip, read_entry
from ingest.raw import Item, RawDocument
from ingest.report import Passed, Problem
from ingest.sources.files import SourceFile
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


def zip_entries(file: SourceFile, reading: Reading) -> Iterator[Item]:
    """A reader of zip archives; an archive in an archive is passed over."""
    try:
        with open_zip(file.path) as archive, tempfile.TemporaryDirectory(prefix="pressmark-") as folder:
            names = [entry.filename for entry in archive.infolist() if not entry.is_dir()]
            if len(names) > MOST_ENTRIES:
                raise SourceError(f"holds more than {MOST_ENTRIES:,} files")
            if not names:
                yield Problem(file.where, None, "holds no files")
            for number, name in enumerate(names, 1):
                for item in _entry(file, archive, name, Path(folder), reading):
                    done = file.size * number // len(names)
                    yield replace(item, done_bytes=done) if isinstance(item, RawDocument) else item
    except SourceError as error:
        yield Problem(file.where, None, str(error))


def _entry(file: SourceFile, archive: object, name: str, folder: Path, reading: Reading) -> Iterator[Item]:
    from ingest.sources.readers import LISTS, READERS, suffix_of

    shown, suffix = f"{file.where} ({clean_line(name)})", suffix_of(name)
    last = name.rpartition("/")[2]
    if not is_below(name) or last.startswith(".") or name.startswith("__MACOSX/"):
        return
    if suffix is None or suffix in LISTS or suffix == ".zip":
        yield Passed(shown, None, f"is not read from an archive: {suffix or Path(last).suffix or 'no ending'}")
        return
    try:
        content = read_entry(archive, name, LARGEST_FILE)  # type: ignore[arg-type]
    except SourceError as error:
        yield Problem(shown, None, str(error))
        return
    path = folder / f"entry{suffix}"
    path.write_bytes(content)
    below = clean_line(f"{file.path_id}/{name[: -len(suffix)]}")
    kept = f"{file.source}/{clean_line(name)}"
    yield from ZippedFile(path, READERS[suffix], below, len(content), shown=shown, kept=kept).items(reading)
