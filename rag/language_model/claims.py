"""Checks a language model's claims against the passages it was offered: locate, verify, or drop.

A claim keeps a quotation only when its words stand in an offered passage; what is shown of it is the article's own
whole sentence. A claim is believed only as far as `rag.verification.verify` finds it in those sentences.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus import Article, UnknownArticleError, sentence_spans
from rag.english.words import content_words, normalised
from rag.language_model.locating import locate_all
from rag.language_model.prompts import ANSWER_USER, NO_DAY, PASSAGE, UNKNOWN
from rag.language_model.reply import ADDRESS, ModelClaim, QuotedWords
from rag.question.query import Query
from rag.reading.instructions import gives_orders
from rag.reading.quoting import Quotation, sentence_around
from rag.retrieval.ranked import Ranked
from rag.verification.verify import Verdict, verify

NO_QUOTATION = "none of the words it quotes appear in the passages"
WORDS_SHARED = 0.5
"""Share of a claim's words that a sentence holds to be taken for the one that was meant, when none was quoted."""
LONGEST_WORD = 24
"""Letters of a word that a claim may bring itself; longer ones are codes."""

_TOKEN = re.compile(r"[^\s“”\"'’‘(),;:!?]+")
_ORDINARY = re.compile(
    r"[-–+$€£¥#~]*\d[\d.,/–-]*(?:s|st|nd|rd|th|m|bn|tn|k|km|kg|cm|mm|am|pm|p\.m|a\.m|%|°?[cf])?\.?|\d+(?:-[a-z]+)+|[a-z]+-\d+s?|g\d+",
    re.I,
)
_DOMAIN = re.compile(r"\w[\w-]*(?:\.[\w-]+)*\.[a-z]{2,24}(?:[/:?#].*)?", re.I)


@dataclass(frozen=True, slots=True)
class CheckedClaim:
    """A claim of a model, the sentences that it rests on, and what they say to it."""

    claim: ModelClaim
    quotations: tuple[Quotation, ...]
    verdict: Verdict

    @property
    def stands(self) -> bool:
        """Whether it may be shown as the articles'."""
        return bool(self.quotations) and self.verdict.support != "unsupported"


class Offer:
    """The passages that a model is given, numbered from 1; nothing else can be cited."""

    def __init__(self, query: Query, ranked: Sequence[Ranked], article_of: Callable[[str], Article]) -> None:
        self._query = query
        self._ranked = tuple(ranked)
        self._article_of = article_of
        self._checked: dict[ModelClaim, CheckedClaim] = {}

    def __len__(self) -> int:
        return len(self._ranked)

    def message(self) -> str:
        """The question and the passages, in fences that no passage can end."""
        texts = [_drop_invisible(ranked.found.passage.text) for ranked in self._ranked]
        fence = _fence([self._query.text, *texts])
        passages = "\n\n".join(
            PASSAGE.format(
                fence=fence,
                number=number,
                outlet=_line(ranked.found.outlet, fence) or UNKNOWN,
                published=(ranked.found.published or UNKNOWN)[:10],
                title=_line(ranked.found.title, fence) or UNKNOWN,
                text=text,
            )
            for number, (ranked, text) in enumerate(zip(self._ranked, texts, strict=True), start=1)
        )
        day = self._query.as_of.isoformat() if self._query.as_of else NO_DAY
        return ANSWER_USER.format(question=self._query.text, day=day, fence=fence, passages=passages)

    def check(self, claim: ModelClaim) -> CheckedClaim:
        """Check a claim against the passages; each claim is checked only once."""
        if claim not in self._checked:
            self._checked[claim] = self._check_new(claim)
        return self._checked[claim]

    def _check_new(self, claim: ModelClaim) -> CheckedClaim:
        quotations: dict[tuple[str, int, int], Quotation] = {}
        for quoted in claim.quotes:
            for quotation in self._quotations(claim, quoted):
                quotations[(quotation.ranked.found.passage.article_id, quotation.start, quotation.end)] = quotation
        standing = tuple(quotation for quotation in quotations.values() if self._stands(quotation))
        if not standing:
            return CheckedClaim(claim, (), Verdict("unsupported", NO_QUOTATION))
        return self._verify_with_neighbours(claim, standing)

    def _quotations(self, claim: ModelClaim, quoted: QuotedWords) -> list[Quotation]:
        """The whole sentences that hold the quoted words: in the passage that was named, else in another one."""
        if not quoted.words.strip():
            named = self._passages_named(quoted.passage)
            return [sentence for ranked in named if (sentence := _likeliest(claim.text, ranked))]
        others = [ranked for ranked in self._ranked if ranked not in self._passages_named(quoted.passage)]
        for ranked in (*self._passages_named(quoted.passage), *others):
            if places := locate_all(quoted.words, ranked.found.passage.text):
                return [sentence_around(ranked, start, end) for start, end in places]
        return []

    def _passages_named(self, number: int | None) -> list[Ranked]:
        return [self._ranked[number - 1]] if number and 1 <= number <= len(self._ranked) else []

    def _stands(self, quotation: Quotation) -> bool:
        """Whether the quotation is in the article as the library has it, and speaks of the world, not to a program."""
        try:
            article = self._article_of(quotation.ranked.found.passage.article_id)
        except UnknownArticleError:  # removed since it was found
            return False
        stands = article.text[quotation.start : quotation.end] == quotation.text and bool(quotation.text.strip())
        return stands and not gives_orders(_drop_invisible(quotation.text))

    def _verify_with_neighbours(self, claim: ModelClaim, quotations: tuple[Quotation, ...]) -> CheckedClaim:
        verdict = self._verdict(claim, quotations)
        if verdict.support == "supported":
            return CheckedClaim(claim, quotations, verdict)
        # "He said …": the name may stand in the sentence before, which is then quoted as well.
        longer = tuple(_with_sentence_before(quotation) for quotation in quotations)
        if longer == quotations or not all(self._stands(quotation) for quotation in longer):
            return CheckedClaim(claim, quotations, verdict)
        anew = self._verdict(claim, longer)
        return (
            CheckedClaim(claim, longer, anew)
            if anew.support == "supported"
            else CheckedClaim(claim, quotations, verdict)
        )

    def _verdict(self, claim: ModelClaim, quotations: Sequence[Quotation]) -> Verdict:
        evidence = [quotation.text for quotation in quotations]
        if stray := stray_word(claim.text, evidence, self._query.text):
            return Verdict("unsupported", f"“{stray}” appears in none of its quotations")
        return verify(claim.text, evidence)


