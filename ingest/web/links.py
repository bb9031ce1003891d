"""The links of an HTML page, and whether the page is an article or a page of links such as a front page.

It runs in the worker process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

from corpus.text.addresses import normal_address
from ingest.text.decoding import decode_page
from ingest.web.outline import Outline, pointers

FEED_TYPE = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json)", re.IGNORECASE)
NO_PAGE = re.compile(
    r"\.(?:avif|bmp|css|eot|exe|gif|gz|ico|jpe?g|js|json|m3u8|m4a|mov|mp[34]|mpe?g|ogg|otf|png|rss|svg|tar|tiff?|ttf|"
    r"wav|webm|webp|woff2?|xml|zip)$",
    re.IGNORECASE,
)
ARTICLE_MARK = (
    "//meta[(@property='og:type' or @name='og:type') and @content='article']",
    "//meta[@property='article:published_time' or @name='article:published_time']",
    "//*[@itemprop='articleBody']",
)
JSON_ARTICLE = re.compile(r'"@type"\s*:\s*(?:\[\s*)?"\w*(?:Article|BlogPosting|Reportage)"')
HEADLINE_WORDS = 4
"""A link of so many words is a headline; shorter ones are the site's own ways."""
HUB_LINKS = 8
"""So many headlines make a page of links, unless there is more prose beside them."""


def read_links(content: bytes, url: str) -> Outline:
    """The page's kind, the pages of the same site that it links to, and the feeds that it names."""
    from lxml import etree, html  # it has no types of its own

    try:
        tree = html.document_fromstring(decode_page(content), base_url=url or None)
    except (etree.LxmlError, ValueError):
        return Outline("other")
    base = urljoin(url, str(next(iter(tree.xpath("//base/@href")), "")).strip()) if url else ""
    links = list(_links(tree, base or url))
    feeds = [
        (str(link.get("href")), None)
        for link in tree.xpath("//link[@href and @type]")
        if "alternate" in str(link.get("rel")).lower() and FEED_TYPE.match(str(link.get("type")).strip())
    ]
    is_hub = is_front(url) or _is_hub(tree, [words for _, words in links])
    inside = ((address, None) for address, _ in links if same_site(address, url) and address != url)
    return Outline("hub" if is_hub else "page", pointers(inside, base or url), pointers(feeds, base or url))


def _links(tree: Any, base: str) -> Iterator[tuple[str, str]]:
    """Addresses that may be pages, with the words of their links."""
    for link in tree.xpath("//a[@href]"):
        written = str(link.get("href")).strip()
        if "nofollow" in str(link.get("rel")).lower() or written.startswith(("#", "javascript:", "mailto:")):
            continue
        try:
            address = urljoin(base, written)
            path = urlsplit(address).path
        except ValueError:
            continue
        if not NO_PAGE.search(path):
            yield address.partition("#")[0], " ".join(link.text_content().split())


def _is_hub(tree: Any, links: list[str]) -> bool:
    if any(tree.xpath(path) for path in ARTICLE_MARK):
        return False
    if any(JSON_ARTICLE.search(script.text or "") for script in tree.xpath("//script[@type='application/ld+json']")):
        return False
    headlines = [words for words in links if len(words.split()) >= HEADLINE_WORDS]
    prose = sum(len(str(text).strip()) for text in tree.xpath("//p//text()[not(ancestor::a)]"))
    return len(headlines) >= HUB_LINKS and prose < 2 * sum(map(len, headlines))


def is_front(url: str) -> bool:
    """Whether an address is that of a whole site."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.netloc) and parts.path in ("", "/") and not parts.query


def same_site(address: str, other: str) -> bool:
    """Whether two addresses are on the same host; "www." makes no other one."""
    hosts = [urlsplit(normal_address(one)).netloc for one in (address, other)]
    return bool(hosts[0]) and hosts[0] == hosts[1]
