"""Boxes within an article that are no text of it, and text of it in boxes that look like something else.

Works on a parsed page (lxml) before extraction: sign-up forms and lists of other articles go, cells of tables keep what
lists in them say, and whole paragraphs in what is called a teaser are taken for what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

BLOCKS = ("div", "section", "aside", "ul", "ol", "fieldset", "table", "dl")
HEADINGS = ("h2", "h3", "h4", "h5", "h6", "p", "div", "span", "strong", "b")
OTHERS = re.compile(
    r"(?:(?:you (?:might|may) (?:also )?(?:like|be interested in)|more (?:on this(?: topic| story)?|from (?:\S+ ?){1,5}"
    r"|stories|news|coverage|like this|to read)|related(?: (?:articles?|stories|topics?|content|coverage"
    r"|news|links|posts))?"
    r"|recommended(?: (?:for you|stories|articles|reading))?|most (?:read|popular|viewed|shared)|trending(?: now)?"
    r"|popular(?: now| stories| articles)?|read (?:more|next|also)|also (?:read|of interest)|see also|up"
    r" next|what to read next"
    r"|don['’]t miss|latest (?:news|stories|headlines)|editor['’]s picks|further reading|top stories|around the web"
    r"|from (?:the|our) (?:archives?|partners)"
    r"|mehr zum thema|das könnte sie auch interessieren|lesen sie auch|verwandte artikel|meistgelesen"
    r"|(?:à )?lire aussi|sur le même (?:sujet|thème)|les plus lus|à ne pas manquer|te puede interesar|más"
    r" (?:noticias|leídas)"
    r"|noticias relacionadas|lea también|leia (?:também|mais)|leggi anche|potrebbe interessarti|articoli correlati"
    r"|lees ook|meer over|läs (?:också|mer)|читайте также|по теме|czytaj także|关连阅读|相关(?:阅读|新闻|文章)"
    r"|関連記事)\s*:?)",
    re.IGNORECASE,
)
"""What stands over a list of other articles."""
SIGN_UP = re.compile(
    r"\b(?:sign(?:ing)? up|subscrib\w*|newsletter|e-?mail (?:address|alerts?)|inbox|register|log in|free"
    r" trial|morning briefing"
    r"|abonnier\w*|abonne\w*|s['’]inscrire|suscr[ií]b\w*|iscriviti|aanmelden|nieuwsbrief|подпис\w*)\b",
    re.IGNORECASE,
)
TEASER = re.compile(r"teaser|premium|paywall|preview|promo|standfirst|\bdek\b|abstract", re.IGNORECASE)
"""Names by which extraction takes a box for none of the article's."""
FIELDS = (".//input[@type='email']", ".//input[@type='text']", ".//form", ".//button[@type='submit']")
MOST_IN_FORM_BOX = 500
MOST_IN_CARD = 600
SHORTEST_LINK = 12
LEAST_PARAGRAPH = 80
"""Characters of a paragraph that is one of an article."""
LEAST_ITEMS = 3
WORDS_OF_HEADLINE = 4
POST = re.compile(r"twitter|tweet|instagram|facebook|tiktok|embed|social|bluesky|mastodon", re.IGNORECASE)
SPACES = re.compile(r"\s+")


def mend_boxes(tree: Any) -> None:
    """All that this module does, in order."""
    drop_forms(tree)
    drop_lists_of_others(tree)
    drop_closing_lists(tree)
    unlink_names(tree)
    flatten_cells(tree)
    unname_teasers(tree)
    unname_posts(tree)


def drop_forms(tree: Any) -> None:
    """Take out boxes in which readers sign up for something: a form, and the few lines around it that say so."""
    for field in [field for path in FIELDS for field in tree.xpath(path)]:
        box = None
        for ancestor in (field, *field.iterancestors()):
            if ancestor.tag in ("body", "html", "article", "main") or len(_line(ancestor)) > MOST_IN_FORM_BOX:
                break
            if ancestor.tag in (*BLOCKS, "form"):
                box = ancestor
        if box is not None and box.getparent() is not None and SIGN_UP.search(_line(box)) and not _has_headline(box):
            box.drop_tree()


def drop_lists_of_others(tree: Any) -> None:
    """Take out headings such as "You might also like" with the links to other articles that follow them."""
    for heading in list(tree.iter(*HEADINGS)):
        if heading.getparent() is None or len(heading) > 3 or not OTHERS.fullmatch(_line(heading)):
            continue
        top = heading
        while _is_alone_before_links(top):
            top = top.getparent()
        following = list(_leading_elsewhere(top))
        if following or next(heading.iter("strong", "b"), None) is not None or heading.tag.startswith("h"):
            for element in (*following, top):
                if element.getparent() is not None:
                    element.drop_tree()


