"""Of whom a sentence says what it says: the subject of a verb, or of what somebody is.

"Nazarbayev's nephew was arrested" says nothing of Nazarbayev, and "Adil was killed, and Ghazi followed him" nothing of
Ghazi's death. There is no parser here: a subject is looked for by walking back from the verb to the noun group before
it, over auxiliaries, adverbs and what stands between commas.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.english.lexicon import VERBS
from rag.english.names import TITLES
from rag.english.tokens import Sentence, Word, held, is_verb, same, sentences_of

AUXILIARIES = frozenset(
    "is are was were be been being am has have had do does did will would can could may might must shall should not "
    "never also then still now later soon already finally since again ever himself herself itself themselves both all "
    "once really actually formally officially eventually initially reportedly recently just only currently thus".split()
)
BE = frozenset("is are was were be been being".split())
PREPOSITIONS = frozenset("of in at on from for with near by to between among under over after before since".split())
RELATIVE = frozenset("who which that".split())
LINKS = frozenset("of the al bin de ibn van von el la du".split())
LONGEST_ASIDE = 25
"""Words between two commas that may stand between a subject and its verb."""
AGENT = 6
"""Words behind a verb in which its "by" is looked for."""


@dataclass(frozen=True, slots=True)
class Predication:
    """A claim in two parts: of whom it speaks, and what it says of them. `is_passive`: what was done to them."""

    subject: Sentence
    predicate: Sentence
    is_passive: bool = False
    is_state: bool = False
    """Whether it tells what the subject is, not what it did."""

    @property
    def head(self) -> Word | None:
        """The first word of the predicate that says something."""
        return next((word for word in self.predicate if word.is_content and word.lower not in AUXILIARIES), None)


def split_claim(claim: str, verb: str) -> Predication | None:
    """A claim as (subject, predicate), by its first noun group; None when that does not show. `verb` is the one that
    opened the question: "was", "did"."""
    words = tuple(word for sentence in sentences_of(claim) for word in sentence)
    start = 1 if words and words[0].lower in ("the", "a", "an") else 0
    end = _end_of_name(words, start) or _end_of_group(words, start)
    if end is None or end >= len(words):
        return None
    split = Predication(words[start:end], words[end:])
    head = split.head
    is_done = head is not None and is_verb(head)
    return replace(split, is_passive=verb.lower() in BE and is_done, is_state=verb.lower() in BE and not is_done)


def _end_of_name(words: Sentence, start: int) -> int | None:
    """Where a name that opens a claim ends; None when none does, or it only describes the noun behind it."""
    at = start
    while at < len(words) and (words[at].is_capital or (at > start and words[at].lower in LINKS)):
        at += 1
    while at > start and words[at - 1].lower in LINKS:
        at -= 1
    if at == start or (at < len(words) and _is_noun(words, at) and start):  # "the IMU leader"
        return None
    return at


def _is_noun(words: Sentence, at: int) -> bool:
    word = words[at]
    return word.is_content and not is_verb(word) and word.lower not in VERBS and word.lower not in AUXILIARIES


def _end_of_group(words: Sentence, start: int) -> int | None:
    """Where a noun group without a name ends: at its verb."""
    for at in range(start + 1, len(words)):
        word = words[at]
        if word.is_mark:
            return None
        if (is_verb(word) or word.lower in VERBS) and not word.is_capital:
            return at
    return None


def subjects_of(words: Sentence, at: int) -> list[Sentence]:
    """The noun group that the word at a place is said of, and the name set beside it, if any; none when it does not
    show ("he", or the beginning of the sentence)."""
    at = _before_auxiliaries(words, at)
    aside: Sentence = ()
    if at >= 0 and words[at].lower == ",":
        opening = next((i for i in range(at - 1, max(-1, at - LONGEST_ASIDE), -1) if words[i].lower == ","), None)
        if opening is None:
            return []
        aside = words[opening + 1 : at]
        at = opening - 1
    groups = [group for group in (_group_before(words, at), aside if _is_name(aside) else ()) if group]
    return groups


def _before_auxiliaries(words: Sentence, at: int) -> int:
    """The place before a verb's auxiliaries, adverbs and "who"."""
    at -= 1
    while at >= 0 and (words[at].lower in AUXILIARIES | RELATIVE or words[at].lower.endswith("ly")):
        at -= 1
        if at >= 0 and words[at].lower == "," and at + 1 < len(words) and words[at + 1].lower in RELATIVE:
            at -= 1
    return at


