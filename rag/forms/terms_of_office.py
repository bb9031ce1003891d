"""A sentence about somebody → when their time in a role began or ended, as far as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rag.english.time_expressions import TimeExpression, time_expressions
from rag.english.words import normalised
from rag.forms.people import PersonName, people_in
from rag.forms.roles import LEADS, QUALIFIERS, Role, roles_in
from rag.forms.sentences import ArticleSentence
from rag.forms.successions import POINTS_BACK

ENTERS = re.compile(
    r"\b(?:(?:took|takes?|take|taking) (?:office|over|power)|sworn in|inaugurated|installed|confirmed"
    r"|succeed(?:ed|s))\b",
    re.I,
)
CHOSEN = re.compile(r"\b(?:named|appointed|chosen|elected|won)\b", re.I)
BECAME = re.compile(r"\b(?:became|becomes?|been|is|was)\b|\bfrom\s*$", re.I)
"""How a time in a role begins: surely, by being chosen, or by being it, which needs the role's own name."""
ENDS = re.compile(
    r"\b(?:resign(?:ed|s|ation)|step(?:ped|s) down|stood down|stands down|retire[sd]?|killed|died|dies|death"
    r"|dead|ousted|overthrown"
    r"|deposed|toppled|fled|removed|dismissed|sacked|fired|quit|left office|left the (?:post|office|job)"
    r"|driven from office"
    r"|lost power|voted out|handed over|term ended|was replaced|were replaced|was succeeded)\b",
    re.I,
)
HELD = re.compile(rf"\bheld the (?:post|office|job)|\b{LEADS}\b", re.I)
ELSEWHERE = re.compile(r"\b(?:said|says|told|that|but|because|after|before)\b", re.I)
"""Words between a person and a verb that give the verb to somebody else."""
TURNS_AWAY = re.compile(r",\s+(?:who|which|where)\b", re.I)
NEAR = 40
"""Characters before a date in which a verb tells whether it lies ahead."""
AHEAD = re.compile(r"\b(?:will|takes? office|is to|are to|is due|would)\b", re.I)
WHEN_ENDED = re.compile(r",?\s+when\s+$", re.I)
WHEN_SUCCEEDED = re.compile(r",?\s+when\s+(?:he|she)\s+(?:succeeded|replaced|followed|took over from)\s+$", re.I)
DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th)?\b(?!\d)|day\b", re.I)
MONTH = re.compile(r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*\b", re.I)


@dataclass(frozen=True, slots=True)
class Turn:
    """That somebody's time in a role began or ended on a day, at the precision of `day` ("2012", "2012-08").

    `rank` is 1 where it began with being chosen only: the time itself may begin later.
    """

    name: str
    begins: bool
    day: str
    sentence: ArticleSentence
    rank: int = 0


def turns_in(sentence: ArticleSentence, role: Role, subject: str | None, today: date) -> Iterator[Turn]:
    """The beginnings and ends that a sentence dates; `subject` is whom the sentence before was about."""
    text = sentence.text
    people = people_in(text)
    if subject and (pronoun := POINTS_BACK.match(text)):
        people = [PersonName(subject, 0, pronoun.end()), *people]
    published = sentence.article.published_date or today
    before = 0
    for expression in time_expressions(text, published):
        day = _day(expression, published, text)
        if day is None:
            continue
        yield from _at_once(sentence, expression, people, day)
        if turn := _turn(sentence, role, expression, people, before, day):
            yield turn
        before = expression.end


def _turn(
    sentence: ArticleSentence,
    role: Role,
    expression: TimeExpression,
    people: Sequence[PersonName],
    before: int,
    day: str,
) -> Turn | None:
    text, start = sentence.text, expression.start
    direct = _listed_with_date(text, people, expression)
    window_start = 0 if direct else before
    ended = [found.start() + window_start for found in ENDS.finditer(text[window_start:start])]
    begun = _beginning(text, window_start, start, expression.relation == "since", role)
    if ended and (begun is None or ended[-1] > begun[0]) and expression.relation != "since":
        who = direct or _before(people, ended[-1])
        return Turn(who.text, False, day, sentence) if who else None
    if begun is None:
        return None
    who = direct or _before(people, begun[0])
    if who is None or text[who.end :].startswith(("'s", "’s")) or ELSEWHERE.search(text[who.end : begun[0]]):
        return None
    if TURNS_AWAY.search(text[begun[0] : start]):
        return None
    return Turn(who.text, True, day, sentence, begun[1])


def _listed_with_date(text: str, people: Sequence[PersonName], expression: TimeExpression) -> PersonName | None:
    """The person straight before a date, where several people each have theirs: "X in 2005, Y in 2010"."""
    dated = [p for p in people if re.match(r"\s+in\s+(?:\w+\s+)?\d{4}", text[p.end :])]
    own = [p for p in dated if p.end <= expression.start <= p.end + 2]
    return own[0] if own and len(dated) > 1 else None


def _before(people: Sequence[PersonName], at: int) -> PersonName | None:
    """The last person who is named before a place."""
    return next((person for person in reversed(people) if person.end <= at), None)


def _beginning(text: str, first: int, last: int, since: bool, role: Role) -> tuple[int, int] | None:
    """Where the words stand by which a time in a role begins before a date, and how sure they are (0 the surest)."""
    window = text[first:last]
    for rank, pattern in ((0, ENTERS), (1, CHOSEN), (0, BECAME)):
        found = [
            match for match in pattern.finditer(window) if _of_role(window[match.start() :], role, pattern is BECAME)
        ]
        if found:
            return first + found[-1].start(), rank
    if since and (_of_role(window, role, True) or HELD.search(window)):
        roles = [match.start() for pattern in (role.pattern, HELD) for match in pattern.finditer(window)]
        return first + max(roles, default=0), 0
    return None


def _at_once(
    sentence: ArticleSentence, expression: TimeExpression, people: Sequence[PersonName], day: str
) -> Iterator[Turn]:
    """The end of another's time on the same day: "since March 2009, when he succeeded X", "in May, when X retired"."""
    text = sentence.text
    for person in people:
        between = text[expression.end : person.start] if person.start >= expression.end else "-"
        ended = WHEN_ENDED.fullmatch(between) and ENDS.match(text[person.end :].lstrip())
        if ended or WHEN_SUCCEEDED.fullmatch(between):
            yield Turn(person.text, False, day, sentence)


def _of_role(words: str, role: Role, needs_it: bool) -> bool:
    """Whether words speak of this role, or of none where that is enough: not of another one, nor an acting one."""
    named = list(roles_in(words))
    ours = list(role.pattern.finditer(words))
    leads = role.is_led and re.search(rf"\b{LEADS}\b", words) is not None
    if (named and not ours and not leads) or (needs_it and not ours and not leads):
        return False
    before = [re.split(r"[\s-]+", words[: found.start()].strip().lower())[-1] for found in ours]
    return not ours or any(word not in QUALIFIERS for word in before)


def _day(expression: TimeExpression, published: date, text: str) -> str | None:
    """The day of a time expression at the precision at which it is said; one that lies ahead in the year to come."""
    first = expression.first if expression.first else expression.last
    if first is None or expression.relation == "before":
        return None
    is_ahead = AHEAD.search(text[max(0, expression.start - NEAR) : expression.start])
    if first < published and is_ahead and not re.search(r"\d{4}", expression.words) and expression.relation == "in":
        first = first.replace(year=first.year + 1) if (first.month, first.day) != (2, 29) else first
    words = re.sub(r"\d{4}", "", expression.words)
    if DAY.search(words):
        return first.isoformat()
    return first.isoformat()[:7] if MONTH.search(words) else first.isoformat()[:4]


def is_about(turn: Turn, name: str) -> bool:
    """Whether a turn is of a person: by the whole name or the last word of it."""
    mine, theirs = normalised(turn.name).split(), normalised(name).split()
    return mine == theirs[-len(mine) :] or theirs == mine[-len(theirs) :]
