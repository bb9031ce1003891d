"""`Answer`, `Claim`, `Citation`: what a question is answered with, and what must hold for it.

Every quotation is a stretch of an article's text, named by its offsets. `Citation.cite` makes one from an
article, and it cuts the quote out of the text itself; `is_verbatim` checks it again when it is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from corpus import Article, Place
from rag.errors import InvalidAnswerError

Status = Literal["answered", "conflicting", "not_found"]
Support = Literal["supported", "partly", "unsupported"]
Relation = Literal["superseded", "conflicting"]
Sureness = Literal["sure", "likely", "unsure"]
FilterKind = Literal["event", "published", "as_of", "outlet", "spelling"]
FilterEffect = Literal["prefers", "filters"]
Form = Literal["span", "yes_no", "table", "list", "count", "overview", "sentences", "several", "help", "clarify"]
"""The kind of an answer: what it is made of, and so how it is best shown."""

RELATION_WORDS: Mapping[Relation, str] = {"superseded": "Earlier", "conflicting": "Another account"}
SURENESS_WORDS: Mapping[Sureness, str] = {"sure": "", "likely": "Probably", "unsure": "Possibly"}
SURE, LIKELY = 0.75, 0.5
"""Confidence from which an answer is given without a word of doubt, and as probable."""
MAX_ANSWER_WORDS = 12
BUILTIN_MODEL = "builtin"


def sureness_of(confidence: float) -> Sureness:
    """How sure an answer is, in three levels."""
    return "sure" if confidence >= SURE else "likely" if confidence >= LIKELY else "unsure"


@dataclass(frozen=True, slots=True)
class Citation:
    """A claim's pointer to a span of an article: `quote == article.text[start:end]`, offsets in characters.

    `n` is the number that stands in the answer's text as `[n]`, from 1; `also_in` are other places at which the
    article, or a near copy of it, stands.
    """

    n: int
    article_id: str
    passage_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None
    start: int
    end: int
    quote: str
    also_in: tuple[Place, ...] = ()

    @classmethod
    def cite(cls, n: int, article: Article, passage_id: str, start: int, end: int) -> Citation:
        """Cut a quote out of an article; raises `InvalidAnswerError` when there is nothing between the offsets."""
        quote = article.text[start:end]
        if n < 1 or not 0 <= start < end <= len(article.text) or not quote.strip():
            raise InvalidAnswerError(f"no quotation [{n}] at {start}:{end} of article {article.id!r}")
        return cls(
            n=n,
            article_id=article.id,
            passage_id=passage_id,
            title=article.title,
            outlet=article.outlet,
            url=article.url,
            published=article.published,
            start=start,
            end=end,
            quote=quote,
        )

    def is_verbatim(self, article: Article | None) -> bool:
        """Whether the quote still stands at its place in the article (invariant 1)."""
        return (
            article is not None and article.id == self.article_id and article.text[self.start : self.end] == self.quote
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, and the numbers of the citations that it rests on; `reason` says why it is not fully
    supported."""

    text: str
    support: Support
    citations: tuple[int, ...]
    reason: str = ""

    def __post_init__(self) -> None:
        if self.support == "supported" and not self.citations:
            raise InvalidAnswerError(f"a claim without a citation cannot be supported: {self.text!r}")


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value that the articles give: an earlier one (superseded), or one that differs at the same time."""

    answer: str
    relation: Relation
    citations: tuple[int, ...]

    @property
    def text(self) -> str:
        """The line of an answer's text that gives it, with its marks."""
        return f"{RELATION_WORDS[self.relation]}: {self.answer} {''.join(f'[{n}]' for n in self.citations)}"


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage as ranked for a question; `score` falls from first to last and means nothing across questions."""

    passage_id: str
    article_id: str
    url: str | None
    published: str | None
    text: str
    score: float


@dataclass(frozen=True, slots=True)
class NearArticle:
    """An article that came near to a question which the library does not answer."""

    article_id: str
    title: str
    outlet: str
    url: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class AppliedFilter:
    """What was understood of a question's own words about dates and outlets, and what was done with it.

    `words` are those of the question, and name the filter when it is to be ignored. `effect` says whether passages
    outside are left out ("filters") or only come later ("prefers"). `first` and `last` are ISO 8601 days, inclusive,
    None where the stretch is open; `outlets` are named as the library names them. `value` says the same for people:
    "March 2022", "2020 or later", "CNN".

    An "event" is when something happened; "published" is when an outlet wrote of it; "as_of" leaves out what was
    published later, and has only a last day; a "spelling" is a word that no article holds, read as one much like it.
    """

    kind: FilterKind
    effect: FilterEffect
    words: str
    value: str
    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of an answer that is a table, such as who held an office; the rows stand in the order of time.

    `value` is what held (a name, mostly); `since` and `until` are when it began and ended, as far as the articles say:
    ISO 8601 at the precision that is known ("2012", "2012-08", "2012-08-05"), None when no article says; `ongoing` says
    that the newest article that tells of it tells it as still so. `told` are the days of publication of the first and
    the last article that tell of it; `citations` are the numbers of the quotations that the row rests on, the one for
    the value first. To be drawn as: value | since – until | [1][2].
    """

    value: str
    since: str | None
    until: str | None
    ongoing: bool
    told: tuple[str, str] | None
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ListItem:
    """One of the values of an answer that is a list, with the numbers of the quotations that hold it."""

    value: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CountRow:
    """How many articles of one outlet were counted in one month: `month` as "2015-08", empty for those without a date.

    The rows of an answer add up to its count. To be drawn as: a bar for each month, a colour for each outlet.
    """

    month: str
    outlet: str
    articles: int


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """The answer to one of several questions that were asked in one message; its citations are those of the whole.

    To be drawn as: `question` as a heading, `text` under it.
    """

    question: str
    status: Status
    answer: str | None
    text: str
    confidence: float
    form: Form
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question is answered with; `to_dict` is the documented JSON form.

    `answer` is the short answer (at most 12 words) or None; `guess` is the best short answer even when it is below the
    threshold; `text` is what a person reads, with [1] marks; `as_of` is the date of the newest evidence used;
    `confidence` lies in 0..1; `library_span` is the first and last date of publication in the library; `notes` are
    plain sentences that a reader of the answer should know ("The newest article on this is from 2009."); `filters`
    are what was read out of the question itself; `suggestions` are questions that may be meant, or asked next.
    `sureness` says in three levels how sure the short answer is.

    `form` is the kind of the answer. Beside its text a "table" has its `table`, a "count" its `counts` and, where words
    were looked for, `counted` (what a list of the articles would be asked for), a "list" its `items`, and "several"
    the answer to each question in `parts`. What is said about the library itself (how many articles, which outlets) is
    computed from it and needs no citation.

    Raises `InvalidAnswerError` when a claim or an alternative points to a citation that is not there.
    """

    question: str
    standalone_question: str
    status: Status
    answer: str | None
    guess: str | None
    text: str
    as_of: str | None = None
    confidence: float = 0.0
    claims: tuple[Claim, ...] = ()
    citations: tuple[Citation, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    passages: tuple[RankedPassage, ...] = ()
    nearest: tuple[NearArticle, ...] = ()
    library_span: tuple[str, str] | None = None
    notes: tuple[str, ...] = ()
    filters: tuple[AppliedFilter, ...] = ()
    model: str = BUILTIN_MODEL
    timings: Mapping[str, float] = field(default_factory=dict)
    form: Form = "span"
    sureness: Sureness | None = None
    suggestions: tuple[str, ...] = ()
    table: tuple[TableRow, ...] = ()
    items: tuple[ListItem, ...] = ()
    counts: tuple[CountRow, ...] = ()
    counted: str | None = None
    parts: tuple[AnswerPart, ...] = ()

    def __post_init__(self) -> None:
        known = {citation.n for citation in self.citations}
        used = {n for claim in self.claims for n in claim.citations}
        used |= {n for alternative in self.alternatives for n in alternative.citations}
        used |= {n for row in self.table for n in row.citations} | {n for item in self.items for n in item.citations}
        used |= {n for part in self.parts for n in part.citations}
        if len(known) != len(self.citations) or not used <= known:
            raise InvalidAnswerError(f"the answer to {self.question!r} points to citations that it does not have")
        if self.status == "not_found" and self.answer is not None:
            raise InvalidAnswerError("an answer that was not found cannot be given")
        if not 0.0 <= self.confidence <= 1.0:
            raise InvalidAnswerError(f"confidence {self.confidence} is not between 0 and 1")

    def to_dict(self) -> dict[str, Any]:
        """The answer as plain values, ready for JSON."""
        plain = asdict(self)
        plain["timings"] = dict(self.timings)
        return plain
