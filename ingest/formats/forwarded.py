"""Forwarded messages: what somebody passes on has a sender, a date and a subject of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = re.compile(
    r"(?m)^[ \t>]*(?:-{2,}[ \t]*(?:forwarded message|original message|forwarded by .*|weitergeleitete"
    r" nachricht|ursprüngliche"
    r" nachricht|message transféré|message d'origine|mensaje reenviado|mensaje original|messaggio inoltrato"
    r"|messaggio originale|doorgestuurd bericht|oorspronkelijk bericht)[ \t]*-{2,}|begin forwarded message:"
    r"|anfang der weitergeleiteten nachricht:|début du message (?:réexpédié|transféré)[ ]?:|_{20,})[ \t]*$",
    re.IGNORECASE,
)
"""The line over a forwarded message."""
NAMES = {
    "from": "from von de da van från от".split(),
    "date": "date sent gesendet datum envoyé fecha enviado data inviato verzonden дата skickat".split(),
    "subject": "subject betreff objet asunto oggetto onderwerp ämne тема".split(),
}
RECIPIENTS = frozenset("to cc an à a para aan till кому reply-to antwort an".split())
FIELD = re.compile(r"[ \t>]*\*?([^\W\d_][\w -]{1,14}?)[ \t]?:\*?[ \t]*(.*)")
FORWARD = re.compile(r"^\s*(?:(?:fwd?|wg|tr|rv|i|doorst|vb)\s*:\s*)+", re.IGNORECASE)
WITHIN = 3_000
"""Characters that somebody may write before what is forwarded."""
MOST_FIELDS = 12


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What is passed on: its own header's fields, its text, and what the forwarder wrote before it."""

    sender: str
    date: str
    subject: str
    text: str
    note: str


def forwarded_in(text: str, subject: str) -> Forwarded | None:
    """The message that a message passes on; None when it passes none on, or only answers one."""
    mark = MARK.search(text[:WITHIN])
    is_forward = bool(FORWARD.match(subject))
    if mark is None and not is_forward:
        return None
    begin = mark.end() if mark else _first_field(text)
    if begin is None:
        return None
    fields, rest = _fields(text[begin:])
    if not (fields.get("from") and (fields.get("date") or fields.get("subject"))):
        return None
    note = text[: mark.start() if mark else begin].strip()
    if re.match(r"re\s*:|aw\s*:", subject.strip(), re.IGNORECASE) and not is_forward:
        return None  # an answer with what it answers below
    return Forwarded(fields["from"], fields.get("date", ""), fields.get("subject", ""), _unquoted(rest), note)


def plain_subject(subject: str) -> str:
    """A subject without what says that it was forwarded."""
    return FORWARD.sub("", subject).strip()


def _first_field(text: str) -> int | None:
    """Where a header begins that has no line above it."""
    at = 0
    for line in text[:WITHIN].splitlines(keepends=True):
        found = FIELD.fullmatch(line.strip())
        if found and _field(found[1]) == "from":
            return at
        at += len(line)
    return None


def _field(name: str) -> str:
    plain = name.strip().casefold()
    return next((field for field, names in NAMES.items() if plain in names), "")


def _fields(text: str) -> tuple[dict[str, str], str]:
    """The fields at the beginning of a forwarded message, and what follows them."""
    fields: dict[str, str] = {}
    lines = text.lstrip("\n").split("\n")
    for number, line in enumerate(lines):
        found = FIELD.fullmatch(line.strip()) if number < MOST_FIELDS else None
        if found is None and line.strip(" >"):
            return fields, "\n".join(lines[number:])
        if found is None and fields and not _goes_on(lines[number:]):
            return fields, "\n".join(lines[number:])
        if found and (name := _field(found[1])):
            fields.setdefault(name, found[2].strip(" *"))
    return fields, ""


def _goes_on(lines: list[str]) -> bool:
    """Whether another field follows blank lines: a page's header has one between any two lines."""
    line = next((line.strip() for line in lines if line.strip(" >")), "")
    found = FIELD.fullmatch(line)
    return found is not None and (bool(_field(found[1])) or found[1].strip().casefold() in RECIPIENTS)


def _unquoted(text: str) -> str:
    """A text without the marks of a quotation, where every line has one."""
    lines = text.split("\n")
    quoted = [line for line in lines if line.strip()]
    if quoted and all(line.startswith(">") for line in quoted):
        lines = [line.removeprefix(">").removeprefix(" ") for line in lines]
    return "\n".join(lines).strip()
