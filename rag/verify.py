"""A claim and its evidence → supported, partly, unsupported, with the reason in plain words. No language model.

A claim is compared with the quotations that it rests on by what a wrong word would change: figures, dates, names, who
said it, who did it to whom, denial, certainty, and words that stand nowhere in the evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Support
from rag.reader import Reader
from rag.verify_figures import closest, figures_of, moments_of
from rag.verify_words import Sentence, held, sentences_of

UNKNOWN_WORDS = 0.4
"""Share of a claim's words that may stand nowhere in the evidence: more, and it says something else."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says to a claim; `reason` is empty when it is supported."""

    support: Support
    reason: str = ""


def verify(claim: str, evidence: Sequence[str], *, reader: Reader | None = None) -> Verdict:
    """Whether the evidence, one or more quotations, says what the claim says."""
    said = sentences_of(claim)
    shown = [sentence for text in evidence for sentence in sentences_of(text)]
    if not said:
        return Verdict("unsupported", "the claim says nothing")
    if not shown:
        return Verdict("unsupported", "there is no quotation behind it")
    if _is_verbatim(claim, evidence):
        return Verdict("supported")
    problems = [problem for sentence in said for problem in _problems(sentence, shown)]
    return Verdict("unsupported", problems[0]) if problems else Verdict("supported")


def _plain(text: str) -> str:
    return " ".join(word.lower for sentence in sentences_of(text) for word in sentence if not word.is_mark)


def _is_verbatim(claim: str, evidence: Sequence[str]) -> bool:
    whole = _plain(claim)
    return any(whole == _plain(text) for text in (*evidence, " ".join(evidence)))


def _problems(said: Sentence, shown: Sequence[Sentence]) -> list[str]:
    problems: list[str] = []
    figures = [figure for sentence in shown for figure in figures_of(sentence)]
    for figure in figures_of(said):
        if not any(figure.agrees(other) for other in figures):
            other = closest(figure, figures)
            problems.append(f"the article says {other.text}, the claim {figure.text}" if other else figure.text)
    moments = [moment for sentence in shown for moment in moments_of(sentence)]
    for moment in moments_of(said):
        if not any(moment.agrees(date) for date in moments):
            problems.append(f"the quotation does not give the date {moment.text}")
    words = [word for word in said if word.is_content]
    everything = [word for sentence in shown for word in sentence]
    unknown = [word for word in words if not held(word, everything)]
    if len(unknown) > UNKNOWN_WORDS * len(words):
        problems.append(f"the quotation says nothing of {', '.join(word.text for word in unknown[:3])}")
    return problems
