"""Articles → everything that their sentences tell of the holders of a role, with each name in its fullest form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus import Article
from rag.forms.holdings import Holding, holdings_in
from rag.forms.people import PersonName, fullest, people_in
from rag.forms.roles import Role
from rag.forms.sentences import ArticleSentence, is_telling, sentences_of
from rag.forms.successions import Succession, successions_in
from rag.forms.terms_of_office import Turn, turns_in

CHOSEN = re.compile(r"\b(?:named|chosen|chose|elected|appointed|picked)\s+$", re.I)


@dataclass(frozen=True, slots=True)
class Tellings:
    """What articles tell of a role: who held it, who came after whom, and when a time in it began or ended."""

    holdings: tuple[Holding, ...]
    successions: tuple[Succession, ...]
    turns: tuple[Turn, ...]


def tellings_of(articles: Sequence[Article], role: Role, today: date) -> Tellings:
    """What articles tell of a role."""
    found = [told for article in articles for told in _of_article(article, role, today)]
    return Tellings(
        tuple(told for told in found if isinstance(told, Holding)),
        tuple(told for told in found if isinstance(told, Succession)),
        tuple(told for told in found if isinstance(told, Turn)),
    )


def _of_article(article: Article, role: Role, today: date) -> Iterator[Holding | Succession | Turn]:
    sentences = sentences_of(article)
    names = {person.text for sentence in sentences for person in people_in(sentence.text) if " " in person.text}
    lasts = {name.split()[-1] for name in names}
    subject: str | None = None
    for sentence in sentences:
        if is_telling(sentence) or len(sentence.text.split()) < 5:
            for told in _of_sentence(sentence, role, subject, today):
                if whole := _whole(told, names, lasts):
                    yield whole
        subject = _subject(sentence, lasts) or subject


def _of_sentence(
    sentence: ArticleSentence, role: Role, subject: str | None, today: date
) -> Iterator[Holding | Succession | Turn]:
    yield from holdings_in(sentence, role, subject)
    yield from successions_in(sentence, subject)
    yield from turns_in(sentence, role, subject, today)


def _whole(told: Holding | Succession | Turn, names: set[str], lasts: set[str]) -> Holding | Succession | Turn | None:
    """What was told, with full names; None where a single word is no name of the article's people."""
    if isinstance(told, Succession):
        pair = (told.later, told.earlier)
        if any(" " not in name and name not in lasts for name in pair):
            return None
        return replace(told, later=fullest(names, told.later), earlier=fullest(names, told.earlier))
    if " " not in told.name and told.name not in lasts and not isinstance(told, Turn) and names:
        return None if told.name not in lasts and not _stands_alone(told) else told
    return replace(told, name=fullest(names, told.name))


def _stands_alone(told: Holding | Succession | Turn) -> bool:
    """Whether a holder of one word is named as people are named: with a title, or "X, the leader of Y"."""
    return isinstance(told, Holding) and bool(told.org)


def _subject(sentence: ArticleSentence, lasts: set[str]) -> str | None:
    """Whom "he" or "she" means in the next sentence: who was chosen in this one, or else who is named first."""
    people = [person for person in people_in(sentence.text) if " " in person.text or person.text in lasts]
    chosen: list[PersonName] = [person for person in people if CHOSEN.search(sentence.text[: person.start])]
    return next((person.text for person in (*chosen, *people)), None)
