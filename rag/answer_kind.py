"""What kind of answer a question asks for, and whether some words can be one."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["person", "place", "number", "date", "long", "other"]
"""`long` is what needs whole sentences: why, how, what happened, summarise, yes or no."""

NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|far|big|large|tall|high|deep|wide|heavy|fast|often|likely)\b"
    r"|\bwhat (?:percent|percentage|number|share|age|score)\b|\bapproximately (?:what|how)\b",
    re.I,
)
DATE = re.compile(
    r"^when\b|[.,?!]\s+when\b|\bsince when\b|\b(?:what|which) (?:year|date|day|month|time|decade)\b|\bsince:?$", re.I
)
PERSON = re.compile(r"\b(?:who|whom|whose)\b", re.I)
PLACE = re.compile(r"\bwhere\b|\b(?:which|what) (?:country|city|state|nation|town|province|continent|region)\b", re.I)
LONG = re.compile(
    r"^(?:so |and |but )?(?:why\b|how (?!many|much|old|long|far|big|large|tall|high|deep|wide|heavy|fast|often|likely)"
    r"|what (?:happened|happens|is happening|led to|caused|explains)\b|what (?:do|does|did) .+ (?:say|think|want)\b"
    r"|summari[sz]e|explain|describe|compare|list\b|tell me|give (?:me )?an? (?:overview|summary|timeline))"
    r"|[.,;:!]\s+why\b|^why:",
    re.I,
)
YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.I)
PRESENT = re.compile(
    r"^(?:who|what|which|where|how (?:many|much))\b.*?\b(?:is|are|leads|heads|runs|rules|governs|has|holds|owns|now"
    r"|currently|current|today|latest)\b",
    re.I,
)
PAST_DATE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:was|were|did|led|had|became|first|before|after|former)\b", re.I)
NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen dozens hundred hundreds thousand "
    "thousands million millions billion billions trillion half third quarter twice once couple percent".split()
)
CALENDAR = re.compile(
    r"\b(?:\w+day|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|spring|summer|autumn|fall|winter|next|last|year|month|week)\b"
)


MONTH_NAME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


def kind_of(question: str) -> Kind:
    """The kind of answer that a question asks for."""
    if LONG.search(question) or (YES_NO.match(question) and not re.search(r"\bwh\w+\b", question, re.I)):
        return "long"
    for kind, pattern in (("number", NUMBER), ("date", DATE), ("person", PERSON), ("place", PLACE)):
        if pattern.search(question):
            return kind  # type: ignore[return-value]  # the tuple's first members are kinds
    return "other"


def asks_about_now(question: str) -> bool:
    """Whether a question asks how things stand, so that newer evidence is better evidence."""
    return bool(PRESENT.match(question)) and not PAST_DATE.search(question)


def fitness(text: str, kind: Kind) -> float:
    """How well words fit the kind of an answer: 1 when they can be one, less when they hardly can."""
    words = text.lower().split()
    has_number = any(character.isdigit() for character in text) or any(word in NUMBER_WORDS for word in words)
    if kind == "number":
        return 1.0 if has_number and not MONTH_NAME.search(text) else 0.15
    if kind == "date":
        return 1.0 if has_number or CALENDAR.search(text) else 0.15
    if kind in ("person", "place"):
        return 1.0 if any(character.isupper() for character in text) else 0.3
    return 1.0
