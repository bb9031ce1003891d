"""Names in a claim that do not appear in its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.english.names import ACRONYM, LINKS, TITLES, canonical, may_name, names_of
from rag.english.tokens import Sentence, Word
from rag.verification.alignment import Alignment, Mismatch


def find_name_mismatches(alignment: Alignment) -> Iterator[Mismatch]:
    """Each name of a claim that stands nowhere in the evidence."""
    everything = [word for sentence in alignment.evidence for word in sentence]
    known = {canonical(word.lower) for word in everything}
    acronyms = {word.lower for word in everything if ACRONYM.fullmatch(word.text)}
    spelled = {initials for sentence in alignment.evidence for initials in _initials(sentence)}
    for name in names_of(alignment.claim):
        if _initials_around(name, alignment.claim) & acronyms or _is_ordinary(name, alignment):
            continue
        missing = [w for w in name if canonical(w.lower) not in known and w.lower not in spelled]
        if missing and not _is_added_first_name(name, missing, everything):
            yield Mismatch(_describe_missing_name(name, alignment), name[0].at)


def _is_ordinary(name: Sentence, alignment: Alignment) -> bool:
    """Whether a sentence's first word is one that the evidence holds in other form."""
    return name[0].at == 0 and len(name) == 1 and bool(alignment.places(0))


def _initials(words: Sentence) -> Iterator[str]:
    """The initials of every run of capitalised words: "imu" for Islamic Movement of Uzbekistan."""
    for at in range(len(words)):
        run = ""
        for word in words[at:]:
            if word.is_capital and not word.is_mark:
                run += word.lower[0]
                if len(run) >= 2:
                    yield run
            elif word.lower not in LINKS or not run:
                break


def _initials_around(name: Sentence, words: Sentence) -> set[str]:
    """The initials of the run that a name stands in."""
    for initials_from in range(name[0].at, -1, -1):
        word = words[initials_from]
        if not (word.is_capital and not word.is_mark) and word.lower not in LINKS:
            break
        last = initials_from
    first = last if name else 0
    return {run for run in _initials(words[first:]) if len(run) >= 2}


def _is_added_first_name(name: Sentence, missing: Sequence[Word], everything: Sequence[Word]) -> bool:
    """Whether only the first name is new, and the evidence gives the family name no other one."""
    last = name[-1]
    if last in missing or len(name) < 2:
        return False
    places = [at for at, word in enumerate(everything) if word.lower == last.lower]
    before = [everything[at - 1] for at in places if at]
    others = [word for word in before if word.is_capital and may_name(word) and word.lower not in TITLES]
    return bool(places) and not others


def _describe_missing_name(name: Sentence, alignment: Alignment) -> str:
    """What to say of a name that is not there: the one that stands in its place, where there is one."""
    mine = {canonical(word.lower) for other in names_of(alignment.claim) for word in other}
    written = " ".join(word.text for word in name)
    there = names_of(alignment.sentence_for(name[0].at))
    others = [other for other in there if not {canonical(word.lower) for word in other} & mine]
    alike = [other for other in others if len(other) == len(name)] or others
    if not alike:
        return f"{written} stands nowhere in the quotation"
    return f"the article names {' '.join(word.text for word in alike[0])}, the claim {written}"
