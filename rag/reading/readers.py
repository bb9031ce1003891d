"""The readers that are shipped, each loaded once for the process."""

from __future__ import annotations

import threading
from pathlib import Path

from rag.reading.cascade import CarefulReader, CascadeReader
from rag.reading.reader import Reader, SpanReader

CAREFUL_WEIGHTS = Path(__file__).parent / "careful"

_lock = threading.Lock()
_fast: list[SpanReader] = []
_default: list[Reader] = []


def default_reader() -> Reader:
    """The fast reader with the careful one after it; raises `ModelError` when the fast one's files are missing.

    Without the careful one's files the fast one reads alone.
    """
    fast = fast_reader()
    with _lock:
        if not _default:
            is_whole = (CAREFUL_WEIGHTS / "reader.xml").exists()
            _default.append(CascadeReader(fast, CarefulReader(CAREFUL_WEIGHTS)) if is_whole else fast)
        return _default[0]


def fast_reader() -> SpanReader:
    """The fast reader alone; raises `ModelError` when its files are missing."""
    with _lock:
        if not _fast:
            _fast.append(SpanReader())
        return _fast[0]
