"""Whether a text names what a question names: a name is held as a whole, by its last word, or by its initials.

"Uzbekistan" is not "the Islamic Movement of Uzbekistan", although every word of the one stands in the other.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.countries import country_told_by, tell_of
from rag.followup import entities
from rag.words import normalised

LONG_NAME = 3
"""Words from which a name is one of an organisation or a work, whose single words say little."""


def sure_names(question: str) -> list[str]:
    """The names in a question, without a single word that opens it: its capital may be that of any first word."""
    return [name for name in entities(question) if len(name.split()) > 1 or not question.startswith(name)]


def long_names(question: str) -> list[str]:
    """The names in a question that have three words or more."""
    return [name for name in entities(question) if len(name.split()) >= LONG_NAME]


def holds_name(text: str, name: str) -> bool:
    """Whether a text names it: a name of two words, most often a person's, may be held by its last word, a longer one
    by its initials, a country by its people."""
    words, said = normalised(name).split(), f" {normalised(text)} "
    if f" {' '.join(words)} " in said or (len(words) == 2 and f" {words[-1]} " in said):
        return True
    country = country_told_by(name)
    if country and tell_of(said.split(), country):
        return True
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return len(initials) > 2 and initials in text.replace(",", " ").replace(".", " ").split()


def share_of_names(names: Sequence[str], text: str) -> float:
    """The share of names that a text holds, 0..1; 1 when there are no names."""
    return sum(holds_name(text, name) for name in names) / len(names) if names else 1.0
