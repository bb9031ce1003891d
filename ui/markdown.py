"""An answer as Markdown with its citations, in which nothing but our own marks is markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rag.answer import RELATION_WORDS, Answer, AppliedFilter, Citation
from rag.question.filters import LABELS
from ui.answer_forms import count_bars, format_period
from ui.answer_view import Account, AnswerView, view_answer
from ui.wording import format_date, safe_url

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~!$@])")
_LINE_START = re.compile(r"^(\s*)([#+=:-])")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])")
# Some readers make links of bare addresses; a backslash inside keeps them text.
_BARE_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    line = _BARE_ADDRESS.sub(lambda m: f"{m[1]}\\:" if m[1] else f"{m[3]}\\.", line)
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", line))


def to_markdown(
    answer: Answer, citations: Sequence[Citation] | None = None, *, filters: str = "", asked: date | None = None
) -> str:
    """Everything that is shown of an answer: the question, what was understood, the answer with its [n], its sources.

    `citations` are those that stand verbatim; without them, all of the answer's. `filters` are those that were set by
    hand, in words, and `asked` is the day of asking.
    """
    view = view_answer(answer, answer.citations if citations is None else tuple(citations))
    lines = [f"## {escape_markdown(answer.question)}", "", *_question(view, filters)]
    if view.is_withheld:
        lines += ["The answer is withheld: its quotations no longer stand in the library.", ""]
    elif answer.status == "not_found":
        lines += [*_not_found(answer)]
    else:
        lines += [*_answer(view)]
    for note in answer.notes:
        lines += [f"*{escape_markdown(note)}*", ""]
    for n, citation in view.sources.items():
        lines += _citation(citation, is_quoted=bool(view.accounts) or n not in view.quoted)
    if asked:
        lines += [f"Asked on {format_date(asked.isoformat())}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def _question(view: AnswerView, filters: str) -> Iterator[str]:
    if view.understood:
        yield from (f"Understood as: {escape_markdown(view.understood)}", "")
    if view.answer.filters:
        yield from (f"Read from the question: {'; '.join(map(_describe_filter, view.answer.filters))}", "")
    if filters:
        yield from (f"Filters: {escape_markdown(filters)}", "")


def _describe_filter(applied: AppliedFilter) -> str:
    return f"{LABELS[applied.kind]} {escape_markdown(applied.value)}"


def _not_found(answer: Answer) -> Iterator[str]:
    yield from (_with_marks(answer.text, set()), "")


def _answer(view: AnswerView) -> Iterator[str]:
    if view.accounts:
        yield from ("**Accounts differ**", "")
        for account in view.accounts:
            yield from (_account(account), "")
    else:
        headline = escape_markdown(view.prose.headline or "")
        if headline:
            yield from (f"**{headline}**{_marks(view.prose.marks)}", "")
        for block in view.prose.blocks:
            if block.lead:
                yield from (_with_marks(block.lead, set(view.sources)), "")
            items = [f"- {_with_marks(item, set(view.sources))}" for item in (*block.items, *block.examples)]
            yield from (*items, "") if items else ()
    yield from _form(view)
    for account in view.earlier:
        yield from (_account(account), "")
    for claim in view.unsupported:
        yield from (f"Not backed by a quotation: {escape_markdown(claim.text)}", "")
    yield from (f"{' · '.join(map(escape_markdown, view.facts.words()))}.", "")


def _form(view: AnswerView) -> Iterator[str]:
    """What an answer has besides its text: a table, a list, the counts, the answers to several questions."""
    known = set(view.sources)
    if view.answer.table:
        yield from ("| What | When | Sources |", "| --- | --- | --- |")
        for row in view.answer.table:
            marks = _marks(n for n in row.citations if n in known).strip()
            yield f"| {escape_markdown(row.value)} | {escape_markdown(format_period(row))} | {marks} |"
        yield ""
    for item in view.answer.items:
        yield f"- {escape_markdown(item.value)}{_marks(n for n in item.citations if n in known)}"
    yield from ("",) if view.answer.items else ()
    unit, bars = count_bars(view.answer.counts)
    if len(bars) > 1:
        yield from (f"| {unit.capitalize()} | Articles |", "| --- | ---: |")
        yield from (*(f"| {bar.label} | {bar.number} |" for bar in bars), "")
    for part in view.answer.parts:
        yield from (f"**{escape_markdown(part.question)}**", "", _with_marks(part.text, known), "")


def _account(account: Account) -> str:
    """An account on one line: what it is (earlier, another), its answer, its marks, and who says so when."""
    first = account.sources[0]
    label = f"{RELATION_WORDS[account.relation]}: " if account.relation == "superseded" else ""
    outlet = escape_markdown(first.outlet) or "Unknown outlet"
    marks = _marks(source.n for source in account.sources)
    return f"{label}**{escape_markdown(account.answer) or '?'}**{marks} ({outlet}, {format_date(first.published)})"


def _marks(numbers: Sequence[int] | Iterator[int]) -> str:
    return "".join(f" [{n}]" for n in numbers)


def _with_marks(text: str, known: set[int]) -> str:
    """Escaped text that keeps the [n] of the citations that follow, and drops every other [n]."""

    def mark(match: re.Match[str]) -> str:
        return f"[{match[1]}]" if int(match[1]) in known else ""

    # A mark before "(" or ":" stays escaped: there it could become a link.
    return re.sub(r"\\\[(\d{1,3})\\\](?![(:])", mark, escape_markdown(text))


def _citation(citation: Citation, *, is_quoted: bool) -> list[str]:
    source = ", ".join(
        (
            escape_markdown(citation.outlet) or "Unknown outlet",
            format_date(citation.published),
            f"*{escape_markdown(citation.title) or 'Untitled'}*",
        )
    )
    url = safe_url(citation.url)
    address = f" <{url}>" if url else ""
    quotation = [f"> {escape_markdown(citation.quote)}", ""] if is_quoted else []
    return [f"[{citation.n}] {source}.{address}", "", *quotation]
