"""A sentence → who came after whom in a role: "X succeeded Y", "Y was replaced by X", "her predecessor, Y"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.forms.people import PersonName, people_in
from rag.forms.sentences import ArticleSentence

TITLED = r"(?:\s+(?:as|the|his|her|its|former|late|president|prime|minister|mayor|chairman|mr|mrs|ms))*\s+"
SUCCEEDS = re.compile(
    r"(?:,[^;]{0,60},|,)?\s*(?:(?:who|and|has|had|will|is\s+to|is\s+due\s+to|then|also|formally)\s+)*"
    r"(?:succeed(?:s|ed)?|replac(?:e|es|ed)|follow(?:s|ed)?|tak(?:e|es)\s+over(?:\s+\w+){0,4}?\s+from"
    r"|took\s+over(?:\s+\w+){0,6}?\s+from|(?:takes?|took)\s+the\s+(?:place|job|post)\s+of)" + TITLED,
    re.I,
)
IS_SUCCEEDED = re.compile(
    r"[^.;]{0,90}?\b(?:was|is|were|been|be)\s+(?:succeeded|replaced|followed)\s+(?:(?:on|in"
    r"|as)\s+[\w ]{1,30}\s+)?by" + TITLED,
    re.I,
)
HE_SUCCEEDED = re.compile(r"\b(?:he|she)\s+(?:succeeded|replaced|followed|took\s+over\s+from)" + TITLED + "$", re.I)
RELATIVE = re.compile(r"\b(?:his|her|their|its)\s+(?:immediate\s+)?(?P<which>predecessor|successor),?\s+$", re.I)
ORDINAL = re.compile(
    r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b[^.;:]{0,60},\s+after\s+", re.I
)
POINTS_BACK = re.compile(
    r"(?:he|she|the\s+[a-z-]+(?=,|\s+(?:will|took|takes|succeed|replac|follow)))(?:,[^,]{0,20},)?", re.I
)


@dataclass(frozen=True, slots=True)
class Succession:
    """That a sentence tells that somebody came after somebody else."""

    later: str
    earlier: str
    sentence: ArticleSentence


def successions_in(sentence: ArticleSentence, subject: str | None) -> Iterator[Succession]:
    """Who came after whom in a sentence; `subject` is whom the sentence before was about."""
    text = sentence.text
    people = people_in(text)
    if subject and (pronoun := POINTS_BACK.match(text)):
        people = [PersonName(subject, 0, pronoun.end()), *people]
    yield from _told_outright(sentence, people)
    if listed := ORDINAL.search(text):
        named = [person.text for person in people if person.start >= listed.end()]
        in_order = [*named, *[person.text for person in people if person.end <= listed.start()][:1]]
        yield from (Succession(later, earlier, sentence) for earlier, later in itertools.pairwise(in_order))
    for person in people:
        if found := RELATIVE.search(text[: person.start]):
            before = [other.text for other in people if other.end <= found.start()]
            known = before[0] if before else subject
            if known and known != person.text:
                is_earlier = found["which"].lower() == "predecessor"
                pair = (known, person.text) if is_earlier else (person.text, known)
                yield Succession(*pair, sentence)


def _told_outright(sentence: ArticleSentence, people: list[PersonName]) -> Iterator[Succession]:
    """The successions that a verb between two names tells."""
    for first, second in itertools.pairwise(people):
        between = sentence.text[first.end : second.start]
        if SUCCEEDS.fullmatch(between):
            yield Succession(first.text, second.text, sentence)
        elif IS_SUCCEEDED.fullmatch(between):
            yield Succession(second.text, first.text, sentence)
        elif HE_SUCCEEDED.search(between):
            yield Succession(people[0].text, second.text, sentence)
