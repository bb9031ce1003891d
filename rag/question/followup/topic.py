"""What a conversation is about: what was mentioned, turn by turn, and which of it a pronoun points to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rag.english.lexicon import (
    AUXILIARY,
    COUNTED,
    EVENT_NOUNS,
    PERSON_NOUNS,
    TIME,
    TIME_PHRASE,
    WH,
    Gender,
    Kind,
    kind_of_noun,
)
from rag.english.mentions import Mention, mentions

Pronoun = Literal["he", "she", "it", "they"]

NOT_SAID = re.compile(r"^(?:the articles (?:here )?do not say|i don[’']t know)\b", re.I)
MARK = re.compile(r"\s*\[\d+\]")
ASKS_PLACE = re.compile(
    r"\bwhere\b|\b(?:which|what) (?:\w+ )?(?:city|country|town|province|region|village|place|base|state)\b|\bcapital\b",
    re.I,
)
ASKS_SUBJECT = re.compile(
    rf"^(?:who|(?:which|what) (?:\w+ )?(?:{'|'.join(sorted(PERSON_NOUNS))}))\s+(?!do\b|does\b|did\b)", re.I
)
POINTING = re.compile(r"(?:this|that|these|those)\b", re.I)
GENERIC_NOUNS = frozenset(
    "group band team show film movie company country city man woman project book album song".split()
)
"""Behind "the" they stand for something named before, and are no better to point to."""
SHORT_ANSWER_WORDS = 8
READ_CHARACTERS = 400
ANSWER_MENTIONS = 3
"""A long answer mentions much in passing: only what it names first is remembered."""


@dataclass(frozen=True, slots=True)
class TurnTopic:
    """What one turn mentioned, most salient first in each list; `passing` is what a long answer named beside."""

    asked: tuple[Mention, ...] = ()
    answered: tuple[Mention, ...] = ()
    passing: tuple[Mention, ...] = ()
    answer_first: bool = False

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return self.answered + self.asked if self.answer_first else self.asked + self.answered


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about, newest turn first.

    `question` is the last one, standing by itself; `answer` its answer when it is short; `moment` the date last spoken
    of; `counted` those whom the last question counted ("the people who died in the attack").
    """

    question: str = ""
    answer: str = ""
    turns: tuple[TurnTopic, ...] = ()
    place: Mention | None = None
    moment: str = ""
    counted: str = ""

    def __iter__(self) -> Iterator[Mention]:
        """Everything mentioned, most salient first: questions and short answers by turn, then long answers."""
        yield from (mention for turn in self.turns for mention in turn.mentions)
        yield from (mention for turn in self.turns for mention in turn.passing)

    @property
    def subject(self) -> Mention | None:
        """What a question that names nothing is about: events and things of the last question before who or where."""
        ranks: dict[Kind, int] = {"event": 0, "thing": 0, "group": 1, "any": 2, "person": 3, "place": 4}
        for turn in self.turns:
            ranked = sorted(turn.asked, key=lambda one: 0 if one.head and one.kind == "place" else ranks[one.kind])
            if ranked or turn.answered:
                return (*ranked, *turn.answered)[0]
        return None

    def of_kind(self, kind: Kind) -> Mention | None:
        """The most salient mention of a kind."""
        return next((one for one in self if one.kind == kind), None)

    def antecedent(self, pronoun: Pronoun) -> Mention | None:
        """What a pronoun points to, or None: agreement first, then how lately it was spoken of."""
        if pronoun in ("he", "she"):
            return self._person("female" if pronoun == "she" else "male")
        if pronoun == "they":
            return self._several()
        return self._first(lambda one: one.kind in ("event", "thing") or bool(one.head and one.kind == "place")) or None

    def _person(self, gender: Gender) -> Mention | None:
        def fits(one: Mention) -> bool:
            return one.gender in ("", gender) and not one.plural and not (one.is_name and one.text.startswith("the "))

        newest = self.turns[0].mentions if self.turns else ()
        return (
            _named_first(one for one in newest if one.kind == "person" and fits(one))
            or next((one for one in self if one.known and one.gender == gender), None)
            or next(
                (one for one in newest if one.kind == "any" and one.is_name and fits(one) and self._acts(one)), None
            )
            or _named_first(one for one in self if one.kind == "person" and fits(one))
            or self._first(lambda one: one.kind == "any" and one.is_name and fits(one))
        )

    def _acts(self, mention: Mention) -> bool:
        """Whether the last question asks what a name did: "When did Ghazi …"."""
        return re.search(rf"\b{AUXILIARY}\s+$", self.question[: mention.start], re.I) is not None

    def _several(self) -> Mention | None:
        newest = self.turns[0].mentions if self.turns else ()
        central = [one for turn in self.turns for one in turn.mentions if not _is_part(one, turn.mentions)]
        return (
            next((one for one in newest if one.kind == "group" and one.is_name), None)
            or next((one for one in central if one.known and one.kind == "group"), None)
            or next(
                (one for one in central if one.kind == "group" or (one.plural and one.kind not in ("person", "place"))),
                None,
            )
            or next((one for one in central if one.plural or one.kind == "any"), None)
            or next((one for one in central if one.kind == "person"), None)
            or self._first(lambda one: one.kind == "group" or one.plural)
        )

    def _first(self, fits: Callable[[Mention], bool]) -> Mention | None:
        return next((one for one in self if fits(one)), None)

    def thing(self) -> Mention | None:
        """What "it" points to: in the newest turn that has one, what is neither a person nor several."""
        for turn in self.turns:
            candidates = [one for one in turn.mentions if (one.kind != "person") and not _only_several(one)]
            if candidates:
                return min(candidates, key=_as_thing)
        return None

    def learned(self, question: str) -> Topic:
        """The topic with what a question gives away of those it points to: he, she, or several."""
        for words, pronoun, kind, gender in _TELLING:
            if re.search(rf"\b(?:{words})\b", question, re.I) and (one := self.antecedent(pronoun)):
                if pronoun == "they" and (one.gender or one.head):
                    continue
                known = replace(one, kind=kind, gender=gender, known=True)
                return replace(self, turns=tuple(_known(turn, known) for turn in self.turns))
        return self

    def followed(self, question: str, answer: str) -> Topic:
        """The topic after another turn; what the turn does not speak of stays behind it."""
        answer = "" if NOT_SAID.match(answer.strip()) else MARK.sub("", answer[:READ_CHARACTERS]).strip()
        asked = (*_events(question), *(self._recalled(one) for one in _opened(question)))
        answered = tuple(
            self._recalled(_as_asked(one, question))
            for one in mentions(answer)[:ANSWER_MENTIONS]
            if one.bare not in GENERIC_NOUNS and (one.kind != "any" or one.is_name)
        )
        is_short = len(answer.split()) <= SHORT_ANSWER_WORDS
        answer_first = is_short and bool(ASKS_SUBJECT.match(question))
        if answer_first and any(one.kind == "person" for one in answered):  # the office is the person who was named
            asked = tuple(one for one in asked if one.is_name or one.kind != "person")
        turn = TurnTopic(asked, answered if is_short else (), () if is_short else answered, answer_first)
        dated = TIME.search(answer) or TIME.search(question)
        return Topic(
            question=question,
            answer=answer.rstrip(".") if is_short else "",
            turns=(turn, *self.turns),
            place=_place(question, asked, answered) or self.place,
            moment=dated[0] if dated else self.moment,
            counted=_counted(question),
        )

    def _recalled(self, mention: Mention) -> Mention:
        """A mention with what is known of it from before; a surname alone becomes the full name."""
        for one in self:
            if one.bare == mention.bare and one.kind != "any":
                return replace(mention, kind=one.kind, gender=one.gender or mention.gender, known=one.known)
            if mention.is_name and one.is_name and one.kind == "person" and mention.text in one.text.split():
                return one
        return mention


