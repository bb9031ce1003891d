"""Candidates → one finding: what is answered, what was so before, and where the articles disagree.

Two candidates differ when both are read with confidence from passages about the question's subject, in articles that do
not already give the other one. If their newest articles lie apart, the newer is the answer and the older was so before
(superseded); if they were published at about the same time, or without a date, both stand side by side (conflicting).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.agreement import Candidate, Evidence
from rag.answer import Relation
from rag.answer_kind import asks_about_now, fitness, kind_of
from rag.question import Query
from rag.values import value_of
from rag.verify_words import Word, held, sentences_of

ASKING = frozenset("who whom whose what which where when how many much now currently current today latest".split())
"""Words of a question that ask, and need not stand in an answer."""


@dataclass(frozen=True, slots=True)
class ReconcileSettings:
    """When a candidate is strong enough to stand beside the best one."""

    conflict_ratio: float = 0.5
    earlier_ratio: float = 0.02
    least_score: float = 2.0
    least_binding: float = 0.75
    newest_ratio: float = 0.6
    standing_ratio: float = 0.1
    days_apart: int = 21
    alternatives: int = 4
    candidates: int = 10


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
    words = question_words(query.text)
    likely = candidates[: settings.candidates]
    strong = [one for one in likely if _is_strong(one, likely[0], query, words, settings)]
    best = _chosen(query, candidates[0], strong, settings)
    rivals: list[Rival] = []
    for one in strong:
        relation = None if one is best else _relation(query, one, best, settings)
        if relation and all(not _same(one, other.candidate) for other in rivals):
            rivals.append(Rival(one, relation))
    return Finding(best, tuple(rivals[: settings.alternatives]))


def question_words(question: str) -> list[Word]:
    """The words of a question that a sentence which answers it should hold."""
    words = [word for sentence in sentences_of(question) for word in sentence if word.is_content]
    return [word for word in words if word.lower not in ASKING]


def binding(one: Evidence, words: Sequence[Word]) -> float:
    """The share of a question's words that the span's sentence and headline hold, in any form."""
    said = [word for text in (one.sentence, one.ranked.found.title) for s in sentences_of(text) for word in s]
    return sum(held(word, said) for word in words) / max(1, len(words))


def _is_strong(
    one: Candidate, best: Candidate, query: Query, words: Sequence[Word], settings: ReconcileSettings
) -> bool:
    return (
        one.weight >= settings.earlier_ratio * best.weight
        and max(span.score for span in one.evidence) >= settings.least_score
        and fitness(one.text, kind_of(query.text)) == 1.0
        and max(binding(span, words) for span in one.evidence) >= settings.least_binding
    )


def _chosen(query: Query, best: Candidate, strong: Sequence[Candidate], settings: ReconcileSettings) -> Candidate:
    """The best candidate, or one near it that is told later, where a question asks how things stand."""
    now = asks_about_now(query.text)
    if now and _is_over(best):
        standing = [one for one in strong if one.weight >= settings.standing_ratio * best.weight and not _is_over(one)]
        best = standing[0] if standing else best
    if best not in strong or not (now or kind_of(query.text) == "number"):
        return best
    close = [one for one in strong if one.weight >= settings.newest_ratio * best.weight and _last_told(one) is not None]
    newest = max(close, key=lambda one: (_last_told(one) or 0, one.weight), default=best)
    told = _last_told(best)
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


def _relation(query: Query, one: Candidate, best: Candidate, settings: ReconcileSettings) -> Relation | None:
    """How a strong candidate stands to the answer; None when it does not differ, or does not matter."""
    if _same(one, best):
        return None
    told, latest = _last_told(one), _last_told(best)
    if asks_about_now(query.text) and _is_over(one):
        return "superseded"
    shared = {span.article_id for span in one.evidence} & {span.article_id for span in best.evidence}
    if shared:
        return None
    if told is not None and latest is not None and abs(latest - told) > settings.days_apart:
        return "superseded" if told < latest and asks_about_now(query.text) else None
    return "conflicting" if one.weight >= settings.conflict_ratio * best.weight else None


def _same(one: Candidate, other: Candidate) -> bool:
    return value_of(one.text).same(value_of(other.text))
