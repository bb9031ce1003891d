"""How much of what a question asks for stands in a sentence and its headline."""

from __future__ import annotations

from collections.abc import Sequence

from rag.english.names import holds_name
from rag.english.tokens import held, sentences_of
from rag.question.understanding import AskedFor
from rag.reading.agreement import Evidence

UNNAMED = 0.5
"""What binding is worth in a passage that does not name what was asked about."""


def binding(one: Evidence, asked: AskedFor) -> float:
    """The share of a question's words that the span's sentence and headline hold, in any form; less when the passage
    does not hold its long names as a whole."""
    share = words_held(asked, one.sentence, one.ranked.found.title)
    return share * UNNAMED ** (len(asked.names) - _names_held(one, asked))


def words_held(asked: AskedFor, *texts: str) -> float:
    """The share of a question's words that texts hold, in any form; a long name counts as one word, and is held by its
    initials as well."""
    said = [word for text in texts for sentence in sentences_of(text) for word in sentence]
    named = sum(any(holds_name(text, name) for text in texts) for name in asked.names)
    count = len(asked.words) + len(asked.names)
    return (sum(held(word, said) for word in asked.words) + named) / count if count else 1.0


def bound(evidence: Sequence[Evidence], asked: AskedFor) -> list[Evidence]:
    """The evidence that names what was asked about as well as the best of it does, in its order.

    "Four presidents turned a wheel: …, Islam Karimov of Uzbekistan" says nothing of the Islamic Movement of Uzbekistan.
    """
    held = [_names_held(one, asked) for one in evidence]
    return [one for one, count in zip(evidence, held, strict=True) if count == max(held)]


def _names_held(one: Evidence, asked: AskedFor) -> int:
    return sum(holds_name(one.ranked.found.passage.embedded_text, name) for name in asked.names)
