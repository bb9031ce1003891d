"""Reads receipts strictly: a receipt may come from anywhere, so nothing in it is trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, get_args

from rag.answer import Support
from rag.errors import RagError

FORMAT, VERSION = "pressmark-receipt", 1
MAX_BYTES = 5_000_000
MAX_ITEMS = 200
"""Claims or citations in one receipt at most."""
MAX_CITED = 20
"""Citations of one claim at most."""
MAX_TEXT = 5_000
"""Characters of a quotation, a claim or a field at most."""
MAX_NUMBER = 2**53


class ReceiptError(RagError, ValueError):
    """A receipt that cannot be used: not one, of another version, broken, or too large."""


@dataclass(frozen=True, slots=True)
class ReceiptCitation:
    """A quotation as a receipt gives it; offsets are characters of the article's text at that revision."""

    n: int
    quote: str
    start: int
    end: int
    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None
    revision: int
    article_sha256: str


@dataclass(frozen=True, slots=True)
class ReceiptClaim:
    """A claim as a receipt gives it."""

    text: str
    support: Support
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What of a receipt is checked; `fingerprint` is that of the library when it was made."""

    question: str
    made: str
    answer: str | None
    citations: tuple[ReceiptCitation, ...]
    claims: tuple[ReceiptClaim, ...]
    fingerprint: str


def read_receipt(content: bytes | str) -> Receipt:
    """A receipt from a file's content; raises `ReceiptError`, which says what is wrong with it."""
    if len(content) > MAX_BYTES:
        raise ReceiptError(f"it is larger than {MAX_BYTES // 1_000_000} MB, which no receipt is")
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        plain = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ReceiptError("it is not JSON: choose the file that Pressmark wrote as a receipt") from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise ReceiptError(f'it is no receipt: "format" is not "{FORMAT}"')
    if plain.get("version") != VERSION or isinstance(plain.get("version"), bool):
        raise ReceiptError(f"it is of version {plain.get('version')!r:.40}, and this Pressmark reads version {VERSION}")
    library = _value(plain, "library", dict, "the receipt")
    return Receipt(
        question=_text(plain, "question", MAX_TEXT, "the receipt"),
        made=_text(plain, "made", 100, "the receipt"),
        answer=_optional(plain, "answer", "the receipt"),
        citations=_citations(_list(plain, "citations", "the receipt")),
        claims=tuple(_claim(at, entry) for at, entry in enumerate(_list(plain, "claims", "the receipt"), 1)),
        fingerprint=_text(library, "fingerprint", 200, "the library of the receipt"),
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _value(plain: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    if key not in plain:
        raise ReceiptError(f'{where} has no "{key}"')
    value = plain[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ReceiptError(f'"{key}" of {where} is not {KIND_WORDS[kind]}')
    return value


KIND_WORDS: Mapping[type, str] = {str: "text", int: "a whole number", list: "a list", dict: "an object"}


def _text(plain: Mapping[str, Any], key: str, limit: int, where: str) -> str:
    value = str(_value(plain, key, str, where))
    if len(value) > limit:
        raise ReceiptError(f'"{key}" of {where} is longer than {limit:,} characters')
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ReceiptError(f'"{key}" of {where} holds half a character (a lone surrogate)') from error
    return value


def _optional(plain: Mapping[str, Any], key: str, where: str) -> str | None:
    if key in plain and plain[key] is None:
        return None
    return _text(plain, key, MAX_TEXT, where)


def _number(plain: Mapping[str, Any], key: str, least: int, where: str) -> int:
    value = int(_value(plain, key, int, where))
    if not least <= value <= MAX_NUMBER:
        raise ReceiptError(f'"{key}" of {where} is out of range')
    return value


def _list(plain: Mapping[str, Any], key: str, where: str) -> list[Any]:
    value: list[Any] = _value(plain, key, list, where)
    if len(value) > MAX_ITEMS:
        raise ReceiptError(f'"{key}" of {where} has more than {MAX_ITEMS} entries')
    return value


def _citations(entries: Sequence[Any]) -> tuple[ReceiptCitation, ...]:
    citations = tuple(_citation(at, entry) for at, entry in enumerate(entries, 1))
    if len({citation.n for citation in citations}) < len(citations):
        raise ReceiptError("two of its citations have the same number")
    return citations


def _citation(at: int, entry: Any) -> ReceiptCitation:
    where = f"citation {at}"
    if not isinstance(entry, dict):
        raise ReceiptError(f"{where} is not an object")
    citation = ReceiptCitation(
        n=_number(entry, "n", 1, where),
        quote=_text(entry, "quote", MAX_TEXT, where),
        start=_number(entry, "start", 0, where),
        end=_number(entry, "end", 0, where),
        article_id=_text(entry, "article_id", MAX_TEXT, where),
        title=_text(entry, "title", MAX_TEXT, where),
        outlet=_text(entry, "outlet", MAX_TEXT, where),
        url=_optional(entry, "url", where),
        published=_optional(entry, "published", where),
        revision=_number(entry, "revision", 1, where),
        article_sha256=_text(entry, "article_sha256", 64, where),
    )
    if not citation.quote.strip():
        raise ReceiptError(f"{where} quotes nothing")
    return citation


def _claim(at: int, entry: Any) -> ReceiptClaim:
    where = f"claim {at}"
    if not isinstance(entry, dict):
        raise ReceiptError(f"{where} is not an object")
    support = _text(entry, "support", 20, where)
    if support not in get_args(Support):
        raise ReceiptError(f'"support" of {where} is none of {", ".join(get_args(Support))}')
    numbers = _list(entry, "citations", where)
    if len(numbers) > MAX_CITED:
        raise ReceiptError(f"{where} cites more than {MAX_CITED} quotations")
    if not all(isinstance(n, int) and not isinstance(n, bool) for n in numbers):
        raise ReceiptError(f'"citations" of {where} are not all whole numbers')
    text = _text(entry, "text", MAX_TEXT, where)
    return ReceiptClaim(text, next(known for known in get_args(Support) if known == support), tuple(numbers))
