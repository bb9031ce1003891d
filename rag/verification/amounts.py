"""Figures, scores, times and dates of a claim that its evidence does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.english.dates import moments_of
from rag.english.figures import closest, figures_of
from rag.verification.alignment import Alignment, Mismatch

SCORE = re.compile(r"(\d+)[-–](\d+)")
CLOCK = re.compile(r"\d+(?:\.\d+)?[ap]m")


def find_figure_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each figure of a claim that the evidence does not give."""
    shown = [figure for sentence in alignment.evidence for figure in figures_of(sentence)]
    for figure in figures_of(alignment.claim):
        is_pronoun = figure.text.lower() in ("one", "once")
        if is_pronoun or any(figure.agrees(other) for other in shown):
            continue
        same_value = next((other for other in shown if other.value == figure.value), None)
        other = same_value or closest(figure, shown)
        if other is None:
            yield Mismatch(f"the quotation does not give the figure {figure.text}", figure.at)
        else:
            said, is_mild = figure.spoken, same_value is not None and figure.kind == other.kind
            yield Mismatch(f"the article says {other.spoken}, the claim {said}", figure.at, is_mild=is_mild)


def find_score_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each result such as "3-1" of a claim that the evidence does not give."""
    there = " ".join(word.text.replace("–", "-") for sentence in alignment.evidence for word in sentence)
    for word in alignment.claim:
        score = SCORE.fullmatch(word.text)
        if score and not re.search(rf"\b{score[1]}(?:-| to ){score[2]}\b", there):
            yield Mismatch(f"the quotation does not give the result {word.text}", word.at)


def find_clock_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each time of day such as "2am" of a claim, where the evidence gives another one."""
    there = [word for sentence in alignment.evidence for word in sentence if CLOCK.fullmatch(word.lower)]
    for word in alignment.claim:
        if there and CLOCK.fullmatch(word.lower) and all(word.lower != other.lower for other in there):
            yield Mismatch(f"the article says {there[0].text}, the claim {word.text}", word.at)


def find_date_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each date of a claim that the evidence does not give."""
    shown = [moment for sentence in alignment.evidence for moment in moments_of(sentence)]
    for moment in moments_of(alignment.claim):
        if any(moment.agrees(other) for other in shown):
            continue
        there = [other.text for other in shown if moment.conflicts(other)]
        if there:
            yield Mismatch(f"the article says {there[0]}, the claim {moment.text}", moment.at)
        else:
            yield Mismatch(f"the quotation does not give the date {moment.text}", moment.at)
