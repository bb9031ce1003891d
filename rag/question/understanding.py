"""What a question asks for, understood once: every later stage reads these fields, none reads the question again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from rag.english.mentions import entities
from rag.english.names import LONG_NAME
from rag.english.offices import asks_for_office, lower_roles, qualifiers_asked
from rag.english.predicates import Predication, split_claim
from rag.english.tokens import Word, sentences_of, stem
from rag.question.kind import YES_NO, Kind, asking_sentence, asks_about_now, kind_of
from rag.question.open_questions import OpenQuestion, claim_of, open_questions, opening_verb

Tense = Literal["past", "present"]

ASKING = frozenset("who whom whose what which where when how many much now currently current today latest".split())
"""Words of a question that ask, and need not stand in an answer."""
ASKS_WHY = re.compile(
    r"\bwhy\b|\breasons?\b|\bcaused?\b"
    r"|\bwhat (?:led to|brought about|explains|sparked|triggered|set off|(?:is|was) behind)\b",
    re.I,
)
ASKS_IN_ORDER = re.compile(
    r"\b(?:time-?line|chronolog\w+|over time|history of|sequence of events|in order"
    r"|how did .+ (?:develop|unfold|evolve))\b",
    re.I,
)
ASKS_TO_COMPARE = re.compile(r"\b(?:compare[ds]?|comparison|differences? between|differ|versus|vs\.?)\b", re.I)
ASKS_AGE = re.compile(r"\bhow old\b|\bwhat age\b", re.I)
COUNTED = re.compile(r"\bhow many\s+(?P<counted>[^?,;]+)", re.I)
COUNTED_WORDS = 5
GENERAL = frozenset(map(stem, "people person persons were was are is have has had do did does been".split()))
"""Words of a question that do not tell what is counted."""
PAST = re.compile(r"(?:and |but |so |then )?(?:did|was|were|has|have|had)\b", re.I)


SAYS_OF = re.compile(
    r"^(?:when|where|why|how(?:\s+(?:old|many|much|long|far)(?:\s+[a-z]+)?)?|(?:in|on|since|until)?\s*(?:what|which)"
    r"\s+(?:year|date|day|month|city|country|place))"
    r"\s+(?P<verb>is|are|was|were|did|does|do|has|have|had|will)\s+(?P<claim>.+?)[\s?.!]*$",
    re.I,
)
"""A question for a time, a place, a reason or a number, and what it takes for granted: "Why did Orlan flee?"."""
WHO_IS = re.compile(r"^(?:who|whom)\s+(?:is|was|are|were|[’']s)\s+[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*)*\s*\??$")
WHICH_OF_A_NAME = re.compile(r"\b(?:[Ww]hich|[Ww]hat)\s+(?:[a-z]+\s+){0,2}[A-Z]\w+")


ASKS_LONG_FORM = re.compile(
    r"\b(?P<before>[A-Z]{2,6})\s+(?:stands?|short)\s+for\b|^(?P<alone>[A-Z]{2,6})\s*=\s*\?*$"
    r"|\b(?:full|long|whole) (?:name|form) of (?:the )?(?P<behind>[A-Z]{2,6})\b"
    r"|\b(?P<letters>[A-Z]{2,6})\s+(?:is )?(?:an )?(?:acronym|abbreviat\w+|abbreviated)\b"
)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What a sentence that answers a question should hold: its words, and its long names, which are not among them."""

    words: tuple[Word, ...]
    names: tuple[str, ...]

    @property
    def besides_names(self) -> AskedFor:
        """The words that are no names: what is asked about them."""
        return AskedFor(tuple(word for word in self.words if not word.is_capital), ())


