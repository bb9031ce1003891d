"""What can go wrong with a question, told in words that say what to do next.

RagError
├── InvalidQuestionError    a question or a filter that cannot be used
├── InvalidAnswerError      an answer that would break an invariant (a bug if it is ever seen)
├── QuestionFileError       a file of scripted questions that cannot be read
├── ReceiptError            a receipt that cannot be read (`rag.verification.receipt_reading`)
└── ModelError              a model that is missing or does not run
"""

from __future__ import annotations


class RagError(Exception):
    """The base of every error that `rag` raises on purpose."""


class InvalidQuestionError(RagError, ValueError):
    """A question or a filter that cannot be used."""


class InvalidAnswerError(RagError, ValueError):
    """An answer that would break an invariant."""


class QuestionFileError(RagError, ValueError):
    """A file of scripted questions that cannot be read."""


class ModelError(RagError):
    """A model that is missing or does not run."""
