"""How articles get in: sources, extraction, dates, identity, passages, and the pipeline that joins them."""

from ingest.errors import (
    DuplicateIdError,
    IngestError,
    IngestInterrupted,
    InvalidDateError,
    NotAnArticleError,
    RecordError,
    SameArticleError,
    SkippedError,
    SourceError,
)
from ingest.passages import PassageSettings, passages_of
from ingest.pipeline import ingest
from ingest.report import Problem, Progress, Report

__all__ = [
    "DuplicateIdError",
    "IngestError",
    "IngestInterrupted",
    "InvalidDateError",
    "NotAnArticleError",
    "PassageSettings",
    "Problem",
    "Progress",
    "RecordError",
    "Report",
    "SameArticleError",
    "SkippedError",
    "SourceError",
    "ingest",
    "passages_of",
]
