"""A sentence and a span in it → the values that it lists there: "A, B and C"."""

from __future__ import annotations

import re

ITEM = r"(?:(?!(?:and|or)\b)[^\s,;:.()“”\"]+)(?: (?!(?:and|or)\b)[^\s,;:.()“”\"]+){0,7}"
LISTED = re.compile(rf"{ITEM}(?:(?:,| and| or|, and|, or) {ITEM})+")
BETWEEN = re.compile(r",? (?:and|or) |, ")
WORD = r"[A-ZÀ-ÖØ-Þ][\w’'ʻ-]*"
CAPITALS = re.compile(rf"{WORD}(?: (?:(?:of|the|al|bin|de|la|van|von|for) )?{WORD})*")
LEADING = re.compile(
    r"^(?:(?:the|a|an|both|either|by|in|from|of|with|for|to|are|is|were|was|as|than|between)\s+)+", re.I
)
LONGEST = 60
LONGEST_INSIDE = 6
"""Words of a value between others at most; longer ones are clauses."""


def values_listed(sentence: str, start: int, end: int) -> list[str]:
    """The values that a sentence lists where characters `start:end` stand, in order; none where it lists nothing."""
    for found in LISTED.finditer(sentence.replace("\n", " ")):
        if found.start() < end and start < found.end():
            items = BETWEEN.split(found[0])
            if all(len(item.split()) <= LONGEST_INSIDE for item in items[1:-1]):
                return _cut_to_kind(items, sentence[start:end])
    return []


def _cut_to_kind(items: list[str], span: str) -> list[str]:
    """The items without what stands around them: names where most are names, else the words themselves."""
    named = [CAPITALS.findall(item) for item in items]
    if sum(bool(names) for names in named) * 2 > len(items) and any(map(str.isupper, span)):
        first, *middle, last = named
        cut = [first[-1:], *(names[-1:] for names in middle), last[:1]]
        return list(dict.fromkeys(names[0] for names in cut if names))
    plain = [LEADING.sub("", item).strip() for item in items]
    if span and span.split()[0] in plain[0].split():  # the sentence before the list is no part of its first value
        plain[0] = plain[0][plain[0].index(span.split()[0]) :]
    elif len(plain) > 2:
        plain[0] = plain[0].split()[-1]
    return [item for item in plain if 0 < len(item) <= LONGEST]
