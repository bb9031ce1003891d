"""One message (a newsletter, an alert) → what it says. Runs in the worker process.

The subject is the title, the sender the outlet, the message's date the date of publication. The text is the plain part
where that is more than a pointer to the other, else the HTML part, read as a page. Attachments are only counted.
"""

from __future__ import annotations

import email.policy
import re
from dataclasses import dataclass, field, replace
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from typing import Any

from ingest.errors import NotAnArticleError, SourceError
from ingest.formats.forwarded import MARK, Forwarded, forwarded_in, plain_subject
from ingest.raw import DateClue, Extract
from ingest.text.decoding import clean_line, clean_text, decode
from ingest.text.encodings import codec_of, decoded_as
from ingest.text.lengths import letters_in

SHORTEST_PLAIN = 200
"""Letters of prose below which a plain part is a pointer to the HTML part ("Read this in your browser")."""
MUCH_LONGER = 3
"""How many times more prose the HTML part has where the plain part is only its summary."""
ADDRESS = re.compile(r"<?https?://\S+>?|\[image:[^\]]*\]")
LONGEST_NOTE = 600
"""Letters that somebody writes to a message that is passed on."""
LEAST_BESIDE = 60
"""Letters beside an address in a line that says something."""
OBFUSCATED = re.compile(r"^\s*([\w.+-]+) at ([\w.-]+\.\w+)")
"""How archives of mailing lists write an address."""
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
    if (attached := _attached(message)) is not None:
        return _handed_on(attached, message)
    found = Found()
    _collect(message, found, 0)
    text = "\n\n".join(part for part in found.texts if part.strip())
    if not text.strip():
        left = f", only {found.attachments} attachments" if found.attachments else ""
        raise NotAnArticleError(f"the message holds no text{left}")
    subject = _header(message, "Subject")
    if passed_on := forwarded_in(clean_text(text), subject):
        return _passed_on(passed_on, message, found)
    sender, organization = sender_of(_header(message, "From")), clean_line(_header(message, "Organization"))
    date = _header(message, "Date") or _received(message)
    return Extract(
        text=text,
        title=subject,
        clues=(DateClue("email", date),) if date else (),
        outlet=organization or sender,
        authors=(sender,) if organization and sender != organization else (),
        language=_header(message, "Content-Language").split(",")[0].split("-")[0].strip().lower() or None,
        metadata=_metadata(message, found),
    )


def _attached(message: Message) -> Message | None:
    """The one message that a message is made to carry, with hardly a word beside it; None when there is none."""
    parts: Any = message.get_payload()
    if message.get_content_type() != "multipart/mixed" or not isinstance(parts, list):
        return None
    carried = [part for part in parts if part.get_content_type() == "message/rfc822"]
    beside = Found()
    for part in parts:
        if part not in carried:
            _collect(part, beside, 1)
    inner: Any = carried[0].get_payload() if len(carried) == 1 else None
    short = sum(map(_prose, beside.texts)) < LONGEST_NOTE
    return inner[0] if short and isinstance(inner, list) and len(inner) == 1 else None


def _handed_on(attached: Message, message: Message) -> Extract:
    """The article that is attached as a message of its own."""
    inner = read_email(attached.as_bytes())
    return replace(inner, metadata={**inner.metadata, "forwarded_by": sender_of(_header(message, "From"))})


def _passed_on(forwarded: Forwarded, message: Message, found: Found) -> Extract:
    """The article that somebody forwarded: with its own date and sender; who passed it on is kept beside it."""
    if not forwarded.text.strip():
        raise NotAnArticleError("the message that is forwarded holds no text")
    by = {"forwarded_by": sender_of(_header(message, "From")), "note": forwarded.note}
    return Extract(
        text=forwarded.text,
        title=plain_subject(forwarded.subject or _header(message, "Subject")),
        clues=(DateClue("email", forwarded.date),) if forwarded.date else (),
        outlet=sender_of(forwarded.sender),
        metadata=_metadata(message, found) | {name: value for name, value in by.items() if value},
    )


def sender_of(written: str) -> str:
    """The name of a sender, or the domain of the address."""
    name, address = parseaddr(OBFUSCATED.sub(r"\1@\2", written.replace("[mailto:", "<").replace("]", ">")))
    return clean_line(name) or _host(address)


def _received(message: Message) -> str:
    """When the first server took a message that has no date of its own."""
    stations = message.get_all("Received") or []
    return clean_line(str(stations[-1]).rpartition(";")[2]) if stations else ""


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
    prose = _prose(text)
    others = Found(parts=found.parts)
    for part in versions:
        if part is not plain:
            _collect(part, others, depth + 1)
    rich = [part for part in others.texts if part.strip()]
    enough = prose >= SHORTEST_PLAIN and sum(map(_prose, rich)) <= MUCH_LONGER * prose
    found.texts += [text] if enough or not rich else rich
    found.parts, found.attachments = others.parts, found.attachments + others.attachments


def _prose(text: str) -> int:
    """How many letters of a text are more than addresses and the labels of links."""
    total = 0
    for line in text.split("\n"):
        beside, addresses = ADDRESS.subn("", line)
        length = letters_in(beside.strip())
        total += length if not addresses or length >= LEAST_BESIDE else 0
    return total


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
    if MARK.search(shown := _shown(page)):
        return shown  # with the header of what is forwarded, line by line
    try:
        return read_page(b"\xef\xbb\xbf" + page.encode("utf-8", "replace")).text
    except NotAnArticleError:
        return shown


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
        return content.decode("utf-8") if _is_utf8(content) else decoded_as(content, str(charset)) or decode(content)
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
    given = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), None)
    if given is None:
        return ""
    value = given[:LONGEST_HEADER]
    if not value.isascii():  # bytes that no header may have, as they are
        value = decode(value.encode("utf-8", "surrogateescape"))
    try:
        parts = [(part, codec_of(charset) or charset) for part, charset in decode_header(value)]
        return clean_line(str(make_header(parts)))
    except (LookupError, ValueError, TypeError, AttributeError):  # an encoded word that is broken stands as it is
        return clean_line(value)


def _host(address: str) -> str:
    """The domain of an address, without what only says that it sends mail."""
    host = address.rpartition("@")[2].lower() if "@" in address else ""
    return clean_line(MAIL_HOSTS.sub("", host))
