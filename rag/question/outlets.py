"""A question → the outlets whose articles it asks for: "according to CNN", "what did the BBC report?", "in The Week".

Only outlets that the library has are recognised, and only where the words ask for what an outlet wrote: "who leads
CNN?" is a question about it, which other outlets may answer as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

THE = re.compile(r"^the\s+", re.I)
KIND = r"(?:\s+(?:news|newspaper|magazine|website|site|network|channel))?"
WRITINGS = r"(?:articles?|stories|story|coverage|reporting|reports?|news|headlines|pieces?)"
SAY = r"(?:say|report|write|publish|claim|quote|note|describe|call|cover|reveal|print|tell|find)"
SAYS = r"(?:says|said|reports|reported|writes|wrote|(?:is|was|were|are) reporting|has reported|have reported)"
FRAMES = (
    (r"\b(?:according to|(?:as )?(?:reported|published|quoted|covered|written) (?:by|in)|per)\s+{names}{end}", True),
    (rf"\b{WRITINGS}\s+(?:published\s+)?(?:from|in|by|of)\s+{{names}}{{end}}", False),
    (rf"\b{{names}}(?:['’]s?)?\s+(?:news\s+)?{WRITINGS}\b", False),
    (rf"\b(?:did|does|do|has|have)\s+{{names}}\s+(?:\w+\s+)?{SAY}\b", False),
    (rf"\b{{names}}\s+{SAYS}\b", False),
    (r"\bonly\s+(?:(?:from|in|by)\s+)?{names}{end}", False),
    (
        r"\b(?:wrote|written|write|said|say|published|publish|reported|read|interview|column|essay|op-ed)\b[^.?!]*"
        r"\b(?P<said>in\s+{names}){end}",
        False,
    ),
    (r"\bin\s+(?={unmistakable}){names}{end}", False),
)
"""Where an outlet stands as the one that wrote; the flag says that even a plain word in lower case is its name."""
END = (
    r"(?=\s*(?:[,.;:?!)—–]|$)|\s+(?:a|about|and|are|as|at|before|by|did|do|does|for|from|has|have|how|if|in|is|of|on|or"
    r"|since|that|the|to|until|was|were|what|when|where|which|who|whom|whose|why|will|with|last|this|yesterday|today)\b)"
)


@dataclass(frozen=True, slots=True)
class OutletMention:
    """Characters `start:end` of a question that ask for the articles of some outlets, named as the library does."""

    start: int
    end: int
    words: str
    outlets: tuple[str, ...]


def outlet_mentions(text: str, known: Iterable[str]) -> list[OutletMention]:
    """Where a question asks for outlets of the library, in order, without overlap."""
    names = _names(tuple(known))
    found: list[OutletMention] = []
    for pattern, any_case in _frames(tuple(sorted(names, key=lambda key: (-len(key), key)))):
        for match in pattern.finditer(text):
            outlets = _outlets(match["names"], names, any_case=any_case)
            start, end = match.span("said" if "said" in match.groupdict() else 0)
            if outlets and not any(start < other.end and other.start < end for other in found):
                found.append(OutletMention(start, end, text[start:end].strip(), outlets))
    return sorted(found, key=lambda mention: mention.start)


@lru_cache(maxsize=8)
def _names(known: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """What an outlet may be called, in lower case and without "the", and the library's names for it."""
    names: dict[str, list[str]] = {}
    for outlet in known:
        plain = " ".join(THE.sub("", outlet.strip()).split())
        short = re.sub(r"(?:\s+(?:Online\s+)?News|\.(?:com|org|net|co\.uk))$", "", plain)
        for name in {plain, short if short.isupper() or "." in plain else plain}:
            if any(character.isalnum() for character in name):
                names.setdefault(name.lower(), []).append(outlet)
    return {name: tuple(dict.fromkeys(outlets)) for name, outlets in names.items()}


@lru_cache(maxsize=8)
def _frames(keys: Sequence[str]) -> list[tuple[re.Pattern[str], bool]]:
    if not keys:
        return []
    one = rf"(?:the\s+)?(?:{'|'.join(_spaced(key) for key in keys)})(?!\w){KIND}"
    names = rf"(?P<names>{one}(?:\s*(?:,|and|or|,\s*and|,\s*or)\s+{one})*)"
    # "in X" can speak of a place or a thing called X: the name needs "The", a second word, or capitals throughout.
    unmistakable = r"(?-i:[Tt]he\s+[A-Z]|[A-Z]{2,}|[A-Z]\w*[ .]+[A-Z])"
    return [
        (re.compile(frame.format(names=names, end=END, unmistakable=unmistakable), re.I), any_case)
        for frame, any_case in FRAMES
    ]


def _spaced(key: str) -> str:
    return r"\s+".join(re.escape(word) for word in key.split())


def _outlets(said: str, names: dict[str, tuple[str, ...]], *, any_case: bool) -> tuple[str, ...]:
    """The library's names for a list of outlets; none when one of them may be a plain word ("the sun says")."""
    outlets: list[str] = []
    for part in re.split(r"\s*(?:,\s*and\s|,\s*or\s|,|\band\s|\bor\s)\s*", said):
        name = " ".join(THE.sub("", part.strip()).split())
        key = name.lower() if name.lower() in names else re.sub(rf"{KIND}$", "", name.lower())
        if key not in names or not (any_case or _is_a_name(name, names[key])):
            return ()
        outlets += names[key]
    return tuple(dict.fromkeys(outlets))


def _is_a_name(name: str, outlets: Sequence[str]) -> bool:
    """Whether a name cannot be taken for another word as it is written: "CNN" in any case, "Week" only so."""
    plain = THE.sub("", outlets[0].strip())
    one_word = plain.isalpha() and plain.istitle()
    return not one_word or name[:1].isupper()
