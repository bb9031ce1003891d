"""Names of people in a sentence, and the fullest form of each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag.english.countries import country_told_by
from rag.english.words import STOP_WORDS, normalised

CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
PART = rf"(?:(?:al|el|ad|as|ul)[-‑])?{CAPITAL}[\w’'‑-]*\w|{CAPITAL}\.(?!\s*$)"
LINKING = r"(?:al|bin|ibn|de|la|van|von|der|den|da|di|del|el|dos|ter)"
NAME = re.compile(rf"(?<![\w’'-])(?:{PART})(?:\s+(?:{LINKING}\s+)*(?:{PART}))*")
TITLES = frozenset(
    "president prime minister premier chancellor general colonel major captain lieutenant admiral dr doctor "
    "professor mr "
    "mrs ms miss sir dame lord lady king queen prince princess pope cardinal bishop archbishop metropolitan senator "
    "governor mayor secretary ambassador chairman chairwoman director judge justice commander spokesman spokeswoman "
    "baker vet deputy former acting interim vice leader chief speaker foreign defence interior finance "
    "transport".split()
)
"""Words before a name that are none of it; "Mullah" and "Sheikh" are how some are called."""
NO_PERSON = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september "
    "october november december army parliament senate council party ministry government islamic state united nations "
    "republic movement union front university institute court house committee agency group office bank company city "
    "province river lake photo picture red cross".split()
)
OPENING = STOP_WORDS | frozenset("although however since today yesterday later earlier former early late".split())


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name that may be a person's: characters `start:end` of a sentence."""

    text: str
    start: int
    end: int

    @property
    def last(self) -> str:
        """The last word, by which the person is called the second time."""
        return normalised(self.text).split()[-1]


def people_in(text: str) -> list[PersonName]:
    """The names in a sentence that may be of people, in order, without titles."""
    found = []
    for match in NAME.finditer(text):
        name = _without_ends(match[0].rstrip("’'"), match.start())
        if name and not _is_no_person(name.text):
            found.append(name)
    return found


def _without_ends(name: str, start: int) -> PersonName | None:
    """A name without titles and opening words before it, and without "'s" behind it."""
    words = name.split()
    while words and (words[0].lower().strip(".") in TITLES or words[0].lower() in OPENING):
        start += len(name) - len(name[len(words[0]) :].lstrip())
        name = name[len(words[0]) :].lstrip()
        words = name.split()
    bare = re.sub(r"['’]s$", "", name)
    return PersonName(bare, start, start + len(bare)) if bare else None


def _is_no_person(name: str) -> bool:
    words = normalised(name).split()
    if not words or any(word in NO_PERSON for word in words) or (name.isupper() and len(name) > 1):
        return True
    return country_told_by(name) is not None or any(country_told_by(word) for word in name.split())


def fullest(names: Iterable[str], name: str) -> str:
    """The longest of some names that ends as a name does, when only one person is called so; the name itself else.

    Names with another word before a longer one ("Mullah Omar", "Omar") are one person.
    """
    words = normalised(name).split()
    longer = {other for other in names if normalised(other).split()[-len(words) :] == words}
    if not longer:
        return name
    best = max(longer, key=lambda other: (len(other.split()), other))
    whole = normalised(best).split()
    same = all(set(normalised(other).split()) <= set(whole) for other in longer)
    return best if same else name


def is_called(asked: str, name: str) -> bool:
    """Whether a name in a question can be this person's: all its words stand in the name, or the other way round."""
    mine, theirs = set(normalised(asked).split()) - TITLES, set(normalised(name).split()) - TITLES
    return bool(mine) and bool(theirs) and (mine <= theirs or (len(theirs) > 1 and theirs <= mine))


def short_names(names: Sequence[str]) -> list[str]:
    """The last words of names, where they tell the people apart; the whole names else."""
    last = [name.split()[-1] for name in names]
    return [short if last.count(short) == 1 else name for short, name in zip(last, names, strict=True)]
