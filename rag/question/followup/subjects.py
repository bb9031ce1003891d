"""Questions that lack a subject ("How much did the project cost?") → with that of the conversation in its place."""

from __future__ import annotations

import re

from rag.english.lexicon import (
    AUXILIARY,
    COUNTED,
    FUNCTION_WORDS,
    HEADS_OF,
    NOUN_OR_VERB,
    NOUNS,
    PERSON_NOUNS,
    TIME_PHRASE,
    VERBS,
    WH,
    Kind,
    kind_of_noun,
)
from rag.english.mentions import DETERMINER, Mention, entities, mentions
from rag.question.followup.references import spoken
from rag.question.followup.topic import Topic

SIDE_WORDS = frozenset(
    "main first second third fourth fifth last next new old final official total whole full current former late prime "
    "vice acting political military death original initial best biggest largest early yes involved".split()
)
GENERIC: dict[Kind, frozenset[str]] = {
    "event": frozenset(
        "attack attacks violence unrest event incident fighting clash raid crisis protests vote election".split()
    ),
    "group": frozenset("group movement organisation organization company union party alliance team band bloc".split()),
    "place": frozenset("city town country region place base village province lake".split()),
    "person": frozenset("man woman leader president singer author actor player".split()),
    "thing": frozenset(
        "project dam building plant deal agreement treaty law line pipeline film movie book song album".split()
    ),
}
FOR_NOUNS = frozenset("contract reason reasons price site plan plans money".split())
HAPPENED = re.compile(
    rf"^(?P<what>(?:what|anything)(?: else)? (?:has )?happened)"
    rf"(?P<when>(?: next| then| after(?:wards?)?| later)?|{TIME_PHRASE.pattern})\s*\?*$",
    re.I,
)
WAS_THE = re.compile(r"^(?:who|what)\s+(?:was|were)\s+the\s+(?P<nouns>[\w-]+(?: [\w-]+)?)\s*\?*$", re.I)
WH_NOUNS = re.compile(rf"^(?:{WH})(?:\s+(?!{AUXILIARY}\b)[\w-]+){{0,2}}?(?=\s+(?:{AUXILIARY}\b|[\w-]+))", re.I)


def with_subject(question: str, topic: Topic) -> str:
    """The question with the subject that it lacks; as it is when it has one of its own, or none is known."""
    subject = topic.subject
    if subject is None or entities(question) or _names_known(question, topic):
        return question
    if happened := HAPPENED.match(question):
        where = f"{'in' if subject.kind in ('event', 'place') else 'to'} {spoken(subject)}"
        return f"{happened['what']} {where}{happened['when']}?"
    described = [one for one in mentions(question) if one.head and _is_incomplete(one, question)]
    if described:
        return _described(question, described[-1], topic, subject)
    if WAS_THE.match(question):
        return f"{question.rstrip(' ?')} of {spoken(subject)}?"
    return _attached(question, subject) if _lacks_subject(question) else question


def _names_known(question: str, topic: Topic) -> bool:
    """Whether something of the history is named in lower case."""
    words = question.lower()
    return any(one.is_name and len(one.text) > 3 and re.search(rf"\b{re.escape(one.bare)}\b", words) for one in topic)


def _is_incomplete(phrase: Mention, question: str) -> bool:
    """Whether "the …" is of known words only, so that it says what of something, and not what."""
    words = phrase.bare.split()
    if following := re.match(r" ([a-z]+)", question[phrase.end :]):
        word = following[1]
        if (
            word not in FUNCTION_WORDS
            and word not in VERBS
            and word not in NOUN_OR_VERB
            and not word.endswith(("ed", "ing", "ly"))
        ):
            return False
    return all(word in NOUNS or word in HEADS_OF or word in SIDE_WORDS for word in words)


