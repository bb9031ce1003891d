"""Three questions that a library answers, made from the names that its newest articles speak of most."""

from __future__ import annotations

import re
from collections import Counter

from corpus import Library
from rag.english.lexicon import kind_of_name
from rag.english.mentions import entities
from rag.english.names import TITLES

READ = 40
"""Newest articles that are looked at."""
MOST_WORDS = 4


def example_questions(library: Library) -> tuple[str, ...]:
    """Up to three questions of different forms about names in the library."""
    people, others = _names(library)
    questions = []
    if others:
        questions.append(f"What is the latest on {others[0]}?")
    if people:
        questions.append(f"What do we know about {people[0]}?")
    if counted := [*others[1:2], *people[1:2]]:
        questions.append(f"How many articles mention {counted[0]}?")
    return tuple(questions)


def _names(library: Library) -> tuple[list[str], list[str]]:
    """Names of people, and others, that stand in most of the newest articles, each most frequent first."""
    found: Counter[str] = Counter()
    people: set[str] = set()
    outlets = {outlet for outlet, _ in library.stats().outlets}
    for stored in library.articles(limit=READ):
        article = library.get(stored.id)
        names = {name for name in entities(article.text) if name not in outlets and len(name.split()) <= MOST_WORDS}
        found.update(name for name in names if article.text.count(name) > 1 or len(name.split()) > 1)
        people |= {name for name in names if " " in name and _is_person_in(name, article.text)}
    ranked = sorted(found, key=lambda name: (-found[name], name))
    others = [name for name in ranked if name not in people and kind_of_name(name) in ("place", "group")]
    return [name for name in ranked if name in people and name.split()[0].lower() not in TITLES], others


def _is_person_in(name: str, text: str) -> bool:
    """Whether a name is told of as a person is: with what they are behind it, or saying something."""
    return (
        re.search(rf"{re.escape(name)}(?:, (?:who\b|the (?:\w+ )?\w+er\b|\d\d,)| (?:said|says|told|has led)\b)", text)
        is not None
    )
