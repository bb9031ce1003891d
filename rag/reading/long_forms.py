"""What an acronym stands for: the name with its initials that the passages hold most often, word for word."""

from __future__ import annotations

from collections.abc import Sequence

from rag.reading.agreement import Evidence
from rag.retrieval.acronyms import initials_pattern, long_form_of
from rag.retrieval.ranked import Ranked


def find_long_form(acronym: str, ranked: Sequence[Ranked]) -> list[Evidence]:
    """Where passages hold the long form of an acronym, those first that hold the acronym too; none where none does."""
    long_form = long_form_of(acronym, (passage.found.passage.text for passage in ranked))
    if long_form is None:
        return []
    found: list[Evidence] = []
    for rank, passage in enumerate(ranked):
        text = passage.found.passage.text
        for match in initials_pattern(acronym).finditer(text):
            if " ".join(match[0].split()) == long_form:
                found.append(Evidence(rank, passage, match.start(), match.end(), 0.0, 1.0 + (acronym in text)))
                break
    return sorted(found, key=lambda piece: (-piece.weight, piece.rank))
