"""`Ranked`: a passage with its score; and every weight of retrieval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus import FoundPassage

Hits = Sequence[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class RetrievalSettings:
    """Every weight of retrieval, chosen on the archive of 2022 (see the README)."""

    candidates: int = 400
    dense_weight: float = 0.5
    header_weight: float = 1.0
    recency_weight: float = 2.0
    recency_days: float = 21.0
    event_weight: float = 1.0
    event_named: float = 0.3
    before_event: float = 0.3
    before_event_days: float = 14.0
    standing_days: float = 730.0
    lead_weight: float = 0.1
    per_article: int = 3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage with its score: comparable within one question only."""

    found: FoundPassage
    score: float
