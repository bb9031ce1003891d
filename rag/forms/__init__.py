"""Questions whose answer is no span of one article: counts, lists, tables, overviews, help."""

from __future__ import annotations

from rag.forms.answering import answer_form

__all__ = ["answer_form"]
