"""Receipts: an answer as a JSON object that anyone with the library can check again, word for word.

    Answer, Library ─► receipt_of ─► JSON ─► read_receipt ─► Receipt ─► verify_receipt (with a Library) ─► ReceiptReport

A receipt keeps what was asked and answered, and of every quotation its words, its place, its article's revision and the
SHA-256 of that article's text. It may come from anywhere, so nothing in it is trusted: it is read strictly, and every
quotation, what is said of its article, and every claim are checked anew.

Format `pressmark-receipt`, version 1: `{"format", "version", "pressmark", "made", "question", "standalone_question",
"filters", "status", "answer", "text", "as_of", "confidence", "model", "notes", "claims": [{"text", "support", "reason",
"citations"}], "alternatives", "citations": [{"n", "quote", "start", "end", "article_id", "passage_id", "title",
"outlet", "url", "published", "revision", "article_sha256"}], "library": {"articles", "passages", "fingerprint"}}`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from corpus import Article, Library, UnknownArticleError
from rag.answer import Answer, Citation, Support
from rag.english.words import normalised
from rag.verification.receipt_reading import (
    FORMAT,
    VERSION,
    Receipt,
    ReceiptCitation,
    ReceiptClaim,
    ReceiptError,
    read_receipt,
)
from rag.verification.verify import verify

__all__ = ["ReceiptError", "ReceiptReport", "read_receipt", "receipt_of", "sha256_of", "verify_receipt"]

Finding = Literal["verbatim", "moved", "superseded", "misattributed", "gone", "never"]


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """What became of a quotation, and why in plain words; `start` is where it stands now, if it does."""

    n: int
    article_id: str
    finding: Finding
    reason: str
    start: int | None = None
    stands: bool = False


@dataclass(frozen=True, slots=True)
class ClaimCheck:
    """How far the quotations that stand support a claim now, beside what the receipt says."""

    text: str
    recorded: Support
    support: Support
    reason: str

    @property
    def stands(self) -> bool:
        """Whether the claim is backed at least as well as the receipt says."""
        return RANKS[self.support] >= RANKS[self.recorded]


RANKS: Mapping[Support, int] = {"unsupported": 0, "partly": 1, "supported": 2}


@dataclass(frozen=True, slots=True)
class ReceiptReport:
    """Every quotation and claim of a receipt, checked; `notes` say what else a reader should know."""

    question: str
    made: str
    quotes: tuple[QuoteCheck, ...]
    claims: tuple[ClaimCheck, ...]
    same_library: bool
    notes: tuple[str, ...]

    @property
    def stands(self) -> bool:
        """Whether there are quotations, all of them stand, and no claim is weaker than the receipt says."""
        return bool(self.quotes) and all(q.stands for q in self.quotes) and all(c.stands for c in self.claims)

    def to_dict(self) -> dict[str, Any]:
        """The report as plain values, ready for JSON."""
        plain = asdict(self)
        plain["claims"] = [{**asdict(claim), "stands": claim.stands} for claim in self.claims]
        return {"stands": self.stands, **plain}


def receipt_of(
    answer: Answer, library: Library, filters: Mapping[str, Any] | None = None, made: datetime | None = None
) -> dict[str, Any]:
    """The receipt of an answer; quotations that do not stand in the library any more are left out of it.

    `filters` are those that were given beside the question (`as_of`, `since`, `until`, `outlets`), as dates or strings.
    """
    citations = [entry for citation in answer.citations if (entry := _citation_entry(citation, library))]
    known = {entry["n"] for entry in citations}
    stats = library.stats()
    given = {name: value for name, value in (filters or {}).items() if value}
    return {
        "format": FORMAT,
        "version": VERSION,
        "pressmark": _product_version(),
        "made": (made or datetime.now(UTC)).isoformat(timespec="seconds"),
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "filters": {
            "given": json.loads(json.dumps(given, default=str)),
            "read": [asdict(applied) for applied in answer.filters],
        },
        "status": answer.status,
        "answer": answer.answer,
        "text": answer.text,
        "as_of": answer.as_of,
        "confidence": answer.confidence,
        "model": answer.model,
        "notes": list(answer.notes),
        "claims": [
            _claim_entry(claim.text, claim.support, claim.reason, claim.citations, known) for claim in answer.claims
        ],
        "alternatives": [asdict(alternative) for alternative in answer.alternatives],
        "citations": citations,
        "library": {"articles": stats.articles, "passages": stats.passages, "fingerprint": stats.fingerprint},
    }


def _citation_entry(citation: Citation, library: Library) -> dict[str, Any] | None:
    article = _article(library, citation.article_id)
    if article is None or not citation.is_verbatim(article):
        return None
    revision = library.record(citation.article_id).revision
    plain = {name: value for name, value in asdict(citation).items() if name != "also_in"}
    return {**plain, "revision": revision, "article_sha256": sha256_of(article)}


def _claim_entry(text: str, support: Support, reason: str, numbers: Sequence[int], known: set[int]) -> dict[str, Any]:
    standing = [n for n in numbers if n in known]
    held: Support = support if standing else "unsupported"
    return {"text": text, "support": held, "reason": reason, "citations": standing}


def sha256_of(article: Article) -> str:
    """The SHA-256 of an article's text in UTF-8, in hexadecimal."""
    return hashlib.sha256(article.text.encode()).hexdigest()


