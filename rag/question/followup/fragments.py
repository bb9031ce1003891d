"""Fragments ("and in 2014?", "what about Kazakhstan?", "who else?", "no, in Osh") put into the question before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.english.lexicon import (
    AUXILIARY,
    FUNCTION_WORDS,
    HEADS_OF,
    NOUNS,
    QUESTION_WORDS,
    TIME,
    TIME_PHRASE,
    VERBS,
    WH,
    kind_of_noun,
)
from rag.english.mentions import DETERMINER, mentions
from rag.question.followup.question_words import ASKED, asked_otherwise, denied
from rag.question.followup.references import PRONOUNS, dated, spoken
from rag.question.followup.topic import Topic

OPENING = re.compile(r"^(?:(?:and|but|so|or|ok|okay|then)\b[,\s]*)+", re.I)
WHAT_ABOUT = re.compile(r"^(?:what about|how about|what of|and|or|same (?:question )?for|the same for)\b[,\s]*", re.I)
CORRECTING = re.compile(
    r"^(?:(?:no|nope|sorry|actually|wait|well|oh|rather|i mean|i meant)\b"
    r"(?:\s*[,;:.!–—-]+\s*|\s+(?=in\b|at\b|of\b|the\b|i\b|not\b))"
    r"|i(?:[’']m| am| was)? (?:meant?|asked about|asking about|talking about)\b[,:]?\s*|(?:make that|rather)\s+)+",
    re.I,
)
NOT_BUT = re.compile(r"^not\s+(?P<old>.+?)(?:\s*[,;–—-]+\s*(?:but\s+)?|\s+but\s+)(?P<new>.+)$", re.I)
BUT_NOT = re.compile(r"^(?P<new>.+?),?\s+(?:and )?not\s+(?P<old>.+)$", re.I)
BARE = re.compile(
    r"^(?P<wh>why|when|where|who|how|how many|how much|how long|since when|until when)(?: exactly| so)?(?P<not> not)?"
    r"(?:\s+(?:is|was)\s+(?:that|this|it)|\s+(?:did|does) (?:that|this|it) (?:happen|take place|occur))?$",
    re.I,
)
NOW = re.compile(r"^(?:now|today|currently|at present|these days)$", re.I)
BEFORE = re.compile(
    r"^(?:(?:[Ww]ho|[Ww]hat)\s+(?:(?:came|comes|was|is)\s+)?)?(?P<side>[Bb]efore|[Aa]fter)"
    r"(?:\s+(?P<than>him|her|it|them|that|this|then|[A-Z][\w’' -]*))?$"
)
ELSE = re.compile(r"^(?P<wh>who|what|where|when|which [\w ]+|anyone|anything) else$", re.I)
OF_THEM = re.compile(r"^(?:how many|how much)(?: of (?:them|these|those))?$", re.I)
MORE = re.compile(
    r"^(?:(?:can you |please )*tell me more|more|more details|go on|continue|say more)(?: please)?$", re.I
)
QUANTIFIED = re.compile(r"\b(?:many|most|some|several|all)(?: of)?(?: the)? (?P<plural>(?:[\w-]+ ){0,2}[\w-]+s)\b")
ANY = re.compile(r"^any (?:other )?[\w -]+$", re.I)
LEADING = re.compile(r"^(?:in|at|for|from|of|to|with|on|about|by)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Fragment:
    """A fragment as asked, and the conversation that completes it; `before` is the last question without its mark."""

    text: str
    topic: Topic

    @property
    def before(self) -> str:
        return self.topic.question.rstrip(" ?.!")


def corrected(question: str, topic: Topic) -> tuple[str, str]:
    """What a correction says instead, and what it takes back: ("in Osh", ""); the question itself when it is none."""
    text = question.strip(" ?.!")
    rest = CORRECTING.sub("", text)
    for pattern in (NOT_BUT, BUT_NOT) if rest != text else (NOT_BUT,):
        if (match := pattern.match(rest)) and _standing(match["old"], topic.question):
            return match["new"], match["old"]
    if rest != text and (match := BUT_NOT.match(rest)):
        rest = match["new"]
    return (rest, "") if rest and rest != text else (question, "")


def completed(question: str, topic: Topic) -> str | None:
    """The question before with the fragment put in, or None when the question is not a fragment."""
    said, taken_back = corrected(question, topic)
    is_correction = said != question
    text = said.strip(" ?.!,")
    fragment = Fragment(OPENING.sub("", text) or text, topic)
    if not is_correction and not _is_fragment(text):
        return None
    if taken_back:
        return _exchanged(fragment.before, _standing(taken_back, fragment.before), LEADING.sub("", text))
    for way in (_bare, _sides, _others, _of_them, _timed, _more, _any):
        if whole := way(fragment):
            return whole
    return _named(fragment, WHAT_ABOUT.sub("", text), is_correction or WHAT_ABOUT.match(text) is not None)


def _is_fragment(text: str) -> bool:
    """Whether a text is short and has no question of its own: neither a question word with a verb, nor an auxiliary."""
    rest = WHAT_ABOUT.sub("", OPENING.sub("", text))
    short = len(rest.split()) <= 7
    patterns = (BARE, BEFORE, ELSE, OF_THEM, MORE)
    is_question = re.match(rf"(?:{WH}|{AUXILIARY})\b", rest, re.I) is not None
    return any(pattern.match(rest) for pattern in patterns) or (short and not is_question)


def _standing(words: str, text: str) -> str:
    """The name or phrase of a text that some words stand for, or nothing."""
    words = words.strip(" ?.!,")
    bare = LEADING.sub("", words).lower()
    found = [one for one in mentions(text) if bare in (one.bare, *one.bare.split()) or one.bare in bare]
    if found:
        return min(found, key=lambda one: len(one.text)).text
    match = re.search(rf"\b{re.escape(bare)}\b", text, re.I) if bare else None
    return match[0] if match else ""


def _exchanged(text: str, old: str, new: str) -> str:
    """A question with other words in the place of some of its own, and one "the" before them at most."""
    start = text.index(old)
    behind_the = text[:start].lower().endswith("the ")
    if behind_the and new.lower().startswith("the "):
        new = new[4:]
    elif behind_the and new[:1].isupper() and old[:1].isupper():
        start -= 4
    end = text.index(old) + len(old)
    return f"{text[:start]}{new}{text[end:]}?"


# -- "why?", "when was that?"


def _bare(fragment: Fragment) -> str | None:
    match = BARE.match(fragment.text)
    if match is None or OF_THEM.match(fragment.text):
        return None
    if match["not"]:
        return denied(fragment.topic, match["wh"].lower())
    return asked_otherwise(fragment.topic, match["wh"].lower())


# -- "and before him?", "and before that?"


def _sides(fragment: Fragment) -> str | None:
    match = BEFORE.match(fragment.text)
    if match is None:
        return None
    than = (match["than"] or "").lower()
    anchor: str | None = match["than"]
    if than in PRONOUNS:
        pronoun = PRONOUNS[than]
        found = fragment.topic.thing() if pronoun == "it" else fragment.topic.antecedent(pronoun)
        anchor = spoken(found) if found else None
    elif not than or than in ("that", "this", "then"):
        person = fragment.topic.of_kind("person") if re.match(r"who\b", fragment.before, re.I) else None
        anchor = (
            spoken(person) if person and not than else fragment.topic.moment or (spoken(person) if person else None)
        )
    if not anchor:
        return None
    return f"{TIME_PHRASE.sub('', fragment.before).strip()} {match['side'].lower()} {anchor}?"


# -- "who else?", "how many of them?", "tell me more"


def _others(fragment: Fragment) -> str | None:
    match = ELSE.match(fragment.text)
    if match is None:
        return None
    wh = {"anyone": "who", "anything": "what"}.get(match["wh"].lower(), match["wh"].lower())
    before = fragment.before
    if re.match(rf"{wh}\b", before, re.I):
        return f"{wh.capitalize()} else{before[len(wh) :]}?"
    asked = ASKED.match(before)
    person = next((one for one in mentions(before) if one.kind == "person"), None)
    if asked and person and wh == "who" and asked["rest"].startswith(person.text):
        return f"Who else {asked['auxiliary']}{asked['rest'][len(person.text) :]}?"
    return None


def _of_them(fragment: Fragment) -> str | None:
    if not OF_THEM.match(fragment.text) or re.match(r"how (?:many|much)\b", fragment.before, re.I):
        return None
    asked, several = ASKED.match(fragment.before), QUANTIFIED.search(fragment.before)
    if asked and several and asked["rest"].startswith(several[0]):
        return f"How many {several['plural']} {asked['auxiliary']}{asked['rest'][len(several[0]) :]}?"
    plural = next((one for one in mentions(fragment.before) if one.plural), None)
    if asked and plural and asked["rest"].startswith(plural.text):
        return f"How many of {spoken(plural)} {asked['auxiliary']}{asked['rest'][len(plural.text) :]}?"
    return f"How many: {fragment.before}?"


def _more(fragment: Fragment) -> str | None:
    subject = fragment.topic.subject
    return f"Tell me more about {spoken(subject)}." if MORE.match(fragment.text) and subject else None


def _any(fragment: Fragment) -> str | None:
    """ "Any sisters?" after "Does he have any siblings?"."""
    place = re.search(r"\bany\b", fragment.before)
    return f"{fragment.before[: place.start()]}{fragment.text.lower()}?" if place and ANY.match(fragment.text) else None


# -- "and in 2014?", "and now?"


def _timed(fragment: Fragment) -> str | None:
    rest = WHAT_ABOUT.sub("", fragment.text)
    before = TIME_PHRASE.sub("", fragment.before).strip()
    if NOW.match(rest):
        before = re.sub(r"^(who|what|where) was", r"\1 is", before, flags=re.I)
        return f"{before} {rest}?"
    if TIME_PHRASE.fullmatch(" " + rest):
        return f"{before} {rest}?"
    if TIME.fullmatch(rest):
        return f"{before} {dated(before, rest, rest)}?"
    if re.fullmatch(
        r"(?:in|during|on|last|this|next) (?:the )?(?:same|last|next|previous|following|year|month|week)[\w ]*",
        rest,
        re.I,
    ):
        return f"{before} {rest}?"
    return None


# -- "what about Kazakhstan?", "I meant the president", "and the cost?"


def _named(fragment: Fragment, rest: str, is_asked: bool) -> str | None:
    preposition = match[0] if (match := LEADING.match(rest)) else ""
    said = rest[len(preposition) :].strip()
    words = said.split()
    if not words or len(words) > 8:
        return None
    if said[:1].isupper() or re.match(r"the [A-Z]", said) or (mentions(said)[:1] and mentions(said)[0].is_name):
        if not (is_asked or preposition) or words[0].lower() in QUESTION_WORDS - DETERMINER - {"a"}:
            return None
        return _renamed(fragment, said, preposition)
    return _noun(fragment, words) if is_asked or words[0].lower() in ("the", "his", "her", "its", "their") else None


def _renamed(fragment: Fragment, said: str, preposition: str) -> str | None:
    """Another name where the last question had one of its kind."""
    before = fragment.before
    found = mentions(said)
    kind = "place" if preposition.strip().lower() in ("in", "at") else found[0].kind if found else "any"
    names = [one for one in mentions(before) if one.is_name]
    same = [one for one in names if one.kind == kind]
    unsure = [one for one in names if "any" in (one.kind, kind)]
    target = (same or unsure or (names if len(names) == 1 or kind != "person" else []))[:1]
    if target:
        return _exchanged(before, target[0].text, said)
    person = next((one for one in mentions(before) if one.kind == kind), None)
    if person:
        return _exchanged(before, person.text, said)
    return f"{before} {preposition}{said}?" if preposition else None


def _noun(fragment: Fragment, words: list[str]) -> str | None:
    """ "and the prime minister?", "and its cost?": another office, or another side of what was asked about."""
    owner = words[0].lower() if words[0].lower() in PRONOUNS else ""
    nouns = words[1:] if owner or words[0].lower() in DETERMINER else words
    plain = [
        word for word in nouns if word.lower() not in FUNCTION_WORDS and word.lower() not in VERBS - NOUNS - HEADS_OF
    ]
    if not nouns or plain != nouns or not nouns[-1].islower():
        return None
    kind = kind_of_noun(nouns[-1])
    topic = fragment.topic
    if kind in ("person", "group"):
        office = next((one for one in mentions(fragment.before) if one.kind == kind and one.head), None)
        if office:
            core = fragment.before[office.start : fragment.before.index(office.head, office.start) + len(office.head)]
            return _exchanged(fragment.before, core, " ".join(words))
    subject = topic.antecedent(PRONOUNS[owner]) if owner and PRONOUNS[owner] != "it" else topic.subject
    if subject is None:
        return None
    wh = "Who" if kind == "person" else "What"
    verb = "are" if nouns[-1].endswith("s") and not nouns[-1].endswith("ss") else "is"
    return f"{wh} {verb} the {' '.join(nouns)} of {spoken(subject)}?"
