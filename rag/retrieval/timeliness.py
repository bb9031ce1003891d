"""How much a passage counts for its place in the article and for its dates."""

from __future__ import annotations

import math
import re
from datetime import date
from functools import lru_cache

from corpus import FoundPassage
from rag.english.calendar import MONTH_NAMES, month_of
from rag.question.query import EventWindow, Query
from rag.retrieval.ranked import RetrievalSettings


def weight_of(found: FoundPassage, query: Query, settings: RetrievalSettings) -> float:
    """How much a passage counts for its place and its dates: about 1, more for an opening and near the asked dates."""
    weight = 1.0 + settings.lead_weight / (1 + found.passage.ordinal)
    near = [_recency(found, query, settings)]
    near += [settings.event_weight * _closeness(found, event, settings) for event in query.events]
    near += [settings.event_named for event in query.events if names_time(found.passage.text, event)]
    weight += max(near)
    return weight * max((_penalty(found, event, settings) for event in query.events), default=1.0)


def _recency(found: FoundPassage, query: Query, settings: RetrievalSettings) -> float:
    """What nearness to the day of "as of" is worth."""
    if query.as_of is None or found.day is None:
        return 0.0
    age = max(0, query.as_of.toordinal() - found.day)
    return settings.recency_weight * math.exp(-age / settings.recency_days)


def _closeness(found: FoundPassage, event: EventWindow, settings: RetrievalSettings) -> float:
    """1 for what was published while it happened, less the later (slowly for a long time) and the earlier it was."""
    if found.day is None:
        return 0.0
    before, after = _days_outside(found.day, event)
    length = (event.last - event.first).days if event.first and event.last else 0
    patience = settings.standing_days if event.standing else settings.before_event_days
    return math.exp(-before / patience - after / (settings.recency_days + length))


def _penalty(found: FoundPassage, event: EventWindow, settings: RetrievalSettings) -> float:
    """Below 1 for what was published before it began: it can hardly tell of it, unless it looked ahead or held on."""
    if found.day is None or event.ahead or event.standing:
        return 1.0
    before, _ = _days_outside(found.day, event)
    return 1.0 - settings.before_event * (1.0 - math.exp(-before / settings.before_event_days))


def _days_outside(day: int, event: EventWindow) -> tuple[int, int]:
    """How many days before and after an event a day lies, both 0 within it."""
    before = max(0, event.first.toordinal() - day) if event.first else 0
    return before, max(0, day - event.last.toordinal()) if event.last else 0


def names_time(text: str, event: EventWindow) -> bool:
    """Whether a text names the time of an event: its year, its month and year, or its day and month."""
    if event.first is None or event.last is None:
        return False
    return bool(_time_pattern(event.first, event.last).search(text))


@lru_cache(maxsize=64)
def _time_pattern(first: date, last: date) -> re.Pattern[str]:
    month = MONTH_NAMES[first.month - 1].capitalize()
    if first == last:
        return re.compile(rf"\b(?:{first.day} {month}|{month} {first.day})\b(?!,? (?!{first.year})\d{{4}})")
    if (first, last) == month_of(first.year, first.month):
        return re.compile(rf"\b{month},? {first.year}\b")
    if (first.month, first.day, last.month, last.day) != (1, 1, 12, 31):
        return re.compile(r"(?!)")  # nobody writes "6 to 12 June": there is nothing to look for
    return re.compile(rf"\b(?:{'|'.join(map(str, range(first.year, last.year + 1)))})\b")
