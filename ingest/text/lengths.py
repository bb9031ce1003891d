"""How long a text is, in what it takes to say something: a character of Chinese or Japanese is worth a whole word."""

from __future__ import annotations

import re

DENSE = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
LETTERS_A_CHARACTER = 4
"""Letters of English that say about as much as one character of such a writing."""


def letters_in(text: str) -> int:
    """The length of a text in letters of English, about."""
    return len(text) + (LETTERS_A_CHARACTER - 1) * len(DENSE.findall(text))
