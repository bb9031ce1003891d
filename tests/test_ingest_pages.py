"""HTML pages, read in this process: what the worker does with one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.errors import NotAnArticleError
from ingest.extraction.date_choice import publication
from ingest.extraction.extract import read_page
from ingest.raw import DateClue, Extract
from tests.support.material import SENTENCES, TEXT, page

NOW = datetime(2020, 6, 15, tzinfo=UTC)
ARTICLE = {"@context": "https://schema.org", "@type": "NewsArticle"}


def read(html: str) -> Extract:
    return read_page(html.encode())


def dated(html: str) -> DateClue | None:
    found = publication(read(html).clues, (), NOW)
    return DateClue(str(found.method), found.published) if found.published else None


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
            "2015-08-01T09:30+00:00",
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
        ({"url": "https://www.news.example/pledge"}, ""),
    ],
)
def test_outlet_is_what_the_page_says(parts: dict[str, Any], outlet: str) -> None:
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


def test_what_only_leads_to_other_articles_is_no_text() -> None:
    links = (
        'READ MORE: <a href="/a">Reef closed to boats after a storm in the south</a>',
        '<a href="/b">Ferry between the islands stops for the winter</a>',
        'The ministry <a href="/c">published the figures</a>.',
        '<a href="/d">The whole treaty was published by the ministry.</a>',
    )
    text = read(page(TEXT, *links, TEXT.replace("island", "atoll"))).text
    assert "Reef closed" not in text
    assert "Ferry" not in text
    assert "published the figures" in text
    assert "The whole treaty" in text


def test_an_article_that_is_cut_into_pieces_is_read_whole_and_in_order() -> None:
    texts = [TEXT.replace("island", name) for name in ("island", "atoll", "lagoon", "harbour")]
    pieces = "<div class='ad'>Advertisement</div>".join(
        f"<div class='wrap'><div class='article-body'><p>{text}</p><p>{text.upper()}</p></div></div>" for text in texts
    )
    found = read(page().replace("<p>", f"<div class='chunks'>{pieces}</div><p>", 1)).text
    places = [found.index(text) for text in texts]
    assert places == sorted(places)


def test_the_headline_is_not_the_first_line_of_the_text() -> None:
    extract = read(page(title="Island adopts climate pledge"))
    assert extract.title == "Island adopts climate pledge"
    assert extract.text.startswith(SENTENCES[0])


def test_declared_text_is_taken_where_the_page_shows_little_of_it() -> None:
    whole = "\n\n".join(TEXT.replace("island", name) for name in ("island", "atoll", "lagoon", "harbour"))
    shown = f"<p>{TEXT}</p>"
    extract = read(page(shown, json_ld={**ARTICLE, "articleBody": whole, "datePublished": "2015-08-01"}))
    assert extract.text == whole


def test_declared_text_that_is_another_is_not_taken() -> None:
    other = "A recipe for soup. " * 100
    assert "soup" not in read(page(json_ld={**ARTICLE, "articleBody": other})).text


@pytest.mark.parametrize(
    ("parts", "field", "value"),
    [
        ({"json_ld": {**ARTICLE, "articleSection": ["Politics", "World"]}}, "section", "Politics"),
        ({"head": '<meta property="article:section" content="World">'}, "section", "World"),
        ({"head": '<meta name="author" content="Ada Reyes">'}, "authors", ("Ada Reyes",)),
        ({"json_ld": {**ARTICLE, "author": "Bo Lind"}}, "authors", ("Bo Lind",)),
        ({"json_ld": {**ARTICLE, "dateModified": "2015-08-02"}}, "updates", ("2015-08-02",)),
        ({"head": '<meta property="article:modified_time" content="2015-08-02">'}, "updates", ("2015-08-02",)),
        ({"lead": '<time class="updated" datetime="2015-08-02">Sunday</time>'}, "updates", ("2015-08-02",)),
    ],
)
def test_page_tells_more_of_itself(parts: dict[str, Any], field: str, value: Any) -> None:
    assert getattr(read(page(**parts)), field) == value


def test_date_of_a_change_is_no_date_of_publication() -> None:
    html = page(json_ld={**ARTICLE, "dateModified": "2015-08-02"})
    assert dated(html) is None


def test_language_is_told_by_other_marks_where_the_page_has_none() -> None:
    html = page(head='<meta property="og:locale" content="de_AT">').replace(' lang="en-GB"', "")
    assert read(html).language == "de"


def test_address_that_was_fetched_is_the_article_s_where_the_page_names_none() -> None:
    assert read_page(page().encode(), "https://news.example/a").url == "https://news.example/a"
    named = page(url="https://other.example/b").encode()
    assert read_page(named, "https://news.example/a").url == "https://news.example/a"
    assert read_page(named).url == "https://other.example/b"


def test_day_in_the_address_that_was_fetched_is_a_witness() -> None:
    extract = read_page(page().encode(), "https://news.example/2015/08/01/pledge")
    assert DateClue("url", "2015-08-01") in extract.clues


def test_front_page_that_was_fetched_is_refused_whatever_it_calls_itself() -> None:
    with pytest.raises(NotAnArticleError, match=r"front page of news\.example"):
        read_page(page(url="https://news.example/pledge").encode(), "https://www.news.example/")


@pytest.mark.parametrize(
    "title",
    [
        "Island adopts pledge - Example Times",
        "Island adopts pledge | Example Times",
        "Example Times: Island adopts pledge",
        "Example Times — Island adopts pledge",
        "Island adopts pledge",
    ],
)
def test_the_outlet_is_no_part_of_the_title(title: str) -> None:
    outlet = '<meta property="og:site_name" content="Example Times">'
    assert read(page(title=title, head=outlet)).title == "Island adopts pledge"
    named = read(page(title=f"{title} - News", json_ld={**ARTICLE, "headline": "Island adopts pledge"}, head=outlet))
    assert "News" not in named.title


def test_a_title_keeps_its_own_dashes() -> None:
    title = "Reef - and pledge - saved"
    assert read(page(title=title, head='<meta property="og:site_name" content="Example Times">')).title == title
