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

from rag.english.time_expressions import time_expressions
from rag.question.kind import NUMBER_WORDS, PERSON

YES_NO = re.compile(
    r"^(?:(?:and|but|so|then)[,\s]+)?(?P<verb>is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)"
    r"(?P<denied>n['’]t| not)?\s+(?P<rest>.+?)\s*\?*$",
    re.I | re.S,
)
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
POST = re.compile(rf"^(?P<named>{NAME})\s+(?P<rest>(?:still\s+|now\s+)?the\s+.+)$")
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


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question whose answer decides another: yes when it is `named`; no when it is something else and there can be
    `one_only`."""

    text: str
    named: str
    one_only: bool


def claim_of(question: str) -> str | None:
    """What a question asks to be true; None when it is not one for yes or no ("Is it A or B?")."""
    match = _asked(question)
    return match["rest"] if match else None


def open_questions(question: str, reference: date) -> list[OpenQuestion]:
    """The open questions behind one of yes or no; none when it names nothing that can be asked for."""
    match = _asked(question)
    return list(_opened(match["verb"].lower(), match["rest"], reference)) if match else []


def _asked(question: str) -> re.Match[str] | None:
    match = YES_NO.match(question.strip())
    return None if match is None or CHOICE.search(match["rest"]) else match


def _opened(verb: str, rest: str, reference: date) -> Iterator[OpenQuestion]:
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
