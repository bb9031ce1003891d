"""An answer laid out for showing, so that page, terminal and Markdown agree and no quotation stands twice.

The way of an answer:

    Answer, the citations that stand verbatim ─► view_answer ─► AnswerView ─► HTML, Markdown or a terminal
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer import BUILTIN_MODEL, Answer, Citation, Claim, Relation
from ui.answer_forms import TextBlock, split_blocks
from ui.wording import Level, confidence_level, count, format_date

SURE_FORMS = ("span", "yes_no", "table", "list")
"""Forms whose answers can be wrong, so that it is said how sure they are; the others count or quote."""
_MARK = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Prose:
    """The short answer with its marks (None when the text does without one), and the paragraphs that add to it."""

    headline: str | None
    marks: tuple[int, ...]
    paragraphs: tuple[str, ...]

    @property
    def blocks(self) -> tuple[TextBlock, ...]:
        """The paragraphs, with the lists in them."""
        return split_blocks(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Account:
    """A value that some articles give, and the shown citations for it."""

    answer: str
    sources: tuple[Citation, ...]
    relation: Relation | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands below an answer: how sure it is, of what date, and how it was checked."""

    confidence: Level | None
    dated: str
    checked: str
    model: str | None
    why: str = "How often answers that look like this one were right when they were tested"

    def words(self) -> tuple[str, ...]:
        """The facts one by one."""
        sure = f"{self.confidence.capitalize()} confidence" if self.confidence else ""
        by = f"worded by {self.model}" if self.model else ""
        return tuple(filter(None, (sure, self.dated, self.checked, by)))


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer and its shown citations. `quoted` are the numbers whose words already stand in an account."""

    answer: Answer
    sources: Mapping[int, Citation]
    prose: Prose
    accounts: tuple[Account, ...]
    earlier: tuple[Account, ...]
    unsupported: tuple[Claim, ...]
    facts: Facts
    quoted: frozenset[int]

    @property
    def is_withheld(self) -> bool:
        """Whether the answer may not be shown, because none of its quotations stands in the library any more."""
        return self.answer.status != "not_found" and bool(self.answer.citations) and not self.sources

    @property
    def understood(self) -> str:
        """The question as it was understood, where that says more than the question itself; else empty."""
        bare, asked = (_bare(text) for text in (self.answer.standalone_question, self.answer.question))
        return self.answer.standalone_question if bare and bare != asked else ""


def view_answer(answer: Answer, citations: Sequence[Citation]) -> AnswerView:
    """Lay out an answer, of which only `citations` may be quoted (invariant 1)."""
    sources = {citation.n: citation for citation in citations}
    accounts = _accounts(answer, sources) if answer.status == "conflicting" else ()
    earlier = tuple(
        account
        for account in _alternatives(answer, sources)
        if account.sources and (account.relation == "superseded" or not accounts)
    )
    prose = _prose(answer, sources)
    return AnswerView(
        answer,
        sources,
        prose,
        accounts,
        earlier,
        tuple(c for c in answer.claims if c.support == "unsupported" or not sources.keys() & set(c.citations)),
        _facts(answer, citations),
        frozenset(account.sources[0].n for account in accounts) | _quoted_in(prose, sources),
    )


def _quoted_in(prose: Prose, sources: Mapping[int, Citation]) -> frozenset[int]:
    """The citations whose words stand in the paragraphs already."""
    text = _squeeze(" ".join(prose.paragraphs))
    return frozenset(n for n, citation in sources.items() if _squeeze(citation.quote) in text)


def _bare(text: str) -> str:
    """A question without what does not change its meaning: case, spaces, and the mark at its end."""
    return " ".join(text.casefold().split()).rstrip(" ?.!")


def _alternatives(answer: Answer, sources: Mapping[int, Citation]) -> list[Account]:
    return [
        Account(other.answer, tuple(sources[n] for n in other.citations if n in sources), other.relation)
        for other in answer.alternatives
    ]


def _accounts(answer: Answer, sources: Mapping[int, Citation]) -> tuple[Account, ...]:
    """The accounts that differ, the answer's own first; none where fewer than two can be shown."""
    elsewhere = {n for other in answer.alternatives for n in other.citations}
    own = Account(answer.answer or "", tuple(source for n, source in sources.items() if n not in elsewhere))
    others = (account for account in _alternatives(answer, sources) if account.relation == "conflicting")
    accounts = tuple(account for account in (own, *others) if account.answer and account.sources)
    return accounts if len(accounts) > 1 else ()


def _prose(answer: Answer, sources: Mapping[int, Citation]) -> Prose:
    """An answer's text without what is shown elsewhere.

    Left out are the opening that only repeats the short answer (it is the headline), the paragraphs that are nothing
    but a quotation (each stands with its source), and the alternatives. A text of quotations alone has no headline:
    they are the answer. An overview quotes article by article, and is left whole.
    """
    if answer.form == "overview" and sources:
        return Prose(None, (), tuple(block.strip() for block in re.split(r"\n\s*\n", answer.text) if block.strip()))
    quotes = {_squeeze(citation.quote) for citation in answer.citations}
    blocks = [block.strip() for block in re.split(r"\n\s*\n", answer.text) if block.strip()]
    marks: tuple[int, ...] = ()
    opens = bool(blocks) and answer.answer is not None and _squeeze(blocks[0]) == _squeeze(answer.answer)
    if opens:
        marks = tuple(n for n in map(int, _MARK.findall(blocks.pop(0))) if n in sources)
    elsewhere = quotes | {_squeeze(alternative.text) for alternative in answer.alternatives}
    rest = tuple(block for block in blocks if _squeeze(block) not in elsewhere)
    if answer.form == "count":
        rest = tuple(block for block in rest if not _squeeze(block).endswith(tuple(quotes)))
    return Prose(answer.answer if opens or rest else None, marks, rest)


def _squeeze(text: str) -> str:
    """A text without its marks, its quotation marks at the ends, and the width of its spaces."""
    return " ".join(_MARK.sub("", text).split()).strip("“”\"' .")


def _facts(answer: Answer, citations: Sequence[Citation]) -> Facts:
    if not citations:
        return Facts(None, "", "Answered from the library itself", None)
    articles = count(len({citation.article_id for citation in citations}), "article")
    withheld = len(answer.citations) - len(citations)
    checked = (
        f"{articles}, {count(withheld, 'quotation')} withheld: no longer in the library word for word"
        if withheld
        else f"{articles}, every quotation verbatim"
    )
    is_short = answer.answer is not None and answer.status == "answered" and answer.form in SURE_FORMS
    return Facts(
        confidence_level(answer.confidence) if is_short else None,
        f"As of {format_date(answer.as_of)}" if answer.as_of else "Undated evidence",
        checked,
        None if answer.model == BUILTIN_MODEL else answer.model,
    )
