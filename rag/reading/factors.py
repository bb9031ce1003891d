"""What speaks for a span, and what against it: named pure factors, added up with fitted weights.

A span's weight is exp(the sum of its factors, each times its weight). Every factor is 0 where it says nothing, so that
one can be left out by its weight alone. The weights are fitted (`rag.training.choosing`) and lie in `choosing.json`
beside the reader's files; which factors there are, and what they measure, is decided here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from rag.english.lexicon import FUNCTION_WORDS
from rag.english.names import holds_name
from rag.english.tokens import Word
from rag.english.words import normalised
from rag.question.kind import Kind, fitness
from rag.question.query import Query
from rag.reading.instructions import gives_orders
from rag.reading.quoting import Quotation, sentence_around
from rag.reading.reader import Span
from rag.reading.relevance import words_held
from rag.reading.standing import is_ahead, is_over, stretch_of
from rag.retrieval.ranked import Ranked

DATELINE = re.compile(
    r"\s*(?:[A-Z][\w.,/ ’'-]{0,40} ?)?"
    r"\((?:CNN|AP|AFP|BBC|UPI|EFE|ANSA|TASS|Xinhua|Reuters|Bloomberg)[\w ]{0,12}\) ?[–—-]*"
    r"|\s*[A-Z][A-Z .,/’'-]{2,40}(?:, [A-Z]\w+\.?)? ?[–—-]+ "
)
"""The place and the agency before the first words of a report."""
ASKS_FOR_OUTLET = re.compile(
    r"\b(?:outlet|newspaper|paper|network|broadcaster|channel|magazine|agency|media)s?\b", re.I
)
ASKS_FOR_WHAT_WAS = re.compile(r"\b(?:did|was|were|has|have|had)\b", re.I)
ASKS_FOR_A_PLAN = re.compile(
    r"\b(?:say|said|decided?|agreed?|announced?|promised?|vow(?:ed)?|due|planned|scheduled|expected|have to|would)\b",
    re.I,
)
NONE = re.compile(r"(?:no|none|nobody|nothing|not|neither)\b(?!\.)", re.I)
"""How words begin that name nothing; "No. 3" does."""
SINCE = re.compile(r"\bsince(?: (?:early|late|mid|about|at least))*[ -]$", re.I)
SINCE_ASKED = re.compile(r"\bsince\b|\bhow long\b|\b(?:become|became|begin|began|start(?:ed)?|take over|took)\b", re.I)
CAPITALS = 4
"""Letters of a word in capitals that is no abbreviation, beside another: "QUIZ TIME"."""
LONGEST_ANSWER = 7
"""Words of a short answer; more are seldom one."""
HIGHEST_SCORE = 14.0
"""Logits above "no answer" from which more say no more."""
FARTHEST = 30
"""Words between a span and the nearest word of the question, from which more say no more."""


@dataclass(frozen=True)
class AskedQuestion:
    """What the factors need of a question: read once for all its spans."""

    query: Query

    @property
    def kind(self) -> Kind:
        """The kind of answer that it asks for."""
        return self.query.understanding.kind

    @property
    def is_about_now(self) -> bool:
        """Whether it asks how things stand."""
        return self.query.understanding.is_about_now

    @cached_property
    def words(self) -> str:
        """Its words, normalised, with a space around each."""
        return f" {normalised(self.query.text)} "

    @cached_property
    def name_words(self) -> set[str]:
        """The words of its names."""
        return {word for name in self.query.understanding.names for word in normalised(name).split()}

    @cached_property
    def content(self) -> frozenset[str]:
        """The content words of the sentence that asks."""
        asking = normalised(self.query.understanding.asking).split()
        return frozenset(word for word in asking if word not in FUNCTION_WORDS and len(word) > 2)

    @property
    def wants_time(self) -> bool:
        """Whether the answer is a date or a year."""
        return self.kind in ("date", "year")

    @cached_property
    def wants_outlet(self) -> bool:
        """Whether it asks for a newspaper or a broadcaster."""
        return bool(ASKS_FOR_OUTLET.search(self.query.text))

    @cached_property
    def done(self) -> tuple[Word, ...]:
        """The words for what is asked to have happened; empty when a plan is asked for, or no time."""
        text = self.query.text
        if not self.wants_time or not ASKS_FOR_WHAT_WAS.search(text) or ASKS_FOR_A_PLAN.search(text):
            return ()
        return self.query.understanding.asked_for.besides_names.words

    @cached_property
    def _shares(self) -> dict[tuple[str, str], float]:
        return {}

    def held(self, sentence: str, title: str) -> float:
        """The share of its words that a sentence and a title hold; found once for each."""
        if (sentence, title) not in self._shares:
            self._shares[sentence, title] = words_held(self.query.understanding.asked_for, sentence, title)
        return self._shares[sentence, title]


@dataclass(frozen=True)
class SpanView:
    """One span as the factors see it: its question, its passage (`standing` is its share of the best one's score), the
    sentence around it, and the days that its article is older than the newest that answers."""

    asked: AskedQuestion
    ranked: Ranked
    standing: float
    span: Span
    days_old: float = 0.0

    @cached_property
    def text(self) -> str:
        """The words of the span."""
        return self.ranked.found.passage.text[self.span.start : self.span.end]

    @cached_property
    def words(self) -> list[str]:
        """Its words, normalised."""
        return normalised(self.text).split()

    @cached_property
    def sentence(self) -> Quotation:
        """The sentence around it."""
        return sentence_around(self.ranked, self.span.start, self.span.end)

    @cached_property
    def is_past(self) -> bool:
        """Whether its sentence tells of what is over."""
        if self.asked.kind == "number" or self.asked.wants_time:
            return False
        shift = self.ranked.found.passage.start - self.sentence.start
        return is_over(self.sentence.text, self.span.start + shift, self.span.end + shift)


Factor = Callable[[SpanView], float]


def score(view: SpanView) -> float:
    """The reader's score, in logits above "no answer"."""
    return min(view.span.score, HIGHEST_SCORE)


def doubt(view: SpanView) -> float:
    """How far the score lies below "no answer"."""
    return min(view.span.score, 0.0)


def rank(view: SpanView) -> float:
    """How well the passage was ranked: the logarithm of its share of the best one's score."""
    return math.log(max(view.standing, 1e-4))


def unfit(view: SpanView) -> float:
    """How badly the words fit the kind of answer."""
    return -math.log(fitness(view.text, view.asked.kind))


def long_winded(view: SpanView) -> float:
    """Whether it has more words than a short answer."""
    return float(len(view.text.split()) > LONGEST_ANSWER)


def wordy(view: SpanView) -> float:
    """The logarithm of its number of words."""
    return math.log(max(1, len(view.words)))


def repeats_question(view: SpanView) -> float:
    """Whether the question itself says these words."""
    return float(f" {' '.join(view.words)} " in view.asked.words)


def repeats_in_part(view: SpanView) -> float:
    """The share of its words that the question says, where not all."""
    share = sum(f" {word} " in view.asked.words for word in view.words) / max(1, len(view.words))
    return share if share < 1.0 else 0.0


def names_missing(view: SpanView) -> float:
    """The share of the words of the question's names that neither sentence nor title holds."""
    names = view.asked.name_words
    if not names:
        return 0.0
    said = set(normalised(f"{view.ranked.found.title} {view.sentence.text}").split())
    return 1.0 - len(names & said) / len(names)


def whole_names_missing(view: SpanView) -> float:
    """How many of the question's long names the passage does not hold."""
    return float(
        sum(
            not holds_name(view.ranked.found.passage.embedded_text, name)
            for name in view.asked.query.understanding.asked_for.names
        )
    )


def words_missing(view: SpanView) -> float:
    """The share of the question's words that neither sentence nor title holds; for questions that ask no time."""
    return 0.0 if view.asked.wants_time else _words_missing(view)


def words_missing_by_times(view: SpanView) -> float:
    """The same for questions that ask for a time."""
    return _words_missing(view) if view.asked.wants_time else 0.0


def _words_missing(view: SpanView) -> float:
    return 1.0 - view.asked.held(view.sentence.text, view.ranked.found.title)


def far_from_words(view: SpanView) -> float:
    """The logarithm of the words between the span and the nearest content word of the question in its sentence."""
    shift = view.ranked.found.passage.start - view.sentence.start
    before = normalised(view.sentence.text[: view.span.start + shift]).split()
    after = normalised(view.sentence.text[view.span.end + shift :]).split()
    gaps = [
        gap
        for words in (before[::-1], after)
        for gap, word in enumerate(words[:FARTHEST])
        if word in view.asked.content
    ]
    return math.log1p(min(gaps, default=FARTHEST))


def in_headline(view: SpanView) -> float:
    """Whether the article's title holds the words, and the question does not."""
    held = f" {' '.join(view.words)} " in f" {normalised(view.ranked.found.title)} "
    return float(held and not repeats_question(view))


def leads(view: SpanView) -> float:
    """Whether it stands in the first passage of its article."""
    return float(view.ranked.found.passage.ordinal == 0)


def is_over_now(view: SpanView) -> float:
    """Whether the question asks how things stand, and the sentence tells of what is over."""
    return float(view.asked.is_about_now and view.is_past)


def other_time(view: SpanView) -> float:
    """Whether the sentence tells of another time than was asked about."""
    event = view.asked.query.event
    if view.asked.is_about_now or event is None or event.ahead:
        return 0.0
    published = view.ranked.found.published
    stretch = stretch_of(view.sentence.text, int(published[:4]) if published else None)
    first, last = (day.year if day else None for day in (event.first, event.last))
    return float(stretch is not None and not stretch.overlaps(first, last))


def only_planned(view: SpanView) -> float:
    """Whether the sentence tells only as planned what is asked to have happened."""
    return float(bool(view.asked.done) and is_ahead(view.sentence.text, view.asked.done))


def tells_since(view: SpanView) -> float:
    """Whether a time is when something began that still goes on, which the question does not ask for."""
    if not view.asked.wants_time or SINCE_ASKED.search(view.asked.query.text):
        return 0.0
    return float(bool(SINCE.search(view.ranked.found.passage.text[: view.span.start])))


def says_nothing(view: SpanView) -> float:
    """Whether the sentence asks, or the words are a heading in capitals, or say that there is none."""
    words = view.text.split()
    heading = len(words) > 1 and view.text.isupper() and max(map(len, words)) >= CAPITALS
    return float(view.sentence.text.rstrip("\"'”’ ").endswith("?") or heading or bool(NONE.match(view.text)))


def is_order(view: SpanView) -> float:
    """Whether the sentence tells a program what to do: it is no evidence about the world."""
    return float(gives_orders(view.sentence.text))


def is_dateline(view: SpanView) -> float:
    """Whether the words only say where or for whom an article was written."""
    if view.asked.wants_outlet:
        return 0.0
    found = view.ranked.found
    if normalised(view.text) == normalised(found.outlet):
        return 1.0
    opening = DATELINE.match(found.passage.text) if found.passage.ordinal == 0 else None
    return float(opening is not None and view.span.end <= opening.end())


def older(view: SpanView) -> float:
    """Where the question asks how things stand: the years that the article is older than the newest that answers."""
    return min(4.0, view.days_old / 365.25) if view.asked.is_about_now else 0.0


def no_name(view: SpanView) -> float:
    """Whether a person, a place or a country is asked for and the words hold no capital."""
    wanted = view.asked.kind in ("person", "place", "country", "state")
    return float(wanted and not any(character.isupper() for character in view.text))


def half_name(view: SpanView) -> float:
    """Whether a person is asked for and one word alone is given."""
    return float(view.asked.kind == "person" and len(view.words) == 1)


def unasked_figure(view: SpanView) -> float:
    """Whether the words hold a figure where none is asked for."""
    asked = view.asked.kind in ("number", "date", "year")
    return float(not asked and any(character.isdigit() for character in view.text))


def unasked_lower_case(view: SpanView) -> float:
    """Whether the words are all in lower case, where neither a figure nor a time is asked for."""
    return float(view.asked.kind == "other" and view.text.islower())


FACTORS: tuple[Factor, ...] = (
    score,
    doubt,
    rank,
    unfit,
    long_winded,
    wordy,
    repeats_question,
    repeats_in_part,
    names_missing,
    whole_names_missing,
    words_missing,
    words_missing_by_times,
    far_from_words,
    in_headline,
    leads,
    is_over_now,
    other_time,
    only_planned,
    tells_since,
    says_nothing,
    is_order,
    is_dateline,
    older,
    no_name,
    half_name,
    unasked_figure,
    unasked_lower_case,
)


def measure(view: SpanView) -> dict[str, float]:
    """Every factor of a span by its name."""
    return {factor.__name__: factor(view) for factor in FACTORS}


def weigh(view: SpanView, weights: Mapping[str, float]) -> float:
    """What a span counts: exp of its factors, each times its weight."""
    total = sum(weight * factor(view) for factor in FACTORS if (weight := weights.get(factor.__name__, 0.0)))
    return math.exp(min(60.0, total))


@cache
def load_weights(path: Path) -> Mapping[str, float]:
    """The fitted weights of the factors by name."""
    return dict(json.loads(path.read_text("utf-8"))["weights"])


HAND_SET: Mapping[str, float] = {
    "score": 1 / 3,
    "rank": 2.5,
    "unfit": -1.0,
    "long_winded": math.log(0.5),
    "repeats_question": math.log(0.05),
    "names_missing": -0.5,
    "whole_names_missing": math.log(0.3),
    "words_missing": -1.0,
    "words_missing_by_times": -3.0,
    "is_over_now": math.log(0.3),
    "other_time": math.log(0.4),
    "only_planned": math.log(0.1),
    "tells_since": math.log(0.3),
    "says_nothing": math.log(0.3),
    "is_order": math.log(0.02),
    "is_dateline": math.log(0.1),
    "older": -0.25,
}
"""Where fitting starts, and what it is drawn to where the questions say little."""


def days_behind(newest: float, day: int | None) -> float:
    """Days that an article is older than the newest; none when its day is not known."""
    return max(0.0, newest - day) if day is not None else 0.0


def newest_answering(views: Sequence[SpanView], least_score: float) -> float:
    """The day of the newest article that seems to answer; an article that answers nothing makes no other one old."""
    answering = [
        view.ranked.found.day or 0
        for view in views
        if view.span.score > least_score and fitness(view.text, view.asked.kind) == 1.0
    ]
    return float(max(answering, default=max((view.ranked.found.day or 0 for view in views), default=0)))
