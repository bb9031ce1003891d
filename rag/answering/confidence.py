"""How likely an answer is right: logistic models over what is known when it is chosen.

Short answers: the logarithm of the best candidate's weight, its share of all weight, how near the second one comes, the
reader's best score, how many articles agree, and how many of the question's words, of its names, and of its words
besides names the sentence and the passage hold. Where articles disagree, all accounts are shown, and their weights
count together. Long answers: the cosine of the question and the most telling sentence, and the share of the question's
words that its passage holds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.reconcile import Finding
from rag.english.names import share_of_names
from rag.question.understanding import AskedFor, Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.reading.quoting import Quotation
from rag.reading.relevance import binding, bound, words_held
from rag.retrieval.ranked import Ranked

BOUND = 3
"""Pieces of evidence whose sentences are held against the question."""


@dataclass(frozen=True, slots=True)
class ConfidenceSettings:
    """Weights of the models; below `threshold` nothing is claimed.

    Fitted on the archive of 2022 (`rag.training.calibrate`), but for `named` and `told`: there, few questions name
    what their passages do not, or ask what these do not tell; the fitted weights (0.3 and 1.7) were raised by hand, and
    the constant lowered by as much, so that a leader of something else is not given, nor a country for a birthplace.
    """

    weight: float = 0.433
    share: float = 2.785
    rival: float = -0.968
    score: float = -0.062
    articles: float = 0.54
    binding: float = -0.523
    named: float = 2.1
    held: float = 0.831
    told: float = 2.4
    constant: float = -5.942
    threshold: float = 0.3
    nearness: float = 14.0
    near_enough: float = 0.47
    words: float = 6.0
    words_enough: float = 0.7


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of the answer of a finding."""

    weight: float
    share: float
    rival: float
    score: float
    articles: float
    binding: float
    named: float
    held: float
    told: float


def features_of(understanding: Understanding, candidates: Sequence[Candidate], finding: Finding) -> Features | None:
    """The features of a finding's answer among all candidates; None without an answer."""
    best = finding.best
    if best is None:
        return None
    asked = understanding.asked_for
    shown = [best, *(rival.candidate for rival in finding.rivals if rival.relation == "conflicting")]
    others = [one.weight for one in candidates if all(one is not other for other in shown)]
    weight = sum(one.weight for one in shown)
    return Features(
        weight=math.log(weight + 1e-6),
        share=min(1.0, sum(one.share for one in shown)),
        rival=min(1.0, max(others, default=0.0) / weight) if weight > 0 else 0.0,
        score=max(one.score for one in best.evidence),
        articles=math.log(len(best.evidence)),
        binding=max(binding(one, asked) for one in best.evidence[:BOUND]),
        named=max(_named(understanding, one) for one in bound(best.evidence[:BOUND], asked)),
        held=max(_words_in_passage(asked, one.ranked) for one in best.evidence[:BOUND]),
        told=max(_words_in_passage(asked.besides_names, one.ranked) for one in best.evidence[:BOUND]),
    )


def _named(understanding: Understanding, one: Evidence) -> float:
    """The share of the question's names that the passage holds; 1 without names."""
    return share_of_names(understanding.sure_names, one.ranked.found.passage.embedded_text)


def confidence_of(
    understanding: Understanding, candidates: Sequence[Candidate], finding: Finding, settings: ConfidenceSettings
) -> float:
    """How likely the answer of a finding is right, 0..1."""
    features = features_of(understanding, candidates, finding)
    if features is None:
        return 0.0
    score = settings.constant + sum(
        getattr(settings, name) * getattr(features, name) for name in Features.__dataclass_fields__
    )
    return _logistic(score)


def confidence_of_sentences(
    understanding: Understanding, quotations: Sequence[Quotation], settings: ConfidenceSettings
) -> float:
    """How likely the sentences are about what was asked, 0..1; scaled so that the threshold lies where it should.

    A sentence counts by its cosine, and by the share of the question's words that its passage and headline hold: how
    Kazakhstan chose a flag is near to how it chose an alphabet, and says nothing of it.
    """
    if not quotations:
        return 0.0
    asked = understanding.asked_for
    likely = max(
        settings.nearness * (one.score - settings.near_enough)
        + settings.words * (_words_in_passage(asked, one.ranked) - settings.words_enough)
        for one in quotations
    )
    threshold = min(max(settings.threshold, 1e-6), 1 - 1e-6)
    return _logistic(likely + math.log(threshold / (1 - threshold)))


def _words_in_passage(asked: AskedFor, one: Ranked) -> float:
    return words_held(asked, one.found.passage.text, one.found.title)


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score))))
