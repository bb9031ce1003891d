"""One message (a newsletter, an alert) → what it says. Runs in the worker process.

The subject is the title, the sender the outlet, the message's date the date of publication. The text is the plain part
where that is more than a pointer to the other, else the HTML part, read as a page. Attachments are only counted.
"""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, field
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

from ingest.errors import NotAnArticleError, SourceError
from ingest.raw import DateClue, Extract
from ingest.text import clean_line, clean_text, decode

SHORTEST_PLAIN = 200
"""Characters below which a plain part is a pointer to the HTML part ("Read this in your browser")."""
DEEPEST = 20
MOST_PARTS = 2000
LONGEST_HEADER = 10_000
MAIL_HOSTS = re.compile(r"^(?:news|newsletters?|mail|email|e|alerts?|em\d*|lists?)\.(?=[^.]+\.)")
FLOWED = re.compile(r"(?m)^(?!-- $)(.*[^ \n]) \n(?=[^\s>])")


@dataclass(slots=True)
class Found:
    """What the parts of a message hold: its text in order, and how many attachments it has."""

    texts: list[str] = field(default_factory=list)
    attachments: int = 0
    parts: int = 0


def read_email(content: bytes, _url: str | None = None) -> Extract:
    """The article that a message is; raises `SourceError` when it is none, `NotAnArticleError` when it has no text."""
    message = email.message_from_bytes(content.lstrip(b"\r\n"), policy=email.policy.compat32)
    if not any(_header(message, name) for name in ("From", "Date", "Subject", "Message-ID", "Received")):
        raise SourceError("is no message: it has neither a sender, nor a date, nor a subject")
    found = Found()
    _collect(message, found, 0)
    text = "\n\n".join(part for part in found.texts if part.strip())
    if not text.strip():
        left = f", only {found.attachments} attachments" if found.attachments else ""
        raise NotAnArticleError(f"the message holds no text{left}")
    name, address = parseaddr(_header(message, "From"))
    sender, organization = clean_line(name) or _host(address), clean_line(_header(message, "Organization"))
    date = _header(message, "Date")
    return Extract(
        text=text,
        title=_header(message, "Subject"),
        clues=(DateClue("email", date),) if date else (),
        outlet=organization or sender,
        authors=(sender,) if organization and sender != organization else (),
        language=_header(message, "Content-Language").split(",")[0].split("-")[0].strip().lower() or None,
        metadata=_metadata(message, found),
    )


def _metadata(message: Message, found: Found) -> dict[str, Any]:
    known: dict[str, Any] = {"message_id": _header(message, "Message-ID"), "list": _header(message, "List-Id")}
    return {name: value for name, value in known.items() if value} | (
        {"attachments": found.attachments} if found.attachments else {}
    )


def _collect(part: Message, found: Found, depth: int) -> None:
    """Go through a message's parts in order; what nests deeper or has more parts than any real one is given up."""
    found.parts += 1
    if depth > DEEPEST or found.parts > MOST_PARTS:
        raise SourceError("the message has too many parts, or parts in parts")
    kind = part.get_content_type()
    inner: Any = part.get_payload()
    if part.get_content_disposition() == "attachment" and kind != "message/rfc822":
        found.attachments += 1
    elif kind == "multipart/alternative" and isinstance(inner, list):
        _choose(inner, found, depth)
    elif kind == "message/rfc822" and isinstance(inner, list):
        for message in inner:
            found.texts.append(_header(message, "Subject"))
            _collect(message, found, depth + 1)
    elif isinstance(inner, list):
        for one in inner:
            _collect(one, found, depth + 1)
    elif kind in ("text/plain", "text/html"):
        found.texts.append(_plain(part) if kind == "text/plain" else _page(part))
    else:
        found.attachments += 1


def _choose(versions: list[Message], found: Found, depth: int) -> None:
    """Of versions that say the same: the plain one unless it only points to another, which is then read."""
    plain = next((part for part in versions if part.get_content_type() == "text/plain"), None)
    text = _plain(plain) if plain else ""
    if len(text.strip()) >= SHORTEST_PLAIN:
        found.texts.append(text)
        return
    others = Found(parts=found.parts)
    for part in versions:
        if part is not plain:
            _collect(part, others, depth + 1)
    rich = [part for part in others.texts if part.strip()]
    found.texts += rich or [text]
    found.parts, found.attachments = others.parts, found.attachments + others.attachments


def _plain(part: Message) -> str:
    text = clean_text(_text(part))
    if part.get_param("format", failobj="") != "flowed":
        return text
    gap = "" if str(part.get_param("delsp", failobj="")).lower() == "yes" else " "
    return FLOWED.sub(lambda line: line[1] + gap, _text(part).replace("\r\n", "\n"))


def _page(part: Message) -> str:
    """The text of an HTML part as of a page; of one that does not look like an article, what it shows."""
    from ingest.extraction.extract import read_page

    page = _text(part)
    if not page.strip():
        return ""
    try:
        return read_page(b"\xef\xbb\xbf" + page.encode("utf-8", "replace")).text
    except NotAnArticleError:
        return _shown(page)


def _shown(page: str) -> str:
    """What a page shows, block by block: letters are laid out with tables, in which no article is recognised."""
    import lxml.html

    from ingest.extraction.hidden import SILENT_TAGS, drop_hidden

    try:
        tree = lxml.html.document_fromstring(page.encode("utf-8", "replace"), lxml.html.HTMLParser(encoding="utf-8"))
    except (lxml.etree.LxmlError, ValueError):
        return ""
    drop_hidden(tree)
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.tag in SILENT_TAGS:
            element.text = None
        elif element.tag in ("p", "div", "td", "tr", "li", "br", "h1", "h2", "h3", "h4", "table", "blockquote"):
            element.tail = "\n\n" + (element.tail or "")
    blocks = (" ".join(block.split()) for block in tree.text_content().split("\n\n"))
    return "\n\n".join(block for block in blocks if block)


def _text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        return ""
    charset = part.get_param("charset", failobj="")
    try:
        # What is UTF-8 is hardly anything else by chance, while programs name other sets by habit.
        return content.decode("utf-8" if _is_utf8(content) else str(charset or "no-set"))
    except (LookupError, ValueError, TypeError, AttributeError):  # a character set that is none, or not this one
        return decode(content)


def _is_utf8(content: bytes) -> bool:
    if content.isascii() or b"\0" in content:
        return False
    try:
        return bool(content.decode("utf-8"))
    except UnicodeDecodeError:
        return False


def _header(message: Message, name: str) -> str:
    """A header as text on one line, with the encoded words in it read; "" when it is missing."""
    value = message.get(name)
    if value is None:
        return ""
    value = str(value)[:LONGEST_HEADER]
    try:
        return clean_line(str(make_header(decode_header(value))))
    except (LookupError, ValueError, TypeError, AttributeError):  # an encoded word that is broken stands as it is
        return clean_line(value)


def _host(address: str) -> str:
    """The domain of an address, without what only says that it sends mail."""
    host = address.rpartition("@")[2].lower() if "@" in address else ""
    return clean_line(MAIL_HOSTS.sub("", host))
