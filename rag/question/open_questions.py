"""A question of yes or no → open questions whose answers decide it: "Was Karimov buried in Samarkand?" → "Where was
Karimov buried?" and "Samarkand".

What is asked for is what a reporter would check: the time, the place, the number, by whom, or who holds a post. Where
there can be only one answer ("born", "the capital of"), another answer than the one named says no.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.english.names import TITLES
from rag.english.time_expressions import time_expressions
from rag.question.kind import NUMBER_WORDS, PERSON

YES_NO = re.compile(
    r"^(?:(?:and|but|so|then)[,\s]+)?(?P<verb>is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
    r"(?P<denied>n['’]t| not)?\s+(?P<rest>.+?)\s*\?*$",
    re.I | re.S,
)
ROLES = "|".join(sorted(TITLES | frozenset(("head", "chair", "ceo", "founder", "coach", "editor"))))
COMPARED = re.compile(
    r"\b(?:(?P<adjective>high|tall|long|old|larg|big|wid|deep|heav|young|short|small)i?er|(?P<count>more|fewer|less|over"
    r"|under|above|below))\s+(?:than\s+)?(?P<named>\d[\d,.]*(?:\s(?:million|billion|percent|per cent))?%?)"
    r"\s*(?P<unit>[a-z]+)?",
    re.I,
)
"""A figure that another one is held against: "higher than 300 metres", "fewer than 20 people"."""
LESS = frozenset("young short small fewer less under below".split())
FULL = {"larg": "large", "wid": "wide", "heav": "heavy"}
TRUE_THAT = re.compile(r"^is it (?:right|true|correct|a fact|the case|so) that\s+", re.I)
OR_NOT = re.compile(r",?\s+or not\s*\?*$", re.I)
THAN = re.compile(r"\bthan\b", re.I)
CHOICE = re.compile(r"\bor\b", re.I)
NAME = r"(?:the\s+)?[A-Z][\w.’'-]*(?:\s+(?:(?:of|the|al|bin|de)\s+)*[A-Z][\w.’'-]*)*"
PLACE = re.compile(rf"\s+(?P<preposition>in|at|near|from|to|into|on)\s+(?P<named>{NAME})$")
BY = re.compile(rf"\s+by\s+(?P<named>{NAME})$")
FIGURE = re.compile(
    r"\b(?P<named>(?:(?:about|around|some|nearly|almost|more than|at least|over|up to)\s+)?"
    rf"(?:\d[\d,.]*|(?:{'|'.join(sorted(NUMBER_WORDS))})\b)(?:[\s-](?:{'|'.join(sorted(NUMBER_WORDS))})\b)*"
    r"(?:\s?(?:percent|per cent|%))?)\s+(?P<counted>(?:[a-z]+\s)?[a-z]+s|people|men|women|children)\b",
    re.I,
)
POST = re.compile(
    rf"^(?P<named>{NAME})\s+(?:(?:still|now|currently|also)\s+)*(?P<rest>(?:the\s+.+|(?:{ROLES})\s+of\s+.+))$"
)
ONE_PLACE = re.compile(
    r"\b(?:born|die[ds]?|held|signed?|found(?:ed)?|lies?|located|situated|stands?|sits?|built|based|move[ds]?|flee|fled"
    r"|end(?:ed)?|start(?:ed)?|begin|began|take place|took place|happen(?:ed)?|go|went)\b",
    re.I,
)
"""Verbs of what happens in one place only; so does what was done to someone once ("was flown to")."""
ONCE = frozenset(("was", "were"))
WINS = re.compile(
    rf"^(?P<named>{NAME})\s+(?P<rest>(?:win|won|beat|found|founded|succeed|succeeded|replace|replaced|invent|invented"
    r"|coin|coined|lead|head|govern|rule|kill|killed)\b.*)$"
)
"""What only one does, and the one."""
OF = re.compile(r"(?P<asked>\bdied?)\s+of\s+(?P<named>[^,]+)", re.I)
SHARE = re.compile(
    r"\b(?P<named>(?:(?:about|around|nearly|almost|more than|less than|at least|over|under)\s+)?"
    r"[\d.]+\s?(?:percent|per cent|%))\s+of\s+(?P<whole>(?:the\s+)?\w+)",
    re.I,
)
WHEN = re.compile(r"(?:in|on|at|by|since|during|before|after|until)\b", re.I)
NOW = frozenset(("is", "are"))
DO = frozenset(("do", "does", "did"))


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question whose answer decides another: yes when it is `named`; no when it is something else and there can be
    `one_only`."""

    text: str
    named: str
    one_only: bool
    bound: Literal["", "more", "less"] = ""
    """Whether what answers must be more or less than what is named."""