def stray_word(text: str, evidence: Sequence[str], question: str = "") -> str | None:
    """The first code, address or acronym of a text that stands neither in the evidence nor in the question."""
    known = " ".join((*evidence, question)).lower()
    initials = "".join(word[0] for word in re.findall(r"\b[A-Z][\w’'-]*", " ".join(evidence)))
    for match in _TOKEN.finditer(text):
        token = match[0].strip(".-–—[]{}*_")
        if token and _is_code(token) and token.lower() not in known and token not in initials:
            return token
    return None


def _is_code(token: str) -> bool:
    """Whether a word names one thing exactly, so that a model cannot have put it in its own way."""
    if _ORDINARY.fullmatch(token):
        return False
    capitals = sum(character.isupper() for character in token)
    return (
        any(character.isdigit() for character in token)
        or capitals >= 3
        or len(token) > LONGEST_WORD
        or "_" in token
        or bool(ADDRESS.search(token) or _DOMAIN.fullmatch(token))
    )


def _likeliest(claim: str, ranked: Ranked) -> Quotation | None:
    """The sentence of a passage that shares most words with a claim, where it shares enough of them."""
    words = {normalised(word) for word in content_words(claim)}
    text = ranked.found.passage.text
    scored = [
        (len(words & set(normalised(text[start:end]).split())) / max(1, len(words)), -start, end)
        for start, end in sentence_spans(text)
    ]
    share, start, end = max(scored, default=(0.0, 0, 0))
    return sentence_around(ranked, -start, end) if share >= WORDS_SHARED else None


def _with_sentence_before(quotation: Quotation) -> Quotation:
    passage = quotation.ranked.found.passage
    start = quotation.start - passage.start
    before = [span for span in sentence_spans(passage.text) if span[1] <= start]
    return Quotation(quotation.ranked, passage.start + before[-1][0], quotation.end) if before else quotation


def _drop_invisible(text: str) -> str:
    """Text without characters that nobody sees: what a model reads is what a person would."""
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c)[0] != "C")


def _line(text: str, fence: str) -> str:
    return " ".join(_drop_invisible(text).replace(fence, " ").split())[:200]


def _fence(texts: Sequence[str]) -> str:
    """A mark that stands in none of the texts; it depends on all of them, so that no article can hold it."""
    whole = "\n".join(texts)
    number = 0
    while True:
        mark = hashlib.sha256(f"{number}\n{whole}".encode()).hexdigest()[:12]
        if mark not in whole:
            return f"=={mark}=="
        number += 1
