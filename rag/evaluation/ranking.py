"""Measures of ranked articles; the only door to ir-measures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ARTICLE_METRICS = ("article_hit@1", "article_hit@5", "article_hit@10", "mrr@10", "ndcg@10")


@dataclass(frozen=True, slots=True)
class RankingMeasures:
    """Ids of distinct articles, best first, and the ids of those that hold the answer."""

    ranked: Sequence[str]
    relevant: Collection[str]


def article_scores(rankings: Sequence[RankingMeasures]) -> list[dict[str, float]]:
    """`ARTICLE_METRICS` of each ranking, in order; each must have at least one relevant article."""
    import ir_measures
    from ir_measures import RR, Success, nDCG

    names = dict(zip((Success @ 1, Success @ 5, Success @ 10, RR @ 10, nDCG @ 10), ARTICLE_METRICS, strict=True))
    wanted = {str(at): dict.fromkeys(ranking.relevant, 1) for at, ranking in enumerate(rankings)}
    # Scores that all differ, so that no rule for ties decides.
    run = {
        str(at): {article: float(len(ranking.ranked) - rank) for rank, article in enumerate(ranking.ranked)}
        for at, ranking in enumerate(rankings)
    }
    scores = [dict.fromkeys(ARTICLE_METRICS, 0.0) for _ in rankings]
    if rankings:
        for metric in ir_measures.iter_calc(list(names), wanted, run):
            scores[int(metric.query_id)][names[metric.measure]] = float(metric.value)
    return scores
