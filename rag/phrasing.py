"""A candidate → the words of the short answer, which stand in its evidence: fullest name, figure with its unit, asked
precision of a date."""

from __future__ import annotations

import re

from rag.agreement import Candidate, Evidence
from rag.answer_kind import kind_of
from rag.values import TITLES
from rag.words import normalised

ASKS_YEAR = re.compile(r"\b(?:what|which) year\b", re.I)
YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
UNIT = re.compile(
    r"^(?:\s?(?:%|°[CF]?)|[\s-](?:hundred|thousand|million|billion|trillion|percent|per cent|percentage points?"
    r"|degrees?"
    r"|dollars?|euros?|pounds?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|kilometers?|kilometres?|km|feet"
    r"|meters?|metres?|inches|tons?|tonnes?)\b)(?:\s(?:dollars|euros|pounds|tons|tonnes|years|miles|feet)\b)?",
    re.I,
)
CURRENCY = re.compile(r"[$€£]\s?$")
FEWEST = 0.3
"""Share of the weightiest span's weight that a fuller way to name a person must have."""


def phrased(question: str, candidate: Candidate) -> str:
    """The short answer, verbatim from a passage of the candidate's evidence."""
    kind = kind_of(question)
    top = candidate.evidence[0]
    if kind == "date" and ASKS_YEAR.search(question) and (year := YEAR.search(top.text)):
        return year[0]
    if kind == "number":
        return _with_unit(top)
    if kind == "person":
        return _full_name(candidate)
    return top.text


def _with_unit(one: Evidence) -> str:
    """The figure with the currency before it and the unit after it, where the span left them out."""
    text = one.ranked.found.passage.text
    start, end = one.start, one.end
    if not re.search(r"\d\s?(?:%|[a-z])", one.text, re.I) and one.text[-1:].isalnum():
        unit = UNIT.match(text[end:])
        end += unit.end() if unit else 0
    if one.text[:1].isdigit() and (currency := CURRENCY.search(text[:start])):
        start -= len(currency[0])
    return text[start:end]


def _full_name(candidate: Candidate) -> str:
    """The fullest name among the evidence that names nobody else: "Usman Ghazi" before "Ghazi"."""
    top = candidate.evidence[0]
    shortest = [word for word in normalised(top.text).split() if word not in TITLES]
    best, longest = top.text, len(shortest)
    for one in candidate.evidence:
        words = [word for word in normalised(one.text).split() if word not in TITLES]
        fuller = longest < len(words) <= 4 and words[-len(shortest) :] == shortest and shortest
        if fuller and one.weight >= FEWEST * top.weight and one.text.istitle():
            best, longest = one.text, len(words)
    return best
