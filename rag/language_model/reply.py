"""Parses a language model's reply into a short answer and claims with quotes. Pure functions, for replies of any shape.

A reply is data of the least trusted kind: it may be JSON, JSON in a fence, broken JSON, prose with [n] marks, or
nonsense. What comes out is plain text of bounded length without links, markup and marks of its own; nothing of it is
shown before `rag.language_model.answer` has checked it.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus import sentence_spans
from rag.english.words import normalised
from rag.language_model.prompts import NOT_IN_PASSAGES

MAX_CLAIMS = 8
MAX_QUOTES = 4
"""Quotes of one claim."""
LONGEST_CLAIM = 400
LONGEST_QUOTE = 1500
STARTS_TRIED = 200
"""Places where JSON may begin that are looked at."""

ADDRESS = re.compile(
    r"(?i)\b(?:[a-z][a-z0-9+.-]{1,20}://|www\.|mailto:|javascript:|data:\w+/)\S*|\S+@\w[\w-]*\.\w[\w.-]*"
)
_IMAGE = re.compile(r"!\[[^\]]{0,300}\](?:\([^)]{0,2000}\)|\[[^\]]{0,100}\])?")
_LINK = re.compile(r"\[([^\]]{0,300})\](?:\([^)]{0,2000}\)|\[[^\]]{0,100}\])")
_TAG = re.compile(r"<[^<>]{0,2000}>?")
_MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}\s|>\s?|[-*+]\s)|[*`~|\\]|(?<!\w)_+|_+(?!\w)", re.M)
_BRACKET = re.compile(r"\[[^\[\]]{0,80}\]|[\[\]]")
_MARK = re.compile(r"\[\s*(?:passage\s*)?(\d{1,3}(?:\s*,\s*\d{1,3})*)\s*\]", re.I)
_QUOTED = re.compile(r"[“\"«„]([^”\"»“„]{3,1500})[”\"»]")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.S | re.I)
_ANSWER_LINE = re.compile(r"^\W*(?:short )?answer\W*:\s*", re.I)
_CLAIMS = re.compile(r'"claims"\s*:\s*\[')
_TEXT = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)')


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """Words that a model says it copied from a passage; `words` is empty when it only named the passage."""

    passage: int | None
    words: str


@dataclass(frozen=True, slots=True)
class ModelClaim:
    """One claim as a model made it: plain text, and what it was said to rest on."""

    text: str
    quotes: tuple[QuotedWords, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered. `declines` when it said, in the form asked for, that there is no answer."""

    short_answer: str
    claims: tuple[ModelClaim, ...]
    declines: bool = False


def parse_reply(text: str) -> Reply:
    """The answer in a reply: the JSON object in it, else its marked sentences; with no claims when it holds neither."""
    text = _THOUGHT.sub(" ", text)
    for value in json_objects(text):
        if isinstance(value.get("claims"), list):
            short = plain_text(_string(value.get("short_answer")))
            claims = _claims(value["claims"])
            return Reply(short, claims, declines=not value["claims"] and not short)
    return _prose(text)


def claims_so_far(text: str) -> tuple[ModelClaim, ...]:
    """The claims that are whole in a reply that is still being written."""
    claims = map(_claim, _whole_claims(text))
    return tuple(claim for claim in claims if claim)[:MAX_CLAIMS]


def text_so_far(text: str) -> str:
    """What a person may read of the claim that is being written after the last whole one; empty when there is none.

    The word that is being written is left out: half of an address does not look like one.
    """
    if "{" not in text:
        return plain_text(_whole_words(_THOUGHT.sub(" ", text)))
    begun = list(_TEXT.finditer(text))
    if len(begun) <= len(_whole_claims(text)):
        return ""
    written = _unescape(begun[-1][1])
    is_whole = text[begun[-1].end() : begun[-1].end() + 1] == '"'  # its quotes are being written
    return plain_text(written if is_whole else _whole_words(written))


def _whole_claims(text: str) -> list[dict[str, Any]]:
    begun = _CLAIMS.search(text)
    return [value for value in json_objects(text[begun.end() :]) if "text" in value] if begun else []


def _whole_words(text: str) -> str:
    return re.sub(r"\S+\Z", "", text)


def json_objects(text: str) -> Iterator[dict[str, Any]]:
    """The outermost JSON objects in a text, in order; what is broken is passed over."""
    decoder = json.JSONDecoder()
    at = 0
    for _ in range(STARTS_TRIED):
        at = text.find("{", at)
        if at < 0:
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        if isinstance(value, dict):
            yield value


def plain_text(text: str, longest: int = LONGEST_CLAIM) -> str:
    """One line of text without markup, links, addresses, marks and characters that steer a terminal or a page."""
    text = html.unescape(html.unescape(text[: 4 * longest]))
    text = "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
    text = _LINK.sub(r"\1", _IMAGE.sub(" ", _MARK.sub(" ", text)))
    text = _TAG.sub(" ", ADDRESS.sub(" ", text))
    text = _BRACKET.sub(" ", _MARKUP.sub("", text))
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.replace("<", " ").replace(">", " ").split()))
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + "…"


def _claims(values: list[Any]) -> tuple[ModelClaim, ...]:
    claims = (_claim(value) for value in values[:MAX_CLAIMS] if isinstance(value, dict))
    return tuple(claim for claim in claims if claim)


def _claim(value: Mapping[str, Any]) -> ModelClaim | None:
    text = plain_text(_string(value.get("text")))
    listed = value.get("quotes")
    listed = listed if isinstance(listed, list) else [listed]
    quotes = tuple(_quote(item) for item in listed[:MAX_QUOTES] if isinstance(item, dict))
    return ModelClaim(text, quotes) if text else None


def _quote(value: Mapping[str, Any]) -> QuotedWords:
    number = value.get("passage")
    found = re.search(r"\d{1,6}", str(number)) if isinstance(number, int | str) else None
    return QuotedWords(int(found[0]) if found else None, _string(value.get("words"))[:LONGEST_QUOTE])


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unescape(text: str) -> str:
    for cut in range(min(6, len(text)) + 1):  # the last escape may be half written
        try:
            return str(json.loads(f'"{text[: len(text) - cut]}"', strict=False))
        except ValueError:
            continue
    return ""


def _prose(text: str) -> Reply:
    """Sentences that name a passage, with the words that they quote."""
    if normalised(NOT_IN_PASSAGES) == normalised(plain_text(text)):
        return Reply("", (), declines=True)
    claims: list[ModelClaim] = []
    short = ""
    for line in text.splitlines():
        if named := _ANSWER_LINE.match(line):
            line = line[named.end() :]
            short = short or plain_text(line)
        for start, end in sentence_spans(_marks_inside(line)):
            sentence = _marks_inside(line)[start:end]
            numbers = [int(n) for mark in _MARK.findall(sentence) for n in re.findall(r"\d+", mark)]
            if numbers and len(claims) < MAX_CLAIMS and (said := plain_text(_MARK.sub(" ", sentence))):
                words = _QUOTED.findall(_MARK.sub("", sentence)) or [""]
                quotes = [QuotedWords(number, quoted) for number in dict.fromkeys(numbers) for quoted in words]
                claims.append(ModelClaim(said, tuple(quotes[:MAX_QUOTES])))
    return Reply(short, tuple(claims))


def _marks_inside(line: str) -> str:
    """A line whose marks stand before the full stop that they follow, so that they stay with their sentence."""
    return re.sub(r"([.!?][”\"’']?)((?:\s*\[[\d\s,]{1,20}\])+)", r"\2\1", line)
