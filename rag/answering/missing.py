"""What the articles lack for an answer: a name, a time, what a question takes for granted, or only the fact itself."""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.calendar import spoken
from rag.english.names import holds_name
from rag.english.predicates import Predication, says_of_another
from rag.english.tokens import FAMILY_OF, Word, held, sentences_of
from rag.question.query import EventWindow, Query
from rag.retrieval.ranked import Ranked
from rag.retrieval.timeliness import names_time
from rag.verification.wording import OPPOSED

PASSAGES = 12
"""Passages that are looked through, the best ones."""


def say_what_is_missing(query: Query, ranked: Sequence[Ranked]) -> str:
    """One sentence on what is missing; empty where nothing can be said about it."""
    best = ranked[:PASSAGES]
    texts = [passage.found.passage.embedded_text for passage in best]
    understanding = query.understanding
    unnamed = [name for name in understanding.sure_names if not any(holds_name(text, name) for text in texts)]
    if unnamed:
        return f"None of the nearest articles names {_listed(unnamed)}."
    if not lacks_premise(query, ranked) and (absent := _absent_time(query, best)):
        return f"None of the nearest articles is from {absent} or speaks of it."
    named = _listed(understanding.sure_names)
    if (premise := understanding.premise) and lacks_premise(query, ranked):
        return f"They do not say that {_told(premise)}."
    return f"They name {named}, but do not tell what is asked." if named else ""


def lacks_premise(query: Query, ranked: Sequence[Ranked]) -> bool:
    """Whether no passage says of anybody, or only of others, what a question takes for granted.

    Only for words of which other ways to say them are known: of another, nothing would follow from its absence.
    """
    premise = query.understanding.premise
    head = premise.head if premise else None
    if premise is None or head is None or not is_well_known(head):
        return False
    return not any(_says(passage, premise) for passage in ranked[:PASSAGES])


def is_well_known(head: Word) -> bool:
    """Whether other ways to say a word are known, or its opposite, so that it is not only worded otherwise."""
    return head.stem in FAMILY_OF or head.stem in OPPOSED or head.lower == "born"


def _says(ranked: Ranked, premise: Predication) -> bool:
    head = premise.head
    texts = (ranked.found.title, ranked.found.passage.text)
    sentences = [words for text in texts for words in sentences_of(text)]
    return head is not None and any(
        held(head, words) and not says_of_another(" ".join(word.text for word in words), premise) for words in sentences
    )


def _told(premise: Predication) -> str:
    """ "Usman Ghazi was killed", as near as can be said without knowing the verb's forms."""
    subject = " ".join(word.text for word in premise.subject)
    predicate = " ".join(word.text for word in premise.predicate if not word.is_mark)
    return f"{subject} {'was' if premise.is_passive or premise.is_state else 'did'} {predicate}"


def _absent_time(query: Query, ranked: Sequence[Ranked]) -> str:
    """The time that a question speaks of, where no passage was published in it or names it."""
    if len(query.events) != 1 or any(_is_of(passage, query.events[0]) for passage in ranked):
        return ""
    return spoken(query.events[0].first, query.events[0].last)


def _is_of(ranked: Ranked, event: EventWindow) -> bool:
    day = ranked.found.day
    first, last = event.first, event.last
    inside = day is not None and not (
        (first is not None and day < first.toordinal()) or (last is not None and day > last.toordinal())
    )
    return inside or names_time(ranked.found.passage.text, event)


def _listed(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names[:3])
