"""What a role is of: whether the words of an article mean the organisation or the country of a question."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from corpus import Article
from rag.english.countries import country_told_by
from rag.english.words import normalised

POINTING = frozenset("it him them its his her their that this the".split())
ALWAYS = frozenset("movement group organisation organization company firm party".split())
"""Nouns that may stand for any organisation that was named before."""
OF_STATES = frozenset("country nation republic state kingdom".split())
SMALL = frozenset("of the and for on in to de la".split())
PEOPLE_ENDINGS = r"(?:i|ian|an|n|ish|ese|ean|er|ic|k|ans?|is)"


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation, a country or a town by all its names: as asked for, its acronym or long form, its adjective."""

    name: str
    names: frozenset[str]
    country: str | None = None

    @classmethod
    def called(cls, name: str, texts: Iterable[str]) -> Organisation:
        """An organisation with the other names that texts give it: "IMU" is the "Islamic Movement of Uzbekistan"."""
        names = {normalised(name)}
        country = country_told_by(name) or country_told_by(name.title())
        texts = list(texts)
        if not country:
            names |= set(_long_forms(name, texts)) | set(_acronyms(name, texts))
        return cls(name, frozenset(names), country)

    def is_named(self, text: str) -> bool:
        """Whether a text names it in any form."""
        if self.country:
            return any(country_told_by(word) == self.country for word in re.findall(r"[\w’'-]+", text)) or (
                f" {normalised(self.country)} " in f" {normalised(text)} "
            )
        plain = f" {normalised(text)} "
        return any(f" {name} " in plain for name in self.names) or self._has_adjective(text)

    def _points_back(self, words: list[str]) -> bool:
        """Whether words only mean what was named before, and can mean something of this kind."""
        nouns = [word.removesuffix("s") for word in words if word not in POINTING]
        own = {word for name in self.names for word in name.split() if name != word}
        if any(noun in OF_STATES for noun in nouns):
            return len(nouns) == 1
        return len(nouns) <= 1 and all((noun in ALWAYS and not self.country) or noun in own for noun in nouns)

    def _has_adjective(self, text: str) -> bool:
        """Whether a text has the word for what belongs to a place of one word: "Valdorian"."""
        if " " in self.name or len(self.name) < 5:
            return False
        stem = re.escape(re.sub(r"(?:ia|a|e|y)$", "", self.name, flags=re.I))
        return re.search(rf"(?<!\w){stem}{PEOPLE_ENDINGS}(?!\w)", text, re.I) is not None

    def is_meant_by(self, phrase: str) -> bool | None:
        """Whether the words behind or before a role mean it; None when they only point back ("the movement")."""
        words = normalised(phrase).split()
        if (phrase == phrase.lower() and self._points_back(words)) or phrase.lower() in POINTING:
            return None
        if self.country:
            told = [country_told_by(word) for word in (phrase.strip(), *phrase.split())]
            return self.country in told and len(words) <= 3
        return any(_is_part(words, name.split()) for name in self.names) or (
            len(words) == 1 and self._has_adjective(phrase)
        )


def _is_part(words: list[str], name: list[str]) -> bool:
    """Whether words are a name, or its first half: "Orlin" is "Orlin Motors"."""
    return 2 * len(words) >= len(name) and name[: len(words)] == words


def _long_forms(name: str, texts: list[str]) -> Iterable[str]:
    """What an acronym stands for in texts that have both."""
    if not re.fullmatch(r"[A-Za-z]{2,6}", name):
        return
    letters = list(name.upper())
    links = r"\s+(?:(?:of|the|and|for|on|in|to)\s+){0,2}"
    pattern = re.compile(r"\b" + links.join(rf"{letter}[a-zà-öø-ÿ’'-]+" for letter in letters) + r"\b")
    for text in texts:
        if re.search(rf"\b{name}\b", text, re.I):
            yield from (normalised(match[0]) for match in pattern.finditer(text))


def _acronyms(name: str, texts: list[str]) -> Iterable[str]:
    """The acronym of a long name, where texts that have the name use it."""
    initials = "".join(word[0] for word in name.split() if word.lower() not in SMALL).upper()
    if len(initials) > 1 and any(
        name.lower() in text.lower() and re.search(rf"\b{initials}\b", text) for text in texts
    ):
        yield initials.lower()


def country_of(article: Article) -> str | None:
    """The country that an article names most."""
    words = re.findall(r"[A-ZÀ-Þ][\w’'-]+", f"{article.title} {article.text}")
    told = Counter(country for word in words if (country := country_told_by(word)))
    return told.most_common(1)[0][0] if told else None
