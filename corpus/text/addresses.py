"""Web addresses in a normal form, so that different spellings of an address lead to the same article.

Follows RFC 3986 (sections 6.2.2 and 6.2.3: case, percent encoding, default ports, dot segments) and then leaves out
what is known not to name a page: where a reader came from, the mobile and the AMP edition, an index file. What is not
known is kept, because two articles taken for one are worse than one taken for two.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    # Families of which every member only tells where a reader came from.
    r"utm_\w+|guce_\w+|pk_(?:campaign|kwd|keyword|source|medium|content|cid)|mtm_\w+|hsa_\w+|"
    r"at_(?:medium|campaign|campaign_type|custom\d|bbc_team|link_(?:id|type|origin)|ptr_name|format|send_date|creation)|"
    # Click identifiers of advertising and mailing.
    r"(?:fb|g|dc|y|msclk|tw|tt|rb_|irc|wbra|gbra|srsl|vc)(?:clid|clickid|lid)|wbraid|gbraid|msclkid|srsltid|gclsrc|yclid|"
    r"igshid|igsh|mc_[ce]id|_hsenc|_hsmi|mkt_tok|li_fat_id|vero_(?:id|conv)|oly_(?:anon|enc)_id|s_kwcid|ef_id|"
    # Of single publishers and networks.
    r"__twitter_impression|_ga|_gl|guccounter|cmp|cmpid|intcmp|intcid|icid|ocid|ncid|mbid|smid|smtyp|ref_?src|ref_url|"
    r"referrer|ito|taid|ftag|xtor|wt\.mc_id|wt_mc|ns_(?:mchannel|source|campaign|linkname|fee)|sr_share|soc_(?:src|trk)|"
    r"feedtype|feedname",
    re.IGNORECASE,
)
"""Parameters that say where a reader came from, not what the page is; whole names, so that `gid` and `guid` stay."""
ORIGIN = re.compile(r"ref|source|src|from|via|partner|emc", re.IGNORECASE)
ORIGINS = frozenset(
    "rss feed twitter facebook linkedin instagram whatsapp telegram reddit email mail newsletter social share home "
    "homepage frontpage front_page nav menu search google googlenews flipboard applenews push".split()
)
"""What `ref=` and its like must say to be left out; what is not known may be the page's number."""
AMP = {"amp": ("", "1", "true", "amp"), "outputtype": ("amp",), "output": ("amp",), "_amp": ("", "1", "true")}
EDITIONS = ("www", "m", "mobile", "amp")
"""First labels of hosts that show the same pages under the same paths."""
SHARED_SUFFIX = re.compile(r"(?:com?|org|net|ac|gov|edu|or|ne|go|gob|gouv|mil|nom|info)\.[a-z]{2}|[^.]*")
"""What cannot be a site by itself: the host "m.co.uk" is not another edition of "co.uk"."""
INDEX = re.compile(r"/(?:index\.(?:x?html?|shtml|php|aspx?|jsp|cfm)|default\.(?:html?|aspx?))$", re.IGNORECASE)
SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
ARTICLE_NAME = re.compile(r"\d{5}|[^-]+-[^-]+-[^-]+")
"""What the name of an article looks like, beside which "amp" is an edition and no subject."""
AMP_ENDING = re.compile(r"(?<=\w)(\.amp(?:\.html?)?|/amp(?:\.html?)?|(?<=\.html)/amp)$", re.IGNORECASE)
AMP_CACHES = (
    re.compile(r"https://[\w-]+\.cdn\.ampproject\.org/[cviwpx]+/(s/)?([^?#]+\.[^?#]+.*)"),
    re.compile(r"https://google\.[a-z.]{2,6}/amp/(s/)?([^/?#]+\.[^?#]+.*)"),
)
UNRESERVED = frozenset(ascii_letters + digits + "-._~")
ENCODED = re.compile(r"%([0-9A-Fa-f]{2})|([^A-Za-z0-9\-._~!$&'()*+,;=:@/?%])|(%)")


