"""The kinds of answers that are more than a sentence, laid out for showing: tables, bars of counts, lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import CountRow, TableRow
from ui.wording import format_partial_date

MOST_MONTHS = 24
"""Bars of months at most; a longer time is counted by years."""
EXAMPLES_LEAD = "Try:"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: what it counts, how many, and its share of the highest one."""

    label: str
    number: int
    share: float
    is_labelled: bool = True


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph, or the line that leads a list and its items; items that are `examples` can be asked."""

    lead: str
    items: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def format_period(row: TableRow) -> str:
    """When the value of a row held, as far as the articles say: "Aug 2012 – now", "2010 – Apr 2012", "until 2009"."""
    since = format_partial_date(row.since) if row.since else ""
    until = "now" if row.ongoing else format_partial_date(row.until) if row.until else ""
    if since and until:
        return f"{since} – {until}"
    if since:
        return f"from {since}"
    return f"until {until}" if until and not row.ongoing else "still" if row.ongoing else ""


def format_reports(row: TableRow) -> str:
    """When the first and the last article that tell of a row were published; empty when that is not known."""
    if row.told is None:
        return ""
    first, last = (format_partial_date(day) for day in row.told)
    return first if first == last else f"{first} to {last}"


def count_bars(counts: Sequence[CountRow]) -> tuple[str, tuple[Bar, ...]]:
    """What the bars stand for ("month" or "year"), and one bar for each, also for those without articles."""
    dated = [row for row in counts if row.month]
    months = _months(min(row.month for row in dated), max(row.month for row in dated)) if dated else []
    by_year = len(months) > MOST_MONTHS
    found = Counter[str]()
    for row in dated:
        found[row.month[:4] if by_year else row.month] += row.articles
    labels = list(dict.fromkeys(month[:4] for month in months)) if by_year else months
    highest = max(found.values(), default=1)
    every = max(1, -(-len(labels) // 8))
    bars = (
        Bar(label if by_year else format_partial_date(label), found[label], found[label] / highest, at % every == 0)
        for at, label in enumerate(labels)
    )
    return ("year" if by_year else "month"), tuple(bars)


def _months(first: str, last: str) -> list[str]:
    """Every month from the first to the last one, as "2015-08"."""
    (year, month), (end_year, end_month) = ((int(part[:4]), int(part[5:7])) for part in (first, last))
    numbers = range(year * 12 + month - 1, end_year * 12 + end_month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def split_blocks(paragraphs: Sequence[str]) -> tuple[TextBlock, ...]:
    """Paragraphs, of which those with lines that begin with "- " are lists."""
    blocks = []
    for paragraph in paragraphs:
        lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
        items = tuple(line[2:] for line in lines if line.startswith("- "))
        lead = "\n".join(line for line in lines if not line.startswith("- "))
        is_example = lead == EXAMPLES_LEAD
        blocks.append(TextBlock(lead, () if is_example else items, items if is_example else ()))
    return tuple(blocks)
