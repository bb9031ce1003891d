"""What a page holds and does not show: text that its style hides is no part of the article.

Nobody who opens the page reads such text, so it must not be searched or quoted as if the outlet had published it.
Styles are read where they stand in the page: in `style` attributes, and in plain rules of its own style sheets
(`.name`, `#name`, `tag.name`). Sheets of other files, scripts and the colours around an element are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Declarations = dict[str, str]

COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
SELECTOR = re.compile(r"[\w-]*[.#][\w-]+")
LENGTH = re.compile(r"(-?\d*\.?\d+)(px|em|rem|%|vw|vh|pt)?")
ZERO_SCALE = re.compile(r"scale(?:3d|[xy])?\(0(?:\.0*)?[,)]")
CLIPPED = re.compile(r"(?:rect\(0|rect\(1px|inset\((?:50|100)%|circle\(0|polygon\(00,00)")
FAR = -500
"""Pixels, about, from which on an element is outside every page."""
PIXELS = {"em": 16.0, "rem": 16.0, "%": 10.0, "vw": 10.0, "vh": 10.0, "pt": 1.3}
SILENT_TAGS = frozenset(("script", "style", "noscript", "template", "head"))
SIDES = ("left", "right", "top", "bottom", "margin-left", "margin-top", "text-indent")


def drop_hidden(tree: Any) -> None:
    """Take out of a parsed page (lxml) every element that is not shown.

    An element with more than half of the page's text stays: such pages hide their article until a script shows it.
    """
    rules = _rules(tree)
    half = _length(tree) / 2
    waiting = [tree]
    while waiting:
        element = waiting.pop()
        if not isinstance(element.tag, str) or element.tag in SILENT_TAGS:
            continue
        if element is not tree and _is_hidden(element, rules) and _length(element) <= half:
            element.drop_tree()
        else:
            waiting.extend(element)


def _length(element: Any) -> int:
    """Characters of text in an element that are not code."""
    return sum(
        len((part.text or "").strip())
        for part in element.iter()
        if isinstance(part.tag, str) and part.tag not in SILENT_TAGS
    )


def _is_hidden(element: Any, rules: dict[str, Declarations]) -> bool:
    if element.get("hidden") is not None and element.get("hidden") != "until-found":
        return True
    names = [f".{name}" for name in (element.get("class") or "").split()]
    names += [f"#{element.get('id')}"] if element.get("id") else []
    declared: Declarations = {}
    for name in names:
        declared |= rules.get(name, {}) | rules.get(f"{element.tag}{name}", {})
    declared |= _declarations(element.get("style") or "")
    return bool(declared) and _hides(declared)


def _hides(declared: Declarations) -> bool:
    """Whether these declarations leave nothing to be seen; what fades in later is seen."""
    fades = any(name.startswith(("transition", "animation")) for name in declared)
    return (
        declared.get("display") == "none"
        or (not fades and _is_see_through(declared))
        or _is_tiny(declared)
        or _is_outside(declared)
    )


def _is_see_through(declared: Declarations) -> bool:
    colour = declared.get("color", "")
    behind = (declared.get("background-color"), declared.get("background"))
    return (
        declared.get("visibility") in ("hidden", "collapse")
        or _pixels(declared.get("opacity")) == 0
        or colour == "transparent"
        or (bool(colour) and colour in behind)
    )


def _is_tiny(declared: Declarations) -> bool:
    if _pixels(declared.get("font-size")) == 0 or ZERO_SCALE.search(declared.get("transform", "")):
        return True
    if CLIPPED.match(declared.get("clip", "")) or CLIPPED.match(declared.get("clip-path", "")):
        return True
    sizes = [_pixels(declared.get(name)) for name in ("width", "height", "max-width", "max-height")]
    cut = declared.get("overflow") in ("hidden", "clip")
    return cut and any(size is not None and size <= 1 for size in sizes)


def _is_outside(declared: Declarations) -> bool:
    lengths = [_pixels(declared.get(name)) for name in SIDES]
    return any(length is not None and length <= FAR for length in lengths)


def _pixels(value: str | None) -> float | None:
    """A length in pixels, about; None for what is not one."""
    found = LENGTH.fullmatch(value or "")
    return float(found[1]) * PIXELS.get(found[2] or "", 1.0) if found else None


def _declarations(style: str) -> Declarations:
    """Declarations by name, in lower case without blanks and `!important`."""
    declared = {}
    for part in COMMENT.sub("", style).lower().split(";"):
        name, colon, value = part.partition(":")
        if colon:
            declared[name.strip()] = "".join(value.replace("!important", "").split())
    return declared


def _rules(tree: Any) -> dict[str, Declarations]:
    """What the page's own style sheets declare for a plain class or id; later declarations win."""
    rules: dict[str, Declarations] = {}
    for sheet in tree.iter("style"):
        elsewhere = (sheet.get("media") or "all").strip().lower() not in ("all", "screen")
        if elsewhere or any(ancestor.tag == "noscript" for ancestor in sheet.iterancestors()):
            continue
        for selectors, body in _top_rules(COMMENT.sub("", sheet.text or "")):
            declared = _declarations(body)
            for selector in selectors.split(","):
                if SELECTOR.fullmatch(selector.strip()):
                    rules.setdefault(selector.strip(), {}).update(declared)
    return rules


def _top_rules(sheet: str) -> Iterator[tuple[str, str]]:
    """(selectors, declarations) of the rules that always apply: not those for print, small screens and the like."""
    depth, before, selectors = 0, "", ""
    for part in re.split(r"([{}])", sheet):
        if part == "{":
            depth += 1
            if depth == 1:
                selectors = before.rpartition(";")[2]
        elif part == "}":
            if depth == 1:
                yield selectors, before
            depth, before = max(0, depth - 1), ""
        else:
            before = part
