"""Figures of a sentence: "1.2 million people", "at least thirty-nine", "12 per cent".

A figure keeps its value, its kind, how it is bounded ("more than") and the words that say what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.english.dates import moments_of
from rag.english.tokens import Sentence, lower_at, same

Kind = Literal["count", "percent", "money", "ordinal", "vague"]
Bound = Literal["exact", "about", "above", "below"]

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
}
TENS = {word: 10 * (at + 2) for at, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split())}
PARTS = {"third": 3, "thirds": 3, "quarters": 4, "fifth": 5, "fifths": 5, "tenth": 10, "tenths": 10}
SHARED = frozenset("of less more fewer as lower higher smaller bigger larger".split())
HALVED = frozenset("of the its their his her those all".split())
PERIODS = {"decade": 10, "decades": 10, "century": 100, "centuries": 100, "millennium": 1000, "millennia": 1000}
"""Years of a period that is counted: "two decades" are 20 years."""
SCALES = {"hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12, "dozen": 12}
SUFFIXES = {"k": 1_000, "m": 10**6, "bn": 10**9}
VAGUE = {"dozens": 12, "hundreds": 100, "thousands": 1_000, "millions": 10**6, "billions": 10**9}
ORDINALS = {
    word: value + 1
    for value, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
    )
}
SMALL = {"half": 0.5, "quarter": 0.25, "both": 2.0, "twice": 2.0, "double": 2.0, "once": 1.0}
CURRENCIES = {"$": "dollar", "€": "euro", "£": "pound"}
CURRENCY_WORDS = frozenset("dollar euro pound rubl som soum tenge yuan manat usd".split())
BOUND_WORDS: dict[Bound, str] = {
    "above": r"(?:(?<!no )more than|at least|over|above|no fewer than|no less than|not less than|upwards of"
    r"|exceed\w*)$",
    "below": r"(?:up to|less than|fewer than|under|below|at most|as many as|as high as|as much as|no more than|within"
    r"|nearly|almost|close to)$",
    "about": r"(?:about|around|some|roughly|approximately|an estimated|estimated|nearly|almost|close to|or so)$",
}
NEAR_SHARE = 0.8
"""How many points a percentage may lie from a fraction that it stands for: 33% and a third."""
CLOSE = 0.05
"""How far a rounded figure may lie from the exact one, as a share."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that counts something; `nouns` are the stems of the words that say what, `at` its first word."""

    value: float
    kind: Kind
    bound: Bound
    nouns: tuple[str, ...]
    unit: str
    at: int
    until: int
    text: str

    @property
    def spoken(self) -> str:
        """The figure in words, with its bound."""
        bound = {"exact": "", "about": "about ", "above": "more than ", "below": "up to "}[self.bound]
        return f"{bound}{self.text}"

    def agrees(self, other: Figure) -> bool:
        """Whether this figure, in a claim, says what the other, in the evidence, says."""
        if "vague" in (self.kind, other.kind):
            return _vaguely(self, other)
        if "share" in (self.unit, other.unit) and self.kind == other.kind:
            return abs(self.value - other.value) < NEAR_SHARE and {self.bound, other.bound} != {"above", "below"}
        if (self.kind == "ordinal") != (other.kind == "ordinal") or (self.kind == "percent") != (
            other.kind == "percent"
        ):
            return False
        if self.unit and other.unit and self.unit != other.unit:
            return False
        return self._equals(other)

    def _equals(self, other: Figure) -> bool:
        if self.value == other.value:
            return {self.bound, other.bound} != {"above", "below"} and (
                other.bound in ("exact", "about") or self.bound in (other.bound, "about")
            )
        distance = abs(self.value - other.value) / max(abs(other.value), 1e-9)
        if self.bound == "above":
            return other.value > self.value and distance <= 0.25
        if self.bound == "below":
            return other.value < self.value and distance <= 0.25
        return (
            self.bound == "about"
            and self.value >= 20
            and distance <= CLOSE
            and float(f"{self.value:.1e}") == self.value
        )

    def counts_the_same(self, other: Figure) -> bool:
        """Whether both figures count the same thing, as far as the words after them tell."""
        return any(same(mine, theirs) for mine in self.nouns for theirs in other.nouns)


def _vaguely(claimed: Figure, shown: Figure) -> bool:
    if claimed.kind == shown.kind:
        return claimed.value == shown.value
    vague, exact = (claimed, shown) if claimed.kind == "vague" else (shown, claimed)
    return claimed.kind == "vague" and 2 * vague.value <= exact.value < 1_000 * vague.value


def figures_of(words: Sentence) -> list[Figure]:
    """The figures of a sentence that are no dates, in order."""
    dated = {at for moment in moments_of(words) for at in range(moment.at, moment.until)}
    found: list[Figure] = []
    at = 0
    while at < len(words):
        figure = None if at in dated else _figure_at(words, at)
        if figure:
            found.append(figure)
        at = figure.until if figure else at + 1
    return found


def _figure_at(words: Sentence, at: int) -> Figure | None:
    lower = words[at].lower
    if lower in VAGUE:
        until = at + 1
        value = float(VAGUE[lower])
        if lower_at(words, at + 1) == "of" and lower_at(words, at + 2) in VAGUE:
            value, until = value * VAGUE[words[at + 2].lower], at + 3
        return _figure(words, value, "vague", at, until)
    if share := _share_at(words, at):
        return share
    if lower in ORDINALS or re.fullmatch(r"\d+(?:st|nd|rd|th)", lower):
        value = ORDINALS.get(lower) or int(lower[:-2])
        return _figure(words, float(value), "ordinal", at, at + 1)
    if lower in SMALL:
        scale = _scale_after(words, at + 1) or _period_after(words, at + 1)
        return _figure(words, SMALL[lower] * (scale[0] if scale else 1), "count", at, scale[1] if scale else at + 1)
    if lower in SCALES and lower_at(words, at - 1) in ("few", "several", "many", "couple"):
        return _figure(words, float(SCALES[lower]), "vague", at, at + 1)
    number = _number_at(words, at)
    if number and (period := _period_after(words, number[1])):
        number = number[0] * period[0], period[1]
    return _figure(words, number[0], "count", at, number[1]) if number else None


