"""A sentence → who it says holds a role, of what, and with which qualifier: by its grammar, role noun by role noun."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.forms.people import TITLES, PersonName, people_in
from rag.forms.roles import BY_ADJECTIVE, LEADS, PAST, QUALIFIERS, Role
from rag.forms.sentences import ArticleSentence

DETERMINERS = frozenset("the a an its his her their our".split())
BECOMING = (
    r"(?:is|was|has been|had been|became|becomes?|remains|remained|served as|serves as|took over as|takes over as"
    r"|take office as|took office as|resigned as|stepped down as|steps down as|retired|continues as|started as"
    r"|(?:was|were|is|has been|had been|be) (?:re-)?(?:named|elected"
    r"|appointed|sworn in|confirmed|chosen|made|installed|declared)|will be(?:come)?|would be(?:come)?"
    r"|is to be(?:come)?|signed as)"
)
COPULA = re.compile(
    rf"(?:\s+of\s+[^,;]{{2,40}}?)?(?:,[^;]{{0,90}},|,\s+(?:who|which))?\s+(?:then\s+|also\s+|later\s+)?{BECOMING}\b"
    r"(?P<between>[^;.]{0,60}?)\s*",
    re.I,
)
NAMED = re.compile(
    r"(?:named|names|chose|chosen|elected|elects|appointed|appoints|made|picked|confirmed|installed"
    r"|declared)\s+$",
    re.I,
)
BEHIND_NAME = re.compile(r"\s+(?:(?:as|to be)\s+)?(?:(?:its|the|their|his|her|a|an)\s+)?(?:new\s+)?")
APPOSED_BEFORE = re.compile(
    r",(?:\s+\d{1,3},)?\s+(?:(?:who|which)\s+(?:is|was|has been|had been|became|is called"
    r"|is named [\w ]{0,20} as|is known as)\s+)?$"
)
APPOSED_BEHIND = re.compile(r"\s*,\s+$")
CAPITAL = r"(?:al-|el-)?[A-ZÀ-Þ][\w’'&-]*"
PROPER = rf"(?:(?:the|that|this)\s+)?(?:[a-z]+\s+)?{CAPITAL}(?:\s+(?:(?:of|the|and|for)\s+){{0,2}}{CAPITAL})*"
COMMON = r"(?:the|that|this|its|his|her|their)\s+[a-z][\w’'-]*(?:\s+[a-z][\w’'-]*){0,2}|[a-z][\w’'-]*"
OF = re.compile(
    rf"\s+(?:of|for|in|at)\s+(?!(?:noon|midnight|once|last|least|home|the\s+rest|the\s+time)\b)(?P<org>{PROPER}"
    rf"|{COMMON})"
)
LED = re.compile(
    r"(?:\s+of\s+(?:the\s+)?[A-Z]\w+)?(?:,[^,;]{0,40},|,)?\s*(?:(?:who|and)\s+)?"
    rf"(?:(?:has|had|have|also|now|then)\s+)*(?<!\w){LEADS}\s+(?P<org>{PROPER}|(?:the|his|her|its)\s+[a-z]+|it\b)"
)
OWNER = re.compile(
    r"(?P<org>(?:[A-ZÀ-Þ][\w’'&-]*\s+(?:of\s+)?){0,5}(?:al-)?[A-ZÀ-Þ][\w&-]*|(?:the|that|this)\s+[a-z]+)['’]s?\s+$"
)
ADJECTIVE = re.compile(r"(?P<org>(?:[A-ZÀ-Þ][\w-]+\s+){1,4})$")
LISTED = re.compile(r"(?::|,\s+after|,\s+following|\bwere|\bare|,)\s+(?P<list>[^.;:]*\band\b[^.;]*)")
PRONOUN = re.compile(r"(?:he|she)\b", re.I)
NEXT_TITLE = re.compile(r"\s+and\s+(?:(?:the\s+)?(?:{})\b.*)?$".format("|".join(sorted(TITLES))), re.I | re.S)


@dataclass(frozen=True, slots=True)
class Holding:
    """That a sentence names somebody as a holder of a role.

    `org` are its words for what the role is of, empty where it has none; `qualifiers` make another role of it;
    `is_past` says that it is told as over; `at` is where the name stands in the sentence.
    """

    name: str
    org: str
    qualifiers: frozenset[str]
    is_past: bool
    sentence: ArticleSentence
    at: int


def holdings_in(sentence: ArticleSentence, role: Role, subject: str | None) -> Iterator[Holding]:
    """Whom a sentence names as holders of a role; "he" and "she" mean `subject`, whom the sentence before is about."""
    text = sentence.text
    people = people_in(text)
    if subject and (pronoun := PRONOUN.match(text)):
        people = [PersonName(subject, 0, pronoun.end()), *people]
    for noun in role.pattern.finditer(text):
        if not re.search(r"(?<!men)s$|^heads|men$", noun[0], re.I):
            yield from _of_noun(sentence, noun, people)
        yield from _listed(sentence, noun, people)
    if role.is_led:
        yield from _leading(sentence, people)
    if adjective := BY_ADJECTIVE.get(role.name):
        yield from _elected(sentence, adjective, people)


def _of_noun(sentence: ArticleSentence, noun: re.Match[str], people: list[PersonName]) -> Iterator[Holding]:
    """The holders that stand at one role noun."""
    text = sentence.text
    start, words = _modifiers(text, noun.start())
    qualifiers = frozenset(word for word in words if word in QUALIFIERS)
    if re.match(r"['’]s?\b", text[noun.end() :]):
        return
    suffix = re.match(r"-(\w+)", text[noun.end() :])
    if suffix and suffix[1].lower() in QUALIFIERS:
        qualifiers |= {suffix[1].lower()}
    end = noun.end() + (suffix.end() if suffix else 0)
    behind = OF.match(text, end)
    org = behind["org"] if behind else ""
    owner = OWNER.search(text[:start]) or ADJECTIVE.search(text[:start])
    if owner and NAMED.search(text[: owner.start()]):
        owner = None
    if not org and owner and (owner.start() > 0 or owner.re is OWNER):
        org = owner["org"]
    elif not org and text[:start].split()[-1:] and text[:start].split()[-1].lower() in ("its", "their", "his", "her"):
        org = text[:start].split()[-1]
    begin = owner.start() if owner else start
    if (person := _bound(text, begin, end, behind, people)) is None:
        return
    after = OF.match(text, person.end)
    if person.start == end + 1 and after:
        org = after["org"]
    is_past = any(word in PAST for word in words)
    yield Holding(person.text, NEXT_TITLE.sub("", org), qualifiers, is_past, sentence, person.start)


def _modifiers(text: str, at: int) -> tuple[int, list[str]]:
    """Where the words before a role noun begin that belong to it, and these words: "its new acting"."""
    words: list[str] = []
    before = text[:at]
    while found := re.search(r"(?:^|[\s(“\"])([\w’'-]+)([\s-]+)$", before):
        word = found[1].lower().strip("-")
        if word in DETERMINERS or not (word in QUALIFIERS or word in PAST or _is_adjective(found[1])):
            break
        words.append(word)
        before = before[: found.start(1)]
    determiner = re.search(r"\b(?:the|a|an)\s+$", before, re.I)
    return (determiner.start() if determiner else len(before)), words


def _is_adjective(word: str) -> bool:
    return word.lower() in ("new", "current", "then", "first", "only", "longtime", "head") or (
        word.islower() and word.endswith(("al", "ing", "old", "known", "term", "ed", "tary")) and word != "being"
    )


def _bound(
    text: str, begin: int, end: int, behind: re.Match[str] | None, people: list[PersonName]
) -> PersonName | None:
    """The person whom the words around a role bind to it: "President X", "its leader, X", "X became"."""
    stop = behind.end() if behind else end
    for person in people:
        gap = text[end : person.start]
        if gap == " " or APPOSED_BEHIND.fullmatch(text[stop : person.start].replace("\n", " ")):
            return person
    for person in reversed([person for person in people if person.end <= begin]):
        between = text[person.end : begin]
        if APPOSED_BEFORE.fullmatch(between):
            return person
        if NAMED.search(text[: person.start]) and BEHIND_NAME.fullmatch(between):
            return person
        copula = COPULA.fullmatch(between)
        if copula and not people_in(copula["between"]):
            return person
    return None


def _listed(sentence: ArticleSentence, noun: re.Match[str], people: list[PersonName]) -> Iterator[Holding]:
    """The holders that a sentence lists behind a role: "the fourth head of state, after X, Y and Z"."""
    text = sentence.text
    is_plural = re.search(r"s$|^heads|men$", noun[0], re.I)
    is_ordinal = re.search(
        r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\s+$", text[: noun.start()]
    )
    if not (is_plural or is_ordinal):
        return
    start, _ = _modifiers(text, noun.start())
    behind = OF.match(text, noun.end())
    owner = OWNER.search(text[: noun.start()])
    org = behind["org"] if behind else owner["org"].rpartition(" of ")[2] if owner else ""
    listed = LISTED.search(text, noun.end())
    if listed is None or ("after" not in listed[0][:9] and is_ordinal):
        return
    named = [person for person in people if listed.start("list") <= person.start < listed.end("list")]
    if is_ordinal:
        named = [*[person for person in people if person.end <= start][:1], *named]
    if len(named) > 1:
        for person in named:
            own = OF.match(text, person.end)
            of = own["org"] if own and not is_ordinal else org
            yield Holding(person.text, of, frozenset(), False, sentence, person.start)


def _leading(sentence: ArticleSentence, people: list[PersonName]) -> Iterator[Holding]:
    """Those of whom a sentence says that they lead something."""
    for person in people:
        if found := LED.match(sentence.text, person.end):
            yield Holding(person.text, NEXT_TITLE.sub("", found["org"]), frozenset(), False, sentence, person.start)


def _elected(sentence: ArticleSentence, adjective: str, people: list[PersonName]) -> Iterator[Holding]:
    """Who won the election that leads to a role."""
    text = sentence.text
    for person in people:
        if found := re.match(
            rf"\s+won\s+(?:the\s+)?(?:[\w’' ]{{0,20}}\s)?{adjective} election", text[person.end :], re.I
        ):
            place = re.match(r"\s+(?:in|of)\s+(?P<org>[A-ZÀ-Þ]\w+)", text[person.end + found.end() :])
            yield Holding(person.text, place["org"] if place else "", frozenset(), False, sentence, person.start)
