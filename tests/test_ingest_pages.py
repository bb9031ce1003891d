"""HTML pages, read in this process: what the worker does with one."""

from datetime import UTC, datetime
from typing import Any

import pytest
from material import SENTENCES, TEXT, page

from ingest.dates import best_date
from ingest.errors import NotAnArticleError
from ingest.extract import read_page
from ingest.raw import DateClue, Extract

NOW = datetime(2020, 6, 15, tzinfo=UTC)
ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle"}


def read(html: str) -> Extract:
    return read_page(html.encode())


def dated(html: str) -> DateClue | None:
    return best_date(read(html).clues, NOW)


def test_page_yields_its_article_and_not_what_surrounds_it() -> None:
    extract = read(page(url="https://news.example/pledge"))
    assert SENTENCES[0] in extract.text
    assert "All rights reserved" not in extract.text
    assert (extract.title, extract.language) == ("Island adopts climate pledge", "en")
    assert extract.url == "https://news.example/pledge"


@pytest.mark.parametrize(
    ("parts", "method", "day"),
    [
        (
            {"json_ld": {**ARTICLE, "datePublished": "2015-08-01T09:30:00+02:00"}},
            "json-ld",
            "2015-08-01T09:30:00+02:00",
        ),
        (
            {"json_ld": {"@graph": [{"@type": "Person"}, {**ARTICLE, "datePublished": "2015-08-01"}]}},
            "json-ld",
            "2015-08-01",
        ),
        (
            {"head": '<meta property="article:published_time" content="2015-08-01T09:30Z">'},
            "meta",
            "2015-08-01T09:30:00+00:00",
        ),
        ({"head": '<meta name="DC.date.issued" content="2015-08-01">'}, "meta", "2015-08-01"),
        ({"lead": '<time datetime="2015-08-01" pubdate>Saturday</time>'}, "time element", "2015-08-01"),
        ({"url": "https://news.example/2015/08/01/pledge"}, "url", "2015-08-01"),
        ({"lead": '<p class="date">August 1, 2015</p>'}, "page text", "2015-08-01"),
    ],
)
def test_date_is_found_and_says_how(parts: dict[str, Any], method: str, day: str) -> None:
    assert dated(page(**parts)) == DateClue(method, day)


def test_surer_date_wins() -> None:
    html = page(
        json_ld={**ARTICLE, "datePublished": "2015-08-01"},
        head='<meta name="date" content="2016-01-01">',
        url="https://news.example/2017/01/01/pledge",
    )
    assert dated(html) == DateClue("json-ld", "2015-08-01")


def test_date_that_cannot_be_true_gives_way_to_the_next() -> None:
    html = page(json_ld={**ARTICLE, "datePublished": "2031-01-01"}, head='<meta name="date" content="2015-08-01">')
    assert dated(html) == DateClue("meta", "2015-08-01")


def test_page_without_a_date_stays_without_one() -> None:
    assert dated(page()) is None


def test_copyright_year_is_not_a_date_of_publication() -> None:
    assert dated(page().replace("All rights reserved", "© 2015 News Example")) is None


def test_broken_json_ld_costs_only_what_is_broken() -> None:
    broken = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": "2015-08-01", "x": }</script>'
    )
    assert dated(page(head=broken)) == DateClue("json-ld", "2015-08-01")


def test_json_ld_that_is_nested_without_end_is_survived() -> None:
    deep = '<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>"
    assert SENTENCES[0] in read(page(head=deep)).text


@pytest.mark.parametrize(
    ("parts", "outlet"),
    [
        ({"head": '<meta property="og:site_name" content="Example Times">'}, "Example Times"),
        ({"head": '<meta property="og:site_name" content="Example Times | News | Sport">'}, "Example Times"),
        ({"head": '<meta property="og:site_name" content="https://www.times.example">'}, "times.example"),
        ({"json_ld": {**ARTICLE, "publisher": {"@type": "Organization", "name": "Example Post"}}}, "Example Post"),
        ({"url": "https://www.news.example/pledge"}, "news.example"),
        ({}, ""),
    ],
)
def test_outlet_is_what_the_page_says_else_its_host(parts: dict[str, Any], outlet: str) -> None:
    assert read(page(**parts)).outlet == outlet


def test_authors_are_found() -> None:
    people = [{"@type": "Person", "name": "Ada Reyes"}, {"@type": "Person", "name": "Bo Lind"}]
    assert read(page(json_ld={**ARTICLE, "author": people})).authors == ("Ada Reyes", "Bo Lind")


def test_front_page_named_as_address_is_not_the_address_of_the_article() -> None:
    assert read(page(url="https://news.example/", json_ld={**ARTICLE, "datePublished": "2015-08-01"})).url is None


@pytest.mark.parametrize(
    "html",
    [
        "<html><head><title>News</title></head><body></body></html>",
        "<html><body><p>Too short.</p></body></html>",
        "<html><head><title>404 Not Found</title></head><body><p>There is no such page.</p></body></html>",
        page(url="https://news.example/"),
        "no markup and hardly a word",
    ],
    ids=["empty", "short", "not found", "front page", "no page"],
)
def test_page_that_is_not_an_article_is_refused(html: str) -> None:
    with pytest.raises(NotAnArticleError):
        read(html)


def test_short_article_that_says_it_is_one_is_read() -> None:
    html = page(
        "The vote is over: the island's parliament adopted the pledge.",
        json_ld={**ARTICLE, "datePublished": "2015-08-01"},
    )
    assert "adopted the pledge" in read(html).text


def test_hidden_letters_and_control_characters_do_not_stop_a_page() -> None:
    assert "parliament adopted" in read(page(TEXT + "\0\x07\U000e0041", TEXT)).text
