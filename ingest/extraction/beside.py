"""What of a page is not about its article: boxes beside it, comments, other articles, and notes of a change.

Dates and names that stand there are those of others, so they are looked for in a copy of the page without them.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any

from ingest.text.decoding import clean_line

TAGS = frozenset(("aside", "nav", "footer", "script", "style", "noscript", "template", "iframe", "form", "svg"))
NAMES = re.compile(
    r"(?:^|[-_\s])(?:related|recommend\w*|comments?|disqus|respond|replies|most-?(?:read|popular|viewed)|popular|trending"
    r"|teasers?|sidebar|side-?bar|promo\w*|newsletter|latest|more-?(?:from|news|stories|on)|read-?(?:more|next|also)"
    r"|also-?(?:like|read)|outbrain|taboola|card-?list|widgets?|footer|copyright|nav|menu|breadcrumbs?|ticker|archive)"
    r"(?=$|[-_\s])",
    re.IGNORECASE,
)
"""How the boxes are called that hold other articles, or what readers say."""
CHANGE_META = re.compile(r"modif|updat|lastmod|revis|expire|unpublish", re.IGNORECASE)
UPDATED = re.compile(
    r"(?:last\s+)?(?:updated?|modified|changed|edited|revised|corrected)(?:\s+(?:on|at))?\b|aktualisiert|zuletzt|geändert"
    r"|mise?\s+à\s+jour|modifié|actualizad[oa]|atualizad[oa]|modificado|aggiornat[oa]|bijgewerkt|gewijzigd|uppdaterad"
    r"|обновлен\w*|изменен\w*|aktualizacja|更新",
    re.IGNORECASE,
)
"""What stands before the day of a change."""
PUBLISHED = re.compile(
    r"(?:(?:first|originally)\s+)?(?:published|posted|created|issued|filed)(?:\s+(?:on|at|in|online))?\b|veröffentlicht"
    r"|erschienen|publiée?|publicad[oa]|pubblicat[oa]|gepubliceerd|publicerad|опубликован\w*|opublikowan\w*|发布|公開",
    re.IGNORECASE,
)
"""What stands before the day of publication."""
BEFORE_DAY = re.compile(r"(?:am|le|el|il|den|em|on|op|в)\s+(?=\d)|(?:on\s+)?(?=[^\W\d_]+\s+\d)", re.IGNORECASE)
LONGEST_LINE = 200
"""Characters of a line that states when an article was published."""
MOST_LINES = 4_000
LABELLED_END = re.compile(r"(?<=\d{4})[.;](?=\s|$)|[|·•\n]|\s[–—-]\s")


def page_without_others(tree: Any) -> Any:
    """A copy of a parsed page (lxml) without what is not about its article; it keeps the element with the headline."""
    kept = copy.deepcopy(tree)
    headline = _headline(kept)
    holding = set(headline.iterancestors()) if headline is not None else set()
    for element in list(kept.iter()):
        if element.getparent() is None or element in holding or element is headline:
            continue
        if _is_beside(element, holding):
            element.drop_tree()
    return kept


def _headline(tree: Any) -> Any:
    """The first headline that is not in a box beside."""
    for heading in tree.iter("h1"):
        if clean_line(heading.text_content()) and not any(_has_name(one) for one in heading.iterancestors()):
            return heading
    return next(iter(tree.iter("h1")), None)


def _has_name(element: Any) -> bool:
    return element.tag not in ("html", "body") and bool(
        NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}")
    )


def _is_beside(element: Any, holding: set[Any]) -> bool:
    if not isinstance(element.tag, str):
        return True
    if element.tag == "meta":
        named = " ".join(element.get(name) or "" for name in ("name", "property", "itemprop", "http-equiv"))
        return bool(CHANGE_META.search(named))
    if element.tag == "article":  # a card, where the headline stands in another article
        return any(ancestor.tag == "article" for ancestor in holding)
    return element.tag in TAGS or _has_name(element)


def labelled_dates(tree: Any) -> tuple[list[str], list[str]]:
    """What a page without the boxes states in words: (after "published", after "updated").

    What is said of a change is taken out of it, so that it is not met again as a date of publication.
    """
    published: list[str] = []
    updated: list[str] = []
    for element in list(_lines(tree)):
        line = clean_line(element.text_content())
        marks = [(found.start(), found.end(), PUBLISHED) for found in PUBLISHED.finditer(line)]
        marks += [(found.start(), found.end(), UPDATED) for found in UPDATED.finditer(line)]
        marks.sort()
        for place, (_, end, kind) in enumerate(marks):
            stop = marks[place + 1][0] if place + 1 < len(marks) else len(line)
            (published if kind is PUBLISHED else updated).append(_value(line[end:stop]))
        if any(kind is UPDATED for _, _, kind in marks) and element.getparent() is not None:
            element.drop_tree()
    return [value for value in published if value], [value for value in updated if value]


def _value(words: str) -> str:
    """The date that follows a label, up to what ends it."""
    words = BEFORE_DAY.sub("", words.strip(" :,.;|·•–—-"))
    return LABELLED_END.split(words, maxsplit=1)[0].strip()


def _lines(tree: Any) -> Iterator[Any]:
    """The smallest elements that hold a short line with a label at its beginning."""
    count = 0
    for element in tree.iter("p", "div", "span", "time", "li", "small", "address", "em", "i", "dd", "strong"):
        count += 1
        if count > MOST_LINES:
            return
        line = element.text_content() if len(element) <= 12 else ""
        line = clean_line(line) if 0 < len(line) <= 4 * LONGEST_LINE else ""
        if not line or len(line) > LONGEST_LINE or not any(letter.isdigit() for letter in line):
            continue
        if (UPDATED.match(line) or PUBLISHED.match(line)) and element.getparent() is not None:
            yield element