def claim_of(question: str) -> str | None:
    """What a question asks to be true; None when it is not one for yes or no ("Is it A or B?")."""
    match = _asked(question)
    return match["rest"] if match else None


def opening_verb(question: str) -> str:
    """The verb that opens a question for yes or no; empty for others."""
    match = _asked(question)
    return match["verb"].lower() if match else ""


def open_questions(question: str, reference: date) -> list[OpenQuestion]:
    """The open questions behind one of yes or no; none when it names nothing that can be asked for."""
    match = _asked(question)
    return list(_opened(match["verb"].lower(), match["rest"], reference)) if match else []


def _asked(question: str) -> re.Match[str] | None:
    match = YES_NO.match(OR_NOT.sub("", TRUE_THAT.sub("Did ", question.strip())))
    return None if match is None or CHOICE.search(match["rest"]) else match


def _opened(verb: str, rest: str, reference: date) -> Iterator[OpenQuestion]:
    if (compared := COMPARED.search(rest)) and not SHARE.search(rest):
        yield _compared(verb, rest, compared)
        return
    timeless, when = rest, None
    times = time_expressions(rest, reference)
    if times and times[-1].end == len(rest) and WHEN.match(rest, times[-1].start):
        when, timeless = rest[times[-1].start :], rest[: times[-1].start].rstrip(" ,")
        yield OpenQuestion(f"When {verb} {timeless}?", when, one_only=True)
    place = None if THAN.search(timeless) else PLACE.search(timeless)
    if place:
        asked = timeless[: place.start()]
        origin = f" {place['preposition']}" if place["preposition"] in ("from", "to") else ""
        yield OpenQuestion(
            f"Where {verb} {asked}{origin}?", place["named"], verb in ONCE or bool(ONE_PLACE.search(asked))
        )
    if by := BY.search(timeless):
        yield OpenQuestion(f"Who {verb} {timeless[: by.start()]} by?", by["named"], one_only=True)
    if share := SHARE.search(timeless):
        others = " ".join((timeless[: share.start()] + timeless[share.end() :]).split())
        yield OpenQuestion(f"What percentage of {share['whole']} {verb} {others}?", share["named"], one_only=True)
    elif figure := FIGURE.search(timeless):
        others = " ".join((timeless[: figure.start()] + timeless[figure.end() :]).split())
        yield OpenQuestion(f"How many {figure['counted']} {verb} {others}?", figure["named"], one_only=True)
    if cause := OF.search(timeless):
        yield OpenQuestion(f"What {verb} {timeless[: cause.end('asked')]} of?", cause["named"], one_only=True)
    if verb in ("do", "does", "did", "has") and (subject := WINS.match(timeless)):
        yield OpenQuestion(f"Who {verb} {subject['rest']}?", subject["named"], one_only=True)
    if verb in ("is", "was") and (post := POST.match(timeless)):
        kind = "Who" if PERSON.search(f"which {post['rest']}") else "What"
        yield OpenQuestion(f"{kind} {verb} {post['rest']}?", post["named"], verb in NOW or when is not None)


def _compared(verb: str, rest: str, compared: re.Match[str]) -> OpenQuestion:
    """The question for the figure that is held against another: "How high is the dam planned to be?"."""
    adjective, unit = compared["adjective"], compared["unit"] or ""
    before, after = rest[: compared.start()].strip(), rest[compared.end() :].strip()
    bound: Literal["more", "less"] = "less" if (adjective or compared["count"]).lower() in LESS else "more"
    if adjective:
        asked = f"How {FULL.get(adjective.lower(), adjective.lower())} {verb} {before} {after}"
    else:
        counted = "What percentage" if unit in ("percent", "per") or "%" in compared["named"] else f"How many {unit}"
        asked = f"{counted} {before} {after}" if verb in DO and not before else f"{counted} {verb} {before} {after}"
    return OpenQuestion(f"{' '.join(asked.split())}?", f"{compared['named']} {unit}".strip(), True, bound)
