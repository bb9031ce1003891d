"""How much work a text is: what has hardly a word in it, or millions of signs, is refused before it is embedded."""

from __future__ import annotations

import itertools
import re

from ingest.errors import SourceError

LOOKED_AT = 20_000
"""Characters from which on a text is looked at: below, it cannot cost much."""
LETTERS_A_WORD = 200
"""Characters that a text has for each word at most; prose has six, a table of figures may have thirty."""
MOST_SIGNS = 1_500_000
"""Words and signs of one article: about so many as five million characters of prose have."""
WORD = re.compile(r"\w+")
SIGN = re.compile(r"\w{1,30}|[^\w\s]")
DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Writings without blanks between words."""


def require_prose(text: str) -> None:
    """Raise `SourceError` for a text that would take very long and say nothing, such as a million dots."""
    if len(text) < LOOKED_AT:
        return
    enough = len(text) // LETTERS_A_WORD
    words = sum(1 for _ in itertools.islice(WORD.finditer(text), enough + 1))
    if words < enough and sum(1 for _ in itertools.islice(DENSE.finditer(text), enough + 1)) < enough:
        raise SourceError(f"is no prose: {len(text):,} characters with hardly a word in them")
    if sum(1 for _ in itertools.islice(SIGN.finditer(text), MOST_SIGNS + 1)) > MOST_SIGNS:
        raise SourceError(f"the text has more than {MOST_SIGNS:,} words and signs: split it into articles")
