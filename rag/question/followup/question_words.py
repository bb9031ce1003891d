"""A question with another question word: "When was he killed?" and "why" → "Why was he killed?"."""

from __future__ import annotations

import re

from rag.english.lexicon import AUXILIARY, NOUNS, WH
from rag.english.mentions import mentions
from rag.question.followup.topic import Topic

ASKED = re.compile(rf"^(?P<wh>{WH})\b(?P<nouns>.*?)\s*\b(?P<auxiliary>{AUXILIARY})\s+(?P<rest>.+)$", re.I)


def asked_otherwise(topic: Topic, wh: str) -> str:
    """The question before with another question word: "When was he killed?" and "why" → "Why was he killed?"."""
    before, opening = topic.question.rstrip(" ?.!"), wh.capitalize()
    if re.match(rf"{AUXILIARY}\b", before, re.I):
        return f"{opening} {before[0].lower()}{before[1:]}?"
    asked = ASKED.match(before)
    if asked is None:
        return _cleft(topic, before, opening)
    word, nouns, auxiliary, rest = asked["wh"].lower(), asked["nouns"].strip(), asked["auxiliary"], asked["rest"]
    if word in ("when", "where", "why", "how") and not nouns:
        return f"{opening} {auxiliary} {rest}?"
    known = f"{nouns}" if word in ("how many", "how much") and nouns else topic.answer
    if not known:
        return f"{opening}: {before}?"
    if auxiliary.lower() in ("do", "does", "did") or (word.startswith("how ") and not nouns):
        return f"{opening} {auxiliary} {rest} {known}?" if known != nouns else f"{opening} {auxiliary} {rest}?"
    several = known == nouns or known[:1].isdigit()
    return f"{opening} {'were' if several and auxiliary == 'was' else auxiliary} {known} {rest}?"


def _cleft(topic: Topic, before: str, opening: str) -> str:
    """ "Who leads it?" and "why" → "Why is it that Usman Ghazi leads it?"."""
    match = re.match(r"(?:how many|how much)\s+(?P<counted>.+)$|(?:who|what|which)\s+(?P<rest>.+)$", before, re.I)
    if match and match["counted"]:
        return f"{opening} is it that {match['counted']}?"
    if match is None or not topic.answer or match["rest"].startswith("happened"):
        return f"{opening}: {before}?"
    rest = match["rest"]
    while rest and rest.split()[0].lower() in NOUNS and re.match(r"which|what", before, re.I):
        rest = rest.partition(" ")[2]
    return f"{opening} is it that {topic.answer} {rest}?"


def denied(topic: Topic, wh: str) -> str:
    """ "Did Ghazi take the oath?" and "why not" → "Why did Ghazi not take the oath?"."""
    before, opening = topic.question.rstrip(" ?.!"), wh.capitalize()
    for one in mentions(before):
        if re.fullmatch(rf"{AUXILIARY} ", before[: one.start], re.I):
            return f"{opening} {before[0].lower()}{before[1 : one.end]} not{before[one.end :]}?"
    return f"{opening} not: {before}?"
