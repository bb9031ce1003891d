"""The sentences of an article that tell something by themselves: no captions, bylines or lines of a newsletter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus import Article, sentence_spans

LONGEST = 600
"""Characters of a sentence that is quoted at most; a longer one is a list or a broken page."""
SHORTEST_WORDS = 5
NO_NEWS = re.compile(
    r"(?:hide caption|\d+ of \d+ photos|(?:photo|picture|image|video|graphic|caption|watch|listen|read more|see also"
    r"|related|correction|editor['’]s note|advertisement|sources?)s?(?: by)?\s*:"
    r"|(?:photo|picture|image)s? by\b|by [A-Z][\w.-]+ [A-Z][\w.-]+(?:, | and |$)|(?:sign up|subscribe|follow us"
    r"|click here)\b"
    r"|this article (?:was|is|first|originally)\b|the views expressed\b|reporting by\b|additional reporting\b)",
    re.I,
)
"""How a line begins that is of the page, not of the news."""
CREDIT = re.compile(r"\((?:photo|picture|image|credit)s?\s*:[^)]*\)\s*$", re.I)
PRONOUN = re.compile(
    r"[\"“'‘]?(?:(?:but|and|so|then|yet|still|also|later|instead|therefore|in it|by then),?\s+)?"
    r"(?:he|she|they|his|her|their|theirs|its|it|this|that|these|those|such|both|another|the (?:latter|former"
    r"|two|three"
    r"|group|movement|company|country|party|plan|film|man|woman|same))\b",
    re.I,
)
"""How a sentence begins that cannot be read without the one before it."""


@dataclass(frozen=True, slots=True)
class ArticleSentence:
    """A sentence of an article: characters `start:end` of its text, and the how many-th it is."""

    article: Article
    start: int
    end: int
    ordinal: int

    @property
    def text(self) -> str:
        """The words, as they stand in the article."""
        return self.article.text[self.start : self.end]

    @property
    def leans(self) -> bool:
        """Whether it speaks of something that only the sentence before it names."""
        return self.ordinal > 0 and PRONOUN.match(self.text) is not None


def sentences_of(article: Article) -> list[ArticleSentence]:
    """All sentences of an article, in order."""
    return [ArticleSentence(article, start, end, at) for at, (start, end) in enumerate(sentence_spans(article.text))]


def is_telling(sentence: ArticleSentence) -> bool:
    """Whether a sentence can stand in an answer."""
    text = sentence.text
    if len(text) > LONGEST or len(text.split()) < SHORTEST_WORDS or text.rstrip("\"'”’ ").endswith(("?", ":")):
        return False
    return NO_NEWS.match(text) is None and CREDIT.search(text) is None


def with_lead_in(sentence: ArticleSentence, sentences: Sequence[ArticleSentence]) -> list[ArticleSentence]:
    """A sentence, after the one before it when it cannot be read without that."""
    before = sentences[sentence.ordinal - 1] if sentence.leans else None
    return [before, sentence] if before is not None and is_telling(before) else [sentence]
