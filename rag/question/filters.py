"""A question → what it says about dates and outlets, told apart: when something happened, and who wrote of it when.

"Who led the group in 2010?" speaks of an event. Later articles may tell of it, so the date is a preference and leaves
nothing out. "Articles from March 2022", "as of 2015" and "according to CNN" speak of the articles: they are filters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date

from rag.answer import AppliedFilter, FilterKind
from rag.english.calendar import spoken
from rag.english.time_expressions import TimeExpression, time_expressions
from rag.question.outlets import OutletMention, outlet_mentions

ARTICLES = (
    r"(?:articles?|stories|coverage|headlines|reporting|news reports|press reports|media reports"
    r"|news(?!\s+(?:quiz|conference|anchor|channel|outlet|organi[sz]ation|network|agency)))"
)
ARTICLES_BEFORE = re.compile(
    rf"\b(?<!in the ){ARTICLES}\s+(?:(?:that|which)\s+(?:was|were)\s+)?(?:published|written|printed|appearing)?\s*"
    r"(?:from\s+)?$",
    re.I,
)
ARTICLES_AFTER = re.compile(rf"(?:['’]s?)?\s+(?:news\s+|press\s+)?{ARTICLES}\b", re.I)
NEWS_BEFORE = re.compile(r"\bnews\s*$", re.I)
PUBLISHED_BEFORE = re.compile(r"(?<!first )\bpublished\s*$", re.I)
PUBLISHED_THING = re.compile(
    r"\b(?:books?|novels?|stud(?:y|ies)|reports?|papers?|memoirs?|albums?|polls?|surveys?|index|lists?|research|findings"
    r"|figures|statistics|photos?|photographs?|videos?|laws?|documents?|files?|manifestos?|diar(?:y|ies)|letters?|essays?"
    r"|poems?|poetry|magazines?|comics?|editions?|guides?|rankings?|results|cartoons?|interviews?|op-eds?|columns?"
    r"|reviews?|journals?|(?:auto)?biograph(?:y|ies)|drafts?|opinions?|rulings?|works?|plays?|trilogy|dictionary)\b",
    re.I,
)
LABELS: dict[FilterKind, str] = {
    "event": "Around",
    "published": "Published",
    "as_of": "As of",
    "outlet": "Only",
    "spelling": "Did you mean",
}
"""How each kind is said before its value: "Around March 2022", "Only CNN"."""
ADJUNCT = re.compile(r"(?:according to|as (?:reported|published|quoted|covered|written)|per|in)\b", re.I)
OF_THE_ARTICLES = re.compile(r"(?:from|of|in|on|dated|since|before|after|until|between)\b", re.I)


HOW_THINGS_STOOD = re.compile(
    r"^(?:and |so |but )?(?:who|what|which|where|how many|how much)\b.*?\b(?:led|headed|ran|ruled|governed|held|owned"
    r"|controlled|commanded|chaired|belonged|lived|leads|(?:was|were|is|are|has|have)\b(?! (?!called|named)\w+ed\b))",
    re.I,
)
HAPPENED = re.compile(r"\b(?:happen(?:ed)?|won|killed|died|became|held in|sold|lost|shot|hit|struck|sent)\b", re.I)


@dataclass(frozen=True, slots=True)
class ReadFilter:
    """One thing that a question says about dates or outlets, as it is shown and as it is used.

    `at` is where its words stand in the question, first and one past the last character; `is_adjunct` says that the
    question can be asked without them.
    """

    filter: AppliedFilter
    at: tuple[int, int]
    is_adjunct: bool = False
    first: date | None = None
    last: date | None = None
    ahead: bool = False


def read_filters(text: str, outlets: Iterable[str], today: date, ignored: Collection[str] = ()) -> list[ReadFilter]:
    """What a standalone question says about dates and outlets, in the order of its words, once each.

    `outlets` are those of the library, `today` is what "last week" counts from; `ignored` are the words of filters
    that are not wanted, in any case.
    """
    mentions = outlet_mentions(text, outlets)
    expressions = [expression for expression in _expressions(text, today) if not _inside(expression, mentions)]
    named = [(mention.start, _outlet(mention)) for mention in mentions]
    named += [(expression.start, _dated(text, expression)) for expression in expressions]
    unwanted = {" ".join(words.split()).casefold() for words in ignored}
    found = [stated for _, stated in sorted(named, key=lambda pair: pair[0])]
    left_out = {_meaning(stated) for stated in found if " ".join(stated.filter.words.split()).casefold() in unwanted}
    kept = {_meaning(stated): stated for stated in reversed(found) if _meaning(stated) not in left_out}
    return [stated for stated in found if kept.get(_meaning(stated)) is stated]


def _meaning(stated: ReadFilter) -> tuple[object, ...]:
    """What is said, whatever the words: a thing that is said twice is stated filter."""
    return stated.filter.kind, stated.first, stated.last, stated.filter.outlets


def _expressions(text: str, today: date) -> list[TimeExpression]:
    """The time expressions; "last year" counts from the day that the question names ("as of 2015")."""
    found = time_expressions(text, today)
    as_of = next((expression.last for expression in found if expression.relation == "as of" and expression.last), None)
    if as_of is None or as_of >= today:
        return found
    counted_anew = {(expression.start, expression.end): expression for expression in time_expressions(text, as_of)}
    return [
        expression
        if expression.relation == "as of"
        else counted_anew.get((expression.start, expression.end), expression)
        for expression in found
    ]


def _inside(expression: TimeExpression, mentions: Iterable[OutletMention]) -> bool:
    return any(expression.start < mention.end and mention.start < expression.end for mention in mentions)


def _outlet(mention: OutletMention) -> ReadFilter:
    return ReadFilter(
        AppliedFilter("outlet", "filters", mention.words, " or ".join(mention.outlets), outlets=mention.outlets),
        at=(mention.start, mention.end),
        is_adjunct=bool(ADJUNCT.match(mention.words)),
    )


def _dated(text: str, expression: TimeExpression) -> ReadFilter:
    kind = kind_of_date(text, expression)
    first, last = expression.first, expression.last
    applied = AppliedFilter(
        kind=kind,
        effect="prefers" if kind == "event" else "filters",
        words=expression.words,
        value=spoken(last if kind == "as_of" else first, last),
        first=first.isoformat() if first else None,
        last=last.isoformat() if last else None,
    )
    return ReadFilter(applied, (expression.start, expression.end), kind != "event", first, last, expression.ahead)


def kind_of_date(text: str, expression: TimeExpression) -> FilterKind:
    """Whether a time expression speaks of an event, of the articles, or of the day up to which they are to be used."""
    if expression.relation == "as of":  # "a ban as of 1 January" speaks of the ban where it is still to come
        return "event" if expression.ahead else "as_of"
    before, after = text[: expression.start], text[expression.end :]
    if ARTICLES_AFTER.match(after):
        return "published"
    if ARTICLES_BEFORE.search(before):
        return "published" if _is_of_the_articles(before, expression.words) else "event"
    if PUBLISHED_BEFORE.search(before) and not PUBLISHED_THING.search(before):
        return "published"
    return "event"


def what_to_remove(filters: Iterable[AppliedFilter], helps: Callable[[AppliedFilter], bool]) -> tuple[str, ...]:
    """What to say when nothing is left to search: the filters without any one of which something is, or all of them.

    `helps` tells whether there is something to search without a filter. Nothing is said where the question's own words
    filter nothing.
    """
    removable = [applied for applied in filters if applied.effect == "filters"]
    if not removable:
        return ()
    alone = [applied for applied in removable if helps(applied)]
    words = (" or " if alone else " and ").join(f"“{applied.words}”" for applied in alone or removable)
    values = ", ".join(f"{LABELS[applied.kind].lower()} {applied.value}" for applied in removable)
    return (f"No article is left to search ({values}). Remove {words} to search the others.",)


def _is_of_the_articles(before: str, words: str) -> bool:
    """Whether a time behind "articles" is theirs: "stories this week" and "the news in 2014" may be of the events."""
    if NEWS_BEFORE.search(before) and re.match(r"(?:in|on)\b", words, re.I):
        return False
    return bool(OF_THE_ARTICLES.match(words) or PUBLISHED_BEFORE.search(before))


def asks_how_things_stood(text: str) -> bool:
    """Whether a question asks for what held for a time ("who led …", "what was the capital …"), not what happened."""
    return bool(HOW_THINGS_STOOD.match(text)) and not HAPPENED.search(text)


def without_words(text: str, places: Collection[tuple[int, int]]) -> str:
    """A question without the words at some places, tidied; the question itself when hardly anything would be left."""
    if not places:
        return text
    rest = text
    for start, end in sorted(places, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = re.sub(r"\s+([,.;:?!])", r"\1", " ".join(rest.split()))
    rest = re.sub(r",(?=[,.;:?!]|$)", "", re.sub(r"^[\s,;:–—-]+", "", rest)).strip()
    if len(re.findall(r"\w+", rest)) < 2:
        return text
    return rest[:1].upper() + rest[1:]
