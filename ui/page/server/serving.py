"""An ASGI application on an address of this machine, until Ctrl-C."""

from __future__ import annotations

import asyncio
import logging
import socket
import sys
import webbrowser
from typing import Any


class ServeError(Exception):
    """The page cannot be served, and why."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; raises `ServeError` when it is taken or is not of this machine."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or str(error)
        raise ServeError(
            f"Cannot listen on {host} port {port}: {reason}. Choose another with --port, or stop the other program."
        ) from error
    return listening


class _NotCancelled(logging.Filter):
    """Keeps quiet about connections that were open when the server stopped: nobody can do anything about them."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, asyncio.CancelledError) and "graceful shutdown" not in record.getMessage()


def run(application: Any, listening: socket.socket, host: str, *, open_browser: bool = False) -> None:
    """Say where the page is, and serve it until Ctrl-C."""
    import uvicorn

    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_NotCancelled())
    name = f"[{host}]" if ":" in host else host
    address = f"http://{name}:{listening.getsockname()[1]}"
    sys.stdout.write(f"Pressmark is running at {address} — Ctrl-C stops it\n")
    sys.stdout.flush()
    if open_browser:
        webbrowser.open(address)
    config = uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=3)
    uvicorn.Server(config).run(sockets=[listening])
