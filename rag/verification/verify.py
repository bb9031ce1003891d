"""A claim and its evidence → supported, partly, unsupported, with the reason in plain words. No language model.

    claim, quotations ─► sentences of words ─► alignment ─► mismatches, kind by kind ─► verdict

A claim is compared with the quotations that it rests on by what a wrong word would change: figures, dates, names, who
said it, who did it to whom, denial, certainty, quantity, and words that stand nowhere in the evidence. To leave out who
said something ("officials said") is no problem; to leave out that it is only alleged, possible or planned is one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.answer import Support
from rag.english.tokens import Sentence, sentences_of
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.amounts import (
    find_clock_mismatches,
    find_date_mismatches,
    find_figure_mismatches,
    find_score_mismatches,
)
from rag.verification.binding import find_base_mismatches, find_binding_mismatches, find_modifier_mismatches
from rag.verification.names import find_name_mismatches
from rag.verification.order import find_comparison_mismatches, find_from_to_mismatches, find_order_mismatches
from rag.verification.speakers import find_speaker_mismatches
from rag.verification.stance import find_certainty_mismatches, find_denial_mismatches
from rag.verification.wording import (
    find_opposite_mismatches,
    find_quantity_mismatches,
    find_rank_mismatches,
    find_swapped_word_mismatches,
    find_unit_mismatches,
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
    mismatches: list[Mismatch] = []
    for sentence in said:
        if any(_plain(sentence) == _plain(other) for other in shown):
            standing += 1
            continue
        alignment = Alignment(sentence, shown)
        found = find_mismatches(alignment)
        mismatches += found
        wrong = {alignment.clause_of(mismatch.at) for mismatch in found}
        standing += sum(_stands(alignment, clause) for at, clause in enumerate(alignment.clauses) if at not in wrong)
    return _verdict(mismatches, standing)


def find_contradictions(claim: str, evidence: Sequence[str]) -> list[str]:
    """What the evidence says otherwise than a claim, where it tells of the same: reasons, in plain words."""
    shown = [sentence for text in evidence for sentence in sentences_of(text)]
    said = [sentence for sentence in sentences_of(claim) if _plain(sentence)]
    alignments = [Alignment(sentence, shown) for sentence in said] if shown else []
    found = [mismatch for alignment in alignments for check in CONTRADICTING for mismatch in check(alignment)]
    return [mismatch.reason for mismatch in found if mismatch.reason.startswith("the article says")]


def _verdict(mismatches: Sequence[Mismatch], standing: int) -> Verdict:
    if not mismatches:
        return Verdict("supported")
    worst = min(mismatches, key=lambda mismatch: mismatch.is_mild)
    return Verdict("partly" if standing or worst.is_mild else "unsupported", worst.reason)


def _plain(words: Sentence) -> list[str]:
    return [word.lower for word in words if not word.is_mark]


def _stands(alignment: Alignment, clause: range) -> bool:
    """Whether enough of a clause stands in the evidence for it to count as a supported part."""
    return sum(bool(alignment.places(at)) for at in clause) >= STANDING_WORDS


def find_mismatches(alignment: Alignment) -> list[Mismatch]:
    """Everything that is wrong with a sentence of a claim, the plainest first."""
    return [mismatch for check in CHECKS for mismatch in check(alignment)]


def find_unknown_word_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Too many words of a claim that stand nowhere in the evidence."""
    for clause in alignment.clauses:
        words = [alignment.claim[at] for at in clause if alignment.claim[at].is_content]
        unknown = [word for word in words if word in alignment.unknown()]
        if len(unknown) > UNKNOWN_WORDS * len(words):
            told = ", ".join(word.text for word in unknown[:3])
            yield Mismatch(f"the quotation says nothing of {told}", unknown[0].at)


CHECKS: tuple[Callable[[Alignment], Iterator[Mismatch]], ...] = (
    find_figure_mismatches,
    find_score_mismatches,
    find_clock_mismatches,
    find_date_mismatches,
    find_name_mismatches,
    find_speaker_mismatches,
    find_denial_mismatches,
    find_opposite_mismatches,
    find_order_mismatches,
    find_from_to_mismatches,
    find_comparison_mismatches,
    find_binding_mismatches,
    find_base_mismatches,
    find_modifier_mismatches,
    find_swapped_word_mismatches,
    find_unit_mismatches,
    find_rank_mismatches,
    find_unknown_word_mismatches,
    find_quantity_mismatches,
    find_certainty_mismatches,
)
CONTRADICTING = (
    find_figure_mismatches,
    find_score_mismatches,
    find_clock_mismatches,
    find_date_mismatches,
    find_denial_mismatches,
    find_opposite_mismatches,
    find_comparison_mismatches,
    find_from_to_mismatches,
)
"""The checks whose mismatches say that something else is so, not only that it is not said."""
