"""What articles tell of a role → its holders, each once, in the order of time, with the sentences that say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from rag.english.words import normalised
from rag.forms.holdings import Holding
from rag.forms.organisations import POINTING, Organisation, country_of
from rag.forms.people import fullest
from rag.forms.roles import NATIONAL, Role, roles_in
from rag.forms.sentences import ArticleSentence, sentences_of
from rag.forms.successions import Succession
from rag.forms.tellings import Tellings
from rag.forms.terms_of_office import Turn, is_about

ENOUGH_ARTICLES = 2
"""Articles about a country that must call somebody "President X" for X to be its president."""
UNNAMED = POINTING | {""}
OPENING = 3
"""First sentences of an article that tell what it is about."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody's time in a role: `since` and `until` as ISO 8601 at the precision that is told, with the sentences."""

    name: str
    since: str | None
    until: str | None
    told: tuple[str, str]
    sentences: tuple[ArticleSentence, ...]
    is_over: bool = False

    def covers(self, day: str) -> bool:
        """Whether a day lies within this time, as far as its beginning is told."""
        return (
            bool(self.since)
            and (self.since or "") <= day
            and (self.until is None or day[: len(self.until)] <= self.until)
        )

    @property
    def key(self) -> tuple[str, int]:
        """What it is ordered by: its beginning, or else its end, or else when it was first told of."""
        if self.since:
            return self.since, 1
        return (self.until, 0) if self.until else (self.told[0], 1)


@dataclass
class HoldersFound:
    """The holders of a role of an organisation, as they are gathered from what articles tell."""

    role: Role
    org: Organisation | None
    qualifiers: frozenset[str]
    names: dict[str, list[Holding]] = field(default_factory=lambda: defaultdict(list))
    successions: list[Succession] = field(default_factory=list)


def holders_of(told: Tellings, role: Role, org: Organisation | None, qualifiers: frozenset[str]) -> HoldersFound:
    """Who is told to hold a role: first where the organisation is named, then where only the context names it."""
    found = HoldersFound(role, org, qualifiers)
    fitting = [holding for holding in told.holdings if holding.qualifiers <= qualifiers]
    sure = [holding for holding in fitting if org is None or org.is_meant_by(holding.org)]
    sure += _of_fuller_name(fitting, sure, org)
    elsewhere = {h.name for h in fitting if org and org.is_meant_by(h.org) is False} - {h.name for h in sure}
    known = {holding.name for holding in sure}
    pointing = [h for h in fitting if org and org.is_meant_by(h.org) is None and h.name not in elsewhere]
    known |= _often_in_its_country(pointing, org)
    for holding in (*sure, *(h for h in pointing if _fits_context(h, found, known))):
        found.names[holding.name].append(holding)
    _add_linked(found, told, elsewhere)
    _merge(found)
    return found


def _of_fuller_name(fitting: Sequence[Holding], sure: Sequence[Holding], org: Organisation | None) -> list[Holding]:
    """The holdings of a fuller or a shorter name ("the Afghan Taliban", "the Taliban") that shares a holder with it."""
    if org is None or org.country:
        return []
    known = {holding.name for holding in sure}
    fuller: dict[str, list[Holding]] = defaultdict(list)
    for holding in fitting:
        phrase = normalised(holding.org)
        if org.is_meant_by(holding.org) is False and any(
            phrase.endswith(f" {name}") or (phrase and name.endswith(f" {phrase}")) for name in org.names
        ):
            fuller[phrase].append(holding)
    return [holding for group in fuller.values() if any(h.name in known for h in group) for holding in group]


def _often_in_its_country(pointing: Sequence[Holding], org: Organisation | None) -> set[str]:
    """Those whom several articles that are mostly about a country call by the role alone: "President X"."""
    if org is None or not org.country:
        return set()
    articles: dict[str, set[str]] = defaultdict(set)
    for holding in pointing:
        if country_of(holding.sentence.article) == org.country:
            articles[holding.name].add(holding.sentence.article.id)
    return {name for name, ids in articles.items() if len(ids) >= ENOUGH_ARTICLES}


def _fits_context(holding: Holding, found: HoldersFound, known: set[str]) -> bool:
    """Whether a role without its organisation is that of the organisation which the article is about."""
    org, article = found.org, holding.sentence.article
    if org is None or holding.name in known:
        return True
    if found.role.name in NATIONAL and (org.country or holding.org.lower() == "it"):
        return False
    sentences = sentences_of(article)
    before = sentences[holding.sentence.ordinal - 1].text if holding.sentence.ordinal else ""
    near = f"{before} {holding.sentence.text}"
    if org.is_named(near):
        return not _names_another_place(holding, org)
    opening = " ".join((article.title, *(sentence.text for sentence in sentences[:OPENING])))
    return org.is_named(opening) and not _names_another_place(holding, org)


