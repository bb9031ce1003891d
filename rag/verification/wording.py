"""Words that reverse a meaning or are missing from the evidence: opposites, quantities, swapped nouns."""

from __future__ import annotations

from collections.abc import Iterator

from rag.english.dates import MONTHS, WEEKDAYS
from rag.english.figures import ORDINALS
from rag.english.tokens import Sentence, Word, same, stem
from rag.verification.alignment import Alignment, Mismatch
from rag.verification.covers import covers_of, is_denied

OPPOSITES = tuple(
    tuple(frozenset(map(stem, side.split())) for side in line.split("|"))
    for line in """
    rise increase grow raise gain climb higher up expand surge|fall decrease drop decline cut lower reduce shrink down
    rise accelerate|slow ease
    hot hotter warm warmer|cold colder cool cooler
    ahead|behind
    fast faster quick quicker|slow slower
    heavy heavier|light lighter
    long longer tall taller|short shorter
    near nearer closer|far farther further
    cheap cheaper|expensive costly dear dearer
    dry drier|wet wetter
    easy easier|hard harder difficult
    gain win acquire survive|lose loss
    more|less fewer
    most largest biggest highest|least smallest lowest
    above over|below under
    buy bought purchase|sell
    open start begin launch resume|close end stop finish halt cancel
    confirm admit acknowledge accept agree approve welcome|deny reject refuse dismiss decline
    allow permit legalise legalize|ban forbid prohibit outlaw
    join enter|leave quit withdraw exit
    arrive come|leave depart go
    first|last final
    before|after
    until|since
    north northern|south southern
    east eastern|west western
    support back praise welcome favour endorse|oppose criticise criticize condemn attack protest
    survive live alive|die kill dead
    guilty|innocent
    convict|acquit
    free release|jail imprison arrest detain
    rich wealthy|poor
    early earlier|late later
    strengthen strong|weaken weak
    safe|dangerous unsafe
    legal lawful|illegal unlawful
    success succeed successful|failure fail
    ally friend|enemy foe
    civilian|military
    father|mother
    husband|wife
    son|daughter
    brother|sister
    man|woman
    build rebuild restore|destroy demolish
    borrow|lend
    public|private
    old older|young younger new newer recent
    best better|worst worse
    optimistic confident certain sure|pessimistic doubtful doubt
    permanent|temporary
    domestic|foreign
    import|export
    minority|majority
    maximum|minimum
    with|without
    play attend|miss skip
    uphold|overturn quash
    """.strip().splitlines()
)
QUANTITIES = {
    word: group
    for group, words in {
        "all": "all every each entire whole always everyone",
        "most": "most mostly majority largely mainly",
        "some": "some several certain",
        "many": "many numerous",
        "few": "few hardly rarely",
    }.items()
    for word in words.split()
}
FIGURE_STARTS = "$€£0123456789"
WAYS = ("up", "down")
UNITS = frozenset(
    map(
        stem,
        "minute hour day week fortnight month season year decade century spring summer autumn winter morning afternoon "
        "evening night".split(),
    )
)
DETERMINERS = frozenset("the this last next previous following each every per".split())
NEGATING = ("un", "in", "il", "im", "ir", "non", "dis")


def find_opposite_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each word of a claim whose opposite stands in its place in the evidence."""
    mine = covers_of(alignment.claim)
    for word in alignment.claim:
        if word.is_mark:
            continue
        sentence = alignment.sentence_for(word.at)
        if any(other.stem == word.stem for other in sentence):
            continue
        for other in sentence:
            if _are_opposite(word, other) and not any(said.stem == other.stem for said in alignment.claim):
                turned = is_denied(mine, word.at) != is_denied(covers_of(sentence), other.at)
                if not turned and not _agrees_elsewhere(word, other, sentence):
                    yield Mismatch(f"the article says “{other.text}”, the claim “{word.text}”", word.at)
                    break


def _are_opposite(word: Word, other: Word) -> bool:
    if any(way.stem in WAYS and way.lower not in WAYS for way in (word, other)):  # "downed tools"
        return False
    for one, two in OPPOSITES:
        if (word.stem in one and other.stem in two) or (word.stem in two and other.stem in one):
            return True
    longer, shorter = (word.stem, other.stem) if len(word.stem) > len(other.stem) else (other.stem, word.stem)
    return len(shorter) >= 4 and any(longer == prefix + shorter for prefix in NEGATING)


def _agrees_elsewhere(word: Word, other: Word, sentence: Sentence) -> bool:
    """Whether the evidence holds a word that says the same as the claim's after all."""
    return any(shown.stem != other.stem and same(shown.stem, word.stem) for shown in sentence if not shown.is_mark)


