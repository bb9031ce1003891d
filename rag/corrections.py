"""Describes in one line what an outlet changed in a published article, and whether it said so.

    two revisions ─► difference ─► facts that changed (figures, names, dates, negations), other wording ─► Correction

A change is *declared* when the outlet gives a newer date of updating or writes a note about it into the text, else
*silent*; *typographic* when only the setting differs. Whether it was a mistake or the news moved on is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from corpus import Article, Difference, Piece, difference
from corpus.text.differences import plain_setting
from rag.english.dates import Moment, moments_of
from rag.english.figures import Figure, figures_of
from rag.english.names import canonical, names_of
from rag.english.tokens import Sentence, sentences_of

CorrectionKind = Literal["declared", "silent", "typographic"]
_WORK = r"(?:article|story|report|post|piece|page|headline|version|item|dispatch)"
_CHANGED = r"(?:updated|amended|corrected|edited|changed|revised|modified|clarified|altered)"
NOTE = re.compile(
    rf"""^\W*(?:corrections?|clarifications?|correction\ and\ clarification|editor['’]?s['’]?\ note|update|updated)
    (?:\ \([^)]*\))?\s*[:：—–-]
    |^\W*updated?\ (?:on|at)\ .{{0,40}}\d
    |\bthis\ {_WORK}\ (?:was|has\ been|is\ being)\ (?:\w+\ )?{_CHANGED}\b
    |\b(?:an|the|in\ an)\ (?:earlier|previous|original)\ version\ (?:of\ th(?:is|e)\ {_WORK}
        |(?:\w+ly\ )?(?:said|stated|gave|misstated|misspelled|misidentified|misquoted|referred|named|contained))
    |\bwe\ regret\ the\ errors?\b
    |^\W*(?:korrektur|berichtigung|anmerkung\ der\ redaktion|corrección|correzione|rectificatif)\s*[:：—–-]
    |\bin\ einer\ früheren\ (?:version|fassung)\b|\bune\ version\ précédente\b|\buna\ versión\ anterior\b""",
    re.IGNORECASE | re.VERBOSE,
)
"""How outlets say that they changed an article."""
NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|denied|denies|deny)\b|n['’]t\b", re.IGNORECASE
)
NO_NAME = re.compile(r"(?:some|any|every|no)(?:body|one|thing|where)", re.IGNORECASE)
"""What opens a sentence with a capital and names nobody."""
SHORT = 60
"""Characters of a changed stretch that are shown in a line."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What changed, the weightiest first, each in a few words; `note` is the sentence with which the outlet says so."""

    kind: CorrectionKind
    changes: tuple[str, ...]
    note: str = ""

    def line(self, most: int = 3) -> str:
        """The change in one line: the first of the changes, and how many more there are."""
        rest = len(self.changes) - most
        return "; ".join(self.changes[:most]) + (f"; and {rest} more" if rest > 0 else "")


def correction_of(before: Article, after: Article) -> Correction | None:
    """What changed from one revision of an article to the next; None when neither its text nor its title did."""
    text, title = difference(before.text, after.text), difference(before.title, after.title)
    if before.text == after.text and before.title == after.title:
        return None
    if text.is_typographic and title.is_typographic:
        return Correction("typographic", ("only quotation marks, dashes or blanks",))
    note = _note(text)
    changes = tuple(
        dict.fromkeys((*_changes(text, note), *(f"title: {change}" for change in _title_changes(before, after))))
    )
    is_declared = bool(note) or _is_updated(before, after)
    return Correction("declared" if is_declared else "silent", changes, note)


def _note(text: Difference) -> str:
    """The new sentence that says that the article was changed; empty when there is none."""
    new = (piece.after for piece in text.changes if piece.after and not piece.typographic)
    return next((" ".join(sentence.split()) for sentence in new if NOTE.search(sentence)), "")


def _is_updated(before: Article, after: Article) -> bool:
    """Whether the outlet gives a date of updating that is newer than the one before, and than the publication."""
    earlier = before.updated or before.published
    return bool(after.updated and (earlier is None or _is_later(after.updated, earlier)))


def _is_later(day: str, other: str) -> bool:
    """Whether a date or a moment is later than another, at the precision that both have."""
    first, second = datetime.fromisoformat(day), datetime.fromisoformat(other)
    if len(day) <= 10 or len(other) <= 10 or (first.tzinfo is None) != (second.tzinfo is None):
        return first.date() > second.date()
    return first > second


