"""Opening the library that a command works on, adding sources to it, and explaining errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, redirect_stdout
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui import terminal
from ui.cli import progress
from ui.errors import FAILED, WRONG_USAGE, WrongUsageError
from ui.handover.work import Work
from ui.settings import Settings

if TYPE_CHECKING:
    from corpus import Library
    from ingest import Report


SHORT_WAIT = 30.0
"""Seconds that a command waits for another one to finish unless --wait says otherwise."""


@contextmanager
def open_library(
    named: Path | None,
    *,
    create: bool = False,
    fill: bool = False,
    reading: bool = False,
    wait: float = SHORT_WAIT,
    hand_over: bool = False,
    chroma: str | None = None,
) -> Iterator[Library]:
    """The library that a command works on.

    A named folder must be a library unless `create` is given, so that a typo does not make a new one. With `fill`, an
    empty default library is filled with the sample articles.

    When another process has it open, a command that only reads (`reading`) opens it as a guest, and so does one that
    hands its removals over to that process (`hand_over`); any other command waits, for at most `wait` seconds.
    """
    settings = Settings.from_environment()
    folder, is_default = settings.library_folder(named)
    opening = {"create": create or is_default, "chroma": find_chroma(chroma)}
    with _open(folder, opening, reading, wait, hand_over) as library:
        if fill and is_default and not library.is_guest and library.stats().articles == 0:
            _fill_with_samples(library)
        yield library


def find_chroma(chroma: str | None) -> str | None:
    """The address of the Chroma server that holds the index, from the command line or the environment."""
    from corpus import server_address

    written = chroma or Settings.from_environment().chroma
    try:
        return server_address(written) if written else None
    except ValueError as error:
        raise WrongUsageError(f"{'--chroma' if chroma else 'PRESSMARK_CHROMA'}: {error}") from error


def _open(
    folder: Path, opening: dict[str, Any], reading: bool, wait: float, hand_over: bool
) -> AbstractContextManager[Library]:
    from corpus import CorpusError, Library, LibraryBusyError, StorageError
    from ui.handover.visitor import Reached, open_deputy, open_or_reach

    if not reading:
        found = open_or_reach(folder, opening, wait=wait, hand_over=hand_over)
        return open_deputy(folder, found) if isinstance(found, Reached) else found
    try:
        return Library.open(folder, **opening)
    except (LibraryBusyError, StorageError) as error:
        try:
            return Library.open(folder, reading=True)
        except CorpusError as also:
            raise (also if isinstance(error, LibraryBusyError) else error) from also


def ingest_sources(
    named: Path | None,
    sources: Sequence[str],
    work: Work,
    *,
    wait: float,
    chroma: str | None = None,
    ray: str | None = None,
) -> Report:
    """Ingest the sources, here or in the process that has the library open.

    With `ray`, workers at that address read and embed, and this process must own the library. Raises
    `IngestInterrupted`.
    """
    from ingest import IngestInterrupted, ingest, ingest_on_cluster
    from ui.handover.visitor import Reached, hand_over_ingest, open_or_reach

    folder, _ = Settings.from_environment().library_folder(named)
    opening = {"create": True, "chroma": find_chroma(chroma)}
    found = open_or_reach(folder, opening, wait=wait, hand_over=not ray)
    stdin = getattr(sys.stdin, "buffer", None)
    if isinstance(found, Reached):
        with quiet_output(), progress.show_ingest() as on_progress:
            report, interrupted = hand_over_ingest(found, sources, on_progress, stdin, asdict(work))
        if interrupted:
            raise IngestInterrupted(report)
        return report
    with found as library, quiet_output(), progress.show_ingest() as on_progress:
        arguments = {"progress": on_progress, "stdin": stdin, **work.arguments()}
        return ingest_on_cluster(library, ray, sources, **arguments) if ray else ingest(library, sources, **arguments)


def _fill_with_samples(library: Library) -> None:
    from corpus import sample_articles
    from ingest import ingest

    count = sum(1 for _ in sample_articles().glob("*.md"))
    terminal.note(f"Filling the library with the {count} sample articles")
    with progress.show_ingest() as on_progress, redirect_stdout(sys.stderr):
        ingest(library, [sample_articles()], progress=on_progress)


@contextmanager
def quiet_output() -> Iterator[None]:
    """Send what libraries print to standard error, so that standard output holds only results."""
    with redirect_stdout(sys.stderr):
        yield


def explain_error(error: Exception) -> tuple[str, int]:
    """The message for an error, and the exit status: 2 for wrong usage, else 1."""
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
    from ui.handover.visitor import HandoverError

    if isinstance(error, CorpusError | IngestError | RagError | HandoverError):
        return str(error), FAILED
    return f"unexpected: {type(error).__name__}: {error} (set PRESSMARK_DEBUG=1 for the traceback)", FAILED