def _names_another_place(holding: Holding, org: Organisation) -> bool:
    """Whether a sentence opens with another place ("In Tarn Ferry, …"), so that its mayor is of there."""
    first = holding.sentence.text.split(",")[0]
    return (
        first.startswith(("In ", "At ")) and not org.is_named(first) and any(w[:1].isupper() for w in first.split()[1:])
    )


def _add_linked(found: HoldersFound, told: Tellings, elsewhere: set[str]) -> None:
    """Those who came before or after a holder, where the sentence or the one before it speaks of the role."""
    for succession in told.successions:
        pair = (succession.later, succession.earlier)
        if not any(name in found.names for name in pair) or not _speaks_of_role(succession, found.role):
            continue
        found.successions.append(succession)
        for name in pair:
            if name not in found.names and name not in elsewhere:
                found.names[name].append(Holding(name, "", frozenset(), False, succession.sentence, 0))


def _speaks_of_role(succession: Succession, role: Role) -> bool:
    sentence = succession.sentence
    sentences = sentences_of(sentence.article)
    before = sentences[sentence.ordinal - 1].text if sentence.ordinal else sentence.article.title
    told = sentence.text[: sentence.text.find(succession.earlier.split()[-1]) + 1] or sentence.text
    if role.pattern.search(sentence.text):
        return True
    return next(roles_in(told), None) is None and role.pattern.search(before) is not None


def _merge(found: HoldersFound) -> None:
    """Bring the names of one person together in the fullest one."""
    for name in list(found.names):
        whole = fullest(found.names, name)
        if whole != name:
            found.names[whole] += found.names.pop(name)
    found.successions = [
        replace(
            succession,
            later=fullest(found.names, succession.later),
            earlier=fullest(found.names, succession.earlier),
        )
        for succession in found.successions
    ]


def tenures_of(found: HoldersFound, turns: Iterable[Turn]) -> list[Tenure]:
    """The times of the holders in a role, in their order."""
    turns = [turn for turn in turns if _is_of_org(turn, found.org)]
    tenures = [_tenure(name, holdings, turns) for name, holdings in found.names.items()]
    return _ordered(tenures, found.successions)


def _is_of_org(turn: Turn, org: Organisation | None) -> bool:
    article = turn.sentence.article
    return org is None or org.is_named(f"{article.title} {article.text}")


def _tenure(name: str, holdings: Sequence[Holding], turns: Sequence[Turn]) -> Tenure:
    own = [turn for turn in turns if is_about(turn, name)]
    begun = min(
        (turn for turn in own if turn.begins),
        key=lambda turn: (turn.rank, turn.day[:4], -len(turn.day), turn.day),
        default=None,
    )
    last_told = max((h.sentence.article.published or "" for h in holdings if not h.is_past), default="")
    ends = [t for t in own if not t.begins and (begun is None or t.day >= begun.day[: len(t.day)])]
    ended = max(ends, key=lambda turn: (len(turn.day), turn.day), default=None)
    days = sorted((holding.sentence.article.published or "")[:10] for holding in holdings)
    best = max(
        holdings,
        key=lambda holding: (
            holding.org.lower() not in UNNAMED,
            not holding.is_past,
            holding.sentence.article.published or "",
        ),
    )
    sentences = [best.sentence, *(turn.sentence for turn in (begun, ended) if turn)]
    return Tenure(
        name=name,
        since=begun.day if begun else None,
        until=ended.day if ended else None,
        told=(days[0], days[-1]),
        sentences=tuple(_places(sentences)),
        is_over=ended is not None or not last_told,
    )


def _places(sentences: Sequence[ArticleSentence]) -> Iterable[ArticleSentence]:
    """The sentences, each once."""
    seen: set[tuple[str, int]] = set()
    for sentence in sentences:
        place = (sentence.article.id, sentence.start)
        if place not in seen:
            seen.add(place)
            yield sentence


def _ordered(tenures: Sequence[Tenure], successions: Sequence[Succession]) -> list[Tenure]:
    """By time, and where no time is told, after the one who is told to come before."""
    ordered = sorted(tenures, key=lambda tenure: tenure.key)
    for succession in successions:
        names = [tenure.name for tenure in ordered]
        if succession.later not in names or succession.earlier not in names:
            continue
        later, earlier = names.index(succession.later), names.index(succession.earlier)
        if earlier > later:
            ordered.insert(later, ordered.pop(earlier))
    return ordered
