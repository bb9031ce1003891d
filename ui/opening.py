"""What surrounds every command: the library that it works on, and the errors it may end in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from ui import console, progress
from ui.options import WrongUsageError
from ui.settings import Settings

if TYPE_CHECKING:
    from corpus import Library

FAILED, WRONG_USAGE, IN_PART, BELOW_MINIMUM = 1, 2, 3, 4
"""Exit statuses; 0 is done."""


@contextmanager
def open_library(named: Path | None, *, create: bool = False, fill: bool = False) -> Iterator[Library]:
    """The library that a command works on.

    A folder that is named must be a library unless `create` is given: a slip of the pen makes no new one. With `fill`,
    the default library is filled with the sample articles when it is empty.
    """
    from corpus import Library

    folder, is_default = Settings.from_environment().library_folder(named)
    with Library.open(folder, create=create or is_default) as library:
        if fill and is_default and library.stats().articles == 0:
            _fill(library)
        yield library


def _fill(library: Library) -> None:
    from corpus import sample_articles
    from ingest import ingest

    count = sum(1 for _ in sample_articles().glob("*.md"))
    console.note(f"Filling the library with the {count} sample articles")
    with progress.ingesting() as on_progress, redirect_stdout(sys.stderr):
        ingest(library, [sample_articles()], progress=on_progress)


@contextmanager
def quiet_output() -> Iterator[None]:
    """Keep standard output for results: what libraries print while a command works goes to standard error."""
    with redirect_stdout(sys.stderr):
        yield


def explain(error: Exception) -> tuple[str, int]:
    """What to tell about an error, and the exit status: 2 for wrong usage, else 1."""
    if Settings.from_environment().debug:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, WrongUsageError):
        return str(error), WRONG_USAGE
    if isinstance(error, OSError):
        return f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}", FAILED
    from corpus import CorpusError
    from ingest import IngestError
    from rag.errors import InvalidQuestionError, QuestionFileError, RagError

    if isinstance(error, InvalidQuestionError | QuestionFileError):
        return str(error), WRONG_USAGE
    if isinstance(error, CorpusError | IngestError | RagError):
        return str(error), FAILED
    return f"unexpected: {type(error).__name__}: {error} (set PRESSMARK_DEBUG=1 for the traceback)", FAILED