def _scale_after(words: Sentence, at: int) -> tuple[float, int] | None:
    at += lower_at(words, at) in ("a", "of")
    return (float(SCALES[lower_at(words, at)]), at + 1) if lower_at(words, at) in SCALES else None


def _share_at(words: Sentence, at: int) -> Figure | None:
    """A fraction of something as a percentage: "a third of", "two-thirds", "half the", "one in eight"."""
    if lower_at(words, at) == "half" and lower_at(words, at + 1) in HALVED:
        return replace(_figure(words, 50.0, "percent", at, at + 1), unit="share")
    if lower_at(words, at) == "one" and lower_at(words, at + 1) == "in":
        of = _number_at(words, at + 2)
        return replace(_figure(words, 100 / of[0], "percent", at, of[1]), unit="share") if of and of[0] > 1 else None
    over = PARTS.get(lower_at(words, at + 1))
    count = 1 if lower_at(words, at) == "a" else ONES.get(lower_at(words, at), 0)
    if not over or not count or (count == 1 and lower_at(words, at + 2) not in SHARED):
        return None
    return replace(_figure(words, 100 * count / over, "percent", at, at + 2), unit="share")


def _period_after(words: Sentence, at: int) -> tuple[float, int] | None:
    at += lower_at(words, at) == "of"
    at += lower_at(words, at) == "a"
    return (float(PERIODS[lower_at(words, at)]), at + 1) if lower_at(words, at) in PERIODS else None


def _number_at(words: Sentence, at: int) -> tuple[float, int] | None:
    """(value, the place after it) of a number in digits, in words, or in both."""
    digits = re.fullmatch(r"[$€£]?(\d+(?:,\d{3})*(?:\.\d+)?)(k|m|bn)?%?", words[at].lower)
    if digits:
        value = float(digits[1].replace(",", "")) * SUFFIXES.get(digits[2] or "", 1)
        until = at + 1
        while lower_at(words, until) in SCALES:
            value, until = value * SCALES[words[until].lower], until + 1
        return (value + 0.5, until + 3) if _is_half_more(words, until) else (value, until)
    return _spelled(words, at)


def _is_half_more(words: Sentence, at: int) -> bool:
    """Whether "and a half" follows."""
    return [lower_at(words, at + step) for step in range(3)] == ["and", "a", "half"]


def _spelled(words: Sentence, at: int) -> tuple[float, int] | None:
    total, current, until = 0.0, None, at
    if lower_at(words, at) in ("a", "an") and lower_at(words, at + 1) in SCALES:
        current, until = 1.0, at + 1
    while until < len(words):
        lower = words[until].lower
        if lower in ONES or lower in TENS:
            current = (current or 0.0) + (ONES.get(lower) or TENS.get(lower) or 0)
        elif lower in SCALES and current is not None:
            current *= SCALES[lower]
            if SCALES[lower] >= 1_000:
                total, current = total + current, 0.0
        elif not (lower == "and" and current and current >= 100 and lower_at(words, until + 1) in {**ONES, **TENS}):
            break
        until += 1
    if current is not None and _is_half_more(words, until):
        current, until = current + 0.5, until + 3
    return (total + current, until) if current is not None else None


def _figure(words: Sentence, value: float, kind: Kind, at: int, until: int) -> Figure:
    after = list(_nouns_after(words, until))
    first = words[at].text
    unit = CURRENCIES.get(first[0], "") or next((noun for noun in after[:2] if noun in CURRENCY_WORDS), "")
    if words[until - 1].text.endswith("%") or lower_at(words, until) == "percent":
        kind = "percent"
    text = " ".join(word.text for word in words[at:until])
    return Figure(value, kind, _bound(words, at), tuple(after), unit, at, until, text)


def _nouns_after(words: Sentence, at: int) -> Iterator[str]:
    """The stems of up to three words that say what is counted: before the next mark, figure or turn of the sentence."""
    taken = 0
    for word in words[at : at + 6]:
        if word.is_mark or word.text[0].isdigit() or word.lower in ("and", "but", "who", "which", "while", "after"):
            return
        if word.lower not in ("of", "the", "their", "its", "a", "an", "other", "more", "were", "was", "had", "have"):
            yield word.stem
            taken += 1
        if taken == 3:
            return


def _bound(words: Sentence, at: int) -> Bound:
    at -= at > 0 and words[at].text[0] == "$" and words[at - 1].lower in ("a", "us", "c", "nz", "hk")
    before = " ".join(word.lower for word in words[max(0, at - 3) : at])
    return next((bound for bound, pattern in BOUND_WORDS.items() if re.search(r"\b" + pattern, before)), "exact")


def told_in_figures(words: Sentence) -> frozenset[int]:
    """The places of the words that belong to figures and dates: they are compared by value, not by word."""
    told = [(figure.at, figure.until) for figure in figures_of(words)]
    told += [(moment.at, moment.until) for moment in moments_of(words)]
    return frozenset(at for start, until in told for at in range(start, until))


def closest(figure: Figure, shown: Sequence[Figure]) -> Figure | None:
    """The figure of the evidence that this one stands in the place of: what counts the same, else of the same kind."""
    alike = [other for other in shown if other.kind == figure.kind and other.value != figure.value]
    counting = [other for other in alike if figure.counts_the_same(other)]
    return next(iter([*counting, *alike]), None)
