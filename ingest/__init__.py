"""How articles get in: sources, extraction, dates, identity, passages, and the pipeline that joins them."""

from ingest.cluster import ClusterError
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
from ingest.fetch import Fetcher, FetchSettings, Response
from ingest.passages import PassageSettings, passages_of
from ingest.pipeline import ingest, ingest_on_cluster
from ingest.report import Problem, Progress, Report
from ingest.sources import FileBelow
from ingest.visiting import WebSettings

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
