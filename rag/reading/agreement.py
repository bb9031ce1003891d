"""Evidence → candidate answers: spans that say the same add up, over articles that tell it independently.

Ways to write the same are one candidate (`rag.english.values`). Articles that are copies of each other count once, as
do near copies of one sentence, and each further article of an outlet counts less, so that neither a wire story printed
everywhere nor one eager outlet outvotes the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.english.values import value_of
from rag.english.words import normalised
from rag.reading.quoting import sentence_around
from rag.retrieval.ranked import Ranked

NEAR_COPY = 0.85
"""Share of words that two sentences have in common when one is a copy of the other."""
SHORTEST_COPY = 6
"""Words that a sentence must have to be called a copy: short ones are alike by chance."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span that may answer: characters `start:end` of its passage's text, at place `rank` of the ranking.

    `score` is the reader's, `weight` what it counts in favour of its answer; `past` says that its sentence tells of
    what is over.
    """

    rank: int
    ranked: Ranked
    start: int
    end: int
    score: float
    weight: float
    past: bool = False

    @property
    def text(self) -> str:
        """The words of the span."""
        return self.ranked.found.passage.text[self.start : self.end]

    @property
    def sentence(self) -> str:
        """The sentence around the span."""
        return sentence_around(self.ranked, self.start, self.end).text

    @property
    def article_id(self) -> str:
        """The article that says it."""
        return self.ranked.found.passage.article_id


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that one or more articles give; `evidence` is one span an article, the weightiest first."""

    key: str
    evidence: tuple[Evidence, ...]
    weight: float
    share: float

    @property
    def text(self) -> str:
        """The answer in the words of its weightiest evidence."""
        return self.evidence[0].text


@dataclass
class _Group:
    """Spans that say the same, while they are gathered."""

    texts: set[str] = field(default_factory=set)
    articles: dict[str, Evidence] = field(default_factory=dict)

    def take(self, one: Evidence) -> None:
        self.texts.add(one.text)
        held = self.articles.get(one.article_id)
        if held is None or one.weight > held.weight:
            self.articles[one.article_id] = one


def agreed(evidence: Sequence[Evidence], shared_part: float, outlet_part: float) -> list[Candidate]:
    """Candidates, the weightiest first; equal weights in the order in which they were found.

    A candidate takes `shared_part` of the weight of those that contain it or are contained in it. The second article of
    an outlet counts `outlet_part`, the third `outlet_part` squared, and so on.
    """
    groups: list[_Group] = []
    for one in sorted(evidence, key=lambda one: -one.weight):
        if normalised(one.text):
            _group_of(one.text, groups).take(one)
    ordered = [_ordered(group) for group in groups]
    own = [_independent_weight(spans, outlet_part) for spans in ordered]
    keys = [normalised(spans[0].text) for spans in ordered]
    total = sum(own) or 1.0
    candidates = []
    for at, spans in enumerate(ordered):
        shared = sum(own[other] for other in range(len(own)) if other != at and _contains(keys[at], keys[other]))
        weight = own[at] + shared_part * shared
        candidates.append(Candidate(keys[at], spans, weight, weight / total))
    return sorted(candidates, key=lambda candidate: -candidate.weight)


def _group_of(text: str, groups: list[_Group]) -> _Group:
    """The group that says the same; a bare year agrees with two months of it, which do not agree with each other."""
    value = value_of(text)
    for group in groups:
        others = [value_of(other) for other in group.texts]
        if any(map(value.same, others)) and not any(map(value.conflicts, others)):
            return group
    groups.append(_Group())
    return groups[-1]


def _ordered(group: _Group) -> tuple[Evidence, ...]:
    return tuple(sorted(group.articles.values(), key=lambda one: (-one.weight, one.rank)))


def _independent_weight(spans: Sequence[Evidence], outlet_part: float) -> float:
    """The weights added up, without copies, and less for each further article of an outlet."""
    counted: list[Evidence] = []
    told: dict[str, int] = {}
    weight = 0.0
    for one in spans:
        voice = one.ranked.found.voice
        if any(voice == other.ranked.found.voice or is_copy(one.sentence, other.sentence) for other in counted):
            continue
        outlet = one.ranked.found.outlet or one.article_id
        weight += one.weight * outlet_part ** told.get(outlet, 0)
        told[outlet] = told.get(outlet, 0) + 1
        counted.append(one)
    return weight


def is_copy(one: str, other: str) -> bool:
    """Whether two sentences are the same but for a few words."""
    words, others = normalised(one).split(), normalised(other).split()
    if min(len(words), len(others)) < SHORTEST_COPY:
        return False
    return len(set(words) & set(others)) >= NEAR_COPY * max(len(set(words)), len(set(others)))


def _contains(one: str, other: str) -> bool:
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "
