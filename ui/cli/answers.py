"""An answer as people read it in a terminal: laid out as on the page, with every quotation once, at its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.answer import RELATION_WORDS, Answer, AppliedFilter, Citation, NearArticle
from rag.question.filters import LABELS
from ui.answer_forms import count_bars, format_period
from ui.answer_view import Account, AnswerView, view_answer
from ui.terminal import clean, say, terminal
from ui.wording import describe_copies, format_date

BAR_WIDTH = 30
"""Characters of the longest bar of a chart."""


def show_answer(answer: Answer, citations: Sequence[Citation]) -> None:
    """Show an answer, then the sources to check it against: `citations`, which stand word for word.

    An answer none of whose citations stands is not shown (invariant 1).
    """
    view = view_answer(answer, citations)
    if view.understood:
        say(f"Understood as: {view.understood}", "dim italic")
    if answer.filters:
        say(f"Read from the question: {' · '.join(map(_describe_filter, answer.filters))}", "dim")
    if answer.status == "not_found":
        say(answer.text.partition("\n\n")[0], "yellow")  # the nearest articles follow with their dates and ids
        _show_nearest(answer.nearest)
    elif view.is_withheld:
        say("The answer is withheld: its quotations no longer stand in the library. Ask again.", "yellow")
    else:
        _show_found(view)
    for remark in answer.notes:
        say(f"Note: {remark}", "yellow")


def _show_found(view: AnswerView) -> None:
    _show_said(view)
    _show_form(view)
    for account in view.earlier:
        say(_describe_account(account), "yellow")
    for claim in view.unsupported:
        say(f"Not backed by a quotation: {claim.text}", "yellow")
    say(" · ".join(view.facts.words()), "dim")
    if view.sources:
        say("\nSources", "bold")
    for n, citation in view.sources.items():
        _show_citation(citation, is_quoted=bool(view.accounts) or n not in view.quoted)


def _show_said(view: AnswerView) -> None:
    """The answer itself: the accounts that differ, or the short answer and what the text adds to it."""
    if view.accounts:
        say("Accounts differ", "yellow")
        for account in view.accounts:
            say(_describe_account(account), "bold")
        return
    if view.prose.headline:
        say(f"{view.prose.headline} {_marks(view.prose.marks)}".rstrip(), "bold")
    for paragraph in view.prose.paragraphs:
        say(re.sub(r" ?\[(\d{1,3})\]", lambda mark: mark[0] if int(mark[1]) in view.sources else "", paragraph))
    if not view.prose.headline and not view.prose.paragraphs:
        say("What the articles say", "bold")


def _show_form(view: AnswerView) -> None:
    """What an answer has besides its text: a table, a list, a chart, the answers to several questions."""
    if view.answer.table:
        _show_table(view)
    for item in view.answer.items:
        say(f"  • {item.value} {_marks(n for n in item.citations if n in view.sources)}")
    unit, bars = count_bars(view.answer.counts)
    if len(bars) > 1:
        say(f"\nArticles a {unit}", "bold")
    for bar in bars if len(bars) > 1 else ():
        say(f"  {bar.label:<9} {'█' * round(BAR_WIDTH * bar.share)} {bar.number:,}")
    for part in view.answer.parts:
        say(f"\n{part.question}", "bold")
        say(part.text)


def _show_table(view: AnswerView) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("What", "When", "Sources"):
        table.add_column(heading, overflow="fold")
    for row in view.answer.table:
        cells = (row.value, format_period(row), _marks(n for n in row.citations if n in view.sources))
        table.add_row(*(Text(clean(cell)) for cell in cells))
    terminal().print(table)


def _describe_account(account: Account) -> str:
    """An account on one line: its answer and marks, and who says so when."""
    label = f"{RELATION_WORDS[account.relation]}: " if account.relation == "superseded" else ""
    first = account.sources[0]
    told = f"{first.outlet or 'unknown outlet'}, {format_date(first.published)}"
    return f"{label}{account.answer} {_marks(source.n for source in account.sources)} ({told})"


def _marks(numbers: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in numbers)


def _describe_filter(applied: AppliedFilter) -> str:
    """An applied filter with the words it was read from: "Around: March 2022 (“in March 2022”)"."""
    return f"{LABELS[applied.kind]}: {applied.value} (“{applied.words}”)"


def _show_nearest(nearest: Iterable[NearArticle]) -> None:
    for at, article in enumerate(nearest):
        if at == 0:
            say("\nThe nearest articles", "bold")
        say(f"    {_byline(article.outlet, article.published, article.title)}", "cyan")
        say(f"    {article.url or 'article ' + article.article_id}", "dim")


def _show_citation(citation: Citation, *, is_quoted: bool) -> None:
    byline = _byline(citation.outlet, citation.published, citation.title)
    if is_quoted:
        say(f"[{citation.n}] “{' '.join(clean(citation.quote).split())}”")
        say(f"    {byline}", "cyan")
    else:
        say(f"[{citation.n}] {byline}", "cyan")
    say(f"    {citation.url or 'article ' + citation.article_id}", "dim")
    if citation.also_in:
        say(f"    {describe_copies(citation.also_in)}", "dim")


def _byline(outlet: str, published: str | None, title: str) -> str:
    return ", ".join(part for part in (outlet, format_date(published), title) if part)
