"""What cannot answer a question, however well it reads: rules that leave evidence out before candidates are compared.

Each rule says of one piece of evidence whether it may stand. A candidate without evidence is left out, and the others
share its part of the weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.answering.missing import is_well_known
from rag.english.offices import ENDED, qualifiers_of
from rag.english.predicates import says_of_another
from rag.english.tokens import held, sentences_of
from rag.english.words import normalised
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.reading.furniture import is_furniture
from rag.reading.quoting import sentence_around

Rule = Callable[[Understanding, Evidence], bool]


def screen(understanding: Understanding, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that can answer, with the evidence that may stand, the weightiest first."""
    kept = [_screened(understanding, candidate) for candidate in candidates]
    standing = [candidate for candidate in kept if candidate.evidence]
    wanted = _with_asked_qualifier(understanding, standing)
    left = sum(candidate.share for candidate in wanted)
    total = sum(candidate.share for candidate in candidates)
    if not wanted or left >= total:
        return list(wanted)
    shared = min(1.0, total) / left
    return sorted(
        (replace(candidate, share=candidate.share * shared) for candidate in wanted),
        key=lambda candidate: -candidate.weight,
    )


def _screened(understanding: Understanding, candidate: Candidate) -> Candidate:
    kept = tuple(piece for piece in candidate.evidence if all(rule(understanding, piece) for rule in RULES))
    if len(kept) == len(candidate.evidence):
        return candidate
    before = sum(piece.weight for piece in candidate.evidence) or 1.0
    part = sum(piece.weight for piece in kept) / before
    return replace(candidate, evidence=kept, weight=candidate.weight * part, share=candidate.share * part)


def is_no_name_of_the_question(understanding: Understanding, evidence: Evidence) -> bool:
    """Who was before Mirziyoyev is not Shavkat Mirziyoyev."""
    if understanding.kind != "person" or understanding.asks_which_of_a_name or understanding.asks_who_is:
        return True
    words = normalised(evidence.text).split()
    names = [set(normalised(name).split()) for name in understanding.names]
    return not any(words and words[-1] in name and (len(name) == 1 or set(words) <= name) for name in names)


def tells_of_the_subject(understanding: Understanding, evidence: Evidence) -> bool:
    """When Ghazi was killed is not told by when Adil was."""
    premise = understanding.premise
    return premise is None or not says_of_another(evidence.sentence, premise)


def holds_the_predicate(understanding: Understanding, evidence: Evidence) -> bool:
    """When he lost is not told where nobody loses: only for words of which other ways to say them are known."""
    premise = understanding.premise
    head = premise.head if premise else None
    if head is None or not is_well_known(head):
        return True
    found = evidence.ranked.found
    said = (word for text in (found.title, found.passage.text) for words in sentences_of(text) for word in words)
    return held(head, tuple(said))


def is_of_the_article(understanding: Understanding, evidence: Evidence) -> bool:
    """What a caption, a byline or a call to subscribe says is no evidence."""
    return not is_furniture(evidence.sentence)


def has_no_other_qualifier(understanding: Understanding, evidence: Evidence) -> bool:
    """A deputy is not the chair; who was in office before is, where that is asked."""
    if understanding.kind != "person" or not understanding.asks_for_office or understanding.qualifiers:
        return True
    found = _qualifiers(evidence)
    return not (found - {ENDED}) and (ENDED not in found or not understanding.is_about_now)


RULES: tuple[Rule, ...] = (
    is_no_name_of_the_question,
    tells_of_the_subject,
    holds_the_predicate,
    is_of_the_article,
    has_no_other_qualifier,
)


def _with_asked_qualifier(understanding: Understanding, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Where a deputy is asked for, the candidates told as one; all of them where none is."""
    if understanding.kind != "person" or not understanding.qualifiers:
        return candidates
    qualified = [
        candidate
        for candidate in candidates
        if any(_qualifiers(piece) & understanding.qualifiers for piece in candidate.evidence)
    ]
    return qualified or candidates


def _qualifiers(evidence: Evidence) -> frozenset[str]:
    around = sentence_around(evidence.ranked, evidence.start, evidence.end)
    shift = evidence.ranked.found.passage.start - around.start
    return qualifiers_of(around.text, evidence.start + shift, evidence.end + shift)
