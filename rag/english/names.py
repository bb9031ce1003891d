"""rag.english.names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from rag.english.countries import country_told_by, tell_of
from rag.english.dates import MONTHS, WEEKDAYS, moments_of
from rag.english.figures import ONES, ORDINALS, SCALES, SMALL, TENS, VAGUE
from rag.english.tokens import LIGHT, Sentence, Word, country_of, lower_at
from rag.english.words import normalised

TITLES = frozenset(
    "president prime minister premier chancellor general colonel major captain lieutenant sergeant admiral dr doctor "
    "professor mr mrs ms miss sir dame lord lady king queen prince princess pope cardinal bishop senator congressman "
    "representative governor mayor secretary ambassador chairman chairwoman chief director judge justice sheikh mullah "
    "foreign defence defense interior finance prosecutor attorney vice deputy former acting interim leader "
    "commander spokesman spokeswoman".split()
)
UNIONS = {
    form: forms.split()[0]
    for forms in (
        "soviet soviets ussr",
        "europe european europeans eu",
        "america american americans usa",
        "korea korean koreans",
        "africa african africans",
        "asia asian asians",
    )
    for form in forms.split()
}
"""Names that have several forms, beside those of countries, and parts of countries' names."""
NO_NAMES = LIGHT | WEEKDAYS | frozenset((*MONTHS, *ONES, *TENS, *SCALES, *VAGUE, *ORDINALS, *SMALL))
LINKS = frozenset(("of", "the", "for", "and"))
ACRONYM = re.compile(r"[A-Z]{2,6}")
AFTER_A_NOUN = frozenset("on of between among".split())
"""What follows a noun that opens a sentence ("Work on", "Talks between"), and seldom a name."""
VERB_ENDING = re.compile(r"(?:ly|ing|ed|s|tion|ment)$")


def canonical(word: str) -> str:
    """A name's word as it is compared: one form for a country and its people."""
    lower = word.lower()
    return UNIONS.get(lower) or country_of(lower) or lower


def names_of(words: Sentence) -> list[Sentence]:
    """The names of a sentence: runs of capitalised words, without titles, dates and the first capital."""
    dated = {at for moment in moments_of(words) for at in range(moment.at, moment.until)}
    runs = itertools.groupby(words, key=lambda word: word.is_capital and may_name(word) and word.at not in dated)
    names = [_without_title(tuple(run)) for is_name, run in runs if is_name]
    return [name for name in names if name and not _is_only_opening(name, words)]


def may_name(word: Word) -> bool:
    """Whether a word can be part of a name."""
    return not word.is_mark and word.lower not in NO_NAMES


def _without_title(name: Sentence) -> Sentence:
    while name and name[0].lower in TITLES:
        name = name[1:]
    return name


def _is_only_opening(name: Sentence, words: Sentence) -> bool:
    """Whether a word has a capital because it opens the sentence: one that looks like no name."""
    if name[0].at == 0 and len(name) == 1 and lower_at(words, 1) in AFTER_A_NOUN:
        return not ACRONYM.fullmatch(name[0].text)
    opens = name[0].at == 0 or words[name[0].at - 1].text in ("“", '"')
    return opens and len(name) == 1 and bool(VERB_ENDING.search(name[0].lower)) and not ACRONYM.fullmatch(name[0].text)


LONG_NAME = 3
"""Words from which a name is one of an organisation or a work, whose single words say little."""


def holds_name(text: str, name: str) -> bool:
    """Whether a text names it: a name of two words, most often a person's, may be held by its last word, a longer one
    by its initials, a country by its people."""
    words, said = normalised(name).split(), f" {normalised(text)} "
    if f" {' '.join(words)} " in said or (len(words) == 2 and f" {words[-1]} " in said):
        return True
    country = country_told_by(name)
    if country and tell_of(said.split(), country):
        return True
    initials = "".join(word[0] for word in name.split() if word[0].isupper())
    return len(initials) > 2 and initials in text.replace(",", " ").replace(".", " ").split()


def share_of_names(names: Sequence[str], text: str) -> float:
    """The share of names that a text holds, 0..1; 1 when there are no names."""
    return sum(holds_name(text, name) for name in names) / len(names) if names else 1.0
