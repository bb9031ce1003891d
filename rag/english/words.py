"""Words of questions and sentences: which carry meaning, and when two stretches of text say the same."""

from __future__ import annotations

import re
import unicodedata

STOP_WORDS = frozenset(
    "a about above according after again against all also am an and any are as at be because been before being "
    "below between both but by can could did do does doing down during each few following for from further had has "
    "have having he her here hers him his how i if in into is it its just me more most my no nor not now of off on "
    "once only or other our out over own s same she should so some such t than that the their them then there these "
    "they this those through to too under until up very was we were what when where which while who whom whose why "
    "will with would you your".split()
)
WORD = re.compile(r"\w+(?:[.,]\d+)*")
ARTICLES = frozenset(("a", "an", "the"))


def content_words(text: str) -> list[str]:
    """The words that say what a text is about, in order, once each; all words when there are no others."""
    words = list(dict.fromkeys(word.lower() for word in WORD.findall(text)))
    return [word for word in words if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())] or words


def normalised(text: str) -> str:
    """A text as it is compared: lower case, no accents, no punctuation, no articles, single spaces."""
    plain = unicodedata.normalize("NFKD", text).lower()
    plain = "".join(character for character in plain if not unicodedata.combining(character))
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    words = re.sub(r"['’]s\b", "", plain)
    return " ".join(word for word in re.findall(r"\w+(?:\.\d+)?", words) if word not in ARTICLES)
