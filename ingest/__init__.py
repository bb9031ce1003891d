"""How articles get in: sources, extraction, dates, identity, passages, and the pipeline that joins them."""

from __future__ import annotations

from ingest.cutting.passages import PassageSettings, passages_of
from ingest.errors import (
    DuplicateIdError,
    FetchError,
    IngestError,
    IngestInterrupted,
    InvalidDateError,
    NotAnArticleError,
    RecordError,
    RefusedAddressError,
    RobotsError,
    SameArticleError,
    SkippedError,
    SourceError,
    StatusError,
    TooLargeError,
    TooSlowError,
    UnreachableError,
)
from ingest.fetching.fetch import Fetcher, FetchSettings, Response
from ingest.pipeline import ingest, ingest_on_cluster
from ingest.report import Problem, Progress, Report
from ingest.sources.survey import FileBelow
from ingest.web.visiting import WebSettings
from ingest.workers.cluster import ClusterError

__all__ = [
    "ClusterError",
    "DuplicateIdError",
    "FetchError",
    "FetchSettings",
    "Fetcher",
    "FileBelow",
    "IngestError",
    "IngestInterrupted",
    "InvalidDateError",
    "NotAnArticleError",
    "PassageSettings",
    "Problem",
    "Progress",
    "RecordError",
    "RefusedAddressError",
    "Report",
    "Response",
    "RobotsError",
    "SameArticleError",
    "SkippedError",
    "SourceError",
    "StatusError",
    "TooLargeError",
    "TooSlowError",
    "UnreachableError",
    "WebSettings",
    "ingest",
    "ingest_on_cluster",
    "passages_of",
]
