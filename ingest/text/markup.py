"""Markup in what should be plain text: records of programs carry HTML and entities in their fields.

Parsing is done where a library may hang without harm: see `has_markup`.
"""

from __future__ import annotations

import html
import re
from typing import Any

TAGS = (
    "p|br|div|span|a|b|i|em|strong|u|ul|ol|li|h[1-6]|table|tr|td|th|tbody|thead|blockquote|img|figure|figcaption|script|style"
    "|section|article|main|aside|html|head|body|iframe|sup|sub|hr|pre|code|small|font|center|noscript|picture|video|source"
)
IN_BYTES = re.compile(rb"(?:<|\\u003c)\\?/?(?:" + TAGS.encode() + rb")\b|&(?:amp|lt|#\d|#x)", re.IGNORECASE)
TAG = re.compile(rf"</?(?:{TAGS})\b[^<>]*>", re.IGNORECASE)
ENTITY = re.compile(r"&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});", re.IGNORECASE)
BLOCKS = frozenset(
    "p div li h1 h2 h3 h4 h5 h6 tr blockquote section article figure figcaption ul ol table pre hr main".split()
)
SILENT = frozenset(("script", "style", "noscript", "head", "iframe", "template"))
LEAST_TAGS = 2
"""A text about web pages may name one."""


def has_markup(content: bytes) -> bool:
    """Whether a record may hold markup."""
    return IN_BYTES.search(content) is not None


def plain_text(text: str) -> str:
    """A text without markup: blocks become paragraphs, entities letters, and what scripts say goes."""
    if ENTITY.search(text) and not TAG.search(text) and TAG.search(html.unescape(text)):
        text = html.unescape(text)  # markup that was escaped as a whole
    tags = TAG.findall(text)
    if len(tags) < LEAST_TAGS:
        return _unescaped(text)
    from lxml import etree
    from lxml import html as pages

    try:
        tree = pages.fragment_fromstring(text, create_parent="div")
    except (etree.LxmlError, ValueError):
        return _unescaped(TAG.sub("", text))
    _lay_out(tree)
    return _tidy(str(tree.text_content()))


def _lay_out(tree: Any) -> None:
    """Put line breaks where a page would show them, and take out what it would not show."""
    for element in list(tree.iter()):
        tail = element.tail or ""
        if not isinstance(element.tag, str) or element.tag in SILENT:
            if element.getparent() is not None:
                element.drop_tree()
        elif element.tag == "br":
            element.tail = "\n" + tail
        elif element.tag in ("td", "th") and element.getnext() is not None:
            element.tail = " | " + tail.strip()
        elif element.tag in BLOCKS:
            element.tail = "\n\n" + tail


def plain_line(line: str) -> str:
    """The same for a title or a name."""
    return " ".join(_unescaped(TAG.sub("", line)).split()) if ("<" in line or "&" in line) else line


def _unescaped(text: str) -> str:
    """Entities as letters; of those that were escaped twice, too."""
    for _ in range(2):
        if not ENTITY.search(text):
            break
        text = html.unescape(text)
    return text


def _tidy(text: str) -> str:
    paragraphs = re.split(r"\n\s*\n", text)
    lines = ("\n".join(" ".join(line.split()) for line in paragraph.split("\n")).strip() for paragraph in paragraphs)
    return "\n\n".join(line for line in lines if line)
