"""What a name or a noun stands for: a person, a group, a place, an event, a thing; and which person is he or she."""

from __future__ import annotations

import re
from typing import Literal

from rag.followup.lexicon import (
    EVENT_NOUNS,
    FEMALE_NAMES,
    FEMALE_TITLES,
    GROUP_NOUNS,
    MALE_NAMES,
    MALE_TITLES,
    PERSON_NOUNS,
    PLACE_NOUNS,
    PLACES,
    THING_NOUNS,
    TITLES,
)

Kind = Literal["person", "group", "place", "event", "thing", "any"]
Gender = Literal["", "female", "male"]

KINDS: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("event", EVENT_NOUNS),
    ("place", PLACE_NOUNS),
    ("group", GROUP_NOUNS),
    ("thing", THING_NOUNS),
    ("person", PERSON_NOUNS),
)
BEHIND_PLACE = re.compile(r"\b(?:in|at|near|around|inside|outside|into|across)\s+(?:the\s+)?$", re.I)
BEHIND_WHAT_IS = re.compile(r"\bwhat\s+(?:is|are|was|were)\s+$", re.I)


def kind_of_noun(noun: str) -> Kind:
    """What a common noun stands for; "any" when it is not listed."""
    return next((kind for kind, nouns in KINDS if noun in nouns), "any")


def kind_of_name(name: str, before: str = "") -> Kind:
    """What a name stands for, by its own words and those before it; "any" when they do not tell."""
    core = re.split(r"\s+(?:of|for|on)\s+", name)[0]  # the Movement of a country is a movement
    words = [word.lower().strip(".") for word in re.split(r"[\s-]+", core)]
    if words[-1] in PLACES or words[0] in PLACES:
        return "place"
    if (" and " in name or len(words) == 1) and BEHIND_WHAT_IS.search(before):
        return "thing"
    return _told_by_words(words) or _told_by_shape(name, words, before)


def _told_by_words(words: list[str]) -> Kind | None:
    """By a noun in the name: "Union", "Sea", "Games"; the last word counts first."""
    for word in (words[-1], words[0]):
        if word not in TITLES and (kind := kind_of_noun(word)) != "any":
            return kind
    kinds = (kind_of_noun(word) for word in words)
    return next((kind for kind in kinds if kind in ("group", "place", "event")), None)


def _told_by_shape(name: str, words: list[str], before: str) -> Kind:
    """By a first name, capitals throughout, or the words before it; two or three capitalised words are a person."""
    if len(words) > 1 and words[0] in TITLES | FEMALE_NAMES | MALE_NAMES:
        return "person"
    if len(name) > 1 and name.isupper():
        return "group"
    if BEHIND_PLACE.search(before):
        return "place"
    if BEHIND_WHAT_IS.search(before):
        return "thing"
    is_full_name = 2 <= len(name.split()) <= 3 and all(word[:1].isupper() for word in name.split())
    return "person" if is_full_name and not re.search(r"\bthe\s+$", before, re.I) else "any"


def gender_of(name: str) -> Gender:
    """What a first name, a title or the ending of a surname tells, or nothing."""
    first = name.split()[0].lower().strip(".")
    if first in FEMALE_NAMES | FEMALE_TITLES or name.lower().endswith(("ova", "eva", "aya")):
        return "female"
    return "male" if first in MALE_NAMES | MALE_TITLES else ""
