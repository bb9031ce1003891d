"""What of a page's text is the article, and what its title: pieces that belong together, lines that lead elsewhere.

trafilatura decides where the article stands. These rules mend what it was measured to get wrong on pages of news: an
article that is cut into pieces around advertisements, lines that point to other articles, and the headline, which is
kept apart, as the first line of the text.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from typing import Any

PIECE = re.compile(r"body|content|text|story|article", re.IGNORECASE)
"""How the classes of containers are called that hold an article or a piece of one."""
LEAST_IN_PIECE = 200
"""Characters of paragraphs that a piece of an article has."""
POINTER = re.compile(
    r"(?:read (?:more|also|next|the full \w+)|see (?:more|also)|related(?: \w+)?|more(?: on this| from \S+)?"
    r"|also (?:on \S+|read)|don['’]t miss|watch|recommended|most read|mehr zum thema|lesen sie auch|leggi anche"
    r"|(?:à )?lire aussi|lea también|leia (?:também|mais)|lees ook|läs också|читайте также|czytaj też)\b[^:]{0,24}:?",
    re.IGNORECASE,
)
"""What a line begins with that points to another article."""
CLOSED = (".", "!", "?", "…", "。", "”", '"', "»")
LONGEST_POINTER = 220
MOST_BESIDE = 40
"""Characters of a pointer that are no link."""
SHORTEST_HEADLINE = 25
SEPARATOR = re.compile(r"\s+(?:[-–—|·•»:]|::)\s+")
BEHIND = re.compile(r"\s+(?:[-–—|·•»]|::)\s+(?!.*\s(?:[-–—|·•»]|::)\s)")
"""The last separator of a title."""
SPACES = re.compile(r"\s+")
MARKUP = re.compile(r"<[a-z/][^>]*>|&[a-z#0-9]+;", re.IGNORECASE)
BREAK = re.compile(r"</p\s*>|<br\s*/?>", re.IGNORECASE)
NEW_PARAGRAPH = "\n\n"
LONGEST_TITLE = 500
MUCH_LONGER = 2.0
"""How many times longer than the text that was found a declared text must be to take its place."""
LEAST_DECLARED = 400
PROBE = 60
"""Characters of a paragraph that are looked for in the declared text."""


def join_pieces(tree: Any) -> None:
    """Bring together the pieces of an article that a page cuts up: containers of one kind within one `article`.

    The containers are opened where they stand, so that no paragraph changes its place.
    """
    for article in list(tree.iter("article")):
        pieces: dict[tuple[str, str], list[Any]] = {}
        for element in article.iter("div", "section"):
            kind = element.get("class") or ""
            if PIECE.search(kind) and _own_text(element) >= LEAST_IN_PIECE:
                pieces.setdefault((element.tag, kind), []).append(element)
        for same in pieces.values():
            if len(same) > 1:
                _open(same)


def _open(pieces: list[Any]) -> None:
    """Make the paragraphs of all pieces children of the nearest element around them, which becomes such a piece."""
    shared = set.intersection(*(set(piece.iterancestors()) for piece in pieces))
    nearest = next((element for element in pieces[0].iterancestors() if element in shared), None)
    if nearest is None or shared & set(pieces):  # one piece is inside another: they are no pieces of one text
        return
    nearest.set("class", pieces[0].get("class"))
    for piece in pieces:
        between = [piece, *itertools.takewhile(lambda element: element is not nearest, piece.iterancestors())]
        for element in between:
            if element.getparent() is not None:
                element.drop_tag()


def drop_pointers(tree: Any) -> None:
    """Take out paragraphs that are only a link to another article: "Read more: …", or a headline that is all link."""
    for element in list(tree.iter("p", "h2", "h3", "h4", "h5", "li")):
        if element.getparent() is not None and _is_pointer(element):
            element.drop_tree()


def _is_pointer(element: Any) -> bool:
    links = list(element.iter("a"))
    if not links:
        return False
    text = _line(element)
    if not text or len(text) > LONGEST_POINTER:
        return False
    linked = sum(len(_line(link)) for link in links)
    rest = len(text) - linked
    leading = POINTER.match(text)
    if leading and rest <= MOST_BESIDE and (leading[0].endswith(":") or not text.endswith(CLOSED)):
        return True
    alone = element.tag == "p" and len(links) == 1 and rest <= 3
    return alone and len(text) >= SHORTEST_HEADLINE and "://" not in text and not text.endswith(CLOSED)


def _own_text(element: Any) -> int:
    return sum(len(_line(child)) for child in element if child.tag == "p")


def _line(element: Any) -> str:
    return SPACES.sub(" ", element.text_content()).strip()


def without_headline(text: str, title: str) -> str:
    """The text without a first line that only repeats the title."""
    first, _, rest = text.partition("\n")
    return rest.lstrip("\n") if rest.strip() and _letters(first) == _letters(title) else text


def own_title(found: str, stated: str, outlet: str) -> str:
    """The title without the outlet's name, which pages put before or behind it; `stated` is what the page calls its
    headline."""
    if stated and (not found or _letters(found) == _letters(outlet) or _is_headline_of(stated, found)):
        found = stated
    if outlet and found.casefold().startswith(f"{outlet.casefold()}: "):
        return found[len(outlet) + 1 :].strip()
    for parts in _halves(found):
        own = [part for part in parts if _letters(part) not in ("", _letters(outlet))]
        if len(parts) > 1 and len(own) == 1:
            return own[0]
    return found


def _halves(title: str) -> tuple[list[str], ...]:
    """A title cut at its first separator, and at its last."""
    short = title if len(title) <= LONGEST_TITLE else ""
    return SEPARATOR.split(short, maxsplit=1), BEHIND.split(short)[:2]


def _is_headline_of(stated: str, found: str) -> bool:
    """Whether a title is the headline with something added behind a separator."""
    return found.startswith(stated) and bool(SEPARATOR.match(found[len(stated) :]))


def _letters(line: str) -> str:
    return "".join(character for character in line.casefold() if character.isalnum())


def declared_text(texts: Iterable[str], found: str) -> str:
    """The text that a page declares (JSON-LD `articleBody`) where it has much more than what was found, and what was
    found stands in it; else ""."""
    longest = _without_markup(max(texts, key=len, default=""))
    if len(longest) < max(LEAST_DECLARED, MUCH_LONGER * len(found)):
        return ""
    known = _letters(longest)
    paragraphs = [_letters(line)[:PROBE] for line in found.split("\n") if len(line) >= PROBE]
    agreeing = sum(paragraph in known for paragraph in paragraphs)
    return longest if 2 * agreeing >= len(paragraphs) else ""


def with_entries(text: str, entries: Iterable[str]) -> str:
    """The text with those entries of a live blog behind it that it does not hold yet: scripts load them on the page."""
    known = _letters(text)
    missing = [plain for entry in entries if (plain := _without_markup(entry).strip()) and not _holds(known, plain)]
    return NEW_PARAGRAPH.join([text, *missing] if text else missing)


def _holds(known: str, entry: str) -> bool:
    last = entry.rpartition(NEW_PARAGRAPH)[2]
    return _letters(last)[:PROBE] in known


def _without_markup(text: str) -> str:
    if not MARKUP.search(text):
        return text
    from lxml import html

    return str(html.fromstring(f"<div>{BREAK.sub(NEW_PARAGRAPH, text)}</div>").text_content())
