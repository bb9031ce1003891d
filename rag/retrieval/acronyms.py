"""Acronyms in a question, spelled out with what the library's own articles call them.

Readers and embedding models know few acronyms: "who leads the IMU?" is read much better as "who leads the Islamic
Movement of Uzbekistan?". The long form is never guessed: it must stand in a passage, with these initials.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

ACRONYM = re.compile(r"\b[A-Z]{3,6}\b")
SMALL_WORDS = r"(?:of|the|and|for|on|in|to|de|la|du|des|al)"
MOST_PASSAGES = 20
ASKS_FOR_IT = re.compile(r"\bstands? for\b|\bshort for\b|\bacronym\b|\babbreviat", re.I)
"""The long form is what is asked for: in the question it would count as said already."""


def expand_acronyms(question: str, texts: Iterable[str]) -> str:
    """The question with its acronyms replaced by the long forms that the texts use most; itself when there are none."""
    if ASKS_FOR_IT.search(question):
        return question
    texts = list(texts)[:MOST_PASSAGES]
    for acronym in dict.fromkeys(ACRONYM.findall(question)):
        if long_form := long_form_of(acronym, texts):
            question = re.sub(rf"\b{acronym}\b", long_form, question)
            question = re.sub(r"\bthe the\b", "the", question, flags=re.I)
    return question


def long_form_of(acronym: str, texts: Iterable[str]) -> str | None:
    """The name with these initials that occurs most often, the first of equals; None when there is none."""
    pattern = initials_pattern(acronym)
    found = Counter(" ".join(match[0].split()) for text in texts for match in pattern.finditer(text))
    return found.most_common(1)[0][0] if found else None


def initials_pattern(acronym: str) -> re.Pattern[str]:
    """Names with these initials."""
    words = [rf"{letter}[a-zà-öø-ÿ’'-]+" for letter in acronym]
    return re.compile(r"\b" + rf"\s+(?:{SMALL_WORDS}\s+){{0,2}}".join(words) + r"\b")