def _product_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("pressmark")
    except PackageNotFoundError:
        return "unknown"


def _article(library: Library, article_id: str, revision: int | None = None) -> Article | None:
    try:
        return library.get(article_id, revision)
    except UnknownArticleError:
        return None


def verify_receipt(library: Library, receipt: Receipt) -> ReceiptReport:
    """Check every quotation of a receipt against a library, and every claim against its quotations that stand."""
    quotes = tuple(_check_quote(library, citation) for citation in receipt.citations)
    standing = {c.n: c.quote for c, check in zip(receipt.citations, quotes, strict=True) if check.stands}
    claims = tuple(_claim_checked(claim, standing) for claim in receipt.claims)
    same_library = library.fingerprint() == receipt.fingerprint
    return ReceiptReport(
        question=receipt.question,
        made=receipt.made,
        quotes=quotes,
        claims=claims,
        same_library=same_library,
        notes=tuple(_notes(receipt, standing, same_library=same_library)),
    )


def _check_quote(library: Library, citation: ReceiptCitation) -> QuoteCheck:
    """Where a quotation stands: at its place, elsewhere, in an earlier revision only, or nowhere."""

    def conclude(finding: Finding, reason: str, *, start: int | None = None, stands: bool = False) -> QuoteCheck:
        return QuoteCheck(citation.n, citation.article_id, finding, reason, start, stands)

    article = _article(library, citation.article_id)
    if article is None:
        return conclude("gone", "the article is not in this library")
    cited = _find_cited_revision(library, citation)
    # A title or a date may change with a revision that this library does not have.
    wrong = _find_misattribution(
        citation, cited or article, ("outlet", "url", "published", "title")[: 4 if cited else 2]
    )
    if wrong:
        return conclude("misattributed", wrong)
    revised = "" if sha256_of(article) == citation.article_sha256 else "; the article was revised since"
    if article.text[citation.start : citation.end] == citation.quote:
        return conclude("verbatim", f"word for word at its place{revised}", start=citation.start, stands=True)
    at = article.text.find(citation.quote)
    if at >= 0:
        reason = f"word for word, but at character {at} and not {citation.start}{revised}"
        return conclude("moved", reason, start=at, stands=bool(revised) and cited is not None)
    if cited is not None and cited.text[citation.start : citation.end] == citation.quote:
        return conclude(
            "superseded", f"it stood in revision {citation.revision}; the newest no longer holds these words"
        )
    return conclude("never", "the library holds no revision of the article with these words at this place")


def _find_cited_revision(library: Library, citation: ReceiptCitation) -> Article | None:
    """The revision that a citation was cut from, if the library has it and its text is that which the receipt names."""
    article = _article(library, citation.article_id, citation.revision)
    return article if article is not None and sha256_of(article) == citation.article_sha256 else None


def _find_misattribution(citation: ReceiptCitation, article: Article, names: Sequence[str]) -> str:
    """What a receipt says of an article that the library says otherwise; empty when nothing is."""
    for name in names:
        told, known = getattr(citation, name) or "unknown", getattr(article, name) or "unknown"
        if told != known:
            return f"the receipt gives the {name} as {told!r:.200}, the library as {known!r:.200}"
    return ""


def _claim_checked(claim: ReceiptClaim, standing: Mapping[int, str]) -> ClaimCheck:
    quotes = [standing[n] for n in claim.citations if n in standing]
    if not quotes:
        return ClaimCheck(claim.text, claim.support, "unsupported", "none of its quotations stands")
    verdict = verify(claim.text, quotes)
    return ClaimCheck(claim.text, claim.support, verdict.support, verdict.reason)


def _notes(receipt: Receipt, standing: Mapping[int, str], *, same_library: bool) -> list[str]:
    notes = []
    if not receipt.citations:
        notes.append("The receipt holds no quotation: there is nothing to check.")
    if not same_library:
        notes.append("The library is not as it was when the receipt was made: articles were added, revised or removed.")
    held = f" {normalised(' '.join(standing.values()))} "
    if receipt.answer and f" {normalised(receipt.answer)} " not in held:
        notes.append("The short answer does not stand word for word in the quotations: read them.")
    return notes
