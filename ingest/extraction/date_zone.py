"""Where on a page the day of its publication can stand without being named so: near the headline, in no prose, and
beside no link to another article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.extraction.dates import read_date
from ingest.extraction.shown_dates import read_shown
from ingest.raw import DateClue
from ingest.text.decoding import clean_line

PROSE = 120
"""Characters of a paragraph of the article: a day that it tells of is another one."""
SENTENCE = 40
"""Characters of a short one."""
HEADLINE = 25
"""Characters of a link to another article."""
LONGEST_CARD = 600
LONGEST_DAY = 60
"""Characters of an element that shows a day and little else."""
NAMED = (
    "contains(@class, 'date') or contains(@class, 'time') or contains(@class, 'publi') or contains(@class, 'posted')"
)


def keep_date_zone(own: Any) -> None:
    """Take out of a page (lxml) without its boxes where a day would be another one."""
    headline = next(own.iter("h1"), None)
    around = (
        next((one for one in headline.iterancestors() if one.tag in ("article", "main")), None)
        if headline is not None
        else None
    )
    if around is not None:
        within = {around, *around.iterancestors(), *around.iter(), *(own.iter("head"))}
        for element in [one for body in own.iter("body") for one in body.iter() if one not in within]:
            if element.getparent() is not None:
                element.drop_tree()
    for element in list(own.iter("p", "blockquote", "li", "div", "td", "figcaption", "section", "tr")):
        if element.getparent() is not None and (_is_prose(element) or _is_card(element)):
            element.drop_tree()


def _is_prose(element: Any) -> bool:
    if element.tag not in ("p", "blockquote", "figcaption"):
        return False
    line = clean_line(element.text_content())
    return len(line) >= PROSE or (len(line) >= SENTENCE and line.endswith((".", "!", "?")) and not element.get("class"))


def _is_card(element: Any) -> bool:
    """Whether an element names another article: it holds a long link, and is no part of the headline."""
    text = element.text_content()
    if len(text) > LONGEST_CARD or next(element.iter("h1"), None) is not None:
        return False
    links = (link for link in element.iter("a") if next(link.iter("time"), None) is None)
    return any(len(words := clean_line(link.text_content())) >= HEADLINE and read_date(words) is None for link in links)


def shown_days(own: Any, language: str) -> list[DateClue]:
    """The one day that what is left of a page shows, in elements of time or in elements that are called so; none where
    there are several."""
    for method, values in (("time element", _times(own)), ("page text", _named(own))):
        read = [(day, value) for value in values if (day := read_shown(value, language))]
        if len({day[:10] for day, _ in read}) == 1:
            return [DateClue(method, read[0][0])]
        if read:
            return []
    return []


def _times(own: Any) -> Iterator[str]:
    for value in own.xpath("//time/@datetime"):
        yield clean_line(str(value))


def _named(own: Any) -> Iterator[str]:
    for element in own.xpath(f"//body//*[{NAMED}]"):
        line = clean_line(element.text_content())
        if 0 < len(line) <= LONGEST_DAY and re.search(r"\d", line):
            yield line
