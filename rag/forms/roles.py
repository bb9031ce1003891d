"""Roles that somebody holds for a time: the words for them, and the qualifiers that make another role of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

ROLES: dict[str, str] = {
    "prime minister": "prime minister|premier|head of government|heads of government",
    "head of state": "president|head of state|heads of state",
    "president": "president|head of state|heads of state",
    "chief executive": "chief executive officer|chief executive|CEO|managing director|boss",
    "secretary general": "secretary[- ]general|secretaries[- ]general",
    "director general": "director[- ]general|directors[- ]general",
    "chair": "chairman|chairwoman|chairperson|chairmen|chair",
    "spokesman": "spokesman|spokeswoman|spokesperson|spokespeople|spokesmen",
    "leader": r"leader|head|chief(?=s?\b(?: of\b|[,.;]))|commander-in-chief",
    "commander": "commander|commander-in-chief|commanding officer",
    "head coach": "head coach|coach|manager",
    "mayor": "mayor",
    "governor": "governor",
    "chancellor": "chancellor",
    "director": "director",
    "speaker": "speaker",
    "rector": "rector",
    "ambassador": "ambassador",
    "archbishop": "archbishop",
    "bishop": "bishop",
    "captain": "captain",
    "editor": "editor-in-chief|editor",
    "king": "king|monarch",
    "queen": "queen|monarch",
    "pope": "pope|pontiff",
    "emir": "emir",
    "manager": "manager",
    "owner": "owner",
    "secretary": "secretary",
}
"""Each role with the words that say so, longer ones first; "minister" is made for its department."""
NATIONAL = frozenset(("prime minister", "head of state", "president", "king", "queen", "chancellor"))
"""Roles of states: of any other country a report may name the holder without the country."""
MINISTER = re.compile(
    r"(?:(?P<before>(?!prime\b|deputy\b|first\b|acting\b|former\b|the\b|a\b|an\b|all\b|every\b"
    r"|new\b)[a-z]+)\s+ministers?"
    r"|ministers?\s+(?:of|for)\s+(?P<after>[a-z]+))\b",
    re.I,
)
LEADS = r"(?:led|leads?|headed|heads|ruled|rules|governed|governs|commanded|commands|chaired|chairs|runs|ran|run)"
QUALIFIERS = frozenset(
    "acting interim deputy vice honorary spiritual caretaker provisional assistant shadow co associate junior "
    "sub under "
    "pro-tem temporary elect designate nominal titular religious would-be self-proclaimed de-facto opposition".split()
)
"""Words that make another role of a role."""
PAST = frozenset("former ex previous late past outgoing departing one-time erstwhile then-former".split())
"""Words that tell that a role is over."""
BY_ADJECTIVE = {
    "president": "presidential",
    "head of state": "presidential",
    "mayor": "mayoral",
    "governor": "gubernatorial",
}
"""Elections by which one comes to a role."""


LED = frozenset(("leader", "president", "head of state", "chief executive", "commander"))
"""Roles that one who "leads" holds."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that is asked for: its name, the expression for its nouns, and whether "leads" says it."""

    name: str
    nouns: str
    is_led: bool

    @property
    def pattern(self) -> re.Pattern[str]:
        """Where its nouns stand in a text, in the singular or the plural."""
        return re.compile(rf"(?<![\w-])(?:{self.nouns})(?:s|es)?(?![\w])", re.I)

    @property
    def plural(self) -> str:
        """The name for several holders."""
        if self.name == "head of state":
            return "heads of state"
        if self.name.endswith("man"):
            return f"{self.name[:-3]}men"
        return f"{self.name}s"


def role_named(name: str) -> Role:
    """The role of a name in `ROLES`, or of a department's minister."""
    if name.endswith(" minister") and name not in ROLES:
        department = re.escape(name.removesuffix(" minister"))
        return Role(name, rf"{department} minister|minister (?:of|for) {department}", is_led=False)
    return Role(name, ROLES[name], is_led=name in LED)


def roles_in(text: str) -> Iterator[tuple[Role, int, int]]:
    """The roles that a text names, with the places of the words, the longest name at each place only."""
    taken: list[tuple[int, int]] = []
    if found := MINISTER.search(text):
        department = (found["before"] or found["after"]).lower()
        taken.append(found.span())
        yield role_named(f"{department} minister"), *found.span()
    for name in ROLES:
        for match in re.finditer(rf"(?<![\w-]){_own_words(name)}(?![\w])", text, re.I):
            if not any(match.start() < end and start < match.end() for start, end in taken):
                taken.append(match.span())
                yield role_named(name), *match.span()


def _own_words(name: str) -> str:
    """The words by which a role is asked for: "head of state" is one, and a "president" another."""
    if name in ("president", "head of state", "leader"):
        own = {
            "president": "presidents?",
            "head of state": "heads? of state",
            "leader": "leaders?|heads?(?! of (?:state|government))|chiefs?",
        }
        return f"(?:{own[name]})"
    return f"(?:(?:{ROLES[name]})(?:s|es)?)"