def normal_address(url: str) -> str:
    """The one form of a web address by which it is compared; anything else is given back as it is.

    The scheme becomes https, since outlets that serve both serve the same page under both. Applied again it changes
    nothing.
    """
    try:
        parts = urlsplit(url.strip())
        host = _host(parts)
    except ValueError:
        return url
    if not host:
        return url
    path, query = _path(parts.path), _query(parts.query)
    fragment = _normalise_encoding(parts.fragment) if parts.fragment.startswith(("!", "/")) else ""
    normal = urlunsplit(("https", host, path, query, fragment))
    for cache in AMP_CACHES:
        if inside := cache.fullmatch(normal):
            return normal_address(f"https://{inside[2]}")
    return normal


def _host(parts: SplitResult) -> str:
    """The host in lower case and ASCII, without its edition, with a port that is not the scheme's own."""
    scheme, port = parts.scheme.lower(), parts.port
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        return ""
    host = parts.hostname.lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        host = _in_ascii(host)
    host = _without_edition(host)
    # The form is under https: its own port says nothing there either.
    return host if port in (None, DEFAULT_PORTS[scheme], DEFAULT_PORTS["https"]) else f"{host}:{port}"


def _in_ascii(host: str) -> str:
    import idna

    try:
        return idna.encode(host, uts46=True).decode().rstrip(".")
    except idna.IDNAError:
        return host


def _without_edition(host: str) -> str:
    """ "m.paper.example" and "en.m.paper.example" without the "m"; what would not be a site any more stays."""
    first, _, rest = host.partition(".")
    if first in EDITIONS and not SHARED_SUFFIX.fullmatch(rest):
        return _without_edition(rest)
    second, _, site = rest.partition(".")
    if second == "m" and not SHARED_SUFFIX.fullmatch(site):
        return _without_edition(f"{first}.{site}")
    return host


def _normalise_encoding(text: str) -> str:
    """Percent encoding in its one form: none where none is needed, capital letters where it is."""
    return ENCODED.sub(_one_encoding, text)


def _one_encoding(match: re.Match[str]) -> str:
    if match[1]:
        character = chr(int(match[1], 16))
        return character if character in UNRESERVED else f"%{match[1].upper()}"
    if match[3]:
        return "%25"
    return "".join(f"%{byte:02X}" for byte in match[2].encode("utf-8", "surrogatepass"))


def _path(path: str) -> str:
    path, before = _normalise_encoding(path), None
    while before != path:
        before = path
        path = _without_dots(SESSION.sub("", path))
        path = _without_amp(INDEX.sub("/", path).rstrip("/"))
    return path or "/"


def _without_amp(path: str) -> str:
    """A path without the mark of its AMP edition, where what is left names an article."""
    bare = AMP_ENDING.sub("", path)
    if bare == path and re.match("/amp/(?!s/)", path, re.IGNORECASE):
        bare = path[4:]
    return bare if bare != path and ARTICLE_NAME.search(bare.rpartition("/")[2]) else path


def _without_dots(path: str) -> str:
    """A path without "." and ".." (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    for part in path.split("/"):
        if part == "..":
            kept = kept[:-1] or [""]
        elif part != ".":
            kept.append(part)
    return "/".join(kept)


def _query(query: str) -> str:
    """The parameters that name the page, by name; those of one name stay in their order."""
    kept: list[tuple[str, str]] = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        while name.lower().startswith("amp;"):  # "&amp;" that somebody copied out of a page's source
            name = name[4:]
        if (name or value) and not _is_origin(unquote(name), unquote(value)):
            kept.append((_normalise_encoding(name), equals + _normalise_encoding(value)))
    return "&".join(name + value for name, value in sorted(kept, key=lambda pair: pair[0])).replace("%20", "+")


def _is_origin(name: str, value: str) -> bool:
    """Whether a parameter only says where a reader came from, or which edition is wanted."""
    if TRACKING.fullmatch(name) or value.lower() in AMP.get(name.lower(), ()):
        return True
    return bool(ORIGIN.fullmatch(name)) and value.lower() in ORIGINS
