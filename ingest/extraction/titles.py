"""Which of a page's titles is the headline of its article: what is shown as such, then what is declared, then the rest.

Pages have up to five titles. The one for social networks is written to be clicked on, the one of the window carries the
outlet and the author; the headline is what the article is known by.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.extraction.body import own_title
from ingest.extraction.linked_data import same_headline

LONGEST = 300
BEHIND = re.compile(r"\s+[|·•»–—-]+\s+")
BY = re.compile(r"(?:by|von|par|por|di|door|av)\s+\S", re.IGNORECASE)


def headline(declared: Sequence[str], shown: Sequence[str], titles: Sequence[str], outlet: str, found: str) -> str:
    """The headline of an article, without what pages put behind it: the one that readers see, where it is about the
    same as one that the page states.

    `declared` is what its JSON-LD says, `shown` what stands in its headings of level one, `titles` are those of the
    window and of social networks, `found` is what extraction takes for the title.
    """
    known = [own_title(clean, "", outlet) for clean in titles if clean]
    lines = [line for line in shown if _is_headline(line, outlet)]
    seen = [line for line in lines if any(same_headline(line, one) for one in (*declared, *known))]
    if seen:
        bare = next((one for one in declared if _is_within(one, seen[0])), "")
        return plain_title(bare or seen[0], outlet)
    stated_first = next((line for line in declared if _is_headline(line, outlet)), "")
    if stated_first:
        return plain_title(stated_first, outlet)
    if len(shown) == 1 and lines and not known:
        return plain_title(lines[0], outlet)
    stated = next((line for line in known if line), "")
    return plain_title(own_title(found or stated, stated, outlet), outlet)


def _is_headline(line: str, outlet: str) -> bool:
    """Whether a line can be one: not the outlet's name, nor much too long."""
    letters, name = _letters(line), _letters(outlet)
    return bool(letters) and len(line) <= LONGEST and letters != name


def _is_within(declared: str, shown: str) -> bool:
    """Whether what is shown is the declared headline with something before or behind it."""
    return bool(re.search(rf"(?:^|[:|·•»–—-]\s+){re.escape(declared)}(?:\s+[|·•»–—-]|$)", shown))


def plain_title(title: str, outlet: str) -> str:
    """A title without the outlet's and the author's name behind it, however many pieces follow."""
    parts = BEHIND.split(title)
    marks = BEHIND.findall(title)
    while len(parts) > 1 and (_letters(parts[-1]) == _letters(outlet) or (BY.match(parts[-1]) and "|" in marks[-1])):
        parts, marks = parts[:-1], marks[:-1]
    joined = parts[0] + "".join(mark + part for mark, part in zip(marks, parts[1:], strict=True))
    return own_title(joined.strip(), "", outlet)


def _letters(line: str) -> str:
    return "".join(character for character in line.casefold() if character.isalnum())
