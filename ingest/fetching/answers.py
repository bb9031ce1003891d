"""What one request may cost, what came of it, and what its headers say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime

HEADER_VALUE = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost."""

    seconds: float
    """From resolving the name to the last byte."""
    connect_seconds: float
    silence_seconds: float
    """Between two bytes."""
    largest_bytes: int
    """After unpacking."""
    cut: bool = False
    """Take the first `largest_bytes` of a larger answer, instead of refusing it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def media_type(self) -> tuple[str, str | None]:
        """The type of the content in lower case without parameters (empty when not told), and its charset."""
        told = self.headers.get("content-type", "")
        if not told.strip():
            return "", None
        message = Message()
        message["content-type"] = " ".join(told.split())
        charset = message.get_content_charset()
        return told.partition(";")[0].strip().lower(), charset or None

    def value(self, name: str) -> str | None:
        """A header that can be sent back as it is: without line breaks, and short; else None."""
        value = self.headers.get(name, "").strip()
        return value if HEADER_VALUE.fullmatch(value) else None

    def seconds_to_wait(self) -> float:
        """What Retry-After asks for: seconds, or the time until a date by the server's own clock."""
        told = self.headers.get("retry-after", "").strip()
        if re.fullmatch(r"[0-9]{1,9}", told):
            return float(told)
        until = _moment(told)
        since = _moment(self.headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (until - since).total_seconds()) if until else 0.0


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers of a conditional request; what cannot be a header's value is left out."""
    wanted = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in wanted.items() if value and HEADER_VALUE.fullmatch(value)}
