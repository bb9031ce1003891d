"""Readers for the tests of the worker: each goes beyond one of its limits."""

from __future__ import annotations

import os
import time
from typing import Any


def spin(content: bytes, url: str | None) -> Any:
    """Never ends, and works all the time."""
    while True:
        pass


def wait(content: bytes, url: str | None) -> Any:
    """Never ends, and does nothing."""
    time.sleep(3600)


def eat(content: bytes, url: str | None) -> Any:
    """Asks for more memory than there may be."""
    return [content * (1 << 26) for _ in range(1 << 10)]


def pour(content: bytes, url: str | None) -> Any:
    """Gives back more than is asked for."""
    return "x" * (1 << 22)


def die(content: bytes, url: str | None) -> Any:
    """Takes its process with it."""
    os._exit(1)


def babble(content: bytes, url: str | None) -> Any:
    """Writes something else than an answer where the answers go."""
    for descriptor in range(3, 20):
        try:
            os.write(descriptor, b"no answer\n")
        except OSError:
            continue


def lie(content: bytes, url: str | None) -> Any:
    """Gives back what no reader of documents does."""
    return {"text": 12, "clues": [["json-ld"]], "authors": None}


def echo(content: bytes, url: str | None, content_type: str = "") -> Any:
    """What it was given."""
    return [content.decode(), url, content_type]
