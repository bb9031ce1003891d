"""Stretches of articles → numbered citations and the claims and lines that are made of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from corpus import Article, Library
from rag.answer import Citation, Claim
from rag.forms.sentences import ArticleSentence

UNDATED = "undated"


class Quotations:
    """The citations of one answer, numbered in the order in which they are used; the same words are cited once."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._citations: dict[tuple[str, int, int], Citation] = {}

    def cite(self, article: Article, start: int, end: int) -> int:
        """The number of the quotation of these characters of an article."""
        place = (article.id, start, end)
        if place not in self._citations:
            passage_id = self._passage_at(article.id, start)
            self._citations[place] = Citation.cite(len(self._citations) + 1, article, passage_id, start, end)
        return self._citations[place].n

    def cite_sentence(self, sentence: ArticleSentence) -> int:
        """The number of the quotation of a sentence."""
        return self.cite(sentence.article, sentence.start, sentence.end)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, in the order of their numbers."""
        return tuple(self._citations.values())

    @property
    def claims(self) -> tuple[Claim, ...]:
        """One claim for each quotation: its words, as they stand in the article."""
        return tuple(Claim(citation.quote, "supported", (citation.n,)) for citation in self.citations)

    @property
    def newest(self) -> str | None:
        """The day of publication of the newest article that is quoted."""
        return max((citation.published[:10] for citation in self.citations if citation.published), default=None)

    def line(self, n: int) -> str:
        """A quotation with its mark."""
        return f"“{' '.join(self.citations[n - 1].quote.split())}” [{n}]"

    def _passage_at(self, article_id: str, start: int) -> str:
        passages = [found.passage for found in self._library.passages_of(article_id)]
        holding = (passage.id for passage in passages if passage.start <= start < passage.end)
        return next(holding, passages[0].id if passages else article_id)


def marks(numbers: Sequence[int]) -> str:
    """The marks of some citations: "[1][2]"."""
    return "".join(f"[{n}]" for n in numbers)


def spoken_day(published: str | None) -> str:
    """A day of publication for people: "14 March 2025"."""
    if not published:
        return UNDATED
    day = date.fromisoformat(published[:10])
    return f"{day.day} {day:%B %Y}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 article", "1,204 articles"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
