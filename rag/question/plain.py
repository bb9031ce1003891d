"""The way people ask → a plain question: preambles left out, orders and key words put as questions.

"Hi, a quick one: tell me where Niyazov was buried" is asked as "Where Niyazov was buried?", "imu leader 2015" as "Who
was the imu leader in 2015?". What is a plain question already stays as it is, letter for letter.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.english.lexicon import AUXILIARY, MONTH, NOUN_OR_VERB, NOUNS, VERBS, WH
from rag.english.offices import ROLE
from rag.english.tokens import is_verb, words_of

ASKS = rf"(?:(?:in|at|on|from|to|for|with|by|of|since|until)\s+(?:what|which|whom|when)|{WH}|{AUXILIARY})\b"
COURTESY = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|dear \w+|good (?:morning|afternoon|evening|day)|greetings|please|pls|ok(?:ay)?|so|well"
    r"|thanks|thank you|sorry(?: for my english)?|excuse me|quick question|a quick (?:one|question)|question)\b"
    r"(?:\s+(?:there|all|everyone|team))?\s*[,!.:;–—-]+\s*)+",
    re.I,
)
PLEASE = re.compile(
    r"[\s,–—-]*\b(?:please|pls|plz|thanks|thank you|thx|if you can|if possible)\b[\s.!]*(?=[?]?$)", re.I
)
SYMBOLS = re.compile(r"(?<!\S)[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]+(?!\S)")
AFTER_COLON = re.compile(rf"^(?P<before>.+[^\d\s]):\s+(?P<asked>{ASKS}.+)$", re.I | re.S)
LEADS_IN = re.compile(
    r"^(?:.{0,200}?\b)?(?:(?:can|could|would|will) you (?:please |kindly )?(?:tell|say|let|find out for|show|remind)"
    r"(?: (?:me|us))?(?: know)?|(?:please )?(?:tell|remind|inform) (?:me|us)|(?:please )?(?:say|check|find out|look up)"
    r"|do you know|let me know|i(?:[’']d| would)? (?:just )?(?:want|like|need|love) to know|i(?:[’']m| am) wondering"
    r"|i wonder)\s*,?\s*(?:please\s*,?\s*)?(?P<asked>(?:"
    rf"(?:in|at|on|from|to|for|with|by|of|since|until)\s+(?:what|which|whom|when)|{WH})\b.+?)[\s.!?]*$",
    re.I | re.S,
)
ORDER = (
    r"^(?:please )?(?:(?:can|could|would) you (?:please )?)?(?:give|tell|show|find|get|name|identify|quote|state|cite"
    r"|specify)(?: (?:me|us))?\s+"
)
DATE_OF = re.compile(
    rf"(?:{ORDER})?(?:the )?(?:full |exact |precise )?(?:date|day)\s+"
    r"(?:(?P<link>on which|when|that)|of)\s+(?P<what>.+?)[\s.!?]*$",
    re.I,
)
NAME_ONE = re.compile(
    rf"{ORDER}(?P<what>(?:the|one|an?)\s+(?!(?:two|three|four|five|six|seven|eight)\b).+?)[\s.!?]*$", re.I
)
PLURAL = re.compile(
    r"^(?:the )?(?:\w+ ){0,2}?(?:names|leaders|presidents|people|countries|members|ministers|states)\b", re.I
)
HEAD_ROLE = re.compile(
    rf"^(?:(?:the|an?|one)\s+)?(?:[\w’'-]+\s+){{0,3}}?(?:{ROLE}|officer|deputy|person|man|woman|one)\b(?!['’-])", re.I
)
OF_THE_PAST = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b(?:was|were|had|did|until|up to|during|then)\b|\w+ed\b", re.I)
YEAR = re.compile(rf"\s*\b(?:in )?(?:{MONTH} )?(?:19|20)\d\d\b\s*$", re.I)
ASKED_AGAIN = re.compile(r",?\s+(?:so|and)\s+(?:can|could|would|will) you\b.*$", re.I | re.S)
NOUN_OF_TIME = re.compile(r"\s*\b(?:date|day|when)\b\s*", re.I)
QUANTITY = re.compile(
    r"\b(?:turnout|toll|magnitude|population|height|length|depth|width|price|cost|score|share|age|number|percentage|area"
    r"|size|speed|salary|budget|capacity|casualties|dead|deaths|injured|wounded)\b",
    re.I,
)
BARE_ROLE = re.compile(rf"\b(?:{ROLE}|winner|inventor|discoverer|holder)\b(?: name\b)?", re.I)
MOST_KEY_WORDS = 8
FEWEST_WORDS = 2
"""Words that are left at least when what stands around a question is left out."""


def plain_question(text: str) -> tuple[str, str]:
    """A question without what is only said around it, and what was said before it, which may tell whom it means."""
    rest = " ".join(SYMBOLS.sub(" ", text).split())
    rest = PLEASE.sub("", COURTESY.sub("", rest)).strip() or text
    if len(rest.split()) < FEWEST_WORDS or (rest == text and not _is_unusual(text)):
        return text, ""
    before = ""
    for opening in (AFTER_COLON, LEADS_IN):
        if match := opening.match(rest):
            before, rest = rest[: match.start("asked")], ASKED_AGAIN.sub("", match["asked"]).rstrip(" .!?") + "?"
            break
    for way in WAYS:
        if asked := way(rest):
            return _capital(asked), before
    return (_capital(rest) if rest != text else text), before


def _is_unusual(text: str) -> bool:
    """Whether a text may be anything but a plain question."""
    return not re.match(rf"(?:{ASKS})", text, re.I) or bool(AFTER_COLON.match(text))


def _date_of(text: str) -> str | None:
    """ "Give me the date of the landing" → "When was the landing?"."""
    match = DATE_OF.match(text)
    if match is None:
        return None
    return f"When {match['what']}?" if match["link"] else f"When was {match['what']}?"


def _named(text: str) -> str | None:
    """ "Name the acting president" → "Who is the acting president?"; lists stay orders."""
    match = NAME_ONE.match(text)
    if match is None or PLURAL.match(match["what"]):
        return None
    what = re.sub(r"^(?:one|an?)\s+", "the ", match["what"])
    what = re.sub(r"^the name of the (?=\w+ (?:who|that)\b)", "the ", what)
    verb = "was" if OF_THE_PAST.search(what) else "is"
    return f"{'Who' if HEAD_ROLE.match(what) else 'What'} {verb} {what}?"


def _key_words(text: str) -> str | None:
    """ "imu leader 2015" → "Who was the imu leader in 2015?"; only where no verb makes a sentence of the words."""
    bare = text.strip(" ?.!")
    words = bare.split()
    if len(words) < 2 or len(words) > MOST_KEY_WORDS or re.match(ASKS, bare, re.I) or _has_verb(bare):
        return None
    year = YEAR.search(bare)
    rest, when = (bare[: year.start()], year[0].strip()) if year else (bare, "")
    at = f" {when if when.startswith('in ') else f'in {when}'}" if when else ""
    verb = "was" if when else "is"
    if BARE_ROLE.search(rest):
        the = "" if re.match(r"(?:the\b|\S+[’']s?\b)", rest) else "the "
        return f"Who {verb} {the}{re.sub(r' name$', '', rest, flags=re.I)}{at}?"
    if NOUN_OF_TIME.search(rest):
        return f"When was the {' '.join(NOUN_OF_TIME.sub(' ', rest).split())}{at}?"
    if QUANTITY.search(rest):
        return f"What was the {rest}{at}?"
    return None


def _has_verb(text: str) -> bool:
    """Whether a word looks like the verb of a sentence; the first one is none ("leads" aside)."""
    words = [word for word in words_of(text) if not word.is_mark]
    return any(
        (word.lower in VERBS or is_verb(word) or re.fullmatch(AUXILIARY, word.lower)) and not _is_noun(word.lower)
        for word in words[1:]
    )


def _is_noun(word: str) -> bool:
    return word in NOUNS or word in NOUN_OR_VERB or bool(QUANTITY.fullmatch(word) or BARE_ROLE.fullmatch(word))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


WAYS: tuple[Callable[[str], str | None], ...] = (_date_of, _named, _key_words)
