"""Offices with a qualifier: an acting president, a deputy chair or a spokesman is not the president or the chair.

The qualifier stands before the name ("acting president Tomas Ilvane", "its deputy chair, Bruno Falk") or behind it
("Idris Vahl, the movement's spokesman").
"""

from __future__ import annotations

import re

from rag.english.lexicon import PERSON_NOUNS
from rag.english.names import TITLES

GROUPS = (
    "acting interim caretaker temporary provisional",
    "deputy vice assistant second",
    "former ex outgoing ousted late",
    "spokesman spokeswoman spokesperson",
    "honorary",
    "spiritual religious",
    "designate elect incoming",
    "co",
)
QUALIFIERS = {word: group.split()[0] for group in GROUPS for word in group.split()}
"""Each qualifier with the first of those that say the same."""
ENDED = QUALIFIERS["former"]
ROLES = PERSON_NOUNS | TITLES | frozenset("ceo secretary editor captain rector coach bishop archbishop".split())
ROLE = "|".join(sorted(ROLES - QUALIFIERS.keys(), key=len, reverse=True))
QUALIFIER = "|".join(sorted(QUALIFIERS))
STANDING = "|".join(sorted(word for word, first in QUALIFIERS.items() if first != ENDED))
"""Qualifiers of an office that somebody holds: "Tokayev, a former prime minister, is president"."""
LEADS = re.compile(
    r"\b(?:leads?|led|heads?|headed|chairs?|chaired|runs?|ran|rules?|ruled|governs?|governed|commands?)\b", re.I
)
NAMES_ROLE = re.compile(rf"\b(?:{ROLE})\b", re.I)
NAMES_QUALIFIER = re.compile(rf"\b(?P<qualifier>{QUALIFIER})\b", re.I)
BEFORE = re.compile(
    rf"\b(?P<qualifier>(?i:{QUALIFIER}))\b(?:[\s-]+(?:[a-z’'-]+|(?i:{ROLE})))*,?\s+(?:(?:[A-Z][a-z]+\.?)\s)?$"
)
"""A qualifier with nothing but its office between it and the name."""
AFTER = re.compile(
    rf"^\s*,\s*(?:who\s+(?:[a-z]+\s+){{0,6}}?(?=as\s))?"
    rf"(?:(?:who (?:was|is|has been)|the|its|their|an?|as)\s+)*(?:[\w’'-]+\s+){{0,3}}?"
    rf"(?P<qualifier>{STANDING})\b[\s-]*(?:[a-z]+\s+){{0,2}}?(?:{ROLE}|for\b|of\b|[,.]|$)",
    re.I,
)
CAPITAL_ROLE = re.compile(
    rf"(?<=[\w,] )(?:(?i:{ROLE}|{QUALIFIER}|prime|ceo)\b[\s-]?(?i:in )?)+(?=of\b|for\b|in\b|[a-z]|[?.,!]|$)"
)
"""Offices that no name follows; "President Karimov" keeps its capital."""
ASIDE = 70
"""Characters around a name in which its office is looked for."""


def lower_roles(text: str) -> str:
    """A text with the titles of offices in lower case where no name follows: "the President of Kazakhstan"."""
    return CAPITAL_ROLE.sub(lambda match: match[0].lower(), text)


def asks_for_office(question: str) -> bool:
    """Whether a question asks who holds an office or leads something."""
    return bool(NAMES_ROLE.search(question) or LEADS.search(question) or NAMES_QUALIFIER.search(question))


def qualifiers_asked(question: str) -> frozenset[str]:
    """The qualifiers of the office that a question asks for."""
    return frozenset(QUALIFIERS[match["qualifier"].lower()] for match in NAMES_QUALIFIER.finditer(question))


def qualifiers_of(sentence: str, start: int, end: int) -> frozenset[str]:
    """The qualifiers of the office that a sentence gives to the name at characters `start:end`."""
    before, name, after = sentence[max(0, start - ASIDE) : start], sentence[start:end], sentence[end : end + ASIDE]
    found = {match["qualifier"].lower() for match in (BEFORE.search(before), AFTER.match(after)) if match}
    first = re.split(r"[\s-]", name, maxsplit=1)[0].lower()
    if first in QUALIFIERS and " " in name:
        found.add(first)
    return frozenset(QUALIFIERS[word] for word in found)
