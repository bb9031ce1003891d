"""A follow-up question and its history → a question that stands by itself. Rules, no model; the result is shown.

Four cases, tried in order: a fragment ("and in 2014?", "what about Kazakhstan?", "why?") is put into the question
before it; a pronoun, "there" or "then" is replaced by what it points to; a question without a subject of its own
("how much did the project cost?") gets the subject of the conversation in brackets; anything else stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

QUESTION_WORDS = frozenset(
    "a an and are as at aside besides but by can could did do does for from had has have how if in is it its of on "
    "or she he they the then that this these those there to was were what when where which who whom whose why will "
    "with would please tell name list give show any some i we you so not no yes what's who's also after before "
    "since".split()
)
NAME = r"(?:[A-ZÀ-ÖØ-ÞА-ЯЁ][\w’'.-]*\w|[A-Z])"
ENTITY = re.compile(rf"{NAME}(?:(?:\s+(?:of|the|and|for|al|bin|ibn|de|la|van|von)){{0,2}}\s+{NAME}|\s+\d{{1,4}}\b)*")
MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
TIME = re.compile(rf"\b(?:\d{{1,2}}\s+{MONTH}\s+\d{{4}}|{MONTH}(?:\s+\d{{1,2}},)?\s+\d{{4}}|{MONTH}|(?:19|20)\d\d)\b")
TIME_PHRASE = re.compile(rf"\s*\b(?:in|on|since|before|after|by|during|until|as of)\s+(?:the\s+)?{TIME.pattern}", re.I)
FRAGMENT = re.compile(
    r"^(?:(?:and|but|so|ok|okay)[,\s]+)*(?:what about|how about|and|or)?\s*(?P<rest>.+?)\s*\?*$", re.I
)
BARE = re.compile(
    r"^(?:and|but|so)?\s*(why|when|where|who|how|how many|how much|since when|where exactly)"
    r"(?:\s+(?:is|was)\s+(?:that|this|it))?\s*\?*$",
    re.I,
)
PERSON = re.compile(r"\b(he|him|his|she|her|hers)\b", re.I)
THING = re.compile(
    r"\b(it|its|they|them|their|theirs)\b|(?<!before )(?<!after )\b(this|that|these|those)(?=\s*(?:\?|$|,))", re.I
)
PLACE = re.compile(r"\bthere\b(?!\s+(?:is|are|was|were|been|be|has|have|had|any|a|an|other|more)\b)", re.I)
EXPLETIVE_THERE = re.compile(r"\b(?:is|are|was|were)\s+there\b", re.I)
MOMENT = re.compile(
    r"\b(?:then|(?:at|by|in|on)? ?that (?:day|year|month|week|time)|(?<=before )that|(?<=after )that)\b", re.I
)
DATE_ONLY = re.compile(rf"^(?:on |in |about )?{TIME.pattern}$", re.I)
POSSESSIVE = frozenset(("his", "hers", "its", "their", "theirs"))


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was asked, and the answer that was given."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about: entities last spoken of, by kind."""

    question: str = ""
    subject: str = ""
    person: str = ""
    place: str = ""
    moment: str = ""


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The question with what it takes from the history put in; the question itself when it takes nothing."""
    topic = Topic()
    for turn in history:
        topic = _followed(topic, _resolved(turn.question.strip(), topic), turn.answer)
    return _resolved(question, topic)


def _resolved(question: str, topic: Topic) -> str:
    if not topic.question:
        return question
    if (whole := _completed(question, topic)) is not None:
        return whole
    resolved = _replaced(question, topic)
    if not entities(resolved) and topic.subject:
        resolved = f"{resolved.rstrip(' ?.')} ({topic.subject})?"
    return resolved


def _completed(question: str, topic: Topic) -> str | None:
    """A fragment put into the question before it, or None when the question is not a fragment."""
    if bare := BARE.match(question):
        return f"{bare[1].capitalize()}: {topic.question}"
    opening = re.match(r"^(?:and|but|so|or|what about|how about)\b", question, re.I)
    rest = (FRAGMENT.match(question) or [question, question])[1].strip()
    before = topic.question.rstrip(" ?")
    if TIME_PHRASE.fullmatch(" " + rest) or (opening and TIME.fullmatch(rest)):
        phrase = rest if TIME_PHRASE.fullmatch(" " + rest) else f"in {rest}"
        return f"{TIME_PHRASE.sub('', before).strip()} {phrase}?"
    rest = re.sub(r"^(?:in|at|for|from|of|to|with)\s+(?=[A-ZÀ-ÞА-Я])", "", rest)
    first = rest.split()[0].lower() if rest.split() else ""
    if opening and first not in QUESTION_WORDS and len(rest.split()) <= 6 and topic.subject in before:
        return f"{before.replace(topic.subject, rest)}?"
    return None


def _replaced(question: str, topic: Topic) -> str:
    """Pronouns replaced by what they point to, the first of each kind only; each needs something to point to."""
    question = re.sub(r"^(?:and|but|so)\b[,\s]*", "", question, flags=re.I) if topic.subject else question
    person = topic.person or topic.subject
    question = _substituted(PERSON, question, person)
    if not (person and PERSON.search(question)):
        question = _substituted(THING, question, topic.subject)
    if topic.place and not EXPLETIVE_THERE.search(question):
        question = PLACE.sub(f"in {topic.place}", question, count=1)
    if topic.moment:
        question = MOMENT.sub(
            lambda match: _dated(question[: match.start()], match[0], topic.moment), question, count=1
        )
    return question[:1].upper() + question[1:]


def _dated(before: str, said: str, moment: str) -> str:
    """A date with the preposition it needs where "then" or "that day" stood."""
    space = " " if said.startswith(" ") else ""
    if re.search(r"\b(?:before|after|since|until|by)\s*$", before, re.I):
        return space + moment
    return f"{space}{'on' if moment[:1].isdigit() and ' ' in moment else 'in'} {moment}"


def _substituted(pronoun: re.Pattern[str], question: str, entity: str) -> str:
    """Every pronoun of a kind replaced by the entity, with an apostrophe where it says whose."""
    if not entity or entity.lower() in question.lower():
        return question

    def said(match: re.Match[str]) -> str:
        word = match[0].lower()
        if entities(question[: match.start()]):
            return match[0]  # it points to the name before it, not to the history
        follows = question[match.end() :].lstrip()
        owns = word in POSSESSIVE or (word == "her" and re.match(r"[a-z]", follows) is not None)
        return (entity + ("’" if entity.endswith("s") else "’s")) if owns else entity

    return pronoun.sub(said, question)


def _followed(topic: Topic, question: str, answer: str) -> Topic:
    """The topic after another turn; what the turn does not speak of stays."""
    asked, answered = entities(question), entities(answer)
    asks_person = re.search(
        r"\b(?:who|whom|whose|which (?:president|leader|minister|man|woman|person))\b", question, re.I
    )
    asks_place = re.search(r"\b(?:where|which (?:city|country|town|province|region)|capital)\b", question, re.I)
    short = answer.strip() if len(answer.split()) <= 6 else ""
    person = answered[0] if asks_person and answered else next((e for e in asked if " " in e), topic.person)
    dated = TIME.search(answer) or TIME.search(question)
    is_date = bool(DATE_ONLY.match(short))
    return Topic(
        question=question,
        subject=asked[0] if asked else (answered[0] if answered and not is_date else topic.subject),
        person=person,
        place=(short if asks_place and short else asked[-1] if asked else topic.place),
        moment=dated[0] if dated else topic.moment,
    )


def entities(text: str) -> list[str]:
    """Names in a text, in order: runs of capitalised words that are not question words; dates are not names."""
    found: list[str] = []
    for match in ENTITY.finditer(text):
        words = match[0].split()
        while words and words[0].lower() in QUESTION_WORDS:
            words = words[1:]
        name = re.sub(r"[’']s$", "", " ".join(words)).strip(" .")
        if name and not TIME.fullmatch(name) and name.lower() not in QUESTION_WORDS:
            found.append(name)
    return found
