"""The library as the page shows it: its extent, its articles, what an upload did, and the first questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from ui.page.views.markup import render
from ui.wording import count, day

if TYPE_CHECKING:
    from corpus import Library, LibraryStats, StoredArticle


KEYS = (
    ("/", "Write a question"),
    ("Enter", "Ask it; Shift and Enter begin a new line"),
    ("j, k", "Next and previous quotation of the open article"),
    ("Esc", "Close the article, or stop an answer"),
    ("?", "This list"),
)
# Of the scripted questions about the sample articles: four of different kinds, and one that no article answers.
EXAMPLES = ("imu-leader", "january-unrest-dead", "aral-why", "sco-founded")
UNANSWERABLE_EXAMPLE = "no-world-cup-2018"


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article of the list; `snippet` is what a search found in its text, in stretches that match or do not."""

    article: StoredArticle
    snippet: tuple[tuple[str, bool], ...] = ()
    highlight: str = ""


def extent(stats: LibraryStats) -> str:
    """The library in a line: "35 articles · 1991–2025 · 4 outlets"."""
    if not stats.articles:
        return "No articles yet"
    years = sorted({edge.year for edge in map(day, (stats.first_published, stats.last_published)) if edge})
    parts = [count(stats.articles, "article"), "–".join(map(str, years)), count(len(stats.outlets), "outlet")]
    return " · ".join(part for part in parts if part)


def header_html(stats: LibraryStats) -> str:
    """The masthead: the name, what is loaded, and the page's own settings."""
    return render("masthead.html", extent=extent(stats))


def dialogs_html() -> str:
    """The windows over the page: the keyboard shortcuts, and the conversations that the browser keeps."""
    return render("dialogs.html", keys=KEYS)


def pending_html() -> str:
    """Where the browser shows a question at once, and those that wait behind it."""
    return render("pending.html")


def intro_html(stats: LibraryStats) -> str:
    """What stands above the question before the first one is asked: what is loaded, or how to begin."""
    from corpus import sample_articles

    samples = 0 if stats.articles else sum(1 for _ in sample_articles().glob("*.md"))
    return render("intro.html", stats=stats, samples=samples)


def examples_html(library: Library) -> str:
    """What stands below the question before the first one is asked: questions to try, else whose articles there are."""
    questions, unanswerable = sample_examples(library)
    outlets = outlet_names(library.stats())
    return render("examples.html", questions=questions, unanswerable=unanswerable, outlets=outlets)


def outlet_names(stats: LibraryStats, limit: int = 8) -> str:
    """The outlets with most articles, in words."""
    names = [name or "Unknown outlet" for name, _ in stats.outlets[:limit]]
    rest = len(stats.outlets) - len(names)
    return ", ".join([*names, f"and {rest} more"] if rest > 0 else names)


def sample_examples(library: Library) -> tuple[list[str], str | None]:
    """Questions that the sample articles answer, and one that they do not; none where those articles are not."""
    from corpus import sample_questions
    from rag.evaluation import load_questions

    records = {record.id: record for record in load_questions(sample_questions())}
    chosen = [records[id] for id in EXAMPLES if id in records]
    answerable = [r.question for r in chosen if r.articles and all(library.find(article) for article in r.articles)]
    impossible = records.get(UNANSWERABLE_EXAMPLE)
    return answerable, impossible.question if impossible and answerable else None


def article_list_html(rows: Sequence[ArticleRow], search: str, total: int, today: date) -> str:
    """The articles found, each to read or to remove (after a second press); `total` is how many there are in all."""
    left = max(0, total - len(rows))
    kind = "article" if not search.strip() else "matching article"
    found = (
        f"The {'newest' if not search.strip() else 'best'} {len(rows)} of {count(total, kind)}"
        if left
        else count(total, kind)
    )
    return render("articles.html", rows=rows, search=search.strip(), found=found, left=left, today=today)


def notice_html(notice: str) -> str:
    """What was done with the library, above the list."""
    return render("notice.html", notice=notice)
