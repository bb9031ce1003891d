"""A question → what is to be counted: articles that mention words, those of an outlet or an author, or all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from rag.answer import AppliedFilter

CountedBy = Literal["articles", "times", "outlets"]
SURE = r"(?:news\s+)?(?:articles?|stories|newspaper\s+articles)"
LOOSE = r"(?:pieces?|reports?|texts?|documents?|items?|posts?|entries|records?|news\s+items?|news)"
"""What an archive holds, in words that the world outside of it has as well."""
ASKING = (
    r"(?:(?:can|could|would)\s+you\s+)?(?:please\s+)?(?:tell\s+(?:me|us)\s+|say\s+|show\s+me\s+|give\s+me\s+"
    r"|count\s+)?"
)
HEADS: tuple[tuple[CountedBy, str], ...] = (
    ("articles", rf"{ASKING}(?:in\s+|of\s+)?how\s+many\s+(?:of\s+(?:the|your|these)\s+)?(?:different\s+)?"),
    (
        "articles",
        rf"{ASKING}(?:what\s+is\s+|what['’]s\s+)?(?:the\s+)?(?:total\s+)?(?:number"
        rf"|count)\s+of\s+(?:all\s+)?(?:the\s+)?",
    ),
    ("articles", r"(?:please\s+)?count\s+(?:up\s+)?(?:all\s+)?(?:of\s+)?(?:the\s+|your\s+)?"),
)
OUTLETS = re.compile(
    rf"{ASKING}(?:which|what)\s+(?:news\s+)?(?:outlets?|newspapers?|papers|sources|media(?:\s+outlets)?|publications?"
    r"|magazines?|agencies)\s+(?:have\s+|has\s+|had\s+|did\s+|do\s+)?"
    r"(?:wr[io]te?(?:ten)?|reported|report|cover(?:ed|s)?|mention(?:ed|s)?|published|publish|carried|talk(?:ed)?)"
    r"\s+(?:(?:(?:the\s+)?most\s+)?(?:anything\s+|something\s+|articles\s+|stories\s+)?(?:about|on"
    r"|of)\s+)?(?P<target>.+)",
    re.I,
)
SEEN = (
    r"(?:mentioned|named|cited|quoted|discussed|covered|featured|reported\s+on|written\s+about|talked\s+about"
    r"|in\s+the"
    r"\s+news|referred\s+to)"
)
COMES_UP = (
    r"(?:appears?|comes?\s+up|came\s+up|come\s+up|occurs?|occurred|shows?\s+up|features?|get\s+mentioned|figures?)"
)
TIMES = re.compile(
    rf"{ASKING}how\s+(?:often|many\s+times|frequently)\s+(?:(?:is|was|are|were|has|have"
    rf"|had)\s+(?P<passive>.+?)\s+(?:been\s+)?"
    rf"{SEEN}|(?:does|do|did|has|have)\s+(?P<active>.+?)\s+(?:come\s+up|appear(?:ed)?|occur(?:red)?|show\s+up"
    rf"|get\s+mentioned)|(?:do|does|did)\s+(?:the|your|these|any)\s+(?:\w+\s+)?{SURE}\s+(?:mention|name"
    rf"|speak\s+of|refer\s+to)"
    r"\s+(?P<object>.+?))(?:\s+in\s+(?:the|your|this)\s+\w+)?",
    re.I,
)
ARCHIVE = r"(?:archive|library|collection|database|corpus|index|system|store)"
HELD = re.compile(
    rf"\b(?:in\s+(?:total\s+)?(?:the|this|your|our)\s+(?:\w+\s+)?{ARCHIVE}|(?:do|does)\s+(?:you|it"
    rf"|the\s+{ARCHIVE}|this"
    rf"\s+{ARCHIVE}|we)\s+(?:have|hold|contain|know|include|cover)|(?:have|had)\s+you(?:\s+got)?|(?:are|is)\s+there"
    r"|there\s+(?:are|is)|are\s+(?:here|stored|held|available|included|indexed|in\s+here)|exist|altogether|in\s+total"
    r"|in\s+all|overall|you\s+have|that\s+you\s+have)\b",
    re.I,
)
MENTIONS = re.compile(
    r"(?:(?:that|which)\s+)?(?:(?:do|does|did|are|were|is|was|have|has)\s+)?(?:mention(?:s|ed|ing)?|nam(?:e|es"
    r"|ed|ing)"
    r"|about|on|regarding|concerning|contain(?:s|ing)?|refer(?:s|red|ring)?\s+to|deal(?:s|t|ing)?\s+with"
    r"|discuss(?:es|ed|ing)?|cover(?:s|ed|ing)?|talk(?:s|ed|ing)?\s+about|speak(?:s|ing)?\s+of"
    r"|wr[io]te?(?:ten)?\s+about"
    r"|writing\s+about|featuring|quot(?:e|es|ed|ing)|with|report(?:s|ed)?\s+on)\s+"
    r"(?:(?:the\s+)?(?:words?|name|phrase|term|topic|subject)\s+)?(?P<target>.+)",
    re.I,
)
PASSIVE = re.compile(
    rf"(?:(?:is|was|are|were|has|have)\s+(?P<seen>.+?)\s+(?:been\s+)?{SEEN}"
    rf"|(?:does|do|did|has)\s+(?P<active>.+?)\s+{COMES_UP})(?:\s+in)?",
    re.I,
)
WRITTEN = re.compile(
    r"(?:(?:were|was|are|is|have\s+been|got|you)\b\s*)?(?:published|written|printed|posted|released|added)?", re.I
)
BY = re.compile(
    r"(?:(?:that|which)\s+)?(?:(?:were|was|are|have\s+been)\s+)?(?:published\s+|written\s+)?(?:by|from"
    r"|in)\s+(?P<by>.+)"
    r"|(?:did|has|have|does)\s+(?P<wrote>.+?)\s+(?:write|written|wrote|publish(?:ed)?|author(?:ed)?|produced?"
    r"|contribute)",
    re.I,
)
EDGES = " \t\"'“”‘’«».,;:?!"


@dataclass(frozen=True, slots=True)
class CountQuestion:
    """What is to be counted: articles that hold `words` (all when empty), or of `by`, an author or an outlet."""

    kind: CountedBy
    words: str = ""
    by: str = ""


def count_question(text: str, filters: Iterable[AppliedFilter]) -> CountQuestion | None:
    """What a question asks to be counted of the articles, None when it asks for something else.

    The words of its filters (dates, outlets) are set aside first.
    """
    plain = _without(text, filters)
    if outlets := OUTLETS.fullmatch(plain):
        return CountQuestion("outlets", _bare(outlets["target"]))
    if times := TIMES.fullmatch(plain):
        return CountQuestion("times", _bare(times["passive"] or times["active"] or times["object"]))
    return _articles_asked(plain)


def _articles_asked(plain: str) -> CountQuestion | None:
    for kind, head in HEADS:
        found = re.match(rf"{head}(?:(?P<sure>{SURE})|(?P<loose>{LOOSE}))\b", plain, re.I)
        if not found:
            continue
        rest = plain[found.end() :]
        held = HELD.search(rest) is not None
        rest = _bare(HELD.sub(" ", rest))
        asked = _what_of_them(kind, rest)
        if asked and (found["sure"] or held or asked.words or asked.by):
            return asked
    return None


def _what_of_them(kind: CountedBy, rest: str) -> CountQuestion | None:
    """What the rest of a question says about the articles that it counts."""
    if found := MENTIONS.fullmatch(rest):
        return CountQuestion(kind, _bare(found["target"]))
    if found := PASSIVE.fullmatch(rest):
        return CountQuestion(kind, _bare(found["seen"] or found["active"]))
    if WRITTEN.fullmatch(rest):
        return CountQuestion(kind)
    if found := BY.fullmatch(rest):
        return CountQuestion(kind, by=_bare(found["by"] or found["wrote"]))
    return None


def _without(text: str, filters: Iterable[AppliedFilter]) -> str:
    for told in filters:
        words = re.sub(
            r"^(?:articles?|stories|news|reports?)\s+(?:published\s+)?(?=from|in|by|of)", "", told.words, flags=re.I
        )
        dropped = words if told.kind != "outlet" else re.sub(r"\s+(?:articles?|stories|news)$", "", words)
        text = text.replace(dropped, " ")
    return " ".join(text.split()).strip(EDGES)


def _bare(words: str) -> str:
    """Words without what stands around them: articles, quotation marks, "at all"."""
    plain = " ".join(words.split()).strip(EDGES)
    plain = re.sub(r"^(?:(?:the\s+)?(?:words?|phrase|term)|the\s+name)\s+(?=\S)", "", plain, flags=re.I)
    plain = re.sub(r"^(?:the|a|an|that|which)\s+(?=\S)", "", plain, flags=re.I)
    return re.sub(
        r"\s+(?:at all|please|so far|yet|until now|per month|by month|over time|in|since|each)$", "", plain
    ).strip(EDGES)
