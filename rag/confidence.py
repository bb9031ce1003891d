"""How likely an answer is right: logistic models over what is known when it is chosen.

Short answers: the logarithm of the best candidate's weight, its share of all weight, how near the second one comes, the
reader's best score, how many articles agree, and how many of the question's words and names they hold. Long answers:
the cosine of the question and the most telling sentence.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rag.agreement import Candidate, Evidence
from rag.followup import entities
from rag.quoting import Quotation
from rag.reconcile import Finding, binding, question_words
from rag.words import normalised

BOUND = 3
"""Pieces of evidence whose sentences are held against the question."""


@dataclass(frozen=True, slots=True)
class ConfidenceSettings:
    """Weights of the models; below `threshold` nothing is claimed.

    Fitted on the archive of 2022 (`rag.evaluation.calibrate`), but for `named`: there, few questions name what their
    passages do not; its fitted weight, 0.49, was raised by hand (and the constant lowered by as much), so that a leader
    of something else is not given.
    """

    weight: float = 0.378
    share: float = 2.256
    rival: float = -1.321
    score: float = -0.02
    articles: float = 0.432
    binding: float = 1.006
    named: float = 2.2
    constant: float = -4.02
    threshold: float = 0.26
    nearness: float = 14.0
    near_enough: float = 0.47


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


def features_of(question: str, candidates: Sequence[Candidate], finding: Finding) -> Features | None:
    """The features of a finding's answer among all candidates; None without an answer."""
    best = finding.best
    if best is None:
        return None
    words = question_words(question)
    others = [one.weight for one in candidates if one is not best]
    rival = min(1.0, max(others, default=0.0) / best.weight) if best.weight > 0 else 0.0
    return Features(
        weight=math.log(best.weight + 1e-6),
        share=best.share,
        rival=rival,
        score=max(one.score for one in best.evidence),
        articles=math.log(len(best.evidence)),
        binding=max(binding(one, words) for one in best.evidence[:BOUND]),
        named=max(_named(question, one) for one in best.evidence[:BOUND]),
    )


def _named(question: str, one: Evidence) -> float:
    """The share of the question's names of several words that the passage holds; 1 without such names.

    A name of two words, most often a person's, may be held by its last word, a longer one by its initials.
    """
    names = [name for name in entities(question) if len(name.split()) > 1]
    if not names:
        return 1.0
    text = one.ranked.found.passage.embedded_text
    return sum(_holds_name(text, name) for name in names) / len(names)


def _holds_name(text: str, name: str) -> bool:
    words, said = normalised(name).split(), f" {normalised(text)} "
    if f" {' '.join(words)} " in said or (len(words) == 2 and f" {words[-1]} " in said):
        return True
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return len(initials) > 2 and initials in text.split()


def confidence_of(
    question: str, candidates: Sequence[Candidate], finding: Finding, settings: ConfidenceSettings
) -> float:
    """How likely the answer of a finding is right, 0..1."""
    features = features_of(question, candidates, finding)
    if features is None:
        return 0.0
    score = settings.constant + sum(
        getattr(settings, name) * getattr(features, name) for name in Features.__dataclass_fields__
    )
    return _logistic(score)


def confidence_of_sentences(quotations: Sequence[Quotation], settings: ConfidenceSettings) -> float:
    """How likely the sentences are about what was asked, 0..1; scaled so that the threshold lies where it should."""
    if not quotations:
        return 0.0
    nearest = max(quotation.score for quotation in quotations)
    threshold = min(max(settings.threshold, 1e-6), 1 - 1e-6)
    at_threshold = math.log(threshold / (1 - threshold))
    return _logistic(settings.nearness * (nearest - settings.near_enough) + at_threshold)


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, score))))
