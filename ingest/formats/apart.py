"""Lines from a process of its own, for readers in other languages that a made-up file could crash or swell.

Like the worker it is a fresh interpreter with bounded memory, and what comes back is never unpickled. It is ended when
the next line takes too long, and when nobody wants more lines.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.errors import SourceError
from ingest.formats.streams import LARGEST_FILE

SECONDS_A_LINE = 120.0
MEMORY = 3 << 30
"""Bytes of address space."""
START = (
    "import importlib, json, sys; module, function, settings = json.loads(sys.argv[1]); sys.path[:] = sys.argv[2:]; "
    "from ingest.formats.apart import bound_memory; bound_memory(); "
    "getattr(importlib.import_module(module), function)(sys.stdout.buffer, **settings)"
)


def lines_apart(module: str, function: str, settings: Mapping[str, Any]) -> Iterator[bytes]:
    """What a function writes to the stream that it is given, line by line.

    Raises `SourceError` when the process dies over it, or takes too long.
    """
    command = [sys.executable, "-P", "-c", START, json.dumps([module, function, dict(settings)]), *sys.path]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    )
    assert process.stdout is not None  # noqa: S101  # it is a pipe; said for the type checker
    try:
        while line := _next_line(process):
            yield line
        if process.wait() != 0:
            raise SourceError("broke the process that reads it (too large, or damaged) and was given up")
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _next_line(process: subprocess.Popen[bytes]) -> bytes:
    """The next line; b"" at the end, also when the process had to be ended."""
    assert process.stdout is not None  # noqa: S101
    timer = threading.Timer(SECONDS_A_LINE, process.kill)
    timer.daemon = True
    timer.start()
    try:
        line = process.stdout.readline(2 * LARGEST_FILE)
    finally:
        timer.cancel()
    return line if line.endswith(b"\n") else b""


def bound_memory() -> None:
    """Bound the memory of this process, where the system can."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):  # Windows has no such limits, macOS refuses some
        return