_TELLING: tuple[tuple[str, Pronoun, Kind, Gender], ...] = (
    ("he|him|his", "he", "person", "male"),
    ("she|her|hers", "she", "person", "female"),
    ("they|them|their", "they", "group", ""),
)


def _known(turn: TurnTopic, known: Mention) -> TurnTopic:
    def told(one: Mention) -> Mention:
        return replace(one, kind=known.kind, gender=known.gender, known=True) if one.bare == known.bare else one

    return replace(
        turn,
        asked=tuple(map(told, turn.asked)),
        answered=tuple(map(told, turn.answered)),
        passing=tuple(map(told, turn.passing)),
    )


def _named_first(people: Iterable[Mention]) -> Mention | None:
    """The first who is named, or the first."""
    found = list(people)
    return next((one for one in found if one.is_name), found[0] if found else None)


def _is_part(mention: Mention, others: Iterable[Mention]) -> bool:
    """Whether a name only stands in the name of something else: "Rogun" in "the Rogun dam"."""
    return any(other.head and mention.is_name and mention.bare in other.bare for other in others)


def _only_several(mention: Mention) -> bool:
    return mention.plural and bool(mention.head) and mention.head not in ("games", "talks")


def _as_thing(mention: Mention) -> int:
    """How readily something is spoken of as "it": a dam before a movement, and both before a country."""
    if mention.kind in ("event", "thing") or mention.head:
        return 0
    return {"group": 1, "any": 2}.get(mention.kind, 3)