def _described(question: str, phrase: Mention, topic: Topic, subject: Mention) -> str:
    """ "the attack" is the attack spoken of; "the main contract" is that of what was spoken of."""
    before, after = question[: phrase.start], question[phrase.end :]
    known = next((one for one in topic if phrase.head in (one.head, one.text.lower().split()[-1])), None)
    kind = kind_of_noun(phrase.head)
    if known is None and kind != "any" and phrase.head in GENERIC.get(kind, ()):
        known = next(
            (one for one in topic if one.kind == kind or (one.head and kind == "thing" and one.kind == "event")), None
        )
    if known is None and kind in ("group", "thing") and phrase.head in GENERIC[kind] and _may_be(kind, subject):
        known = subject
    if known and len(phrase.bare.split()) == 1:
        text = spoken(known)
        return f"{before}{text}{after}" if known.head else _named_phrase(before, text, phrase, after)
    if of := re.match(r" of (?!the\b)[a-z]+\b", after):
        after = after[of.end() :]
        phrase = Mention(phrase.text + of[0], phrase.kind, phrase.start, phrase.head)
    return f"{before}{phrase.text} {_preposition(phrase.head, subject)} {spoken(subject)}{after}"


def _may_be(kind: Kind, subject: Mention) -> bool:
    """Whether a name may be that of a group or of a work: many bands are called like people."""
    is_band = kind == "group" and subject.kind == "person" and not subject.gender and not subject.known
    return subject.is_name and (subject.kind == "any" or is_band)


def _named_phrase(before: str, text: str, phrase: Mention, after: str) -> str:
    return f"{before}{text}{after}" if phrase.text[:1].islower() else f"{before}{text[0].upper()}{text[1:]}{after}"


def _preposition(noun: str, subject: Mention) -> str:
    if noun in FOR_NOUNS:
        return "for"
    return "in" if subject.kind in ("event", "place") and noun not in HEADS_OF and noun not in PERSON_NOUNS else "of"


def _lacks_subject(question: str) -> bool:
    """Whether a question counts people, or asks for a side of something, and says nothing of what."""
    opening = WH_NOUNS.match(question)
    rest = question[opening.end() :] if opening else question
    words = [word.lower() for word in re.findall(r"[\w'’-]+", rest)]
    own = [word for word in words if not _is_no_subject(word)]
    wants = any(
        word in COUNTED or word in HEADS_OF or word in PERSON_NOUNS for word in re.findall(r"[\w-]+", question.lower())
    )
    return not own and wants and re.match(rf"(?:{WH}|{AUXILIARY})\b", question, re.I) is not None


def _is_no_subject(word: str) -> bool:
    return (
        word in FUNCTION_WORDS
        or word in DETERMINER
        or word in COUNTED
        or word in HEADS_OF
        or word in PERSON_NOUNS
        or word in SIDE_WORDS
        or (word in VERBS and word not in NOUNS)
        or word.endswith(("ed", "ly"))
        or re.fullmatch(AUXILIARY, word) is not None
    )


def _attached(question: str, subject: Mention) -> str:
    """The subject behind the noun that wants it ("the acting president of …"), else at the end."""
    bare = question.rstrip(" ?.!")
    side = next((match for match in re.finditer(r"[\w-]+", bare) if match[0].lower() in HEADS_OF | PERSON_NOUNS), None)
    if side and side[0].lower() not in COUNTED:
        if subject.kind == "person" and not re.match(r"\w+ of\b", bare[side.start() :]):
            return (
                f"{bare} after {spoken(subject)}?"
                if side[0].lower() in PERSON_NOUNS
                else f"{bare} of {spoken(subject)}?"
            )
        end = side.end() + (len(of[0]) if (of := re.match(r" of [a-z]+\b", bare[side.end() :])) else 0)
        return f"{bare[:end]} of {spoken(subject)}{bare[end:]}?"
    if subject.kind == "person":
        return question
    return f"{bare} {'in' if subject.kind in ('event', 'place') else 'with'} {spoken(subject)}?"
