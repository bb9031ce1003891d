"""What a text speaks of: names, and noun phrases such as "the Karachi airport attack", each with what kind it is of.

Found by capitals, determiners and small lists of nouns; what cannot be told stays of no kind, and may stand for any.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rag.english.lexicon import (
    FUNCTION_WORDS,
    HEADS_OF,
    NOUN_OR_VERB,
    NOUNS,
    QUESTION_WORDS,
    TIME,
    VERBS,
    Gender,
    Kind,
    gender_of,
    kind_of_name,
    kind_of_noun,
)

NAME = r"(?:[A-ZÀ-ÖØ-ÞА-ЯЁ][\w’'.-]*\w|[A-Z])"
ENTITY = re.compile(rf"{NAME}(?:(?:\s+(?:of|the|and|for|al|bin|ibn|de|la|van|von)){{0,2}}\s+{NAME}|\s+\d{{1,4}}\b)*")
WORD = re.compile(r"[\w’'-]*\w(?:\.(?=\w)\w+)*")
DETERMINER = frozenset("the this that these those a an".split())
LINK = re.compile(r"\s+(?:of|on|between|around|against|from|to|in|at|near)\s+(?=(?:the\s+)?[A-ZÀ-ÖØ-ÞА-ЯЁ])")
OWNS = re.compile(r"[’']s?$")
NOUN_ENDING = re.compile(r".{3,}(?:tion|sion|ment|ship|ism|ity|ance|ence|ness|age|graphy)s?$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of a text that stands for something: `text[start:end]`, offsets in characters."""

    text: str
    kind: Kind
    start: int
    head: str = ""
    gender: Gender = ""
    known: bool = False  # a pronoun has shown what it is

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def plural(self) -> bool:
        """Whether it stands for several; a group can be spoken of either way."""
        if self.is_name and self.kind == "person":
            return " and " in self.text
        word = self.head or self.text.split()[-1].lower()
        irregular = word in ("people", "men", "women", "children", "police", "taliban", "forces")
        return irregular or (word.endswith("s") and not word.endswith(("ss", "us", "is"))) or " and " in self.text

    @property
    def is_name(self) -> bool:
        return not self.head

    @property
    def bare(self) -> str:
        """The words without "the" or another determiner before them, in lower case."""
        first, _, rest = self.text.lower().partition(" ")
        return rest if rest and first in DETERMINER else self.text.lower()


def entities(text: str) -> list[str]:
    """Names in a text, in order: runs of capitalised words that are not question words; dates are not names."""
    return [name for name, _ in _names(text)]


def _names(text: str) -> Iterator[tuple[str, int]]:
    """Names with the places where they start."""
    for match in ENTITY.finditer(text):
        words, start = match[0].split(), match.start()
        while words and words[0].lower() in QUESTION_WORDS:
            start = text.index(words[0], start) + len(words[0])
            words = words[1:]
        if not words:
            continue
        start = text.index(words[0], start)
        name = re.sub(r"[’']s$", "", " ".join(words)).strip(" .")
        if name and not TIME.fullmatch(name) and name.lower() not in QUESTION_WORDS:
            yield name, start


def mentions(text: str) -> list[Mention]:
    """What a text speaks of, in order: noun phrases, and the names that stand in them behind the phrase itself."""
    text = " ".join(text.split())
    names = [_named(text, name, start) for name, start in _names(text) if not _is_common(name)]
    phrases = [phrase for start in _starts(text) if (phrase := _phrase(text, start, names))]
    found: list[Mention] = []
    for phrase in phrases:
        if not any(other.start <= phrase.start and phrase.end <= other.end for other in found):
            found.append(_joined(text, phrase, phrases))
    inside = [name for name in names if not any(name.end == one.end and one.is_name for one in found)]
    return sorted(found + inside, key=lambda one: (one.start, -len(one.text)))


def _is_common(name: str) -> bool:
    """Whether words in capitals are none of a name: "Each", "Most", "May 22"."""
    return all(word in FUNCTION_WORDS for word in name.lower().split()) or TIME.fullmatch(name) is not None


def _starts(text: str) -> Iterator[int]:
    """The places where a phrase may start."""
    return (match.start() for match in WORD.finditer(text))


def _named(text: str, name: str, start: int) -> Mention:
    return Mention(name, kind_of_name(name, text[:start]), start, gender=gender_of(name))


def _phrase(text: str, start: int, names: list[Mention]) -> Mention | None:
    """The noun phrase that starts at a place: a determiner and nouns, or a name and the nouns behind it."""
    first = WORD.match(text, start)
    if first is None:
        return None
    has_determiner = first[0].lower() in DETERMINER
    at = first.end() + 1 if has_determiner else start
    name = next((one for one in names if one.start == at), None)
    if not has_determiner and name is None:
        return None
    words = _words_on(text, at, names)
    if not words or (has_determiner and first[0].lower() in ("a", "an") and not name):
        return None
    end = at + len(" ".join(words))
    last = OWNS.sub("", words[-1])
    end -= len(words[-1]) - len(last)
    if name and end <= name.end:
        phrase = replace(name, text=text[start : name.end], start=start)
        return phrase
    kind = kind_of_noun(last.lower())
    if kind == "any" and name and not last.islower():
        kind = name.kind
    return Mention(text[start:end], kind, start, head=last.lower())


def _words_on(text: str, at: int, names: list[Mention]) -> list[str]:
    """The nouns from a place on, single spaces between them."""
    words: list[str] = []
    after_name = False
    while match := WORD.match(text, at):
        name = next((one for one in names if one.start == at), None)
        if name:
            end = name.end + len(re.match(r"(?:[’']s)?", text[name.end :])[0])  # type: ignore[index]
            words.append(text[at:end])
            after_name = True
        else:
            word = match[0].lower()
            if not _is_noun_here(word, text, match, after_name and not OWNS.search(words[-1])):
                break
            words.append(match[0])
            end = match.end()
        if text[end : end + 1] != " ":
            break
        at = end + 1
    return _to_last_noun(words)


def _to_last_noun(words: list[str]) -> list[str]:
    """Words up to the last that is known to be a noun or is a name; all of them when none is."""
    sure = [at for at, word in enumerate(words) if not word.islower() or _is_known(word)]
    return words[: sure[-1] + 1] if sure else words


def _is_known(word: str) -> bool:
    return word in NOUNS or word in HEADS_OF or NOUN_ENDING.match(word) is not None


def _is_noun_here(word: str, text: str, match: re.Match[str], after_name: bool) -> bool:
    """Whether a word in lower case goes on with a noun phrase; after a name, only a noun that is known does."""
    known = _is_known(word)
    if (word in FUNCTION_WORDS and word not in NOUNS) or (not known and (word in VERBS or word[:1].isdigit())):
        return False
    asked = re.search(r"\b(?:do|does|did)\s+[^?]*$", text[: match.start()], re.I)
    if word in NOUN_OR_VERB and asked and text[: match.start()].rstrip()[-4:].lower() != " the":
        return False  # "how much did the project cost": the verb, not another noun
    if after_name:
        return known or word in ("air", "gas", "nuclear", "power", "border")
    return known or not word.endswith(("ed", "ing"))


def _joined(text: str, phrase: Mention, phrases: list[Mention]) -> Mention:
    """A phrase with what "of", "on" or "between" ties to it."""
    while phrase.head and (link := LINK.match(text, phrase.end)):
        following = next((one for one in phrases if one.start == link.end()), None)
        ties = link[0].strip() == "of" or phrase.kind in ("event", "thing", "any")
        if not following or not ties:
            break
        phrase = replace(phrase, text=text[phrase.start : following.end])
    return phrase
