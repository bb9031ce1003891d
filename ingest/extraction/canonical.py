"""Which address is the article's own: what the page says of it is believed where it can be true.

Sites name their front page, a section, a test server or another site as the address of an article, by mistake or by
design. What a page says is kept only when it lies on the site that the page was fetched from, names one article, and is
not merely a part of the path that was fetched. Else the article's address is the one that was fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

FRONT = re.compile(r"/?(?:index\.\w+|home|default\.\w+|[a-z]{2}(?:-[a-z]{2})?)?/?", re.IGNORECASE)
FORMS = re.compile(r"amp(?:\.html?)?|print|single(?:page)?|mobile|index\.\w+|\d{1,2}|page-?\d{1,2}", re.IGNORECASE)
"""What may follow an article's address in that of another form of it: for phones, for print, its second page."""
VARIANTS = re.compile(r"(?:www\d?|m|mobile|amp|edition|wap)\.", re.IGNORECASE)
LONGEST = 2000


def page_address(stated: Iterable[str], fetched: str | None) -> str | None:
    """The first address that a page gives as its own and that can be, else the one it was fetched from.

    None when neither is the address of one article.
    """
    for address in stated:
        whole = _whole(address, fetched)
        if whole and not is_front(whole) and (fetched is None or _is_plausible(whole, fetched)):
            return whole
    kept = _web(fetched or "")
    return kept if kept and not is_front(kept) else None


def _whole(address: str, fetched: str | None) -> str | None:
    if not address or len(address) > LONGEST:
        return None
    try:
        return _web(urljoin(fetched or "", address))
    except ValueError:  # half an IPv6 address
        return None


def is_front(address: str) -> bool:
    """Whether an address is that of a whole site, or of its edition in a language."""
    parts = _parts(address)
    return parts is None or (bool(FRONT.fullmatch(parts.path)) and not parts.query)


def host_of(address: str | None) -> str:
    """The host without "www.", as the name of an outlet that gives none."""
    parts = _parts(address or "")
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def _parts(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if parts.port is None or parts.hostname else None
    except ValueError:
        return None


def _web(address: str) -> str | None:
    """A web address without its fragment; None for anything else."""
    parts = _parts(address.strip())
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        return None
    return urlunsplit(parts._replace(fragment=""))


def _is_plausible(stated: str, fetched: str) -> bool:
    ours, theirs = _parts(fetched), _parts(stated)
    if ours is None or theirs is None or site_of(stated) != site_of(fetched):
        return False
    path, cut = ours.path.rstrip("/"), theirs.path.rstrip("/")
    if not path.startswith(f"{cut}/"):
        return True
    return all(FORMS.fullmatch(part) for part in path[len(cut) + 1 :].split("/"))


def site_of(address: str) -> str:
    """What one owner has registered: "example.co.uk" of "https://news.example.co.uk/a"; a host by itself else."""
    from tld import get_fld

    registered = get_fld(address, fail_silently=True, search_private=True)
    parts = _parts(address)
    return str(registered) if registered else VARIANTS.sub("", (parts.hostname or "") if parts else "", count=1)