def _is_name(words: Sequence[Word]) -> bool:
    return 0 < len(words) <= 4 and all(word.is_capital for word in words)


def _group_before(words: Sentence, at: int) -> Sentence:
    """The noun group that ends at a place, without what follows a preposition in it."""
    start = at
    while start >= 0 and not _ends_group(words, start):
        start -= 1
    group = words[start + 1 : at + 1]
    first = next((i for i, word in enumerate(group) if i and word.lower in PREPOSITIONS), len(group))
    return group[:first]


def _ends_group(words: Sentence, at: int) -> bool:
    word = words[at]
    if word.is_mark or word.lower in ("and", "but", "that", "when", "while", "where", "because", "as", "if"):
        return True
    return is_verb(word) and not word.is_capital and word.lower not in TITLES


def names_subject(group: Sequence[Word], subject: Sequence[Word]) -> bool:
    """Whether a noun group is the subject: it ends with the subject's last word, "President Karimov" for "Karimov"."""
    last = next((word for word in reversed(subject) if word.is_content), None)
    ends = next((word for word in reversed(group) if word.is_content), None)
    return last is not None and ends is not None and same(last.stem, ends.stem)


def says_of_subject(text: str, claim: Predication) -> bool:
    """Whether a sentence says the predicate of the subject, in the same voice."""
    head = claim.head
    if head is None:
        return False
    return any(_is_said(words, place, claim) for words in sentences_of(text) for place in _places(words, head))


def says_of_another(text: str, claim: Predication) -> bool:
    """Whether a sentence says the predicate, and only of somebody else that it names."""
    head = claim.head
    if head is None:
        return False
    said = [(words, place) for words in sentences_of(text) for place in _places(words, head) if is_verb(words[place])]
    named = [(words, place) for words, place in said if any(_names_somebody(g) for g in subjects_of(words, place))]
    return bool(said) and len(named) == len(said) and not any(_is_said(words, at, claim) for words, at in said)


def _names_somebody(group: Sequence[Word]) -> bool:
    return bool(group) and group[-1].is_capital and group[-1].is_content


def _places(words: Sentence, head: Word) -> list[int]:
    return [word.at for word in words if word.is_content and held(head, [word])]


def _is_said(words: Sentence, at: int, claim: Predication) -> bool:
    if claim.is_state and is_verb(words[at]):  # what was opened once need not be open
        return False
    before = {word.lower for word in words[max(0, at - 3) : at]}
    passive = bool(before & BE) and is_verb(words[at])
    if any(names_subject(group, claim.subject) for group in subjects_of(words, at)):
        return passive == claim.is_passive or not is_verb(words[at])
    if claim.is_passive and not passive:  # "police arrested Orlan"
        return _follows(words, at, claim.subject, 1)
    agent = next((word.at for word in words[at + 1 : at + AGENT] if word.lower == "by"), None)
    return passive and not claim.is_passive and agent is not None and _follows(words, agent, claim.subject, 1)


def _follows(words: Sentence, at: int, subject: Sentence, gap: int) -> bool:
    """Whether the subject stands straight behind a place, its titles aside."""
    last = next((word for word in reversed(subject) if word.is_content), None)
    group = [word for word in words[at + gap : at + gap + 5]]
    run = []
    for word in group:
        if not (word.is_capital or word.lower in TITLES or word.lower in ("the", "former")):
            break
        run.append(word)
    return last is not None and bool(run) and same(run[-1].stem, last.stem)
