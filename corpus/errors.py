"""The errors of a library, each worded so that it says what to do next.

CorpusError
├── InvalidArticleError    an article or a passage that cannot be built
├── EmbeddingError         a model that is missing, is not the expected one, or does not run
└── LibraryError
    ├── BackupError            a file that is no backup, or not a whole one
    ├── NotALibraryError       the folder is something else, or was written by a newer version
    ├── LibraryBusyError       another process owns the library
    ├── IndexMismatchError     the library was indexed with another model or other settings
    ├── UnknownArticleError    no article of that id
    └── StorageError           the disk refused: full, read-only, broken
        └── DamagedArticleError    an article that is not what was stored; who quotes takes it for an unknown one
"""

from __future__ import annotations


class CorpusError(Exception):
    """The base of every error that `corpus` raises on purpose."""


class InvalidArticleError(CorpusError, ValueError):
    """An article or a passage that cannot be built."""


class EmbeddingError(CorpusError):
    """A model that is missing, is not the expected one, or does not run."""


class LibraryError(CorpusError):
    """The base of every error of a library on disk."""


class BackupError(LibraryError):
    """A file that is not a backup, or not a whole one."""


class NotALibraryError(LibraryError):
    """The folder is not a library, or not one that this version can read."""


class LibraryBusyError(LibraryError):
    """Another process owns the library."""


class IndexMismatchError(LibraryError):
    """The library was indexed with another model or other passage settings."""


class UnknownArticleError(LibraryError, KeyError):
    """No article of that id is in the library."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else "no such article"


class StorageError(LibraryError):
    """The disk refused: full, read-only or broken."""


class DamagedArticleError(StorageError, UnknownArticleError):
    """What is stored of an article is not what was put in: there is nothing to quote under its id."""
