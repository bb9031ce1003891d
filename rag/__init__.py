"""How questions are answered: question, retrieval, reading, answer, conversation, evaluation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rag.answer import Alternative, Answer, AppliedFilter, Citation, Claim, NearArticle, RankedPassage
from rag.answering.drafting import AnswerSettings
from rag.conversation import ask, verbatim_citations, warm_up
from rag.errors import InvalidAnswerError, InvalidQuestionError, ModelError, QuestionFileError, RagError
from rag.language_model.answer import ModelSettings
from rag.language_model.client import ChatModel, load_chat_model
from rag.question.followup.rewriting import Turn
from rag.question.query import EventWindow, Query, parse_query
from rag.reading.reader import Reader, Span
from rag.reading.readers import default_reader, fast_reader
from rag.verification.receipt import ReceiptReport, receipt_of, verify_receipt
from rag.verification.receipt_reading import Receipt, ReceiptError, read_receipt
from rag.verification.verify import Verdict, verify

if TYPE_CHECKING:
    from rag.retrieval.retriever import LibraryRetriever


__all__ = [
    "Alternative",
    "Answer",
    "AnswerSettings",
    "AppliedFilter",
    "ChatModel",
    "Citation",
    "Claim",
    "EventWindow",
    "InvalidAnswerError",
    "InvalidQuestionError",
    "LibraryRetriever",
    "ModelError",
    "ModelSettings",
    "NearArticle",
    "Query",
    "QuestionFileError",
    "RagError",
    "RankedPassage",
    "Reader",
    "Receipt",
    "ReceiptError",
    "ReceiptReport",
    "Span",
    "Turn",
    "Verdict",
    "ask",
    "default_reader",
    "fast_reader",
    "load_chat_model",
    "parse_query",
    "read_receipt",
    "receipt_of",
    "verbatim_citations",
    "verify",
    "verify_receipt",
    "warm_up",
]


def __getattr__(name: str) -> Any:
    """`LibraryRetriever` on first use: langchain takes half a second to import."""
    if name == "LibraryRetriever":
        from rag.retrieval.retriever import LibraryRetriever

        return LibraryRetriever
    raise AttributeError(f"module 'rag' has no attribute {name!r}")
