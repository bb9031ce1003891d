"""A question → that several values are asked for: "name three …", "which countries …", "what are the three …"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.english.tokens import VERB_FORMS
from rag.english.words import STOP_WORDS
from rag.question.kind import PERSON

NUMBERS = dict(zip("two three four five six seven eight nine ten eleven twelve".split(), range(2, 13), strict=True))
NUMBER = rf"(?P<number>{'|'.join(NUMBERS)}|\d{{1,2}})"
ASKING = r"(?:(?:please|ok|so|and)[,]?\s+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?"
IMPERATIVE = re.compile(
    rf"{ASKING}(?:name|list|enumerate|give\s+me|tell\s+me|show\s+me)\s+(?:(?:all|any|some|the|of"
    rf"|a\s+list\s+of)\s+)*(?:{NUMBER}\s+)?"
    r"(?P<rest>(?P<noun>(?:[\w’'-]+\s+){0,4}?(?P<plural>[\w’'-]+))\b(?:\s+.+)?)",
    re.I,
)
WHICH = re.compile(
    rf"(?:(?:in|on|at|by|for|to|with|from|of|under|between|among)\s+)?(?:which|what)\s+(?:(?:are"
    rf"|were)\s+)?(?:the\s+)?(?:so-called\s+)?"
    rf"(?:other\s+)?(?:{NUMBER}\s+)?(?P<noun>(?:[\w’'-]+\s+){{0,3}}?(?P<plural>[\w’'-]+))(?:\s+.*)?",
    re.I,
)
PLURALS = frozenset("people men women children".split())
NO_PLURAL = frozenset(
    "was is has does his its this us as news series species process press class business success access address "
    "status "
    "crisis basis analysis less across always perhaps yes mathematics politics economics times days weeks "
    "months years "
    "hours minutes metres meters kilometres miles percent grounds terms states".split()
)
"""Words on "s" that do not ask for several things, and measures; "states" is taken by its own rule."""
NO_NOUN = STOP_WORDS | VERB_FORMS | frozenset("does may might must shall would should".split())
"""Words at which the noun behind "which" ends at the latest."""
NOUN_WITHIN = 3
"""Words behind "which" among which its noun ends."""
VERBS = frozenset(
    "remains makes leads plays wins holds runs owns gets takes shows says becomes comes goes gives keeps needs "
    "wants plans faces claims offers sells hosts stars airs tops ranks features includes contains uses produces "
    "costs lives works means seems stands saves bans buys calls loses helps hopes opens closes starts ends begins "
    "pays serves sits speaks returns joins marks sets turns tells tries urges warns grows falls rises beats "
    "breaks brings builds carries".split()
)
"""Words on "s" that are verbs behind a noun: "which product remains …" asks for one."""


@dataclass(frozen=True, slots=True)
class ListQuestion:
    """That several values are asked for: how many (0 when that is open), and the question in a form to be read."""

    number: int
    text: str


def list_question(text: str) -> ListQuestion | None:
    """The list that a question asks for, None when it asks for one value."""
    plain = " ".join(text.split()).strip(" ?!.")
    if found := IMPERATIVE.fullmatch(plain):
        if _is_plural(found["plural"]) or found["number"]:
            word = "Who" if PERSON.search(f"which {found['noun']}") or found["plural"] in PLURALS else "What"
            return ListQuestion(_number(found["number"]), f"{word} are {found['rest']}?")
        return None
    if (found := WHICH.match(plain)) and (found["number"] or _first_plural(plain, found)):
        return ListQuestion(_number(found["number"]), f"{plain}?")
    return None


def _first_plural(plain: str, found: re.Match[str]) -> bool:
    """Whether the noun behind "which" is in the plural: the first words up to a verb hold one."""
    for place, word in enumerate(plain[found.start("noun") :].split()[:NOUN_WITHIN]):
        bare = word.strip("’',;:").lower()
        if bare in NO_NOUN or bare.endswith(("ed", "ly")) or (place and bare in VERBS):
            return False
        if bare == "states" or _is_plural(bare):
            return not word.endswith(("'s", "’s"))
    return False


def _is_plural(word: str) -> bool:
    word = word.lower()
    if word in PLURALS:
        return True
    return (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "us", "is", "'s", "’s"))
        and word not in NO_PLURAL
    )


def _number(word: str | None) -> int:
    if not word:
        return 0
    return int(word) if word.isdigit() else NUMBERS[word.lower()]
