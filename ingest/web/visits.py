"""What is remembered of asking a web address, and when it is asked again: decisions without effects.

A known page is asked again by its age: soon while it is new, when corrections are likely, rarely when it is old. A
visit is remembered with what makes the next request conditional only when nothing is left to do about it: its article
is in the library, or everything that it names was looked at. So a run that was killed goes on where it was.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from corpus.article import Article
from corpus.store.following import Visit
from ingest.errors import FetchError, RefusedAddressError, RobotsError
from ingest.extraction.dates import read_date

if TYPE_CHECKING:
    from ingest.fetching.fetch import Response


GONE = (404, 410)
NOT_MODIFIED = 304
FAILED, REFUSED = 0, -1
"""The status of a visit that got no answer, and of one that may not be made."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pace:
    """When pages are asked again: after `share` of the article's age, at least `soonest` and at most `latest` after.

    Without an answer, after `retry` and then twice as long each time; without an article, after `no_article`.
    """

    share: float = 0.25
    soonest: timedelta = timedelta(hours=1)
    latest: timedelta = timedelta(days=365)
    retry: timedelta = timedelta(minutes=15)
    no_article: timedelta = timedelta(days=7)


def answered(url: str, response: Response, last: Visit | None, found_in: str | None, now: datetime) -> Visit:
    """The visit to an address that answered; the article that came from it before stays named."""
    before = last or Visit(url, "", FAILED)
    found_in = found_in or before.found_in
    visit = replace(before, url=url, visited=stamp(now), status=response.status, found_in=found_in, due=None)
    if response.status == NOT_MODIFIED:
        etag, last_modified = response.etag or before.etag, response.last_modified or before.last_modified
        return replace(visit, etag=etag, last_modified=last_modified)
    if response.status in GONE:
        return unread(visit)
    digest = digest_of(response.content)
    return replace(visit, etag=response.etag, last_modified=response.last_modified, digest=digest)


def failed(url: str, error: FetchError, last: Visit | None, found_in: str | None, now: datetime, pace: Pace) -> Visit:
    """The visit to an address that gave no answer, or may not be asked."""
    refused = isinstance(error, RobotsError | RefusedAddressError)
    before = moment(last.visited) if last and last.status == FAILED else None
    wait = DAY if refused else 2 * (now - before) if before else pace.retry
    kept = last or Visit(url, "", FAILED)
    return replace(
        kept,
        url=url,
        visited=stamp(now),
        status=REFUSED if refused else FAILED,
        found_in=found_in or kept.found_in,
        due=stamp(now + min(max(wait, pace.retry), 7 * DAY)),
    )


def settled(visit: Visit, article: Article | None, now: datetime, pace: Pace) -> Visit:
    """A visit to a page whose article is in the library, or which was given up: with the time to ask again."""
    if article is None:
        # Without what makes the next request conditional: whoever names the page wants it read again.
        return replace(unread(visit), due=stamp(now + pace.no_article))
    since = moment(article.published or "") or moment(article.fetched or "") or now
    wait = max(timedelta(0), now - since) * pace.share
    due = stamp(now + min(max(wait, pace.soonest), pace.latest))
    return replace(visit, article_id=article.id, due=due)


def unread(visit: Visit) -> Visit:
    """A visit without what makes the next request conditional."""
    return replace(visit, etag=None, last_modified=None, digest=None)


def digest_of(content: bytes) -> bytes:
    """What is kept of a content, to see whether it is the same again."""
    return hashlib.sha256(content).digest()


def stamp(time: datetime) -> str:
    """A point in time as it is kept and compared."""
    return time.isoformat(timespec="milliseconds")


def moment(written: str) -> datetime | None:
    """A date as a point in time, a day being its beginning and a time without a zone UTC; None when it is none."""
    found = read_date(written) if written else None
    if not found:
        return None
    try:
        time = datetime.fromisoformat(found)
        return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
