"""A question → which role of what it asks for: all its holders, or who came before or after one of them."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Literal

from rag.forms.roles import LEADS, QUALIFIERS, Role, role_named, roles_in

Place = Literal["all", "before", "after", "during"]

ASKING = (
    r"(?:(?:hi|hello|ok|so|and|please|pls)[,!]?\s+)*(?:(?:can|could|would)\s+you\s+(?:please\s+)?)?(?:please\s+)?"
    r"(?:tell\s+me\s+|say\s+|do\s+you\s+know\s+)?"
)
POLITE_END = re.compile(r",?\s+(?:please|pls|thanks|thank you)$", re.I)
PRONOUNS = frozenset("he she it they him her them his hers its their this that who whom someone".split())
NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten)"
ALL = rf"(?:(?:all|every|each|the|of|past|successive|various|different|known|single|{NUMBER})\s+)*"
LIST_HEAD = re.compile(
    rf"{ASKING}(?:(?:make\s+|draw\s+up\s+|give\s+me\s+|show\s+me\s+|show\s+)?(?:an?\s+"
    rf"|the\s+)?(?:\w+\s+)?(?P<line>time-?line|chronology|history|succession"
    rf"|list|table|sequence|overview)\s+(?:of|for|with|:)\s+|(?P<list>list|name|enumerate|show(?:\s+me)?"
    rf"|give\s+me|identify)\s+(?:who\s+(?:has|have)\s+been\s+)?"
    rf"|(?P<who>who\s+(?:were|are|have\s+been|has\s+been|had\s+been|was)|which\s+(?:people|persons|men"
    rf"|women)\s+(?:were|have\s+been|are))\s+){ALL}(?P<chunk>.+)",
    re.I,
)
OVER_TIME = re.compile(
    r",?\s*\b(?:since\s+(?:independence|(?:its|the)\s+\w+)|over\s+(?:the\s+)?(?:years|time|decades)"
    r"|through(?:out)?\s+the\s+years"
    r"|one\s+after\s+(?:another|the\s+other)|in\s+(?:chronological\s+|the\s+right\s+)?order|in\s+turn|so\s+far"
    r"|until\s+now"
    r"|(?:up\s+)?to\s+(?:this\s+day|now|today)|with\s+(?:their\s+|the\s+)?dates?(?:\s+if\s+you\s+have\s+them)?"
    r"|and\s+when"
    r"|from\s+(?:the\s+)?(?:earliest|first|oldest)\b.*|from\s+first\s+to\s+last|by\s+date|historically"
    r"|and\s+their\s+(?:terms|dates)"
    r"|in\s+the\s+(?:archive|articles|library))\b",
    re.I,
)
LED_OVER_TIME = re.compile(rf"{ASKING}who\s+(?:has\s+|have\s+|had\s+|all\s+)*{LEADS}\s+(?:the\s+)?(?P<org>.+)", re.I)
NAME = (
    r"(?P<name>(?!the\b|this\b|that\b|it\b|its\b|a\b|an\b|\d)[\w’'.-]+"
    r"(?:\s+(?!as\b|at\b|in\b|of\b)[\w’'.-]+){0,3}?)"
)
AS = (
    r"(?:\s+(?:as|in\s+the\s+role\s+of|in\s+the\s+post\s+of)\s+(?P<chunk>.+)"
    r"|\s+(?:at|in)\s+(?:the\s+)?(?P<org>.+))?"
)
WHO = rf"{ASKING}(?:who|whom|which\s+\w+|what\s+\w+)"
WILL = r"(?:['’]ll\s+|\s+will\s+|\s+is\s+to\s+|\s+would\s+|\s+)"
BEFORE = (
    rf"{WHO}\s+(?:was|were|became|had\s+been|served\s+as"
    rf"|held\s+the\s+post\s+of)\s+(?:the\s+)?(?P<chunk>.+?)\s+(?:just\s+|right\s+)?(?:before|prior\s+to)\s+{NAME}",
    rf"{WHO}\s+(?:had\s+)?{LEADS}\s+(?:the\s+)?(?P<org>.+?)\s+(?:just\s+|right\s+)?(?:before|prior\s+to)\s+{NAME}",
    rf"{WHO}\s+(?:preceded|came\s+before|was\s+before)\s+{NAME}{AS}",
    rf"{WHO}\s+(?:did|does|do)\s+{NAME}\s+(?:replace|succeed|take\s+over\s+from|follow"
    rf"|come\s+after)(?:\s+as\s+(?P<chunk>.+)|\s+(?:at|in)\s+(?:the\s+)?(?P<org>.+))?",
    rf"{WHO}\s+(?:was|is)\s+{NAME}['’]s?\s+(?:immediate\s+)?predecessor{AS}|{WHO}\s+(?:was"
    rf"|is)\s+the\s+predecessor\s+of\s+(?P<other>.+)",
)
AFTER = (
    rf"{WHO}{WILL}(?:was|were|became|become|be|is|served\s+as)\s+(?:the\s+)?(?P<chunk>.+?)\s+(?:just\s+"
    rf"|right\s+)?after\s+{NAME}",
    rf"{WHO}\s+{LEADS}\s+(?:the\s+)?(?P<org>.+?)\s+(?:just\s+|right\s+)?after\s+{NAME}",
    rf"{WHO}{WILL}(?:succeeded|succeeds?|replaced|replaces?|followed|follows?|came\s+after|come\s+after"
    rf"|took\s+over\s+from|takes?\s+over\s+from)\s+{NAME}{AS}",
    rf"{WHO}\s+(?:was|is)\s+{NAME}['’]s?\s+successor{AS}|{WHO}\s+(?:was|is)\s+the\s+successor\s+(?:of"
    rf"|to)\s+(?P<other>.+)",
)


DURING = re.compile(
    rf"{WHO}\s+(?:was|were)\s+(?:the\s+)?(?P<chunk>.+?)\s+(?:when|at\s+the\s+time)\s+(?P<subject>[^,]+?)\s+"
    r"(?P<verb>was|were)\s+(?P<rest>[^,]+)",
    re.I,
)


EVERYONE = (
    rf"{ASKING}(?:name\s+|list\s+|show\s+me\s+)?"
    r"(?:everyone|everybody|all|which\s+(?:men|women|people|persons)|the\s+people)"
)
REWORDED = (
    (
        re.compile(rf"{ASKING}(?:which|what)\s+(\w+(?:\s+\w+)?)\s+(?:has|have)\s+(?:the\s+)?(.+?)\s+had\b(.*)", re.I),
        r"list the \1 of \2",
    ),
    (
        re.compile(
            rf"{EVERYONE}\s+(?:who\s+)?(?:has\s+|have\s+)?(?:ever\s+)?(?:was|were|been)\s+(?:the\s+)?(.+)", re.I
        ),
        r"list every \1",
    ),
    (
        re.compile(rf"{EVERYONE}\s+(?:who\s+)?(?:has\s+|have\s+)?(?:ever\s+)?{LEADS}\s+(?:the\s+)?(.+)", re.I),
        r"list every leader of \1",
    ),
    (
        re.compile(r"(?:give|make|draw)\s+(?:me\s+)?(?:up\s+)?an?\s+(?:table|list|timeline)\s+of\s+(.+)", re.I),
        r"list \1",
    ),
    (re.compile(r"(.+?)\s+(?:time-?line|in\s+a\s+(?:table|list))", re.I), r"timeline of \1"),
    (
        re.compile(
            r"(?:all\s+)?(?:known\s+|the\s+)?(?!(?:who|which|what|time-?line|chronology|history|succession"
            r"|sequence|table|name|list|show|tell|give|how|when|where|why"
            r"|is|are|was|were|do|did|does"
            r"|has)\b)((?:[\w’'-]+\s+){0,3}\w+s\s+of\s+[^,?]+?)(?:\s+since\s+\d{4})?",
            re.I,
        ),
        r"list the \1",
    ),
)
"""Other ways of asking for all holders, and the list that they mean."""


@dataclass(frozen=True, slots=True)
class RoleQuestion:
    """What is asked of the holders of a role: all of them, the one before or after `name`, or when something happened.

    `role` is None where the question names none ("who succeeded X?"); `org` is what the role is of, empty where it is
    not said; `event` asks for the time at which it was held; `qualifiers` are those asked for ("acting").
    """

    place: Place
    role: Role | None
    org: str
    name: str = ""
    qualifiers: frozenset[str] = frozenset()
    event: str = ""


def role_question(text: str) -> RoleQuestion | None:
    """What a question asks of the holders of a role, None when it asks for something else."""
    plain = POLITE_END.sub("", " ".join(text.split()).strip(' ?!."“”')).strip(" ,?!.")
    for place, patterns in (("before", BEFORE), ("after", AFTER)):
        for pattern in patterns:
            if (found := _matched(pattern, plain)) and (asked := _beside(place, found)):
                return asked
    return _during(plain) or _all_holders(plain)


def _during(plain: str) -> RoleQuestion | None:
    """Who held a role when something happened: "who was president of X when Y was founded"."""
    found = DURING.fullmatch(plain)
    parsed = role_phrase(found["chunk"]) if found else None
    if found is None or parsed is None:
        return None
    role, org, qualifiers = parsed
    event = f"When {found['verb']} {found['subject']} {found['rest']}?"
    return RoleQuestion("during", role, org, qualifiers=qualifiers, event=event)


def _matched(pattern: str, text: str) -> dict[str, str] | None:
    """The named parts of a text; a name that two alternatives share is told apart for the expression."""
    seen: dict[str, int] = {}

    def numbered(group: re.Match[str]) -> str:
        seen[group[1]] = seen.get(group[1], 0) + 1
        return f"(?P<{group[1]}_{seen[group[1]]}>"

    found = re.fullmatch(re.sub(r"\(\?P<(\w+)>", numbered, pattern), text, re.I)
    return {key.rpartition("_")[0]: value for key, value in found.groupdict().items() if value} if found else None


def _beside(place: str, found: dict[str, str]) -> RoleQuestion | None:
    name = found.get("name") or found.get("other") or ""
    if name.lower().split()[0] in PRONOUNS:
        return None
    chunk, org = found.get("chunk", ""), found.get("org", "")
    if chunk:
        parsed = role_phrase(chunk)
        if parsed is None:
            return None
        role, org, qualifiers = parsed
        return RoleQuestion("before" if place == "before" else "after", role, org, name, qualifiers)
    led = role_named("leader") if org else None
    return RoleQuestion("before" if place == "before" else "after", led, org, name)


def _plainly(text: str) -> str:
    """Other ways of asking for all holders, as a list of them: "which presidents has X had", "everyone who led X"."""
    for pattern, wording in REWORDED:
        if found := pattern.fullmatch(text):
            return found.expand(wording)
    return text


def _all_holders(plain: str) -> RoleQuestion | None:
    plain = _plainly(plain)
    timeless = OVER_TIME.sub("", plain).strip(" ,;:?.!")
    over_time = timeless != plain.strip(" ,;:?.!")
    if (led := LED_OVER_TIME.fullmatch(timeless)) and over_time:
        return RoleQuestion("all", role_named("leader"), _bare(led["org"]))
    head = LIST_HEAD.fullmatch(timeless)
    if head is None and not over_time:
        return None
    parsed = role_phrase(head["chunk"] if head else re.sub(rf"^{ALL}", "", timeless, flags=re.I))
    if parsed is None:
        return None
    role, org, qualifiers = parsed
    several = over_time or (head and head["line"]) or _is_plural(head["chunk"] if head else timeless, role)
    several = several or bool(re.search(r"\b(?:every|each|all)\b", timeless, re.I))
    return RoleQuestion("all", role, org, qualifiers=qualifiers) if several else None


def _is_plural(chunk: str, role: Role) -> bool:
    found = role.pattern.search(chunk)
    return bool(found) and bool(re.search(r"s$|^heads |men$|people$", found[0], re.I)) if found else False


def role_phrase(chunk: str) -> tuple[Role, str, frozenset[str]] | None:
    """The role that a phrase names and nothing else, what it is of, and its qualifiers: "acting president of X"."""
    found = sorted(roles_in(chunk), key=lambda place: place[1])
    if not found or len({role.name for role, _, _ in found}) > 1:
        return None
    role, _, end = found[-1]
    before, after = chunk[: found[0][1]], chunk[end:]
    inner = before + " " + " ".join(chunk[first[2] : second[1]] for first, second in itertools.pairwise(found))
    words = [word.lower() for word in re.findall(r"[\w-]+", inner)]
    qualifiers = frozenset(word for word in words if word in QUALIFIERS)
    rest = " ".join(word for word in before.split() if word.lower() not in QUALIFIERS | FILLERS)
    return _with_org(role, rest, after, qualifiers)


FILLERS = frozenset(
    "the a an of all every each and new current and/or past former names list different named elected appointed made "
    "chosen confirmed".split()
)
OWNS = re.compile(r"['’]s?$")


def _with_org(
    role: Role, before: str, after: str, qualifiers: frozenset[str]
) -> tuple[Role, str, frozenset[str]] | None:
    """The phrase's parts, when what stands around the role is only what it is of."""
    behind = re.fullmatch(r"\s+(?:of|for|in|at)\s+(?:the\s+)?(?P<org>[^,;:?]{2,60})", after)
    if behind and not before:
        org = _bare(behind["org"])
        return (role, org, qualifiers) if not re.search(r"\b(?:who|that|which|were|was|is|are)\b", org) else None
    if not after.strip() and len(before.split()) <= 6:
        return role, _bare(OWNS.sub("", before)), qualifiers
    return None


def _bare(org: str) -> str:
    plain = re.sub(r"^(?:the|this|that)\s+", "", " ".join(org.split()).strip(' ,;:.?!"“”'), flags=re.I)
    return re.sub(r"^(?:independent|modern|post-soviet)\s+", "", plain, flags=re.I)
