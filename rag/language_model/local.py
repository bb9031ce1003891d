"""Finds language models already running on this machine: they are offered, and never used unasked."""

from __future__ import annotations

import json
import re
from urllib.error import URLError
from urllib.request import HTTPRedirectHandler, ProxyHandler, build_opener

from rag.language_model.client import is_loopback

OLLAMA_URL = "http://127.0.0.1:11434"
PATIENCE_SECONDS = 0.3
LARGEST_LIST = 1_000_000
"""Bytes of the list that are read at most."""
OFFERED = 20
NAME = re.compile(r"[A-Za-z0-9][\w./:-]{0,99}")


class _NoRedirect(HTTPRedirectHandler):
    """What answers on this machine cannot send us elsewhere."""

    def redirect_request(self, *_: object) -> None:
        return None


def ollama_models(url: str = OLLAMA_URL, seconds: float = PATIENCE_SECONDS) -> tuple[str, ...]:
    """The models of an Ollama that runs on this machine, as "ollama:NAME"; none when there is none.

    Only a loopback address is asked, past every proxy, and not longer than `seconds` for each step.
    """
    if not is_loopback(url):
        return ()
    try:
        with build_opener(ProxyHandler({}), _NoRedirect()).open(
            f"{url.rstrip('/')}/api/tags", timeout=seconds
        ) as reply:
            listed = json.loads(reply.read(LARGEST_LIST))
        names = [model["name"] for model in listed["models"]]
    except (URLError, OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    return tuple(f"ollama:{name}" for name in names if isinstance(name, str) and NAME.fullmatch(name))[:OFFERED]
