"""Finds quoted words in a text: exactly, or else ignoring spacing, quotation marks, dashes and case."""

from __future__ import annotations

import re
import unicodedata

_ALIKE = {
    **dict.fromkeys("“”„‟«»″＂", '"'),
    **dict.fromkeys("‘’‚‛′`´＇", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{3,}|…)\s*\]|\.{3,}|…)\s*")
_ENDS = " \t\r\n\"'“”‘’«»„.,;:"
SHORTEST_PART = 12
"""Characters of a part between ellipses that says enough to be looked for by itself."""


def locate(words: str, text: str) -> tuple[int, int] | None:
    """The characters `start:end` of a text where words first stand; None when they do not stand there."""
    if not any(character.isalnum() for character in words):
        return None
    at = text.find(words)
    if at >= 0 and _is_whole(text, at, at + len(words)):
        return at, at + len(words)
    simple, places = _simplify(text)
    wanted = _simplify(words)[0].strip(_ENDS)
    at = simple.find(wanted) if wanted else -1
    while at >= 0:
        start, end = places[at], places[at + len(wanted) - 1] + 1
        if _is_whole(text, start, end):
            return start, end
        at = simple.find(wanted, at + 1)
    return None


def locate_all(words: str, text: str) -> list[tuple[int, int]]:
    """Where words stand: at one place, or, when they leave something out with an ellipsis, each part at its own.

    Empty unless every part stands there, in order.
    """
    if (place := locate(words, text)) is not None:
        return [place]
    parts = [part for part in _ELLIPSIS.split(words) if part.strip(_ENDS)]
    if len(parts) < 2 or any(len(part) < SHORTEST_PART for part in parts):
        return []
    places = []
    after = 0
    for part in parts:
        place = locate(part, text[after:])
        if place is None:
            return []
        places.append((after + place[0], after + place[1]))
        after = places[-1][1]
    return places


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether a stretch begins and ends where words do: "93" does not stand in "1930"."""
    return not (_is_joined(text, start) or _is_joined(text, end))


def _is_joined(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _simplify(text: str) -> tuple[str, list[int]]:
    """A text in small letters with single spaces and plain marks, and the place in the text of each character."""
    characters: list[str] = []
    places: list[int] = []
    for at, character in enumerate(text):
        if character.isspace():
            if characters and characters[-1] != " ":
                characters.append(" ")
                places.append(at)
        elif unicodedata.category(character)[0] != "C":
            for plain in _ALIKE.get(character) or unicodedata.normalize("NFKC", character).lower():
                characters.append(plain)
                places.append(at)
    return "".join(characters), places
