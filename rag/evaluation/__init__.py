"""Scripted questions: read them, ask them, measure the answers, compare with an earlier run, write a report."""

from __future__ import annotations

from rag.evaluation.compare import compare, load_result
from rag.evaluation.questions import QuestionRecord, load_questions
from rag.evaluation.report import write_html
from rag.evaluation.runner import evaluate
from rag.evaluation.summary import LOWER_IS_BETTER, METRICS

__all__ = [
    "LOWER_IS_BETTER",
    "METRICS",
    "QuestionRecord",
    "compare",
    "evaluate",
    "load_questions",
    "load_result",
    "write_html",
]
