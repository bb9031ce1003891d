"""Words that point back and find nothing to point to: a question with one is asked back, not answered.

"Who replaced him?" as the first question of a conversation names nobody; after an answer that named two men it may mean
either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.lexicon import FUNCTION_WORDS, VERBS
from rag.english.mentions import Mention, entities, mentions
from rag.english.tokens import Word, is_verb, words_of
from rag.question.followup.references import EMPTY_IT, PRONOUNS
from rag.question.followup.rewriting import Turn

POINTS_BACK = re.compile(
    r"\b(?P<word>he|him|his|she|hers?|it|its|they|them|theirs?"
    r"|the (?:other|first|second|third|last|next|previous|same) (?:one|two|question|thing|man|woman|person)s?"
    r"|the (?:latter|former)|same question|th(?:is|at|ese|ose)(?= one\b|\s*\?*$))\b"
    r"(?!\s+(?:who|that|at|of|to|in|for|on)\b)",
    re.I,
)
ASKED_NOUN = re.compile(r"\b(?:what|which|how)\s+[a-z]+\b", re.I)
"""What is asked for is not what a pronoun points to: "what age is he"."""
PERSONAL = frozenset(("he", "she"))
MOST_READINGS = 3


@dataclass(frozen=True, slots=True)
class Unresolved:
    """A word that points to nothing known, and the questions that may be meant, most likely first."""

    word: str
    readings: tuple[str, ...] = ()


def find_unresolved(question: str, history: Sequence[Turn]) -> Unresolved | None:
    """The first word of a standalone question that points to nothing in it; None where each points to something."""
    for match in POINTS_BACK.finditer(question):
        word = match["word"]
        if EMPTY_IT.search(question, max(0, match.start() - 8)) or _names_something(question, match):
            continue
        return Unresolved(word, _readings(question, match, history))
    return None


def _names_something(question: str, match: re.Match[str]) -> bool:
    """Whether the question itself holds what a pronoun may point to: a name, for "it" and "they" also a thing."""
    word = match["word"]
    if word.lower() not in PRONOUNS:
        return False
    before = ASKED_NOUN.sub(" ", question[: match.start()]).lower()
    if entities(question) or any(map(_may_be_meant, words_of(before))):
        return True
    pronoun = PRONOUNS[word.lower()]
    return any(_fits(mention, pronoun) and mention.kind != "any" for mention in mentions(question))


def _may_be_meant(word: Word) -> bool:
    """Whether a word may be what a pronoun points to, or a part of its name."""
    return word.is_content and word.lower not in FUNCTION_WORDS | VERBS and not is_verb(word)


def _fits(mention: Mention, pronoun: str) -> bool:
    if pronoun in PERSONAL:
        wanted = "female" if pronoun == "she" else "male"
        return mention.kind in ("person", "any") and mention.gender in ("", wanted)
    return mention.kind != "person" or pronoun in ("they", "any")


def _readings(question: str, match: re.Match[str], history: Sequence[Turn]) -> tuple[str, ...]:
    """The question with each of the names lately spoken of in the place of the word."""
    pronoun = PRONOUNS.get(match["word"].lower(), "any")
    owned = match["word"].lower() in ("his", "its", "their")
    found: dict[str, None] = {}
    for turn in reversed(history):
        for text in (turn.answer, turn.question):
            found.update(dict.fromkeys(one.text for one in mentions(text) if one.is_name and _fits(one, pronoun)))
    names = [name for name in found if name.lower() not in question.lower()][:MOST_READINGS]
    return tuple(f"{question[: match.start()]}{name}{'’s' if owned else ''}{question[match.end() :]}" for name in names)
