"""What others are quoted as counting, beside the answer, in the passage that gives it.

"The prosecutor said that 169 people had been killed … the party has a list of 745": one article may tell several
accounts, and the reader gives one of them. Where the answer is a figure that somebody gives, the figures that somebody
else gives for the same, in another sentence of the passage, stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus import sentence_spans
from rag.english.figures import Figure, figures_of
from rag.english.tokens import Sentence, same, sentences_of
from rag.question.understanding import Understanding
from rag.reading.agreement import Candidate, Evidence
from rag.reading.quoting import sentence_around
from rag.verification.speakers import speeches_of

GIVES = re.compile(
    r"(?:^|[,;]\s+)(?P<who>[A-Z][^,;]{2,60}?)\s+(?:later |then |has |have |now )*"
    r"(?:raised|lowered|revised|put|puts|gave|gives|counted|counts)\b"
)
"""Who gives a figure without a verb of saying."""
OUTDATED = re.compile(r"\b(?:had|earlier|initially|at first|first (?:figure|toll|count)|previously|until then)\b", re.I)
MOST_APART = 20.0
"""How many times as much another account of the same may be."""
MOST = 2


@dataclass(frozen=True, slots=True)
class _Account:
    """A figure of a sentence and who gives it; `at` is the sentence's place in its passage."""

    figure: Figure
    who: str
    at: tuple[int, int]


def find_other_accounts(understanding: Understanding, best: Candidate) -> list[Candidate]:
    """The figures of others for what a question counts, in the order in which they are told; none for other kinds."""
    counted = understanding.counted
    if understanding.kind != "number" or not counted:
        return []
    top = best.evidence[0]
    passage, own = top.ranked.found.passage, sentence_around(top.ranked, top.start, top.end)
    at = (own.start - passage.start, own.end - passage.start)
    figures = [figure for words in sentences_of(top.text) for figure in figures_of(words)]
    speaker = _speaker(passage.text[at[0] : at[1]])
    if not figures or not speaker:
        return []
    mine = figures[0]
    found: list[_Account] = []
    for other in _accounts(passage.text, counted):
        apart = max(other.figure.value, mine.value) / max(1.0, min(other.figure.value, mine.value))
        known = [mine.value, *(account.figure.value for account in found)]
        if other.at != at and other.who != speaker and other.figure.value not in known and apart <= MOST_APART:
            found.append(other)
    return [_candidate(best, account) for account in found[:MOST]]


def _accounts(text: str, counted: Sequence[str]) -> Iterator[_Account]:
    """The first figure of each sentence that somebody gives for what is counted."""
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        who = _speaker(sentence)
        if not who or OUTDATED.search(sentence.replace("had been", "")):
            continue
        for words in sentences_of(sentence):
            same_count = [
                figure for figure in figures_of(words) if figure.kind == "count" and _counts(figure, words, counted)
            ]
            if same_count and same_count[0].text in sentence:
                yield _Account(same_count[0], who, (start, end))
                break


def _counts(figure: Figure, words: Sentence, counted: Sequence[str]) -> bool:
    is_part = figure.until < len(words) and words[figure.until].lower == "of"
    return not is_part and any(same(noun, word) for noun in figure.nouns for word in counted)


def _speaker(sentence: str) -> str:
    """Who says what a sentence tells, in lower case; empty when nobody is named."""
    for words in sentences_of(sentence):
        for speech in speeches_of(words):
            if speech.who:
                return speech.who.lower()
    match = GIVES.search(sentence)
    return match["who"].lower() if match else ""


def _candidate(best: Candidate, account: _Account) -> Candidate:
    top = best.evidence[0]
    start = top.ranked.found.passage.text.index(account.figure.text, account.at[0], account.at[1])
    evidence = Evidence(top.rank, top.ranked, start, start + len(account.figure.text), top.score, 0.0)
    return Candidate(account.figure.text.lower(), (evidence,), 0.0, 0.0)
