"""The built-in reader: it marks the words of a passage that answer a question, or says that none do."""

from rag.reader.model import Reader, Span, SpanReader

__all__ = ["Reader", "Span", "SpanReader"]
