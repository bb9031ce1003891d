"""The fullest form of a name that the passages hold: "Bills" is "Buffalo Bills", "Ghazi" is "Usman Ghazi".

News names somebody in full once and by the last word afterwards; a club has a short name, a firm a shorter one. A name
that the passages read also hold within a longer name is shown as that one when it is plainly the same: the longer name
stands in the same article, or is the only longer one that the passages hold. Own code, because every form shown must
stand verbatim in a passage.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from rag.english.dates import MONTHS
from rag.english.values import TITLES
from rag.english.words import normalised

WORD = re.compile(r"[^\W\d_][\w’'.&-]*|\d+|&")
LINKS = frozenset("of de la le el al bin van von der du da dos del the and &".split())
"""Small words that may stand inside a name."""
LONGEST_NAME = 6
"""Words of a name; a longer run of capitals is a headline."""
NO_PART = frozenset(TITLES) | frozenset(
    "ceo cfo gov sen rep sens reps sgt lt capt mr mrs ms dr us uk democrat republican democratic the a an in on at but "
    "and for while when after before as if former actor actress singer rapper star comedian coach quarterback pope "
    "monday tuesday wednesday thursday friday saturday sunday".split()
)
"""Words with a capital at the edge of a name that are no part of it."""


def fullest_name(name: str, own: Sequence[str], others: Sequence[str]) -> str:
    """The fullest form of a name in passages of its `own` articles, else of `others`.

    The name as it is when there is no longer form, or several that differ."""
    words = name.split()
    if not words or len(words) >= LONGEST_NAME or not _is_name(words):
        return name
    for texts in (own, others):
        forms = Counter(form for text in texts for form in set(longer_forms(words, text)))
        if forms:
            return _agreed_form(name, forms)
    return name


def _agreed_form(name: str, forms: Counter[str]) -> str:
    """The form told most often, when no other one contradicts it; the name itself otherwise."""
    (best, count), *rest = forms.most_common()
    inside = [other for other, _ in rest if f" {other} " in f" {best} " or f" {best} " in f" {other} "]
    if len(inside) == len(rest):
        return best
    return best if count >= 2 * rest[0][1] and count > 1 else name


def longer_forms(words: Sequence[str], text: str) -> Iterable[str]:
    """The names in a text that hold the words and more, as they are written there."""
    tokens = list(WORD.finditer(text))
    wanted = [normalised(word) for word in words]
    plain = [normalised(token[0]) for token in tokens]
    for at in range(len(tokens) - len(words) + 1):
        if plain[at : at + len(words)] != wanted:
            continue
        first, last = _run(tokens, plain, text, at, at + len(words) - 1)
        if last - first + 1 > len(words) and last - first < LONGEST_NAME:
            form = text[tokens[first].start() : tokens[last].end()]
            yield re.sub(r"[’']s$", "", form)


def _run(tokens: list[re.Match[str]], plain: list[str], text: str, first: int, last: int) -> tuple[int, int]:
    """The first and the last token of the name around some of its words."""
    while first and _joined(text, tokens[first - 1], tokens[first]) and _is_part(tokens, plain, text, first - 1):
        first -= 1
    while (
        last + 1 < len(tokens)
        and not tokens[last][0].endswith(("’s", "'s"))
        and _joined(text, tokens[last], tokens[last + 1])
        and tokens[last + 1][0][:1].isupper()
        and plain[last + 1] not in NO_PART
    ):
        last += 1
    return first, last


def _is_part(tokens: list[re.Match[str]], plain: list[str], text: str, at: int) -> bool:
    """Whether a word before a name belongs to it: it has a capital that it does not owe to opening a sentence."""
    word = tokens[at][0]
    if not word[:1].isupper() or plain[at] in NO_PART or plain[at] in MONTH_WORDS or word.endswith(("’s", "'s")):
        return False
    before = text[: tokens[at].start()].rstrip()
    opens = not before or before[-1] in '.!?:;"“”‘\n—–'
    return not opens or text.count(word) > 1


MONTH_WORDS = frozenset(month.lower() for month in MONTHS)


def _joined(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return text[one.end() : other.start()] == " "


def _is_name(words: Sequence[str]) -> bool:
    return all(word[:1].isupper() or word.lower() in LINKS for word in words) and words[0][:1].isupper()
