"""Lines of a page's text that belong to the page and not to its article: invitations, labels, the headline again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set

LONGEST = 220
SHORTEST_TITLE = 20
LABEL = re.compile(
    r"(?:comments?|\d+ comments?|comentários|kommentare?|commentaires|reacties|tags?|advertisement|anzeige"
    r"|publicidad|publicité"
    r"|share(?: this(?: article| story)?)?|story continues below(?: advertisement)?|article continues below"
    r"|related|more:?"
    r"|print|save|listen|watch|filed under:?.*|(?:tempo de leitura|lesezeit|reading time|temps de lecture)\b.*"
    r"|\d+ min(?:ute)?s? read|you may also like\W*|popular on .{2,30}|most read .{0,40}|copyright\b.*|©.*"
    r"|all rights reserved\.?|tell us what you think\W*|click here (?:to|for) .{3,80})",
    re.IGNORECASE,
)
"""A whole line that is the label of something on the page."""
INVITATION = re.compile(
    r"(?:\[?(?:sign up (?:for|to|here|now|today)\b.*|subscribe (?:to|now|here|today)\b.*"
    r"|join our \$?\w+.*|like (?:this|what you see|this story)\b.*\?.*|get (?:the|our|all the|more|your)"
    r" .{3,80}(?:inbox|newsletters?|e-?mail|letterbox)\b.*"
    r"|follow (?:us|@\w+|\w+(?: \w+){0,5} (?:section )?) ?on (?:twitter|facebook|instagram|x|linkedin"
    r"|youtube|whatsapp|telegram)\b.*"
    r"|download (?:our|the) .{0,40}app\b.*|have (?:a|you got a) (?:news )?(?:tip|story)\b.*\?.*"
    r"|click here (?:to subscribe|for more)\b.*|support (?:our|independent) journalism\b.*"
    r"|if you buy something through .*|abonnieren sie\b.*|inscrivez-vous\b.*|suscr[ií]bete\b.*"
    r"|iscriviti\b.*|подпишитесь\b.*)"
    r"|.{0,60}\bsign up for .{0,60}\bnewsletters?\b.{0,80})",
    re.IGNORECASE,
)
"""A short line that asks readers to do something with the page."""


def without_furniture(text: str, titles: Iterable[str]) -> str:
    """The text without such lines, and without lines that only repeat one of the page's titles; a text that consists of
    nothing else stays as it is."""
    lines = text.split("\n")
    letters = {_letters(title) for title in titles if len(title) > SHORTEST_TITLE}
    kept = [line for line in lines if not _is_furniture(line, letters)]
    return "\n".join(kept) if any(line.strip() for line in kept) else text


def _is_furniture(line: str, titles: Set[str]) -> bool:
    plain = line.strip()
    if not plain or len(plain) > LONGEST:
        return False
    return _letters(plain) in titles or bool(LABEL.fullmatch(plain) or INVITATION.fullmatch(plain))


def _letters(line: str) -> str:
    return "".join(character for character in line.casefold() if character.isalnum())
