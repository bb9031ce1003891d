"""A question in the words of the archive: typing errors corrected, names with their capitals, acronyms spelled out.

Everything is taken from the passages that were found: a name that they always write with a capital is one, and a word
that no article holds is read as one that they hold and that differs in a letter or two.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rag.answer import AppliedFilter
from rag.english.lexicon import FUNCTION_WORDS, NOUNS, QUESTION_WORDS, VERBS
from rag.question.query import Query
from rag.retrieval.acronyms import expand_acronyms

WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|\n\s*|[“\"(]\s*)$")
OPENING = frozenset("who whose what whats when where which why how is are was were did does do has have".split())
"""What the first word of a question is taken for, where it is much like one of them."""
ASKING_WORDS = QUESTION_WORDS | frozenset("many much long old people".split())
COMMON = FUNCTION_WORDS | ASKING_WORDS | NOUNS | VERBS
"""Words of questions, which the articles need not hold."""
SHORTEST = 4
"""Letters of a word that is corrected to one of the articles; shorter ones only to words that ask."""
LONG = 7
"""Letters from which two may be wrong, not one."""
FEWEST = 2
"""Times that passages write a word with a capital, for it to be a name."""
LONGEST_ACRONYM = 6


@dataclass(frozen=True)
class Wording:
    """How some passages write their words."""

    texts: Sequence[str]

    @cached_property
    def forms(self) -> dict[str, Counter[str]]:
        """Of each word in lower case, how often it is written in which way inside of sentences."""
        found: dict[str, Counter[str]] = {}
        for text in self.texts:
            for match in WORD.finditer(text):
                if not SENTENCE_START.search(text[max(0, match.start() - 4) : match.start()]):
                    form = re.sub(r"[’']s?$", "", match[0])
                    found.setdefault(form.lower(), Counter())[form] += 1
        return found

    def with_capitals(self, word: str) -> str | None:
        """The way to write a word that is always written with a capital; None where it is not."""
        forms = self.forms.get(word)
        if not forms or forms[word] or sum(forms.values()) < FEWEST:
            return None
        return forms.most_common(1)[0][0]

    def like(self, word: str) -> str | None:
        """The word that differs least from one that no article holds; None where none is much like it."""
        if len(word) < SHORTEST:
            return _nearest(word, Counter(dict.fromkeys(ASKING_WORDS, 1)))
        counts = Counter({form: sum(forms.values()) for form, forms in self.forms.items()})
        counts.update(dict.fromkeys(COMMON, 1))
        return _nearest(word, counts)


def respell(query: Query, texts: Sequence[str], is_known: Callable[[str], bool]) -> Query:
    """The query in the words of the archive; what was corrected is among its filters, and can be ignored."""
    wording = Wording(texts)
    corrected, filters = _correct(query, wording, is_known)
    capitals = _restore_capitals(corrected, wording)
    expanded = expand_acronyms(capitals, texts)
    wordings = (capitals,) if expanded != capitals else ()
    return replace(query, text=expanded, filters=(*query.filters, *filters), wordings=wordings)


def _correct(query: Query, wording: Wording, is_known: Callable[[str], bool]) -> tuple[str, list[AppliedFilter]]:
    ignored = {word.casefold() for word in query.ignored}
    text, filters = query.text, list[AppliedFilter]()
    for word in dict.fromkeys(WORD.findall(query.text)):
        lower = word.lower()
        if lower in ignored or lower in COMMON or word.isupper() or is_known(word):
            continue
        opening = _nearest(lower, Counter(dict.fromkeys(OPENING, 1))) if query.text.startswith(word) else None
        if found := opening or wording.like(lower):
            value = found.capitalize() if word[0].isupper() else wording.with_capitals(found) or found
            text = re.sub(rf"\b{re.escape(word)}\b", value, text)
            filters.append(AppliedFilter("spelling", "prefers", word, value))
    return text, filters


def _restore_capitals(text: str, wording: Wording) -> str:
    """A text with the names in it written as the passages always write them."""

    def written(match: re.Match[str]) -> str:
        word = match[0]
        if not word.islower() or word in FUNCTION_WORDS or word in ASKING_WORDS:
            return word
        found = wording.with_capitals(word)
        return found if found and (len(word) > 2 or found.isupper()) else word

    return WORD.sub(written, text)


def _nearest(word: str, counts: Counter[str]) -> str | None:
    """The word that needs the fewest changes, of equals the one that is told most; None when all need too many."""
    allowed = 2 if len(word) >= LONG else 1
    near = [
        (distance, -count, other)
        for other, count in counts.items()
        if abs(len(other) - len(word)) <= allowed and (other[0] == word[0] or len(word) >= LONG)
        if (distance := edits(word, other)) <= allowed
    ]
    return min(near)[2] if near else None


def edits(one: str, other: str) -> int:
    """How many letters must be put in, left out, exchanged or changed to make one word the other."""
    before, row = list[int](), list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for place, wanted in enumerate(other, 1):
            best = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != wanted))
            if at > 1 and place > 1 and letter == other[place - 2] and one[at - 2] == wanted:
                best = min(best, earlier[place - 2] + 1)
            row.append(best)
    return row[-1]
