"""What a feed, a sitemap or a crawl says of a document fills what the document leaves open, and replaces nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from corpus import Article
from ingest.cutting.articles import article_of, extract_of
from ingest.extraction.extract import read_page
from ingest.raw import DateClue, Extract, Kind, RawDocument, Witness
from ingest.workers.worker import Worker
from tests.support.material import TEXT, page

NOW = datetime(2020, 6, 15, 12, 0, tzinfo=UTC)
ARTICLE = {"@type": "NewsArticle", "headline": "Island adopts climate pledge"}
WITNESS = Witness(
    clues=(DateClue("feed", "Sat, 01 Aug 2015 09:30:00 GMT"),),
    updated="2015-08-03T10:00:00Z",
    title="A pledge",
    outlet="Example Times",
    authors=("Ada Reyes",),
    language="en",
    section="World",
)
FETCHED = "https://news.example/pledge"


def article(html: str, witness: Witness | None = WITNESS, url: str | None = FETCHED) -> Article:
    raw = RawDocument("html", html.encode(), FETCHED, FETCHED, url=url, witness=witness)
    return article_of(raw, read_page(raw.content, raw.url), NOW)


def test_a_witness_fills_what_the_page_leaves_open() -> None:
    found = article(page(title="").replace(' lang="en-GB"', ""))
    assert (found.title, found.outlet, found.authors) == ("A pledge", "Example Times", ("Ada Reyes",))
    assert (found.language, found.section, found.url) == ("en", "World", FETCHED)
    assert (found.published, found.published_method) == ("2015-08-01T09:30:00+00:00", "feed")
    assert (found.updated, found.published_confidence) == ("2015-08-03T10:00:00+00:00", 0.85)


def test_a_witness_replaces_nothing_that_the_page_says() -> None:
    said = {
        "datePublished": "2015-08-01T08:00:00Z",
        "dateModified": "2015-08-02T08:00:00Z",
        "author": {"name": "Bo Lind"},
        "articleSection": "Politics",
        "publisher": {"name": "Example Post"},
    }
    found = article(page(json_ld={**ARTICLE, **said}))
    assert (found.title, found.outlet, found.authors) == ("Island adopts climate pledge", "Example Post", ("Bo Lind",))
    assert (found.section, found.published_method) == ("Politics", "json-ld")
    assert (found.published, found.updated) == ("2015-08-01T08:00:00+00:00", "2015-08-02T08:00:00+00:00")
    assert found.published_confidence == 0.95


def test_without_a_witness_the_outlet_is_the_host_and_the_date_is_unknown() -> None:
    found = article(page(), witness=None)
    assert (found.outlet, found.published, found.published_confidence) == ("news.example", None, None)
    assert article(page(url="https://www.news.example/pledge"), None, url=None).outlet == "news.example"


def test_the_date_of_a_change_alone_is_no_date_of_publication() -> None:
    found = article(page(), Witness(updated="2015-08-03"))
    assert (found.published, found.updated) == (None, "2015-08-03")


def test_the_time_of_fetching_is_never_the_date_of_publication() -> None:
    found = article(page(head=f'<meta name="date" content="{NOW.isoformat()}">'), witness=None)
    assert (found.published, found.fetched) == (None, NOW.isoformat())


@pytest.mark.parametrize("kind", ["record", "markdown"])
def test_what_somebody_stated_is_taken_at_its_word(kind: Kind) -> None:
    record = json.dumps({"text": TEXT, "published": "2031-01-01"})
    content = record if kind == "record" else f"---\npublished: 2031-01-01\n---\n{TEXT}"
    raw = RawDocument(kind, content.encode(), "a", "a", path_id="a")
    with Worker() as worker:
        found = article_of(raw, extract_of(raw, worker), NOW)
    assert (found.published, found.published_confidence, found.updated) == ("2031-01-01", None, None)


def test_the_address_that_was_fetched_reaches_the_reader_of_pages() -> None:
    raw = RawDocument("html", page().encode(), FETCHED, FETCHED, url="https://news.example/2015/08/01/pledge")
    with Worker() as worker:
        extract = extract_of(raw, worker)
    assert isinstance(extract, Extract)
    assert extract.url == raw.url
    assert DateClue("url", "2015-08-01") in extract.clues
