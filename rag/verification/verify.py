"""A claim and its evidence → supported, partly, unsupported, with the reason in plain words. No language model.

    claim, quotations ─► sentences of words ─► alignment ─► problems, kind by kind ─► verdict

A claim is compared with the quotations that it rests on by what a wrong word would change: figures, dates, names, who
said it, who did it to whom, denial, certainty, quantity, and words that stand nowhere in the evidence. To leave out who
said something ("officials said") is no problem; to leave out that it is only alleged, possible or planned is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answer import Support
from rag.english.tokens import Sentence, sentences_of
from rag.verification.alignment import Alignment, Problem
from rag.verification.amounts import clock_problems, date_problems, figure_problems, score_problems
from rag.verification.names import name_problems
from rag.verification.roles import (
    base_problems,
    binding_problems,
    comparison_problems,
    from_to_problems,
    modifier_problems,
    order_problems,
)
from rag.verification.speakers import speaker_problems
from rag.verification.stance import certainty_problems, denial_problems
from rag.verification.wording import (
    opposite_problems,
    quantity_problems,
    rank_problems,
    swapped_word_problems,
    unit_problems,
)

MOST_SENTENCES = 100
UNKNOWN_WORDS = 0.4
"""Share of a claim's words that may stand nowhere in the evidence: more, and it says something else."""
STANDING_WORDS = 2
"""A clause in which so many words stand in the evidence, and nothing is wrong, is a part that is supported."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the evidence says to a claim; `reason` is empty when it is supported."""

    support: Support
    reason: str = ""


def verify(claim: str, evidence: Sequence[str]) -> Verdict:
    """Whether the evidence, one or more quotations, says what the claim says."""
    said = [sentence for sentence in sentences_of(claim) if _plain(sentence)]
    shown = [sentence for text in evidence for sentence in sentences_of(text)]
    if not said:
        return Verdict("unsupported", "the claim says nothing")
    if len(said) > MOST_SENTENCES:
        return Verdict("unsupported", f"the claim has more than {MOST_SENTENCES} sentences: check it in parts")
    if not shown:
        return Verdict("unsupported", "there is no quotation behind it")
    standing = 0
    problems: list[Problem] = []
    for sentence in said:
        if any(_plain(sentence) == _plain(other) for other in shown):
            standing += 1
            continue
        aligned = Alignment(sentence, shown)
        found = problems_of(aligned)
        problems += found
        wrong = {aligned.clause_of(problem.at) for problem in found}
        standing += sum(_stands(aligned, clause) for at, clause in enumerate(aligned.clauses) if at not in wrong)
    return _verdict(problems, standing)


def contradictions(claim: str, evidence: Sequence[str]) -> list[str]:
    """What the evidence says otherwise than a claim, where it tells of the same: reasons, in plain words."""
    shown = [sentence for text in evidence for sentence in sentences_of(text)]
    said = [sentence for sentence in sentences_of(claim) if _plain(sentence)]
    aligned = [Alignment(sentence, shown) for sentence in said] if shown else []
    found = [problem for one in aligned for check in CONTRADICTING for problem in check(one)]
    return [problem.reason for problem in found if problem.reason.startswith("the article says")]


def _verdict(problems: Sequence[Problem], standing: int) -> Verdict:
    if not problems:
        return Verdict("supported")
    worst = min(problems, key=lambda problem: problem.is_mild)
    return Verdict("partly" if standing or worst.is_mild else "unsupported", worst.reason)


def _plain(words: Sentence) -> list[str]:
    return [word.lower for word in words if not word.is_mark]


def _stands(aligned: Alignment, clause: range) -> bool:
    """Whether enough of a clause stands in the evidence for it to count as a supported part."""
    return sum(bool(aligned.places(at)) for at in clause) >= STANDING_WORDS


def problems_of(aligned: Alignment) -> list[Problem]:
    """Everything that is wrong with a sentence of a claim, the plainest first."""
    return [problem for check in CHECKS for problem in check(aligned)]


def unknown_word_problems(aligned: Alignment) -> Iterator[Problem]:
    """Too many words of a claim that stand nowhere in the evidence."""
    for clause in aligned.clauses:
        words = [aligned.said[at] for at in clause if aligned.said[at].is_content]
        unknown = [word for word in words if word in aligned.unknown()]
        if len(unknown) > UNKNOWN_WORDS * len(words):
            told = ", ".join(word.text for word in unknown[:3])
            yield Problem(f"the quotation says nothing of {told}", unknown[0].at)


CHECKS: tuple[Callable[[Alignment], Iterator[Problem]], ...] = (
    figure_problems,
    score_problems,
    clock_problems,
    date_problems,
    name_problems,
    speaker_problems,
    denial_problems,
    opposite_problems,
    order_problems,
    from_to_problems,
    comparison_problems,
    binding_problems,
    base_problems,
    modifier_problems,
    swapped_word_problems,
    unit_problems,
    rank_problems,
    unknown_word_problems,
    quantity_problems,
    certainty_problems,
)
CONTRADICTING = (
    figure_problems,
    score_problems,
    clock_problems,
    date_problems,
    denial_problems,
    opposite_problems,
    comparison_problems,
    from_to_problems,
)
"""The checks whose problems say that something else is so, not only that it is not said."""