OPPOSED = frozenset(word for sides in OPPOSITES for side in sides for word in side)
"""Stems of words that have an opposite here."""


def find_quantity_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a claim says "all" and its evidence "most", or nothing of the kind."""
    for word in alignment.claim:
        group = QUANTITIES.get(word.lower)
        if group is None or _is_figure_next(alignment.claim, word):
            continue
        if word.lower == "each" and word.at and alignment.claim[word.at - 1].text[0] in FIGURE_STARTS:  # "$2 each"
            continue
        groups = {
            QUANTITIES[other.lower]: other for other in _list_neighbours(word, alignment) if other.lower in QUANTITIES
        }
        if group in groups:
            continue
        if groups:
            other = next(iter(groups.values()))
            yield Mismatch(f"the article says “{other.text}”, the claim “{word.text}”", word.at, is_mild=True)
        elif group in ("all", "most", "few"):
            yield Mismatch(f"the claim says “{word.text}”, the article does not", word.at, is_mild=True)


def _list_neighbours(word: Word, alignment: Alignment) -> list[Word]:
    """The words of the sentences of the evidence that hold what a word of quantity counts."""
    counted = next((other.at for other in alignment.claim[word.at + 1 : word.at + 5] if other.is_content), None)
    numbers = {number for number, _ in alignment.places(counted)} if counted is not None else set()
    return [
        other for number in sorted(numbers) or range(len(alignment.evidence)) for other in alignment.evidence[number]
    ]


def _is_figure_next(said: Sentence, word: Word) -> bool:
    """Whether "some" or "a few" stands before a figure, where it means "about"."""
    following = said[word.at + 1].lower if word.at + 1 < len(said) else ""
    return (word.lower in ("some", "most") and following[:1].isdigit()) or following in ("hundred", "thousand")


def find_swapped_word_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each word that stands between the same two words as another one of the evidence: one noun for another."""
    for word in alignment.unknown():
        if (
            word.is_capital
            or word.lower.endswith(("ed", "ing", "ly"))
            or word.lower in MONTHS
            or word.text[0].isdigit()
        ):
            continue
        if other := _find_in_same_frame(word, alignment):
            yield Mismatch(f"the article says “{other.text}”, the claim “{word.text}”", word.at)


def find_rank_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Where a claim makes "the third-largest" the largest."""
    for word in alignment.claim[1:]:
        if not word.lower.endswith("est") or _has_rank(alignment.claim, word):
            continue
        there = [(n, other) for n, other in alignment.places(word.at) if other.lower == word.lower]
        if there and all(_has_rank(alignment.evidence[n], other) for n, other in there):
            rank = alignment.evidence[there[0][0]][there[0][1].at - 1].text
            yield Mismatch(f"the article says “{rank} {word.text}”, the claim “{word.text}”", word.at)


def _has_rank(words: Sentence, word: Word) -> bool:
    return word.at > 0 and words[word.at - 1].lower in ORDINALS


def find_unit_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each word for a stretch of time that stands after the same word as another one: "the end of the month"."""
    there = {word.stem for sentence in alignment.evidence for word in sentence}
    for word in alignment.claim[1:]:
        before = alignment.claim[word.at - 1]
        if word.stem not in UNITS or word.stem in there or before.lower not in DETERMINERS:
            continue
        others = [
            other
            for sentence in alignment.evidence
            for other in sentence[1:]
            if other.stem in UNITS and sentence[other.at - 1].lower == before.lower
        ]
        if others:
            yield Mismatch(f"the article says “{others[0].text}”, the claim “{word.text}”", word.at)


def _find_in_same_frame(word: Word, alignment: Alignment) -> Word | None:
    said = alignment.claim
    if not 0 < word.at < len(said) - 1:
        return None
    before, after = said[word.at - 1], said[word.at + 1]
    for sentence in alignment.evidence:
        for other in sentence[1:-1]:
            left, right = sentence[other.at - 1], sentence[other.at + 1]
            if left.lower == "to" and not other.is_capital:  # "to guard", "to protect": verbs have many synonyms
                continue
            framed = left.stem == before.stem and (right.stem == after.stem or (right.is_mark and after.is_mark))
            if framed and other.is_content and not other.lower.endswith(("ed", "ing")) and other.lower not in WEEKDAYS:
                return other
    return None
