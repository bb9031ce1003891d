"""What kind of answer a question asks for, and whether some words can be one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from corpus import sentence_spans
from rag.english.countries import country_told_by, is_country, is_state
from rag.english.words import STOP_WORDS, WORD

Kind = Literal["person", "country", "state", "place", "number", "date", "year", "long", "other"]
"""`long` is what needs whole sentences: why, how, what happened, summarise, yes or no."""

MEASURED = (
    "many|much|few|old|young|long|far|close|big|large|small|tall|high|low|deep|wide|thick|heavy|strong|powerful|fast|quickly"
    "|often|frequently|likely|hot|warm|cold|expensive"
)
"""What is answered with a figure after "how"."""
NUMBER = re.compile(
    rf"\bhow (?:{MEASURED})\b"
    r"|\bwhat (?:percent|percentage|number|share|age|score)\b|\bapproximately (?:what|how)\b"
    r"|\bwhat(?:[’']s| (?:is|was|were|are)) (?:the )?(?:[\w’'-]+ ){0,5}?"
    r"(?:turnout|death toll|toll|magnitude|population|height|length|depth|width|price|cost|sum|number|percentage|salary"
    r"|budget|speed|temperature)\b",
    re.I,
)
YEAR = re.compile(r"\b(?:what|which) year\b|\bfirst time since:?$|\bsince what year\b", re.I)
DATE = re.compile(
    r"^when\b|^how (?:soon|late|early)\b|[.,?!]\s+when\b|\b(?:since|from|until|by) when\b|\bwhen\?$"
    r"|\b(?:what|which) (?:date|day|month|time|decade)\b|\bsince:?$",
    re.I,
)
_PERSONS = (
    "actor actress artist athlete author billionaire boxer candidate celebrity champion coach comedian congressman "
    "congresswoman director driver executive golfer governor host journalist judge justice king lawmaker leader mayor "
    "member minister musician player politician popstar president prince princess quarterback queen rapper "
    "representative scientist senator singer star"
).split()
_NO_NOUN = "of|in|on|at|for|is|was|are|did|does|has|by|to"
PERSON = re.compile(
    rf"\b(?:who|whom|whose)\b"
    rf"|\b(?:which|what) (?:(?!(?:{_NO_NOUN})\b)[\w.-]+ ){{0,5}}?(?:{'|'.join(_PERSONS)})\b(?![’'-])",
    re.I,
)
COUNTRY = re.compile(r"\b(?:which|what) (?:\w+ )?(?:country|nation)\b(?! music)", re.I)
STATE = re.compile(r"\b(?:which|what) (?:US |U\.S\. |American )?state\b", re.I)
PLACE = re.compile(r"\bwhere\b|\b(?:which|what) (?:city|town|province|continent|region)\b", re.I)
LONG = re.compile(
    rf"^(?:so |and |but )?(?:why\b|how (?!(?:{MEASURED}|soon|late|early)\b)"
    r"|what (?:happened|happens|is happening|led to|caused|explains)\b|what (?:do|does|did) .+ (?:say|think|want)\b"
    r"|summari[sz]e|explain|describe|compare|list\b|tell me|give (?:me )?an? (?:overview|summary|timeline))"
    r"|[.,;:!]\s+why\b|^why:",
    re.I,
)
NO_CONTENT = STOP_WORDS | frozenset("many much one two name named called happen happened following".split())
"""Words that do not tell by themselves what is asked."""
YES_NO = re.compile(r"^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b", re.I)
PRESENT = re.compile(
    r"^(?:who|what|which|where|how (?:many|much))\b.*?\b(?:is|are|leads|heads|runs|rules|governs|has|holds|owns|now"
    r"|currently|current|today|latest)\b",
    re.I,
)
PAST_DATE = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:was|were|did|led|had|became|first|before|after|former)\b", re.I)
NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety dozen dozens hundred hundreds thousand "
    "thousands million millions billion billions trillion half third quarter twice once couple percent".split()
)
VAGUE = frozenset("billions millions thousands hundreds dozens tens scores several many few couple".split())
"""Words for a number that nobody counted."""
FILLING = frozenset("a of some the many".split())
AMOUNT = re.compile(r"[$€£%]|\b(?:percent|per cent|million|billion|trillion)\b", re.I)
UNFIT = 0.15
"""What words are worth that can hardly be an answer of the kind."""
A_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\ds?\b(?!,\d)|['’]\d\ds\b|\b\d{1,4} ?(?:BC|AD|BCE|CE)\b")
RELATIVE = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|immediately|now|soon|ago|later|earlier|century|decades?|weeks?|months?|days?"
    r"|hours?|years?|minutes?|morning|afternoon|evening|noon|midnight|night|weekend|spring|summer|autumn|winter|easter"
    r"|christmas|thanksgiving|\d{1,2}(?:[:.]\d\d)? ?[ap]\.?m)\b",
    re.I,
)
BARE_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.I)
DURATION = re.compile(r"^[\w -]*\b(?:years?|decades|months|weeks|days|hours|minutes)(?: old)?$", re.I)
"""How long, which does not tell when: "four decades", not "four decades ago"."""
CALENDAR = re.compile(
    r"\b(?:\w+day|January|February|March|April|May|June|July|August|September|October|November|December"
    r"|spring|summer|autumn|fall|winter|next|last|year|month|week)\b"
)


MONTH_NAME = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)


PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("number", NUMBER),
    ("year", YEAR),
    ("date", DATE),
    ("person", PERSON),
    ("country", COUNTRY),
    ("state", STATE),
    ("place", PLACE),
)


@lru_cache(maxsize=4096)
def asking_sentence(question: str) -> str:
    """The sentence that asks, where others only tell what it is about: the last one, when it says something by itself.

    "Christine McVie died on Wednesday. When did she join Fleetwood Mac?" is to be read for its second sentence; the
    first one is what the passages were searched for.
    """
    sentences = sentence_spans(question)
    last = question[sentences[-1][0] : sentences[-1][1]] if len(sentences) > 1 else question
    return last if any(word.lower() not in NO_CONTENT for word in WORD.findall(last)) else question


def kind_of(question: str) -> Kind:
    """The kind of answer that a question asks for."""
    question = asking_sentence(question)
    if LONG.search(question) or (YES_NO.match(question) and not re.search(r"\bwh\w+\b", question, re.I)):
        return "long"
    return next((kind for kind, pattern in PATTERNS if pattern.search(question)), "other")


def asks_about_now(question: str) -> bool:
    """Whether a question asks how things stand, so that newer evidence is better evidence."""
    question = asking_sentence(question)
    return bool(PRESENT.match(question)) and not PAST_DATE.search(question)


def fitness(text: str, kind: Kind) -> float:
    """How well words fit the kind of an answer: 1 when they can be one, less when they hardly can."""
    words = text.lower().split()
    match kind:
        case "number":
            if not _holds_number(text) or MONTH_NAME.search(text):
                return UNFIT
            uncounted = all(word.strip(".,") in VAGUE | FILLING for word in words)
            return 0.2 if uncounted or ORDINAL.search(text) else 1.0
        case "date" | "year":
            return _fitness_of_time(text, kind)
        case "country":
            if is_country(text):
                return 1.0
            return 0.6 if country_told_by(text) else UNFIT
        case "state":
            return 1.0 if is_state(text) else 0.3
        case "person" | "place":
            return 1.0 if any(character.isupper() for character in text) else 0.3
        case "other":
            return 0.3 if BARE_YEAR.fullmatch(text) else 1.0
    return 1.0


def _fitness_of_time(text: str, kind: Kind) -> float:
    if A_YEAR.search(text):
        return 1.0
    if kind == "year" or AMOUNT.search(text) or not (CALENDAR.search(text) or RELATIVE.search(text)):
        return UNFIT
    return 0.4 if DURATION.search(text) else 1.0


def _holds_number(text: str) -> bool:
    """Whether words hold a number, in digits or spelled."""
    return any(map(str.isdigit, text)) or any(word in NUMBER_WORDS or word in VAGUE for word in text.lower().split())
