"""Candidates → one finding: what is answered, what was so before, and where the articles disagree.

Two candidates differ when both are read with confidence from passages about the question's subject, in articles that do
not already give the other one. If their newest articles lie apart, the newer is the answer and the older was so before
(superseded); if they were published at about the same time, or without a date, both stand side by side (conflicting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Relation
from rag.answering.accounts import find_other_accounts
from rag.english.values import value_of
from rag.question.kind import fitness
from rag.question.query import Query
from rag.question.understanding import AskedFor
from rag.reading.agreement import Candidate
from rag.reading.instructions import gives_orders
from rag.reading.relevance import binding


@dataclass(frozen=True, slots=True)
class Strength:
    """What a candidate needs to stand beside the best one: a share of its weight, the reader's score in logits above
    "no answer", and the share of the question's words that its sentence and headline hold."""

    ratio: float
    score: float
    binding: float

    def has(self, one: Candidate, best: Candidate, asked: AskedFor) -> bool:
        """Whether a candidate is that strong."""
        return (
            one.weight >= self.ratio * best.weight
            and max(span.score for span in one.evidence) >= self.score
            and max(binding(span, asked) for span in one.evidence) >= self.binding
        )


@dataclass(frozen=True, slots=True)
class ReconcileSettings:
    """When candidates are weighed against each other, chosen on the archive of 2022 and on RAMDocs.

    Articles without a date are held to less: nothing else tells whether they speak of the same time.
    """

    conflicting: Strength = Strength(0.5, 3.0, 0.75)
    undated: Strength = Strength(0.02, -3.0, 0.25)
    earlier: Strength = Strength(0.02, 2.0, 0.75)
    newest_ratio: float = 0.6
    standing_ratio: float = 0.1
    days_apart: int = 21
    alternatives: int = 5
    candidates: int = 12


@dataclass(frozen=True, slots=True)
class Rival:
    """A candidate that differs from the answer, and how it stands to it."""

    candidate: Candidate
    relation: Relation


@dataclass(frozen=True, slots=True)
class Finding:
    """What the passages give: the answer, if any, and what differs from it."""

    best: Candidate | None
    rivals: tuple[Rival, ...] = ()

    @property
    def is_disputed(self) -> bool:
        """Whether articles of about the same time say something else."""
        return any(rival.relation == "conflicting" for rival in self.rivals)


def reconcile(query: Query, candidates: Sequence[Candidate], settings: ReconcileSettings) -> Finding:
    """Choose the answer among the candidates, the weightiest first, and say how the others stand to it."""
    if not candidates:
        return Finding(None)
    asked, kind = query.understanding.asked_for, query.understanding.kind
    likely = [candidates[0], *(one for one in candidates[1:] if fitness(one.text, kind) == 1.0)][: settings.candidates]
    best = _chosen(query, likely, asked, settings)
    rivals: list[Rival] = []
    for one in likely:
        relation = None if one is best else _relation(query, one, best, asked, settings)
        if relation and all(not _same(one, other.candidate) for other in rivals):
            rivals.append(Rival(one, relation))
    for account in find_other_accounts(query.understanding, best):
        if all(not _same(account, other.candidate) for other in rivals):
            rivals.append(Rival(account, "conflicting"))
    return Finding(best, tuple(rivals[: settings.alternatives]))


def _chosen(query: Query, likely: Sequence[Candidate], asked: AskedFor, settings: ReconcileSettings) -> Candidate:
    """The best candidate, or one near it that is told later, where a question asks how things stand."""
    best, now = likely[0], query.understanding.is_about_now
    if not (now or query.understanding.kind == "number"):
        return best
    strong = [one for one in likely if settings.earlier.has(one, best, asked)]
    if now and _is_over(best):
        standing = [one for one in strong if one.weight >= settings.standing_ratio * best.weight and not _is_over(one)]
        best = standing[0] if standing else best
    told = _last_told(best)
    close = [one for one in strong if one.weight >= settings.newest_ratio * best.weight and _last_told(one) is not None]
    newest = max(close, key=lambda one: (_last_told(one) or 0, one.weight), default=best)
    apart = told is not None and (_last_told(newest) or 0) - told > settings.days_apart
    return newest if apart else best


def _is_over(one: Candidate) -> bool:
    """Whether the newest article that gives it tells it as over."""
    past = [span.ranked.found.day or 0 for span in one.evidence if span.past]
    standing = [span.ranked.found.day or 0 for span in one.evidence if not span.past]
    return bool(past) and max(past) > max(standing, default=-1)


def _last_told(one: Candidate) -> int | None:
    """The day of the newest article that tells it as standing; of any article when all tell it as over."""
    days = [(span.past, span.ranked.found.day) for span in one.evidence]
    standing = [day for past, day in days if day is not None and not past]
    known = [day for _, day in days if day is not None]
    return max(standing, default=max(known, default=None))


def _relation(
    query: Query, one: Candidate, best: Candidate, asked: AskedFor, settings: ReconcileSettings
) -> Relation | None:
    """How a candidate stands to the answer; None when it does not differ, or is too weak to matter."""
    if _same(one, best) or all(gives_orders(span.sentence) for span in one.evidence):
        return None
    now, told, latest = query.understanding.is_about_now, _last_told(one), _last_told(best)
    if now and _is_over(one):
        return "superseded" if settings.earlier.has(one, best, asked) else None
    if {span.article_id for span in one.evidence} & {span.article_id for span in best.evidence}:
        return None
    if told is None or latest is None:
        return "conflicting" if settings.undated.has(one, best, asked) else None
    if abs(latest - told) <= settings.days_apart:
        return "conflicting" if settings.conflicting.has(one, best, asked) else None
    return "superseded" if now and told < latest and settings.earlier.has(one, best, asked) else None


def _same(one: Candidate, other: Candidate) -> bool:
    return value_of(one.text).same(value_of(other.text))
