"""The address of a Chroma server, checked before anything is sent to it."""

from __future__ import annotations

from urllib.parse import urlsplit

from corpus.errors import LibraryError


def server_address(written: str) -> str:
    """An address such as http://127.0.0.1:8000, checked; raises `ValueError` with the reason."""
    parts = urlsplit(written.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"{written} is not the address of a Chroma server: write it like http://127.0.0.1:8000")
    if parts.username or parts.password:
        raise ValueError("a Chroma server takes no name and password: put it behind a proxy, or reach it by a tunnel")
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]  # raises ValueError for what is no port
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port}"


def check_address(written: str | None) -> str | None:
    """The address of a server, None for none; raises `LibraryError` when it is not one."""
    try:
        return server_address(written) if written else None
    except ValueError as error:
        raise LibraryError(str(error)) from error