def _changes(text: Difference, note: str) -> Iterator[str]:
    changed = [piece for piece in text.changes if piece.kind == "changed" and not piece.typographic]
    told = [_facts(piece.before, piece.after) for piece in changed]
    for rank in range(4):
        for facts in told:
            yield from facts[rank]
    for piece, facts in zip(changed, told, strict=True):
        if not any(facts):
            yield from _wordings(piece)
    for kind in ("removed", "added"):
        sentences = [piece for piece in text.changes if piece.kind == kind and _own(piece) != note]
        if sentences:
            count = f"{len(sentences)} sentence{'s' if len(sentences) > 1 else ''} {kind}"
            yield f"{count}: {_shorten(_own(sentences[0]))}" if len(sentences) == 1 else count


def _title_changes(before: Article, after: Article) -> Iterator[str]:
    if plain_setting(before.title) == plain_setting(after.title):
        return
    facts = [fact for rank in _facts(before.title, after.title)[:1] for fact in rank]
    yield from facts or [f"{_shorten(before.title) or 'none'} → {_shorten(after.title) or 'none'}"]


def _own(piece: Piece) -> str:
    return " ".join((piece.after or piece.before).split())


def _facts(before: str, after: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """Figures, names, dates and negations of a sentence that became others: "93 → 39"."""
    old, new = _words(before), _words(after)
    figures = _list_swaps(
        [
            (_describe_figure(figure), (figure.value, figure.kind, figure.unit))
            for words in old
            for figure in figures_of(words)
        ],
        [
            (_describe_figure(figure), (figure.value, figure.kind, figure.unit))
            for words in new
            for figure in figures_of(words)
        ],
    )
    names = _list_swaps(_names(old), _names(new))
    moments = _list_swaps(
        [(_text(words[moment.at : moment.until]), _day(moment)) for words in old for moment in moments_of(words)],
        [(_text(words[moment.at : moment.until]), _day(moment)) for words in new for moment in moments_of(words)],
    )
    return figures, names, moments, list(_negations(before, after))


def _names(sentences: Sequence[Sentence]) -> list[tuple[str, tuple[object, ...]]]:
    names = [name for words in sentences for name in names_of(words) if not NO_NAME.fullmatch(_text(name))]
    return [(_text(name), tuple(canonical(word.text) for word in name)) for name in names]


def _words(text: str) -> list[Sentence]:
    return list(sentences_of(text))


def _text(words: Sentence) -> str:
    return " ".join(word.text for word in words)


def _describe_figure(figure: Figure) -> str:
    return f"{figure.text} percent" if figure.kind == "percent" and not figure.text.endswith("%") else figure.text


def _day(moment: Moment) -> tuple[object, ...]:
    return moment.day, moment.month, moment.year, moment.weekday, moment.decade


def _list_swaps(
    old: Sequence[tuple[str, tuple[object, ...]]], new: Sequence[tuple[str, tuple[object, ...]]]
) -> list[str]:
    """What stands in one list only, as "old → new" in order; what has no counterpart is added or removed."""
    known_old, known_new = {key for _, key in old}, {key for _, key in new}
    gone = list(dict.fromkeys(text for text, key in old if key not in known_new))
    come = list(dict.fromkeys(text for text, key in new if key not in known_old))
    both = min(len(gone), len(come))
    pairs = [f"{fact} → {other}" for fact, other in zip(gone, come, strict=False)]
    return pairs + [f"{fact} removed" for fact in gone[both:]] + [f"{fact} added" for fact in come[both:]]


def _negations(before: str, after: str) -> Iterator[str]:
    old = [found.group().lower().replace("’", "'") for found in NEGATION.finditer(before)]
    new = [found.group().lower().replace("’", "'") for found in NEGATION.finditer(after)]
    for words, others, what in ((old, new, "removed"), (new, old, "added")):
        if len(words) > len(others):
            yield next((f"“{word}” {what}" for word in words if word not in others), f"“{words[0]}” {what}")


def _wordings(piece: Piece) -> Iterator[str]:
    """Other words that became others, each change in its place."""
    gone = come = ""
    for stretch in (*piece.stretches, None):
        if stretch is not None and stretch.kind == "removed":
            gone += stretch.text
        elif stretch is not None and stretch.kind == "added":
            come += stretch.text
        else:
            if gone.strip() and come.strip() and plain_setting(gone) != plain_setting(come):
                yield f"{_shorten(gone)} → {_shorten(come)}"
            elif plain_setting(gone) != plain_setting(come):
                yield f"{_shorten(gone or come)} {'removed' if gone.strip() else 'added'}"
            gone = come = ""


def _shorten(text: str) -> str:
    plain = " ".join(text.split())
    if not any(character.isalnum() for character in plain):
        return plain
    return f"“{plain if len(plain) <= SHORT else plain[: SHORT - 1].rstrip() + '…'}”" if plain else ""
