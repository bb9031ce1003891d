"""Web addresses in one form: the same page under other spellings of its address is one article.

Follows RFC 3986 (section 6.2: case, percent encoding, default ports, dot segments) and leaves out what only tells where
a reader came from.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

TRACKING = re.compile(
    r"utm_\w+|at_\w+|(?:fb|g|dcl|msclk|tw|ig|yc|mc_)[a-z]*(?:clid|id)|mc_[ce]id|cmpid?|ocid|ncid|smid|ref(?:_?src|errer)?|"
    r"__twitter_impression|_ga|ito|taid|guccounter|guce_\w+",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, not what the page is."""
DEFAULT_PORTS = {"http": 80, "https": 443}
SAFE_IN_PATH = "/:@!$&'()*+,;=-._~"


def normal_address(url: str) -> str:
    """The one form of a web address by which it is compared; anything else is given back as it is.

    The scheme becomes https, since outlets that serve both serve the same page under both.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        return url
    host = parts.hostname.lower().rstrip(".").removeprefix("www.")
    if ":" in host:
        host = f"[{host}]"
    if port and port != DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(pair[0])]
    path = quote(unquote(_without_dots(parts.path)), safe=SAFE_IN_PATH).rstrip("/")
    return urlunsplit(("https", host, path or "/", urlencode(sorted(pairs)), ""))


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1] or [""]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)