def drop_closing_lists(tree: Any) -> None:
    """Take out lists in which every item begins with the headline of another article."""
    for element in list(tree.iter("ul", "ol")):
        items = [item for item in element if item.tag == "li"]
        if (
            len(items) >= LEAST_ITEMS
            and element.getparent() is not None
            and all(map(_begins_with_headline, items))
            and not _goes_on(element)
        ):
            element.drop_tree()


def unlink_names(tree: Any) -> None:
    """Keep lists of linked names among the paragraphs of an article, which extraction takes for ways of the site."""
    for element in tree.iter("ul", "ol"):
        before = element.getprevious()
        among = (before is not None and before.tag == "p" and _line(before).endswith(":")) or _goes_on(element)
        links = list(element.iter("a"))
        if among and links and all(len(_line(link).split()) < WORDS_OF_HEADLINE for link in links):
            for link in links:
                link.drop_tag()


def _goes_on(element: Any) -> bool:
    """Whether paragraphs of the article follow a list."""
    return any(part.tag == "p" and len(_line(part)) >= LEAST_PARAGRAPH for part in element.itersiblings())


def _begins_with_headline(item: Any) -> bool:
    link = next((link for link in item.iter("a") if _line(link)), None)
    return (
        link is not None
        and len(_line(link).split()) >= WORDS_OF_HEADLINE
        and _line(item).lstrip("•·-–👁📱 ").startswith(_line(link))
        and not _line(link).endswith(".")
    )


def unname_posts(tree: Any) -> None:
    """Keep what posts of social networks say that an article quotes."""
    for post in tree.iter("blockquote"):
        for element in (post, post.getparent()):
            if element is not None and POST.search(f"{element.get('class') or ''}") and element.tag != "body":
                element.attrib.pop("class", None)


def _is_alone_before_links(element: Any) -> bool:
    """Whether nothing follows an element within its parent, which is no more than a wrapping of it."""
    parent = element.getparent()
    return (
        parent is not None
        and parent.tag in ("div", "header", "section", "aside", "p")
        and element.getnext() is None
        and element.getprevious() is None
        and _line(parent) == _line(element)
    )


def _leading_elsewhere(heading: Any) -> Iterator[Any]:
    """What follows a heading and begins with a link to another article each."""
    for element in heading.itersiblings():
        if not isinstance(element.tag, str) or not _leads_elsewhere(element):
            return
        yield element


def _leads_elsewhere(element: Any) -> bool:
    """Whether an element is a card or a list of links: every part of it begins with a link, or is one's picture."""
    if element.tag in ("ul", "ol", "dl"):
        items = [item for item in element if isinstance(item.tag, str) and _line(item)]
        return bool(items) and all(next(item.iter("a"), None) is not None for item in items)
    text = _line(element)
    link = next((link for link in element.iter("a") if len(_line(link)) >= SHORTEST_LINK), None)
    if link is None or element.tag in ("h1", "article", "main"):
        return not text and element.tag in ("figure", "img", "hr", "br")
    links = sum(1 for one in element.iter("a") if len(_line(one)) >= SHORTEST_LINK)
    return text.startswith(_line(link)) and len(text) <= MOST_IN_CARD * links and not _has_headline(element)


def flatten_cells(tree: Any) -> None:
    """Keep what lists and paragraphs in a table's cells say, which extraction would leave out."""
    for cell in tree.iter("td", "th"):
        if next(cell.iter("table"), None) is not None:
            continue
        if sum(len(_line(child)) for child in cell) > 10 * LEAST_PARAGRAPH:
            continue  # a page that is laid out with tables
        for element in list(cell.iter("li", "ul", "ol")):
            if element.tag == "li" and element.getprevious() is not None:
                element.text = f"; {element.text or ''}"
            element.drop_tag()


def unname_teasers(tree: Any) -> None:
    """Take the name from a box that is called a teaser, and holds whole paragraphs of an article and no links."""
    for element in tree.iter("div", "section", "p"):
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        if not TEASER.search(named) or next(element.iter("a", "form", "button"), None) is not None:
            continue
        texts = [_line(part) for part in ([element] if element.tag == "p" else element.iter("p"))]
        if sum(len(text) >= LEAST_PARAGRAPH for text in texts) and not SIGN_UP.search(_line(element)):
            for name in ("class", "id"):
                element.attrib.pop(name, None)


def _has_headline(element: Any) -> bool:
    return next(element.iter("h1"), None) is not None


def _line(element: Any) -> str:
    return SPACES.sub(" ", element.text_content()).strip()
