"""One citation to take away: as text, as Markdown, and as links that lead to the quoted words."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from rag.answer import Citation
from ui.markdown import escape_markdown
from ui.wording import format_date, safe_url

FRAGMENT_WORDS = 6
"""Words at each end of a long quotation that a link names; browsers find what lies between."""


def citation_text(citation: Citation) -> str:
    """The quotation with its source on one line."""
    address = safe_url(citation.url)
    return f"“{_one_line(citation.quote)}” — {_source(citation)}{f', {address}' if address else ''}"


def citation_markdown(citation: Citation) -> str:
    """The quotation as a block quote with its source; nothing in it but our own marks is markup."""
    address = safe_url(citation.url)
    title = escape_markdown(citation.title) or "Untitled"
    outlet, published = escape_markdown(citation.outlet) or "Unknown outlet", format_date(citation.published)
    source = f"— {outlet}, {published}, *{title}*{f' <{address}>' if address else ''}"
    return f"> {escape_markdown(citation.quote)}\n>\n> {source}\n"


def source_link(citation: Citation) -> str:
    """The address of the article at its outlet, with the quoted words as a text fragment; empty without an address."""
    address = safe_url(citation.url)
    if not address:
        return ""
    words = citation.quote.split()
    if len(words) <= 2 * FRAGMENT_WORDS:
        fragment = _fragment(" ".join(words))
    else:
        fragment = ",".join(_fragment(" ".join(part)) for part in (words[:FRAGMENT_WORDS], words[-FRAGMENT_WORDS:]))
    joint = ":~:" if "#" in address else "#:~:"
    return f"{address}{joint}text={fragment}"


def article_path(article_id: str, quotation: str = "") -> str:
    """The page's own address of an article, at a quotation."""
    query = f"?{urlencode({'quote': _one_line(quotation)}, quote_via=quote)}" if quotation else ""
    return f"/article/{quote(article_id, safe='')}{query}"


def _fragment(words: str) -> str:
    # A hyphen and a comma mean something in a text fragment.
    return quote(words, safe="").replace("-", "%2D")


def _source(citation: Citation) -> str:
    title = _one_line(citation.title) or "Untitled"
    return f"{_one_line(citation.outlet) or 'Unknown outlet'}, {format_date(citation.published)}, “{title}”"


def _one_line(text: str) -> str:
    return " ".join(text.split())
