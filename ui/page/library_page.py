"""The library as the page shows it: its extent, its articles, what an upload did, and the first questions to try."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ui.page.markup import byline, escape, plain
from ui.page.rendering import example_button
from ui.wording import counted, day, spoken_date

if TYPE_CHECKING:
    from corpus import Library, LibraryStats, StoredArticle
    from ingest import Problem, Progress, Report


PAGE_SIZE = 50
SHOWN_PROBLEMS = 20
ADDRESS = ("http://", "https://")
# Of the scripted questions about the sample articles: four of different kinds, and one that no article answers.
EXAMPLES = ("imu-leader", "january-unrest-dead", "aral-why", "sco-founded")
UNANSWERABLE_EXAMPLE = "no-world-cup-2018"


def extent(stats: LibraryStats) -> str:
    """The library in a line: "35 articles · 1991–2025 · 4 outlets"."""
    if not stats.articles:
        return "No articles yet"
    years = sorted({edge.year for edge in map(day, (stats.first_published, stats.last_published)) if edge})
    parts = [counted(stats.articles, "article"), "–".join(map(str, years)), counted(len(stats.outlets), "outlet")]
    return " · ".join(part for part in parts if part)


def header_html(stats: LibraryStats) -> str:
    """The masthead: name, what it does, and what is loaded."""
    return (
        '<header class="pm-masthead"><div><h1>Pressmark</h1>'
        "<p>Ask the archive. Every answer is dated and made of quotations you can check.</p></div>"
        f'<div class="pm-masthead-side"><p class="pm-extent">{escape(extent(stats))}</p>'
        '<button type="button" class="pm-tool" data-theme-toggle>Dark</button></div></header>'
    )


def intro_html(library: Library) -> str:
    """What stands there before the first question: examples that work, or what is loaded, or how to begin."""
    stats = library.stats()
    if not stats.articles:
        return (
            '<section class="pm-intro"><h2>This library is empty</h2>'
            "<p>Add articles in the Articles tab: text, Markdown, web pages, PDF, Word or JSON lines. "
            "Then ask about them here.</p>"
            '<button type="button" class="pm-button" data-tab="Articles">Add articles</button></section>'
        )
    first, last = spoken_date(stats.first_published), spoken_date(stats.last_published)
    loaded = f"{counted(stats.articles, 'article')} from {counted(len(stats.outlets), 'outlet')}, {first} to {last}."
    examples = _examples_html(*sample_examples(library))
    hint = "" if examples else f'<p class="pm-outlets">{plain(outlet_names(stats))}</p>'
    return (
        f'<section class="pm-intro"><h2>What do you want to know?</h2><p>{escape(loaded)}</p>{hint}{examples}</section>'
    )


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


def _examples_html(answerable: Sequence[str], unanswerable: str | None) -> str:
    if not answerable:
        return ""
    items = "".join(f"<li>{example_button(question, question, 'pm-example')}</li>" for question in answerable)
    refused = (
        f'<p class="pm-label">The articles do not answer this one: see how Pressmark says so</p>'
        f'<ul class="pm-examples"><li>{example_button(unanswerable, unanswerable, "pm-example")}</li></ul>'
        if unanswerable
        else ""
    )
    return f'<p class="pm-label">Questions these articles answer</p><ul class="pm-examples">{items}</ul>{refused}'


def article_list_html(articles: Sequence[StoredArticle], text: str, total: int, today: date) -> str:
    """The articles found, newest first, each to read or to remove (after a second press)."""
    if not articles:
        words = (
            f"No article matches “{plain(text)}”." if text.strip() else "No articles yet. Add some with the box above."
        )
        return f'<div class="pm-list-empty" role="status"><p>{words}</p></div>'
    rows = "".join(_article_row(article, today) for article in articles)
    if text.strip():
        found = (
            f"{counted(len(articles), 'article')} found" if len(articles) < PAGE_SIZE else f"First {PAGE_SIZE} found"
        )
    else:
        found = (
            counted(total, "article") if len(articles) >= total else f"The newest {len(articles)} of {total:,} articles"
        )
    return f'<p class="pm-found" role="status">{found}</p><ul class="pm-articles">{rows}</ul>'


def notice_html(notice: str) -> str:
    """What was done with the library, above the list."""
    return f'<p class="pm-notice" role="status">{escape(notice)}</p>'


def _article_row(article: StoredArticle, today: date) -> str:
    id, title = escape(article.id), plain(article.title) or "Untitled"
    return (
        f'<li class="pm-article"><button type="button" class="pm-article-open" data-open-article="{id}">'
        f'<span class="pm-article-name">{title}</span><span class="pm-byline">'
        f"{byline(article.outlet, article.published, today)} · {counted(article.passages, 'passage')}</span></button>"
        f'<span class="pm-row-actions"><button type="button" class="pm-tool" data-ask-remove '
        f'aria-label="Remove {title}">Remove</button>'
        f'<span class="pm-confirm" hidden><span>Remove for good?</span>'
        f'<button type="button" class="pm-tool pm-danger" data-remove="{id}">Yes, remove</button>'
        '<button type="button" class="pm-tool" data-keep>Keep</button></span></span></li>'
    )


def progress_html(progress: Progress | None) -> str:
    """An upload on its way into the library; None when it has only begun."""
    if progress is None:
        return (
            '<div class="pm-upload" role="status"><p class="pm-upload-title">Adding articles</p>'
            '<progress aria-label="Reading the sources"></progress><p>Reading the sources</p></div>'
        )
    if not progress.total_bytes and progress.current.startswith(ADDRESS):
        return _web_progress(progress)
    share = progress.done_bytes / progress.total_bytes if progress.total_bytes else 0.0
    left = f" · about {counted(max(1, round(progress.seconds_left)), 'second')} left" if progress.seconds_left else ""
    words = f"{counted(progress.articles, 'article')}, {counted(progress.passages, 'passage')}{left}"
    return (
        '<div class="pm-upload" role="status"><p class="pm-upload-title">Adding articles</p>'
        f'<progress max="100" value="{min(100, round(100 * share))}" aria-label="Share of the upload that is done">'
        f'</progress><p>{words}</p><p class="pm-upload-file">{plain(file_name(progress.current))}</p></div>'
    )


def _web_progress(progress: Progress) -> str:
    """Articles on their way from the web: how many pages there will be is not known."""
    words = (
        f"{counted(progress.pages, 'page')}, {counted(progress.articles, 'article')}, "
        f"{counted(progress.passages, 'passage')}"
    )
    return (
        '<div class="pm-upload" role="status"><p class="pm-upload-title">Adding articles from the web</p>'
        f'<progress aria-label="Asking the web"></progress><p>{words}</p>'
        f'<p class="pm-upload-file">{plain(progress.current)}</p></div>'
    )


def report_html(report: Report) -> str:
    """What an upload did: added, updated, unchanged, and every failure with its reason."""
    counts = (
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.copies, "held under another address"),
        (len(report.skipped), "skipped"),
        (len(report.failed), "failed"),
        (len(report.gone), "gone at the outlet"),
        (len(report.undated), "without a date"),
    )
    done = ", ".join(f"{count:,} {word}" for count, word in counts if count) or "nothing added"
    problems = [*(("Failed", p) for p in report.failed), *(("Gone", p) for p in report.gone)]
    problems += [*(("Skipped", p) for p in report.skipped), *(("No date", p) for p in report.undated)]
    items = "".join(_problem(kind, problem) for kind, problem in problems[:SHOWN_PROBLEMS])
    more = len(problems) - SHOWN_PROBLEMS
    items += f"<li>and {more:,} more</li>" if more > 0 else ""
    items += f"<li><strong>Stopped:</strong> {escape(report.stopped)}</li>" if report.stopped else ""
    state = "failed" if report.failed and not report.did_something else "done"
    took = f"{counted(report.passages, 'passage')} in {max(0.1, report.seconds):.1f} s{_asked(report)}"
    listed = f'<ul class="pm-problems">{items}</ul>' if items else ""
    return (
        f'<div class="pm-upload" role="status" data-state="{state}"><p class="pm-upload-title">'
        f"{done[0].upper()}{done[1:]}</p><p>{took}</p>"
        f"{listed}</div>"
    )


def _asked(report: Report) -> str:
    """How the web answered, where it was asked."""
    counts = ((report.fetched, "fetched"), (report.not_modified, "not modified"), (report.refused, "refused"))
    told = ", ".join(f"{count:,} {word}" for count, word in counts if count)
    return f" · from the web: {told}" if told else ""


def upload_error_html(message: str) -> str:
    """An upload that could not be taken in at all."""
    return (
        '<div class="pm-upload" role="alert" data-state="failed"><p class="pm-upload-title">Nothing was added</p>'
        f"<p>{escape(message)}</p></div>"
    )


def file_name(where: str) -> str:
    """The name of an uploaded file: the folder it waits in means nothing to the reader; an address stays whole."""
    if where.startswith(ADDRESS):
        return where
    return Path(where).name or where


def _problem(kind: str, problem: Problem) -> str:
    line = f", line {problem.line}" if problem.line is not None else ""
    reason = problem.reason.replace(problem.where, file_name(problem.where))
    return f"<li><strong>{kind}:</strong> {plain(file_name(problem.where))}{line}: {escape(reason)}</li>"