@dataclass(frozen=True)
class Understanding:
    """What a standalone question asks for. Fields are read from its text when they are first needed, and kept."""

    text: str

    @cached_property
    def asking(self) -> str:
        """The sentence that asks, where others only tell what it is about."""
        return asking_sentence(self.text)

    @cached_property
    def kind(self) -> Kind:
        """The kind of answer that is asked for."""
        return kind_of(self.text)

    @cached_property
    def is_about_now(self) -> bool:
        """Whether it asks how things stand, so that newer evidence is better evidence."""
        return asks_about_now(self.text)

    @cached_property
    def tense(self) -> Tense:
        """Whether a yes-or-no question asks for what has been or for what is."""
        return "past" if PAST.match(self.text) else "present"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Everything that it names, in order."""
        return tuple(entities(lower_roles(self.text)))

    @cached_property
    def sure_names(self) -> tuple[str, ...]:
        """The names without a single word that opens the question: its capital may be that of any first word."""
        return tuple(name for name in self.names if len(name.split()) > 1 or not self.text.startswith(name))

    @cached_property
    def premise(self) -> Predication | None:
        """What it takes for granted of somebody or something that it names; None when that does not show."""
        match = SAYS_OF.match(self.asking)
        premise = split_claim(match["claim"], match["verb"]) if match else None
        return premise if premise and any(word.is_capital for word in premise.subject) else None

    @cached_property
    def asks_who_is(self) -> bool:
        """Whether it only asks who somebody is."""
        return bool(WHO_IS.match(self.text))

    @cached_property
    def asks_which_of_a_name(self) -> bool:
        """Whether it asks which of several of one name."""
        return bool(WHICH_OF_A_NAME.search(self.text))

    @cached_property
    def asks_for_office(self) -> bool:
        """Whether it asks who holds an office or leads something."""
        return asks_for_office(self.text)

    @cached_property
    def qualifiers(self) -> frozenset[str]:
        """The qualifiers of the office that it asks for: acting, deputy, former."""
        return qualifiers_asked(self.text)

    @cached_property
    def asked_for(self) -> AskedFor:
        """Its words and long names, without the words that only ask."""
        long_names = tuple(name for name in self.names if len(name.split()) >= LONG_NAME)
        rest = lower_roles(self.text)
        for name in long_names:
            rest = rest.replace(name, " ")
        words = (word for sentence in sentences_of(rest) for word in sentence if word.is_content)
        return AskedFor(tuple(word for word in words if word.lower not in ASKING), long_names)

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """The stems of the words that say what it counts; none when it counts nothing."""
        match = COUNTED.search(self.text)
        words = match["counted"].lower().split()[:COUNTED_WORDS] if match else []
        return tuple(stem(word) for word in words if stem(word) not in GENERAL and len(word) > 2)

    @cached_property
    def acronym(self) -> str | None:
        """The acronym whose long form it asks for."""
        match = ASKS_LONG_FORM.search(self.text)
        return next(filter(None, match.groups()), None) if match else None

    @cached_property
    def claim(self) -> str | None:
        """What it asks to be true; None when it is not a question for yes or no."""
        return claim_of(self.text)

    @cached_property
    def opening(self) -> str:
        """The verb that opens a question for yes or no; empty for others."""
        return opening_verb(self.text)

    @cached_property
    def is_yes_no(self) -> bool:
        """Whether it begins as a question for yes or no does, even one that offers a choice."""
        return bool(YES_NO.match(self.text))

    @cached_property
    def asks_why(self) -> bool:
        """Whether it asks for a cause."""
        return bool(ASKS_WHY.search(self.text))

    @cached_property
    def asks_in_order(self) -> bool:
        """Whether it asks for events in the order of time."""
        return bool(ASKS_IN_ORDER.search(self.text))

    @cached_property
    def asks_to_compare(self) -> bool:
        """Whether it asks how things differ."""
        return bool(ASKS_TO_COMPARE.search(self.text))

    @cached_property
    def asks_age(self) -> bool:
        """Whether it asks how old somebody is."""
        return bool(ASKS_AGE.search(self.text))

    def open_questions(self, reference: date) -> list[OpenQuestion]:
        """The open questions behind one of yes or no; "last week" counts from `reference`."""
        return open_questions(self.text, reference)
