"""Attribution: who says something in a claim, compared with who says it in the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rag.english.figures import told_in_figures
from rag.english.names import TITLES, canonical
from rag.english.tokens import BREAKS, Sentence, Word, is_verb, same, stem
from rag.verification.alignment import Alignment, Mismatch

SPEAKING = frozenset(
    map(
        stem,
        "say tell claim announce report add explain admit deny allege accuse argue insist warn estimate believe think "
        "confirm write recall call put describe note acknowledge predict declare stress complain hope expect "
        "doubt reject rule promise demand caution concede reply testify suggest reveal disclose praise criticise "
        "criticize condemn hail applaud urge".split(),
    )
)
PRONOUNS = frozenset("he she it they i we who her his their".split())
BOUNDARIES = frozenset("; that but while whereas because when after before which who : “ ”".split())
TURNS = frozenset("; but while whereas although".split())
"""Where one speech ends and another may begin."""
AUXILIARIES = frozenset(
    "has have had not never also then later now did does do would will could may might still first originally "
    "previously long widely".split()
)
BEING = frozenset("is are was were been be".split())
OPENING = frozenset("the a an its his her their one".split())
INVERTED = frozenset(("said", "says", "wrote"))
LONGEST_SUBJECT = 8
"""Words of a subject that stands behind its verb."""
GENERAL = frozenset(
    "airline company firm group party union movement club team agency organisation organization maker couple man woman "
    "statement paper newspaper author writer singer actor".split()
)
NOUNS = frozenset("report claim note call demand hope promise estimate complaint put state".split())
"""What is a noun more often than a verb in this form."""
CLOSING_WORDS = 3
"""A verb of saying with fewer words after it closes the sentence: "..., the minister said on Monday"."""


@dataclass(frozen=True, slots=True)
class Speech:
    """Something that is said: by whom, with which verb, and what; the words that carry meaning."""

    verb: Word
    speaker: tuple[Word, ...]
    by_pronoun: bool
    content: tuple[Word, ...]

    @property
    def who(self) -> str:
        """The speaker in words."""
        return " ".join(word.text for word in self.speaker[:6])


def speeches_of(words: Sentence) -> list[Speech]:
    """What a sentence says that somebody says."""
    found = [_read_attribution(words, word.at) for word in words if word.lower == "according"]
    found += [_read_speech(words, word) for word in words if is_speaking(word)]
    return [speech for speech in found if speech and (speech.speaker or speech.by_pronoun)]


def is_speaking(word: Word) -> bool:
    """Whether a word is a verb of saying inside a sentence, as far as its form tells."""
    if not word.at or word.is_capital or word.lower == "not":
        return False
    return word.stem in SPEAKING and word.lower not in NOUNS


def _read_attribution(words: Sentence, at: int) -> Speech | None:
    start = at + 2
    end = next((word.at for word in words[start:] if word.lower in (",", ".", ";", "who")), len(words))
    return _make_speech(words, words[at], range(start, end), range(at, at))


def _read_speech(words: Sentence, verb: Word) -> Speech | None:
    before = _subject_word(words, verb.at).lower
    if before in (*BEING, "to", "a", "the"):
        return None
    after = [word for word in words[verb.at + 1 :] if not word.is_mark]
    if inverted := _find_subject_after(words, verb):
        return _make_speech(words, verb, inverted, range(verb.at, verb.at + 1))
    if shared := _find_shared_subject(words, verb):
        return _make_speech(words, verb, shared, range(verb.at, verb.at + 1))
    start = _boundary(words, verb.at)
    if _subject_word(words, verb.at).lower in PRONOUNS:
        start = _subject_word(words, verb.at).at
    closes = len(after) < CLOSING_WORDS or words[verb.at + 1].is_mark
    if closes and words[verb.at - 1].lower != ",":
        commas = [word.at for word in words[start : verb.at] if word.lower == ","]
        start = commas[-1] + 1 if commas else start
    return _make_speech(words, verb, range(start, verb.at), range(verb.at, verb.at + 1))


def _find_subject_after(words: Sentence, verb: Word) -> range | None:
    """The subject that stands behind its verb: "no deaths were reported, said the governor, Pavel Dorsin"."""
    if not words[verb.at - 1].is_mark or verb.lower not in INVERTED:
        return None
    ends = (word.at for word in words[verb.at + 1 :] if word.is_mark or word.lower in BREAKS)
    stretch = range(verb.at + 1, next(ends, len(words)))
    if not 0 < len(stretch) <= LONGEST_SUBJECT or any(is_verb(words[at]) for at in stretch):
        return None
    following = words[stretch.start]
    is_named = following.is_capital or following.lower in OPENING
    if is_named and not any(words[at].lower in AUXILIARIES or words[at].lower in BEING for at in stretch):
        appositive = [word for word in words[stretch.stop : stretch.stop + 4] if word.is_capital or word.lower == ","]
        return range(stretch.start, appositive[-1].at + 1 if len(appositive) > 1 else stretch.stop)
    return None


def _find_shared_subject(words: Sentence, verb: Word) -> range | None:
    """The subject of a verb that another one comes before: "Berg welcomed the vote but demanded a count"."""
    joint = _subject_word(words, verb.at)
    if joint.lower not in ("and", "but") or not joint.at:
        return None
    start = _boundary(words, joint.at)
    is_reported = start > 1 and words[start - 1].lower == "that"
    earlier = start - 2 if is_reported else start - 1
    if is_reported and not is_speaking(words[earlier]):
        return None
    if earlier >= 0 and is_speaking(words[earlier]):
        return _find_shared_subject(words, words[earlier]) or range(_boundary(words, earlier), earlier)
    first = next((word.at for word in words[start + 1 : joint.at] if is_verb(word)), None)
    return range(start, first) if first else None


def _boundary(words: Sentence, verb: int) -> int:
    """Where the subject of a verb can begin."""
    if words[verb - 1].lower == ",":  # "Marsh, the governor of the bank, said": what stands between commas is hers
        commas = [word.at for word in words[: verb - 1] if word.lower == ","]
        verb = commas[-1] if commas else verb
    for at in range(verb - 1, -1, -1):
        joined = words[at].lower == "and" and at and words[at - 1].lower == ","
        if words[at].lower in BOUNDARIES or joined or is_speaking(words[at]):
            return at + 1
    return 0


def _subject_word(words: Sentence, verb: int) -> Word:
    """The word before a verb, without what belongs to the verb."""
    at = verb - 1
    while at > 0 and words[at].lower in AUXILIARIES:
        at -= 1
    return words[at]


def _part_around(words: Sentence, at: int) -> range:
    """The part of a sentence that a speech lies in: up to where it turns to something else."""
    turns = [w.at for w in words if w.lower in TURNS or (w.lower == "and" and w.at and words[w.at - 1].lower == ",")]
    first = max((turn for turn in turns if turn < at), default=0)
    return range(first, min((turn for turn in turns if turn > at), default=len(words)))


def _make_speech(words: Sentence, verb: Word, subject: range, own: range) -> Speech:
    told = told_in_figures(words)
    speaker = tuple(
        w for w in words[subject.start : subject.stop] if (w.is_content or w.lower in TITLES) and w.at not in told
    )
    part = _part_around(words, verb.at)
    content = tuple(w for w in words if w.is_content and w.at in part and w.at not in subject and w.at not in own)
    by_pronoun = not speaker and any(w.lower in PRONOUNS for w in words[subject.start : subject.stop])
    return Speech(verb, speaker, by_pronoun, content)


def find_speaker_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """What a claim lets somebody say whom the evidence does not let say it."""
    shown = [speech for sentence in alignment.evidence for speech in speeches_of(sentence)]
    everything = [word for sentence in alignment.evidence for word in sentence]
    for speech in speeches_of(alignment.claim):
        if not speech.speaker:
            continue
        if not shown:
            if not _is_among(speech.speaker, everything):
                yield Mismatch(f"the article does not say this is from {speech.who}", speech.verb.at)
            continue
        best = max(_likeness(speech, other) for other in shown)
        nearest = [other for other in shown if _likeness(speech, other) == best]
        if best > 0 and not any(
            other.by_pronoun or _is_general(other.speaker) or _is_among(speech.speaker, other.speaker)
            for other in nearest
        ):
            yield Mismatch(f"the article quotes {nearest[0].who}, the claim {speech.who}", speech.verb.at)


def _is_general(speaker: tuple[Word, ...]) -> bool:
    """Whether a speaker is named by a word that stands for a name elsewhere: "the airline", "the minister"."""
    return len(speaker) == 1 and (speaker[0].lower in GENERAL or speaker[0].lower in TITLES)


def _likeness(claimed: Speech, shown: Speech) -> float:
    """How much of what a claim's speaker says is what another one says."""
    shared = sum(any(same(word.stem, other.stem) for other in shown.content) for word in claimed.content)
    return shared + 0.5 * (claimed.verb.stem == shown.verb.stem)


def _is_among(speaker: tuple[Word, ...], words: list[Word] | tuple[Word, ...]) -> bool:
    """Whether a speaker is among some words: its names, or half of its words when it has none. Titles do not matter."""
    telling = [word for word in speaker if word.lower not in TITLES] or list(speaker)
    known = {canonical(word.lower) for word in words}
    initials = "".join(word.lower[0] for word in words if word.is_capital)
    spelled = "".join(word.lower[0] for word in telling if word.is_capital)
    is_told_by_acronym = any(word.text.isupper() and len(word.text) > 1 and word.lower in spelled for word in words)
    found = [
        canonical(word.lower) in known
        or (word.text.isupper() and word.lower in initials)
        or (word.is_capital and is_told_by_acronym)
        or (not word.is_capital and any(same(word.stem, other.stem) for other in words))
        for word in telling
    ]
    return 2 * sum(found) >= len(found)
