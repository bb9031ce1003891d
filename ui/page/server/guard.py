"""The guard before the page: it refuses foreign hosts and origins, and adds security headers."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# Gradio builds its components with inline scripts and `Function`, so both must be allowed; nothing may be loaded from,
# sent to, or framed by another site.
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether an address to listen on can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def refusal(path: str, host: str, origin: str | None, hosts: frozenset[str] | None) -> str | None:
    """Why a request is refused, or None; `hosts` are the names that the page may be asked for by, None for any."""
    name = urlsplit(f"//{host}").hostname if host else None
    if hosts is not None and name not in hosts:
        return "This page answers only to the address it was started on."
    if origin is not None and urlsplit(origin).netloc != host:
        return "This page takes requests only from itself."
    # Gradio would fetch the address on the reader's behalf.
    if "/file=http" in path or "/proxy=" in path:
        return "This page fetches nothing from other sites."
    return None


def find_redirect(method: str, path: str, query: str) -> str | None:
    """Where the page's own addresses lead: `/article/ID?quote=…` and `/c/ID`, else None."""
    kind, _, name = path.strip("/").partition("/")
    if method not in ("GET", "HEAD") or kind not in ("article", "c") or not name:
        return None
    parameters = {kind: name}
    if kind == "article" and (quotations := parse_qs(query).get("quote")):
        parameters["quote"] = quotations[0]
    return f"/?{urlencode(parameters, quote_via=quote)}"


class Guard:
    """The application, behind its checks; a plain ASGI wrapper, so that streamed answers pass through unbuffered."""

    def __init__(self, application: Application, hosts: frozenset[str] | None = None) -> None:
        self.application = application
        self.hosts = hosts

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with 403 and the reason."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *HEADERS]
            await send(message)

        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            reason = refusal(scope["path"], given.get("host", ""), given.get("origin"), self.hosts)
        except ValueError:
            reason = "The address of this request cannot be read."
        if reason is None:
            query = scope.get("query_string", b"").decode("latin-1")
            target = find_redirect(scope.get("method", ""), scope["path"], query)
            if target is None:
                await self.application(scope, receive, send_with_headers)
                return
            moved = [(b"location", target.encode("ascii")), (b"content-length", b"0")]
            await send_with_headers({"type": "http.response.start", "status": 303, "headers": moved})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(b"content-type", b"text/plain; charset=utf-8")]
        await send_with_headers({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": reason.encode()})
