"""rag.verification.amounts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.english.dates import moments_of
from rag.english.figures import closest, figures_of
from rag.verification.alignment import Alignment, Problem

SCORE = re.compile(r"(\d+)[-–](\d+)")
CLOCK = re.compile(r"\d+(?:\.\d+)?[ap]m")


def figure_problems(aligned: Alignment) -> Iterator[Problem]:
    """Each figure of a claim that the evidence does not give."""
    shown = [figure for sentence in aligned.shown for figure in figures_of(sentence)]
    for figure in figures_of(aligned.said):
        is_pronoun = figure.text.lower() in ("one", "once")
        if is_pronoun or any(figure.agrees(other) for other in shown):
            continue
        same_value = next((other for other in shown if other.value == figure.value), None)
        other = same_value or closest(figure, shown)
        if other is None:
            yield Problem(f"the quotation does not give the figure {figure.text}", figure.at)
        else:
            said, is_mild = figure.spoken, same_value is not None and figure.kind == other.kind
            yield Problem(f"the article says {other.spoken}, the claim {said}", figure.at, is_mild=is_mild)


def score_problems(aligned: Alignment) -> Iterator[Problem]:
    """Each result such as "3-1" of a claim that the evidence does not give."""
    there = " ".join(word.text.replace("–", "-") for sentence in aligned.shown for word in sentence)
    for word in aligned.said:
        score = SCORE.fullmatch(word.text)
        if score and not re.search(rf"\b{score[1]}(?:-| to ){score[2]}\b", there):
            yield Problem(f"the quotation does not give the result {word.text}", word.at)


def clock_problems(aligned: Alignment) -> Iterator[Problem]:
    """Each time of day such as "2am" of a claim, where the evidence gives another one."""
    there = [word for sentence in aligned.shown for word in sentence if CLOCK.fullmatch(word.lower)]
    for word in aligned.said:
        if there and CLOCK.fullmatch(word.lower) and all(word.lower != other.lower for other in there):
            yield Problem(f"the article says {there[0].text}, the claim {word.text}", word.at)


def date_problems(aligned: Alignment) -> Iterator[Problem]:
    """Each date of a claim that the evidence does not give."""
    shown = [moment for sentence in aligned.shown for moment in moments_of(sentence)]
    for moment in moments_of(aligned.said):
        if any(moment.agrees(other) for other in shown):
            continue
        there = [other.text for other in shown if moment.conflicts(other)]
        if there:
            yield Problem(f"the article says {there[0]}, the claim {moment.text}", moment.at)
        else:
            yield Problem(f"the quotation does not give the date {moment.text}", moment.at)
