"""Zip archives from strangers: nothing is unpacked to disk, and nothing is unpacked further than a bound."""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from ingest.errors import SourceError

LARGEST_TABLE = 8 << 20
"""Bytes of the table of contents; each entry takes many times more in memory."""
LARGEST_UNPACKED = 2 << 30
"""Bytes that all entries may have together, as their headers say."""
END_MARK = b"PK\x05\x06"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN_ZIP = (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, ValueError)


def open_zip(path: Path) -> zipfile.ZipFile:
    """A zip archive; raises `SourceError` when it is none, or would fill the memory or the disk."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (64 << 10) - 22))
        end = file.read()
    at = end.rfind(END_MARK)
    if at < 0 or len(end) < at + 22:
        raise SourceError("is not a zip archive, or breaks off: make the file again")
    if struct.unpack_from("<I", end, at + 12)[0] > LARGEST_TABLE:
        raise SourceError("has too many files in it")
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ZIP as error:
        raise SourceError(f"is not a zip archive that can be read ({error}): make the file again") from error
    if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
        archive.close()
        raise SourceError(f"unpacks to more than {LARGEST_UNPACKED >> 30} GB")
    return archive


def read_entry(archive: zipfile.ZipFile, name: str, largest: int) -> bytes:
    """The content of an entry; raises `SourceError` when it is not there, is protected, broken, or larger than that.

    What its header says of its size is not believed.
    """
    try:
        entry = archive.getinfo(name)
    except KeyError as error:
        raise SourceError(f"has no {name!r} in it") from error
    if entry.flag_bits & 1:
        raise SourceError("is protected by a password or a licence: save it without")
    if entry.compress_type not in METHODS:
        raise SourceError("is packed in a way that is not read: pack it as an ordinary zip archive")
    try:
        with archive.open(entry) as stream:
            content = stream.read(largest + 1)
    except (*BROKEN_ZIP, OSError, zlib.error) as error:
        raise SourceError(f"{name!r} in it is broken ({error})") from error
    if len(content) > largest:
        raise SourceError(f"{name!r} in it is larger than {largest >> 20} MB")
    return content


def is_below(name: str) -> bool:
    """Whether a name in an archive stays inside of it: no way up, no place of the machine."""
    path = PurePosixPath(name.replace("\\", "/"))
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
