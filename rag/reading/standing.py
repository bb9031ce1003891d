"""Whether a sentence tells how things stand, how they stood, or what was still to come, and from when to when.

"Usman Ghazi, who has led the movement since 2012" stands; "its former leader, Tohir Yuldash", "led it from 2010 until
his death" and "succeeded Adil" tell of what is over. Read from the words around the span in its sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.english.tokens import Word, held, words_of

YEAR = r"(?:1[5-9]\d\d|20\d\d)"
NEAR = 60
"""Characters around a span in which words about its end are looked for."""
OVER_BEFORE = re.compile(
    r"\b(?:former(?:ly)?|ex|late|previous|past|ousted|deposed|outgoing|then|one-time|fallen|slain|dead"
    r"|predecessors?(?:,| was| is| of)*|(?:succeed|replace|follow)(?:e?d|s)?|(?:replac|succeed|follow|oust)ing"
    r"|ousts|successor (?:of|to)"
    r"|(?:death|killing|resignation|removal|ouster|departure|end) of|in place of|instead of"
    r"|(?:killed|toppled|overthrew))"
    r"(?:[\s-]+(?:\w+|,)){0,3}[\s,-]*$",
    re.I,
)
OVER_AFTER = re.compile(
    r"^(?:['’]s?)?(?:, [^,;.]{3,80},)?[\s,]*(?:who |which )?(?:\w+ ){0,2}?(?:"
    r"(?:was|were|had been|has been) (?:killed|ousted|overthrown|succeeded|replaced|removed|deposed|shot dead|toppled)"
    r"|died\b|resigned\b|stepped down\b|fled\b|left (?:office|the post)|killed in\b|dead since\b"
    r"|(?:death|predecessor|successor|resignation|ouster|removal)\b|was (?:its|the|their|his|her) (?:first|former)\b"
    r"|(?:had )?(?:led|headed|ruled|governed|ran|served|was)\b[^.;]{0,60}?\b(?:until|till|before (?:his|her|its)"
    r"|from [^.;]{0,25}?\b(?:to|until|till)))",
    re.I,
)
SINCE = re.compile(rf"\b(?:since|as of)\s+(?:[\w,]+\s+){{0,2}}?({YEAR})\b", re.I)
FROM_TO = re.compile(
    rf"\b(?:from|between)\s+(?:[\w,]+\s+){{0,2}}?({YEAR})\s*(?:to|and|until|till|through|[-–])\s*"
    rf"(?:[\w,]+\s+){{0,2}}?(?:({YEAR})\b)?",
    re.I,
)
UNTIL = re.compile(rf"\b(?:until|till|up to)\s+(?:[\w,]+\s+){{0,2}}?({YEAR})\b", re.I)

AHEAD = re.compile(
    r"\b(?:would|will|shall|(?:due|set|planned|expected|scheduled|plans?|vow(?:s|ed)?|promise[sd]?|decided|agreed|wants?"
    r"|wanted|hopes?|hoped|threaten(?:s|ed)?) to)\s+(?:(?:be|also|not|soon|finally|formally|fully)\s+)*([a-z]+)"
)
"""What was not yet done when it was told, up to the verb: "announced that he would close"."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Years, both inclusive; None where the sentence leaves it open."""

    first: int | None
    last: int | None

    def overlaps(self, first: int | None, last: int | None) -> bool:
        """Whether some year lies in both stretches."""
        begins_later = self.first is not None and last is not None and self.first > last
        ends_earlier = self.last is not None and first is not None and self.last < first
        return not begins_later and not ends_earlier


def is_over(sentence: str, start: int, end: int) -> bool:
    """Whether the words around characters `start:end` of a sentence say that what it names is over."""
    before, after = sentence[max(0, start - NEAR) : start], sentence[end : end + 2 * NEAR]
    return bool(OVER_BEFORE.search(before) or OVER_AFTER.match(after))


def is_ahead(sentence: str, asked: Sequence[Word]) -> bool:
    """Whether a sentence tells what is asked about only as something to come: one of the words asked is its verb."""
    return any(held(words_of(match[1])[0], asked) for match in AHEAD.finditer(sentence))


def stretch_of(sentence: str, published_year: int | None = None) -> Stretch | None:
    """From when to when a sentence says that something held; None when it does not say."""
    if match := FROM_TO.search(sentence):
        return Stretch(int(match[1]), int(match[2]) if match[2] else published_year)
    if match := SINCE.search(sentence):
        return Stretch(int(match[1]), None)
    if match := UNTIL.search(sentence):
        return Stretch(None, int(match[1]))
    return None
