"""Which sentences tell why something happened.

A sentence speaks of a cause by its words ("because", "led to", "anger over"), or because one shortly before announces
causes ("Officials name three reasons for the choice."). It tells why the thing happened that was asked about when the
reader found an answer in it, or in the sentence that leads to it: the one that announces, or the one straight before.
"Bakiyev was overthrown on 7 April. Anger over prices had brought the crowds out."
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_SINCE_A_TIME = (
    r"(?:\d|(?:then|early|late|mid|last|independence|january|february|march|april|may|june|july|august|september"
    r"|october|november|december|the (?:start|beginning|end|fall|\w+ century))\b)"
)
"""What follows a "since" that tells when, not why."""
CAUSE = re.compile(
    rf"(?:^|, )since\b(?! {_SINCE_A_TIME})|\b(?:because|so that|in order to|due to|owing to|caus(?:e|es|ed|ing)"
    r"|led to|leads to"
    r"|reason"
    r"|result(?:s|ed)?|therefore|thanks to|blam(?:e|es|ed)|in protest|in response"
    r"|anger(?:ed)?|outrage[ds]?|(?:prompt|spark|trigger|fuel+)(?:ed|s|ing)|provok(?:ed|es|ing)|set off|brought about"
    r"|stem(?:s|med)? from"
    r"|as part of (?:an?|the) (?:\w+ )?(?:investigation|inquiry|probe|crackdown)|on (?:\w+ )?(?:charges|suspicion)"
    r"|over (?:\w+ )?(?:allegations|concerns|fears|claims)"
    r"|to (?:avoid|prevent|protect|save|keep|make|end|curb|combat|tame|reduce|ease|counter))\b",
    re.I,
)

ANNOUNCES = re.compile(r"\b(?:reasons|causes|factors|grounds)\b", re.I)
"""What only says that causes follow: "Officials name three reasons for the choice."."""
ANNOUNCED = 3
"""Sentences after an announcement that may be what it announced."""

WIDEST_GAP = 3
"""Characters between two sentences of a text at most: blanks and ends of lines."""
ANSWERS = 0.05
"""What was read as an answer in a sentence of cause, or in the one that announces it, at least, for it to be more than
a cause of something else."""
LEADS = 0.3
"""What was read as an answer in a sentence at least, when the cause straight after it is the one asked for."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A sentence at its place: characters `start:end` of an article's text."""

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Causes:
    """Of some sentences, in their order: whether each speaks of a cause, and what was read as an answer in the one that
    leads to it. `told` are the places of those that tell why, each with the place of the one that it explains, or -1.
    """

    speaks: npt.NDArray[np.bool_]
    led: npt.NDArray[np.float64]
    told: Mapping[int, int]


def causes_in(sentences: Sequence[Stretch], answering: npt.NDArray[np.float64]) -> Causes:
    """The causes among some sentences; `answering` is the share of the reader's answers that stands in each."""
    before = _before(sentences)
    announcer = [_announcer(at, sentences, before) for at in range(len(sentences))]
    leader = [announced if announced >= 0 else straight for announced, straight in zip(announcer, before, strict=True)]
    speaks = np.array([bool(CAUSE.search(one.text)) for one in sentences]) | (np.array(announcer) >= 0)
    led = np.where(speaks & (np.array(leader) >= 0), answering[leader], 0.0)
    least = np.where(np.array(announcer) >= 0, ANSWERS, LEADS)
    told = np.flatnonzero(speaks & ((answering >= ANSWERS) | (led >= least))).tolist()
    explained = {at: before[at] if led[at] >= LEADS and announcer[at] < 0 else -1 for at in told}
    return Causes(speaks, led, explained)


def causes_first(chosen: Sequence[int], told: Mapping[int, int]) -> list[int]:
    """The chosen sentences with those first that tell why, each straight after the chosen one that it explains, if any.

    Whoever asks why has asked for the cause; what happened is only told beside it.
    """
    pairs = {at: told[at] for at in chosen if at in told and told[at] in chosen and told[at] not in told}
    groups = [[pairs[at], at] if at in pairs else [at] for at in chosen if at not in pairs.values()]
    groups.sort(key=lambda group: (told.keys().isdisjoint(group), min(map(chosen.index, group))))
    return [at for group in groups for at in group]


def _before(sentences: Sequence[Stretch]) -> list[int]:
    """For each sentence the place of the one straight before it in its article; -1 where that is not among them."""
    ends = {(one.article_id, one.end): at for at, one in enumerate(sentences)}
    near = ([(one.article_id, one.start - gap) for gap in range(WIDEST_GAP + 1)] for one in sentences)
    return [next((ends[key] for key in keys if key in ends), -1) for keys in near]


def _announcer(at: int, sentences: Sequence[Stretch], before: Sequence[int]) -> int:
    """The place of the sentence that announces causes shortly before one; -1 when none does."""
    for _ in range(ANNOUNCED):
        at = before[at]
        if at < 0 or ANNOUNCES.search(sentences[at].text):
            return at
    return -1