def _opened(question: str) -> list[Mention]:
    """What a question mentions; a name that stands alone, as typed into a search field, is mentioned whole."""
    alone = re.fullmatch(r"\s*([^?()]*[^?()\s])\s*(?:\((\w[^)]*)\))?\s*", question)
    opens_question = re.match(rf"(?:{WH}|{AUXILIARY})\b", question.strip(), re.I)
    if not alone or opens_question or len(alone[1].split()) > 5 or not re.match(r"[A-ZÀ-Þ\d]", alone[1]):
        found = [one for one in mentions(question) if not POINTING.match(one.text)]
        return [one for one in found if one.bare not in GENERIC_NOUNS]
    found = mentions(alone[1])
    kind: Kind = found[0].kind if found else "any"
    if alone[2]:  # "Hugo (film)"
        kind = kind_of_noun(alone[2].split()[-1].lower())
        kind = found[0].kind if kind == "any" and found else kind
    gender = found[0].gender if found else ""
    is_group = alone[1].startswith("The ") and alone[1].endswith("s")
    return [Mention(alone[1], "group" if is_group else kind, 0, gender=gender)]


def _events(question: str) -> list[Mention]:
    """What happened, when it is named without "the": "protests … in Osh in July" → "the protests in Osh in July"."""
    event = re.search(rf"(?<!\bthe )\b(?:{'|'.join(sorted(EVENT_NOUNS))})\b(?=[a-z ]* in [A-Z])", question)
    places = [one for one in mentions(question) if one.kind == "place" and one.is_name]
    if not event or not places or any(one.head == event[0] for one in mentions(question)):
        return []
    time = TIME_PHRASE.search(question, places[0].end)
    return [Mention(f"the {event[0]} in {places[0].text}{time[0] if time else ''}", "event", 0, head=event[0])]


def _as_asked(mention: Mention, question: str) -> Mention:
    """A mention of an answer, of the kind that was asked for when its own words do not tell."""
    if mention.kind == "any" and re.match(r"who\b", question, re.I):
        return replace(mention, kind="person")
    if mention.kind in ("any", "person") and ASKS_PLACE.search(question) and not mention.gender:
        return replace(mention, kind="place")
    return mention


def _place(question: str, asked: tuple[Mention, ...], answered: tuple[Mention, ...]) -> Mention | None:
    """Where "there" is after a turn: the place asked for, else the last place named in the question or the answer."""
    places = [one for one in answered if one.kind == "place"] if ASKS_PLACE.search(question) else []
    named = [one for one in asked if one.kind == "place" and one.is_name]
    described = [one for one in asked if one.kind == "place"]
    return next(iter([*places, *named[-1:], *described, *(one for one in answered if one.kind == "place")]), None)


def _counted(question: str) -> str:
    """Those whom a question counts: "How many people died in Osh?" → "the people who died in Osh"."""
    match = re.match(
        r"how many ((?:[\w-]+ ){0,2}?[\w-]+s|people|men|women|children|police) (?!of\b)(.+?)\s*\?*$", question, re.I
    )
    if not match or re.match(r"(?:do|does|did|is|can|could)\b", match[2]):
        return ""
    return f"the {match[1]} {'who' if match[1].split()[-1] in COUNTED else 'that'} {match[2]}"
