"""What a short answer says, apart from how it is written: "39" and "thirty-nine people", "Ghazi" and "Usman
Ghazi", "Japan" and "Japanese"."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rag.english.countries import country_told_by
from rag.english.dates import Moment, moments_of
from rag.english.figures import Figure, figures_of
from rag.english.tokens import sentences_of
from rag.english.words import normalised

TITLES = frozenset(
    "president former acting interim prime minister premier chancellor king queen prince princess emir sultan sheikh "
    "mullah maulana imam pope bishop father sir dame lord lady mr mrs ms miss dr doctor professor prof general gen "
    "colonel col major captain commander admiral chairman chairwoman chair secretary foreign defence defense interior "
    "governor mayor senator sen rep representative congressman congresswoman judge justice ambassador chief leader "
    "director spokesman spokeswoman ex late deputy vice".split()
)
LONGER = 3
"""How many times as many words a longer way to say the same may have."""


@dataclass(frozen=True, slots=True)
class Value:
    """A short answer taken apart: its plain words, the same without titles, its figures and its dates."""

    key: str
    words: tuple[str, ...]
    figures: tuple[Figure, ...]
    moments: tuple[Moment, ...]

    def same(self, other: Value) -> bool:
        """Whether both say the same, one perhaps more precisely than the other."""
        if self.key == other.key:
            return True
        if self.moments or other.moments:
            return self._same_date(other)
        if self.figures or other.figures:
            return self._same_figure(other)
        return self._same_name(other)

    def conflicts(self, other: Value) -> bool:
        """Whether both are dates that cannot be the same one."""
        return bool(self.moments and other.moments) and self.moments[0].conflicts(other.moments[0])

    def _same_date(self, other: Value) -> bool:
        if not (self.moments and other.moments):
            return False
        one, two = self.moments[0], other.moments[0]
        return not one.conflicts(two) and (one.agrees(two) or two.agrees(one))

    def _same_figure(self, other: Value) -> bool:
        if not (self.figures and other.figures):
            return False
        one, two = self.figures[0], other.figures[0]
        nouns = not (one.nouns and two.nouns) or one.counts_the_same(two)
        return one.value == two.value and (one.agrees(two) or two.agrees(one)) and nouns

    def _same_name(self, other: Value) -> bool:
        shorter, longer = sorted((self.words, other.words), key=len)
        if not shorter or len(longer) > LONGER * len(shorter):
            return False
        return f" {' '.join(shorter)} " in f" {' '.join(longer)} "


@lru_cache(maxsize=4096)
def value_of(text: str) -> Value:
    """A short answer taken apart."""
    sentences = sentences_of(text)
    words = sentences[0] if sentences else None
    moments = tuple(moments_of(words)) if words else ()
    figures = tuple(figures_of(words)) if words and not moments else ()
    key = country_told_by(text) or normalised(text)
    plain = tuple(word for word in key.split() if word not in TITLES)
    return Value(key, plain or tuple(key.split()), figures, moments)
