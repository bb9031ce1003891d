"""A candidate → the words of the short answer, which stand in its evidence: fullest name, figure with its unit, asked
precision of a date."""

from __future__ import annotations

import re
from collections import Counter

from rag.english.countries import is_country
from rag.english.lexicon import FEMALE_NAMES, FUNCTION_WORDS, MALE_NAMES
from rag.english.values import TITLES
from rag.english.words import normalised
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence

YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
AGE = re.compile(r"(\d{1,3})(?:[ -]years?[ -]olds?\b.*|[ -]years?)?$", re.I)
UNIT = re.compile(
    r"^(?:\s?(?:%|°[CF]?)|[\s-](?:hundred|thousand|million|billion|trillion|percent|per cent|percentage points?"
    r"|degrees?"
    r"|dollars?|euros?|pounds?|years?|months?|weeks?|days?|hours?|minutes?|seconds?|miles?|kilometers?|kilometres?|km|feet"
    r"|meters?|metres?|inches|tons?|tonnes?)\b)(?:\s(?:dollars|euros|pounds|tons|tonnes|years|miles|feet)\b)?",
    re.I,
)
CURRENCY = re.compile(r"[$€£]\s?$")
NAME_BEFORE = re.compile(r"(?:\b[A-Z][\w.-]* ){1,3}$")
NO_NAME = (
    TITLES
    | FUNCTION_WORDS
    | frozenset(
        "ceo consort gov sens sgt lt st saint democrat democrats republican republicans democratic us uk "
        "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
        "september october november december".split()
    )
)
"""Words with a capital before a name that are no part of it."""
FIRST_NAMES = FEMALE_NAMES | MALE_NAMES
INSIDE = re.compile(r"[a-z0-9,;)] $")
"""What stands before a word that does not open a sentence."""
FEWEST = 0.3
"""Share of the weightiest span's weight that a fuller way to name a person must have."""


def phrase_answer(understanding: Understanding, candidate: Candidate) -> str:
    """The short answer, verbatim from a passage of the candidate's evidence."""
    kind = understanding.kind
    top = candidate.evidence[0]
    if kind == "year" and (year := YEAR.search(top.text)):
        return year[0]
    if kind == "number":
        age = AGE.match(top.text) if understanding.asks_age else None
        return age[1] if age else _with_unit(top)
    if kind == "person":
        return _with_first_name(_full_name(candidate), candidate)
    if kind == "country":
        return next((one.text for one in candidate.evidence if is_country(one.text)), top.text)
    return _whole_name(candidate) if kind == "other" else top.text


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


def _whole_name(candidate: Candidate) -> str:
    """A single word with the words of the same name before it: "Meat" as "Beyond Meat".

    The whole must stand inside a sentence (what opens one is written with a capital whether it is a name or not), twice
    or more, or without the word ever standing alone.
    """
    top = candidate.evidence[0]
    text = top.ranked.found.passage.text
    before = NAME_BEFORE.search(text[: top.start])
    words = _without_titles(before[0].split()) if before else []
    if not words or not (top.text.isalpha() and top.text.istitle()):
        return top.text
    whole = " ".join((*words, top.text))
    inside = re.compile(rf"(?<=[a-z0-9,;)] ){re.escape(whole)}\b")
    passages = {one.ranked.found.passage.text for one in candidate.evidence}
    times = sum(len(inside.findall(one)) for one in passages)
    always = all(len(re.findall(rf"\b{top.text}\b", one)) == one.count(whole) for one in passages)
    return whole if times > 1 or (times and always) else top.text


def _with_first_name(name: str, candidate: Candidate) -> str:
    """A person's last name alone, as the passages give it in full; as it is when they name several of that name.

    What opens a sentence is a first name when it is known as one, or stands so in a headline or another passage, too:
    "Usman Ghazi fled", not "Meanwhile Ghazi fled".
    """
    if not name.isalpha() or not name.istitle():
        return name
    pattern = re.compile(rf"(?:\b[A-Z][a-zà-ÿ’'-]+ )(?:[A-Z]\. |[A-Z][a-zà-ÿ’'-]+ )?{name}\b(?![’'-]?\w)")
    sure, seen = set[str](), Counter[str]()
    titles = {one.ranked.found.title for one in candidate.evidence}
    for text in titles | {one.ranked.found.passage.text for one in candidate.evidence}:
        here = set()
        for match in pattern.finditer(text):
            capitals = match[0].split()[:-1]
            if words := _without_titles(capitals):
                here.add(full := " ".join((*words, name)))
                inside = len(words) < len(capitals) or INSIDE.search(text[: match.start()])
                told = words[0].lower() in FIRST_NAMES or (inside and text not in titles)
                sure.update({full} if told else ())
        seen.update(here)
    names = sure | {full for full, texts in seen.items() if texts > 1}
    return names.pop() if len(names) == 1 else name


def _without_titles(words: list[str]) -> list[str]:
    """Words with capitals before a name, without those in front that are no part of it; none when others follow."""
    while words and (_is_no_name(words[0]) or words[0].endswith(("’s", "'s"))):
        words = words[1:]
    return [] if any(map(_is_no_name, words)) else words


def _is_no_name(word: str) -> bool:
    return word.lower().strip(".,") in NO_NAME
