"""Words of a claim and of its evidence, in a form in which they can be compared.

A text becomes sentences of `Word`s. Two words match when their stems are equal or belong to one family of words that
say the same in a news article ("killed", "died"); the families are few on purpose: a family too many hides a swap.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus import sentence_spans
from rag.english.countries import country_told_by
from rag.english.word_families import FAMILIES, IRREGULAR
from rag.english.words import STOP_WORDS

TOKEN = re.compile(
    r"\b\d+[-–]\d+\b(?![-\w])|[$€£]?\d+(?:[.,]\d+)*(?:(?:st|nd|rd|th|s|m|bn|k|am|pm)\b)?%?|[^\W\d_]+\d*|[.,;:!?()“”\"\[\]–—…]",
    re.UNICODE,
)
LONGEST = 800
"""Characters of a sentence at most."""
ABBREVIATED = {
    r"\bU\.S\.A?\.?": "USA",
    r"\bUS\b": "USA",
    r"\bU\.K\.": "UK",
    r"\bU\.N\.": "UN",
    r"\bE\.U\.": "EU",
    r"\bUnited States(?: of America)?(?:['’]s?)?": "USA",
    r"\bUnited Kingdom\b": "UK",
    r"\bUnited Nations\b": "UN",
    r"\bEuropean Union\b": "EU",
    r"\bcan['’]t\b": "can not",
    r"\bcannot\b": "can not",
    r"\bwon['’]t\b": "will not",
    r"n['’]t\b": " not",
    r"\bper cent\b": "percent",
    r"(?<=\w)['’]s\b": "",
    r"(?<=\w)['’](?=\s|$)": "",
    r"(?<=\w)['’](?=\w)": "",
    r"\[\d{1,3}\]": "",
}
LIGHT = STOP_WORDS | frozenset(
    "also amid among another around away become already come could did get give go had has have however including "
    "it its itself keep made make may might much must never not no nor one onto per put said say shall still take "
    "tell toward towards upon us want within without would yet there several there's according since although "
    "though while whereas whether new other others both either neither nobody nothing none every each any all most "
    "many few some along because due back ago later earlier soon then thus so well be do day year time place way "
    "part number total figure people person".split()
)
BREAKS = frozenset(
    '. , ; : ! ? ( ) “ ” " – — … but while whereas although though because who whom which whose when where after '
    "before until why how what whether if unless".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a mark of a sentence: as written, in lower case, its stem, and its place in the sentence."""

    text: str
    lower: str
    stem: str
    at: int

    @property
    def is_mark(self) -> bool:
        """Whether this is punctuation."""
        return not self.text[-1].isalnum() and not self.text.endswith("%")

    @property
    def is_content(self) -> bool:
        """Whether the word says something by itself."""
        return not self.is_mark and self.lower not in LIGHT and len(self.lower) > 1

    @property
    def is_capital(self) -> bool:
        """Whether the word is written like a name."""
        return self.text[0].isupper()


Sentence = tuple[Word, ...]


def unified(text: str) -> str:
    """A text with one spelling for what is written in several ways: accents, apostrophes, "U.S.", "can't"."""
    plain = unicodedata.normalize("NFKD", text.replace("½", " and a half"))
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    for pattern, written in ABBREVIATED.items():
        plain = re.sub(pattern, written, plain)
    return plain


def sentences_of(text: str) -> list[Sentence]:
    """The sentences of a text, as words."""
    plain = unified(text)
    found = (words_of(piece) for start, end in sentence_spans(plain) for piece in _pieces(plain[start:end]))
    return [words for words in found if words]


def _pieces(sentence: str) -> Iterator[str]:
    """A sentence, or the pieces of one that is longer than any: a list, or a broken page."""
    start = 0
    while len(sentence) - start > LONGEST:
        cut = sentence.rfind(" ", start, start + LONGEST)
        end = cut if cut > start else start + LONGEST
        yield sentence[start:end]
        start = end
    yield sentence[start:]


def words_of(text: str) -> Sentence:
    """The words and marks of one sentence."""
    return tuple(
        Word(match[0], match[0].lower(), stem(match[0].lower()), at) for at, match in enumerate(TOKEN.finditer(text))
    )


VERB_FORMS = frozenset(IRREGULAR) | frozenset(IRREGULAR.values())


def is_verb(word: Word) -> bool:
    """Whether a word looks like a verb that somebody does to somebody."""
    return word.is_content and (word.lower.endswith(("ed", "ing")) or word.lower in VERB_FORMS)


@lru_cache(maxsize=100_000)
def country_of(word: str) -> str | None:
    """The country that a word in lower case tells of, "Briton" too: peoples are listed by their plural."""
    return country_told_by(word) or country_told_by(f"{word}s")


def lower_at(words: Sentence, at: int) -> str:
    """The word at a place of a sentence in lower case, empty outside of it."""
    return words[at].lower if 0 <= at < len(words) else ""


def stem(word: str) -> str:
    """A word without its ending: "announces", "announced" and "announcing" are equal; a crude one is enough here."""
    word = IRREGULAR.get(word, word)
    if not word.isalpha() or len(word) < 4:
        return word
    for ending, instead in (("ies", "y"), ("ied", "y"), ("ing", ""), ("eed", "ee"), ("ed", ""), ("s", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiousl":
        word = word[:-1]
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _families() -> dict[str, frozenset[int]]:
    members: dict[str, set[int]] = {}
    for number, family in enumerate(FAMILIES):
        for word in family:
            members.setdefault(stem(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in members.items()}


FAMILY_OF = _families()
NO_FAMILY: frozenset[int] = frozenset()


@lru_cache(maxsize=100_000)
def same(one: str, other: str) -> bool:
    """Whether two stems say the same: equal, of one family, or one grown out of the other ("govern", "government")."""
    if one == other or FAMILY_OF.get(one, NO_FAMILY) & FAMILY_OF.get(other, NO_FAMILY):
        return True
    shorter, longer = sorted((one, other), key=len)
    shared = len(shorter) if longer.startswith(shorter) else _shared(shorter, longer)
    return shared >= 5 and len(shorter) - shared <= 2 and len(longer) - shared <= 5 and shorter.isalpha()


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common from the start."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def held(word: Word, words: Sequence[Word]) -> bool:
    """Whether one of the words says the same as this one."""
    return any(same(word.stem, other.stem) for other in words)
