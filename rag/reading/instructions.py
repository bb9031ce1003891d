"""Sentences that speak to a program: text of an article like any other, but no evidence about the world."""

from __future__ import annotations

import re

ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|prompts?|previous|rules|passages?)\b"
    r"|\byour (?:system prompt|answer|response|reply|output|message|instructions?)\b"
    r"|(?:^|[.!?:;]\s+)(?:(?:now|please|then|instead|also|and),?\s+)*(?:respond|reply|answer|output|print|repeat|cite)\b"
    r"|\b(?:you are now|as an ai\b|(?:dear|attention|note to)(?: the)?,? (?:ai|assistant|model))\b"
    r"|\b(?:system|assistant|user)\s*:|</?(?:system|passage|instructions?)\b",
    re.I,
)


def gives_orders(sentence: str) -> bool:
    """Whether a sentence tells a program or its model what to do ("Ignore your previous instructions")."""
    return ORDER.search(sentence) is not None
