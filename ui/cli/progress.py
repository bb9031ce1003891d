"""Progress in a terminal, on standard error; nothing is drawn when that is not a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ui.terminal import clean, terminal

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from ingest import Progress


DRAFT_WIDTH = 80
"""Characters of a draft that are shown."""


@contextmanager
def show_stages() -> Iterator[Callable[[str], None]]:
    """Show the current stage on one line, which is cleared at the end."""
    console = terminal(error=True)
    if not console.is_terminal:
        yield lambda stage: None
        return
    with console.status("") as status:
        yield lambda stage: status.update(clean(stage).replace("[", "\\["))


def show_draft(on_stage: Callable[[str], None]) -> Callable[[str], None]:
    """Show the end of what a language model writes on the line of the stage, marked as a draft."""
    return lambda draft: on_stage(f"Draft, being checked: …{' '.join(draft.split())[-DRAFT_WIDTH:]}")


@contextmanager
def show_count(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; the returned function is called with how many of how many are done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = terminal(error=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def show_ingest() -> Iterator[Callable[[Progress], None]]:
    """Show a bar with what was added, the rate and the time left."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Progressing
    from rich.table import Column

    one_line = Column(no_wrap=True, overflow="ellipsis")
    columns = (BarColumn(20), TextColumn("{task.description}", markup=False, table_column=one_line))
    console = terminal(error=True)
    with Progressing(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading", total=None)
        yield lambda progress: _advance(bar, task, progress)


def _advance(bar: Bar, task: Any, progress: Progress) -> None:
    left = "" if progress.seconds_left is None else f", {_duration(progress.seconds_left)} left"
    current = clean(progress.current).rsplit("/", 1)[-1][-40:]
    pages = f"{progress.pages:,} pages, " if progress.pages else ""
    done = f"{pages}{progress.articles:,} articles, {progress.passages:,} passages, {progress.rate:,.0f}/s{left}"
    bar.update(
        task, completed=progress.done_bytes, total=progress.total_bytes or None, description=f"{done}  {current}"
    )


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
