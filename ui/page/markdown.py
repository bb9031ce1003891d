"""An answer as Markdown with its citations, in which nothing but our own marks is markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answer import Answer, Citation
from rag.question.filters import LABELS
from ui.wording import safe_url, spoken_date

_SPECIAL = re.compile(r"([\\`*_\[\]<>&|~!$@])")
_LINE_START = re.compile(r"^(\s*)([#+=:-])")
_NUMBERED = re.compile(r"^(\s*\d{1,9})([.)])")
# Some readers make links of bare addresses; a backslash inside keeps them text.
_BARE_ADDRESS = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def escape_markdown(text: str) -> str:
    """Text on one line that Markdown shows as it is."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split()))
    line = _BARE_ADDRESS.sub(lambda m: f"{m[1]}\\:" if m[1] else f"{m[3]}\\.", line)
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", line))


def to_markdown(answer: Answer, citations: Sequence[Citation] | None = None) -> str:
    """Question, answer with its [n], then every citation: quotation, outlet, date, title, link.

    `citations` are those that stand verbatim; without them, all of the answer's.
    """
    shown = answer.citations if citations is None else tuple(citations)
    withheld = bool(answer.citations) and not shown
    lines = [f"## {escape_markdown(answer.question)}", ""]
    if answer.standalone_question.strip() not in ("", answer.question.strip()):
        lines += [f"Understood as: {escape_markdown(answer.standalone_question)}", ""]
    if answer.filters:
        told = "; ".join(f"{LABELS[one.kind]} {escape_markdown(one.value)}" for one in answer.filters)
        lines += [f"Read from the question: {told}", ""]
    if withheld:
        lines += ["The answer is withheld: its quotations no longer stand in the library.", ""]
    else:
        lines += _body(answer, shown)
    for note in answer.notes:
        lines += [f"*{escape_markdown(note)}*", ""]
    for citation in shown:
        lines += _citation(citation)
    return "\n".join(lines).rstrip() + "\n"


def _body(answer: Answer, citations: Sequence[Citation]) -> list[str]:
    if answer.status == "not_found":
        return [_with_marks(answer.text, set()), ""]
    said = prose(answer, citations)
    headline = escape_markdown(said.headline or "")
    marks = "".join(f" [{n}]" for n in said.marks)
    lines = [f"**{headline}**{marks}", ""] if headline else []
    for block in said.paragraphs:
        lines += [_with_marks(block, {citation.n for citation in citations}), ""]
    if answer.as_of:
        lines += [f"As of {spoken_date(answer.as_of)}.", ""]
    return lines


def _with_marks(text: str, known: set[int]) -> str:
    """Escaped text that keeps the [n] of the citations that follow, and drops every other [n]."""

    def mark(match: re.Match[str]) -> str:
        return f"[{match[1]}]" if int(match[1]) in known else ""

    # A mark before "(" or ":" stays escaped: there it could become a link.
    return re.sub(r"\\\[(\d{1,3})\\\](?![(:])", mark, escape_markdown(text))


def _citation(citation: Citation) -> list[str]:
    source = ", ".join(
        part
        for part in (
            escape_markdown(citation.outlet) or "Unknown outlet",
            spoken_date(citation.published),
            f"*{escape_markdown(citation.title) or 'Untitled'}*",
        )
    )
    url = safe_url(citation.url)
    address = f" <{url}>" if url else ""
    return [f"[{citation.n}] {source}.{address}", "", f"> {escape_markdown(citation.quote)}", ""]


_MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Prose:
    """The short answer with its marks (None when the text does without one), and the paragraphs that add to it."""

    headline: str | None
    marks: tuple[int, ...]
    paragraphs: tuple[str, ...]


def prose(answer: Answer, citations: Sequence[Citation]) -> Prose:
    """An answer's text without what the page shows elsewhere.

    Left out are the opening that only repeats the short answer (it is the headline), the paragraphs that are nothing
    but a quotation (each stands with its source), and the alternatives. A text of quotations alone has no headline:
    they are the answer.
    """
    known = {citation.n for citation in citations}
    quotes = {_squeezed(citation.quote) for citation in answer.citations}
    blocks = [block.strip() for block in re.split(r"\n\s*\n", answer.text) if block.strip()]
    marks: tuple[int, ...] = ()
    opens = bool(blocks) and answer.answer is not None and _squeezed(blocks[0]) == _squeezed(answer.answer)
    if opens:
        marks = tuple(n for n in map(int, _MARK.findall(blocks.pop(0))) if n in known)
    elsewhere = quotes | {_squeezed(alternative.text) for alternative in answer.alternatives}
    rest = tuple(block for block in blocks if _squeezed(block) not in elsewhere)
    return Prose(answer.answer if opens or rest else None, marks, rest)


def _squeezed(text: str) -> str:
    """A text without its marks, its quotation marks at the ends, and the width of its spaces."""
    return " ".join(_MARK.sub("", text).split()).strip("“”\"' .")
