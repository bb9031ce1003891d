"""Addresses as sources, on a web of a few pages that a fake fetcher holds."""

import gzip
import io
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from ingest import Report, RobotsError, UnreachableError, WebSettings, ingest
from ingest.workers.worker import Worker
from tests.support.fakes import FakeFetcher, FakeLibrary
from tests.support.material import SENTENCES, TEXT

FEED = "https://news.example/feed"
DAY = timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2024, 6, 15, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


class World:
    """A library and a web; `read` is a run."""

    def __init__(self) -> None:
        self.library, self.clock, self.web = FakeLibrary(), Clock(), FakeFetcher()

    def read(self, *sources: str | Path, **settings: Any) -> Report:
        self.web.asked.clear()
        self.web.conditional.clear()
        web = WebSettings(open_fetcher=lambda: self.web, **settings)
        return ingest(self.library, sources, stdin=io.BytesIO(), web=web, now=self.clock)

    def article(self, number: int, **marks: str) -> str:
        """Publishes an article; returns its address."""
        url = f"https://news.example/{number}"
        self.web.page(url, page(number, **marks))
        return url

    def feed(self, *links: str, dated: str = "Tue, 05 Mar 2024 09:30:00 GMT") -> str:
        items = "".join(f"<item><link>{link}</link><pubDate>{dated}</pubDate></item>" for link in links)
        self.web.page(FEED, f"<rss version='2.0'><channel>{items}</channel></rss>", "application/rss+xml")
        return FEED

    @property
    def urls(self) -> list[str | None]:
        return sorted(article.url or "" for article in self.library.all())


def page(number: int, *, head: str = "", text: str = TEXT, links: str = "") -> str:
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in text.split("\n") if paragraph.strip())
    return (
        f"<!doctype html><html lang='en'><head><title>Report {number}</title>"
        f"<meta property='og:type' content='article'>{head}</head><body><article><h1>Report {number}</h1>{paragraphs}"
        f"<p>This is report {number}.</p></article>"
        f"{links}</body></html>"
    )


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker() as worker:
        yield worker


@pytest.fixture
def world(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> World:
    # One worker for all runs: starting one takes longer than a run.
    monkeypatch.setattr("ingest.pipeline.Worker", lambda: nullcontext(worker))
    return World()


def counts(report: Report) -> tuple[int, int, int, int, int]:
    return report.added, report.updated, report.unchanged, report.fetched, report.not_modified


def test_page_is_an_article_with_its_address_as_source(world: World) -> None:
    url = world.article(1)
    assert counts(world.read(f"{url}#comments")) == (1, 0, 0, 1, 0)
    (article,) = world.library.all()
    assert (article.url, article.source) == (url, url)
    assert SENTENCES[0] in article.text
    assert world.web.closed == 1


def test_canonical_address_counts_only_on_the_same_site(world: World) -> None:
    own = world.article(1, head="<link rel='canonical' href='https://www.news.example/2024/report'>")
    foreign = world.article(2, head="<link rel='canonical' href='https://wire.example/report'>")
    world.read(own, foreign)
    assert world.urls == [foreign, "https://www.news.example/2024/report"]


def test_pages_that_wrongly_name_one_address_stay_articles_of_their_own(world: World) -> None:
    wrong = "<link rel='canonical' href='https://news.example/all'>"
    feed = world.feed(world.article(1, head=wrong), world.article(2, head=wrong))
    assert world.read(feed).added == 2
    world.clock.time += 60 * DAY
    world.article(1, head=wrong, text=TEXT + "\nA line was added to the first.")
    world.article(2, head=wrong, text=TEXT + "\nA line was added to the second.")
    assert counts(world.read(feed))[:3] == (0, 2, 0)
    assert sorted("added to the first" in article.text for article in world.library.all()) == [False, True]


def test_host_that_does_not_answer_is_left_alone_after_a_few_pages(world: World) -> None:
    links = [world.article(number) for number in range(1, 8)]
    feed = world.feed(*links)
    for link in links:
        world.web.answers[link] = UnreachableError("no connection")
    report = world.read(feed)
    assert len(report.failed) == 7
    assert len(world.web.asked) == 4
    assert "left alone in this run" in report.failed[-1].reason


def test_undated_page_keeps_its_date_whoever_names_it_next(world: World) -> None:
    url = world.article(1)
    world.read(world.feed(url))
    entry = f"<url><loc>{url}</loc><news><publication_date>2024-03-05</publication_date></news></url>"
    world.web.page("https://news.example/map.xml", f"<urlset>{entry}</urlset>", "text/xml")
    world.article(1, links="<p>Something beside the article changed.</p>")
    world.clock.time += 60 * DAY
    report = world.read("https://news.example/map.xml", url)
    assert report.updated == 0
    assert [article.published_method for article in world.library.all()] == ["feed"]


def test_redirect_leads_to_the_address_of_the_article(world: World) -> None:
    url = world.article(1)
    world.web.redirects["https://short.example/x"] = url
    world.read("https://short.example/x")
    assert [(article.url, article.source) for article in world.library.all()] == [(url, "https://short.example/x")]


def test_article_that_is_held_under_an_older_id_keeps_it(world: World, tmp_path: Path) -> None:
    url = world.article(1)
    (tmp_path / "a.jsonl").write_text(f'{{"id": "old", "url": "{url}", "text": "What it said before."}}')
    world.read(tmp_path / "a.jsonl")
    assert counts(world.read(url))[:2] == (0, 1)
    assert [article.id for article in world.library.all()] == ["old"]


def test_feed_leads_to_the_full_articles_and_its_date_is_a_witness(world: World) -> None:
    dated = "<meta property='article:published_time' content='2024-03-04T10:00:00Z'>"
    feed = world.feed(world.article(1), world.article(2, head=dated))
    assert counts(world.read(feed)) == (2, 0, 0, 3, 0)
    one, two = sorted(world.library.all(), key=lambda article: article.url or "")
    assert ((one.published or "")[:10], one.published_method) == ("2024-03-05", "feed")
    assert (two.published or "")[:10] == "2024-03-04"


def test_feed_that_has_not_changed_costs_one_conditional_request(world: World) -> None:
    feed = world.feed(world.article(1), world.article(2))
    world.read(feed)
    assert counts(world.read(feed)) == (0, 0, 0, 0, 1)
    assert world.web.conditional == [FEED]


def test_new_entry_is_fetched_and_known_ones_are_left_alone(world: World) -> None:
    world.read(world.feed(world.article(1)))
    world.clock.time += timedelta(minutes=15)
    report = world.read(world.feed(world.article(2), "https://news.example/1?utm_source=rss"))
    assert counts(report) == (1, 0, 0, 2, 0)
    assert world.web.asked == [FEED, "https://news.example/2"]


def test_known_page_is_asked_again_by_its_age(world: World) -> None:
    feed = world.feed(world.article(1), dated="Sat, 15 Jun 2024 08:00:00 GMT")
    world.read(feed)
    asked = []
    for hour in range(1, 24 * 40):
        world.clock.time += timedelta(hours=1)
        world.read(feed)
        if "https://news.example/1" in world.web.asked:
            asked.append(hour)
        if hour > 200:
            break
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert asked[0] == 1
    assert pauses == sorted(pauses)
    assert 8 < len(asked) < 30


def test_correction_is_seen_when_the_page_is_asked_again_and_the_feeds_date_stays(world: World) -> None:
    feed = world.feed(world.article(1))
    world.read(feed)
    world.article(1, text=TEXT.replace(SENTENCES[0], "A corrected sentence stands here now."))
    assert counts(world.read(feed)) == (0, 0, 0, 0, 1)
    world.clock.time += 60 * DAY
    assert counts(world.read(feed)) == (0, 1, 0, 1, 1)
    (article,) = world.library.all()
    assert "A corrected sentence" in article.text
    assert (article.published or "")[:10] == "2024-03-05"


def test_page_that_is_gone_is_kept_and_told(world: World) -> None:
    feed = world.feed(world.article(1))
    world.read(feed)
    world.web.answers["https://news.example/1"] = 410
    world.clock.time += 60 * DAY
    report = world.read(feed)
    assert [(problem.where, problem.reason) for problem in report.gone] == [
        ("https://news.example/1", "gone at its outlet (410): the article is kept")
    ]
    assert (len(world.library.all()), report.failed) == (1, ())
    world.article(1)
    world.clock.time += 400 * DAY
    assert counts(world.read(feed))[:3] == (0, 0, 1)


def test_page_that_failed_is_tried_again_even_if_the_feed_has_not_changed(world: World) -> None:
    feed = world.feed(url := world.article(1))
    working = world.web.answers[url]
    world.web.answers[url] = UnreachableError("no connection")
    report = world.read(feed)
    assert [str(problem) for problem in report.failed] == [f"{url}: no connection"]
    world.web.answers[url] = working
    world.read(feed)
    assert world.web.asked == [FEED]
    world.clock.time += timedelta(minutes=16)
    assert counts(world.read(feed))[0] == 1


def test_page_that_robots_may_not_read_is_passed_over_and_counted(world: World) -> None:
    feed = world.feed(url := world.article(1), world.article(2))
    world.web.answers[url] = RobotsError("robots.txt keeps programs away")
    report = world.read(feed)
    assert (report.added, report.refused, report.failed) == (1, 1, ())
    assert [problem.where for problem in report.skipped] == [url]
    assert counts(world.read(feed)) == (0, 0, 0, 0, 1)
    named = world.read(url)
    assert [problem.where for problem in named.failed] == [url]


def test_kill_before_the_library_took_an_article_loses_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.batch.BATCH_PASSAGES", 1)
    feed = world.feed(*(world.article(number) for number in (1, 2, 3)))

    def killed(article: Any) -> None:
        if article.url == "https://news.example/2":
            raise SystemExit

    world.library.before_put = killed
    with pytest.raises(SystemExit):
        world.read(feed)
    world.library.before_put = None
    assert counts(world.read(feed)) == (2, 0, 0, 3, 0)
    assert "https://news.example/1" not in world.web.asked
    assert len(world.library.all()) == 3


def test_removed_article_comes_back_only_when_its_page_is_named(world: World) -> None:
    feed = world.feed(url := world.article(1))
    world.library.following.withheld.add(url)
    report = world.read(feed)
    assert (report.added, [problem.where for problem in report.skipped]) == (0, [url])
    assert url not in world.web.asked
    assert world.read(url).added == 1
    assert world.library.following.withheld == set()


def test_sitemap_index_with_nested_and_gzipped_ones_is_read_to_its_end(world: World) -> None:
    news = f"<urlset><url><loc>{world.article(1)}</loc></url></urlset>"
    old = f"<urlset><url><loc>{world.article(2)}</loc><lastmod>2024-05-05</lastmod></url></urlset>"
    inner = "<sitemapindex><sitemap><loc>https://news.example/old.xml</loc></sitemap></sitemapindex>"
    parts = "".join(f"<sitemap><loc>https://news.example/{name}</loc></sitemap>" for name in ("in.xml", "n.xml.gz"))
    world.web.page("https://news.example/n.xml.gz", gzip.compress(news.encode()), "application/gzip")
    world.web.page("https://news.example/old.xml", old, "text/xml")
    world.web.page("https://news.example/in.xml", inner, "text/xml")
    world.web.page("https://news.example/map.xml", f"<sitemapindex>{parts}</sitemapindex>", "text/xml")
    assert world.read("https://news.example/map.xml").added == 2
    assert {article.published for article in world.library.all()} == {None}


def test_sitemap_says_which_page_changed(world: World) -> None:
    def sitemap(lastmod: str) -> str:
        entry = f"<url><loc>{world.article(1)}</loc><lastmod>{lastmod}</lastmod></url>"
        world.web.page("https://news.example/map.xml", f"<urlset>{entry}</urlset>", "text/xml")
        return "https://news.example/map.xml"

    world.read(sitemap("2024-06-01T00:00:00Z"))
    world.clock.time += timedelta(minutes=10)
    world.read(sitemap("2024-06-02T00:00:00Z"))
    assert world.web.asked == ["https://news.example/map.xml"]
    world.read(sitemap("2024-06-15T12:05:00Z"))
    assert world.web.asked == ["https://news.example/map.xml", "https://news.example/1"]


def test_list_of_feeds_is_followed_feed_by_feed(world: World, tmp_path: Path) -> None:
    feed = world.feed(world.article(1))
    (tmp_path / "list.opml").write_text(
        f"<opml><body><outline xmlUrl='{feed}'/><outline xmlUrl='file:///x'/></body></opml>"
    )
    assert world.read(tmp_path / "list.opml").added == 1
    assert counts(world.read(tmp_path / "list.opml")) == (0, 0, 0, 0, 1)


def test_feed_in_a_file_is_read_when_it_is_given_by_itself(world: World, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(
        f"<rss version='2.0'><channel><item><link>{world.article(1)}</link></item></channel></rss>"
    )
    (tmp_path / "other.xml").write_text("<invoice/>")
    assert world.read(tmp_path / "feed.xml").added == 1
    report = world.read(tmp_path, tmp_path / "other.xml")
    assert world.web.asked == []
    assert ["names pages of the web" in problem.reason for problem in report.skipped] == [True, True]
    assert ["neither a feed" in problem.reason for problem in report.failed] == [True]


def site(world: World, links: str, feeds: str = "") -> str:
    world.web.page("https://news.example/", f"<html><head>{feeds}</head><body>{links}</body></html>")
    return "https://news.example/"


def test_site_is_read_through_its_lists_and_its_links_up_to_the_limit(world: World) -> None:
    world.feed(world.article(1), "https://elsewhere.example/9")
    world.web.page(
        "https://news.example/map.xml", f"<urlset><url><loc>{world.article(2)}</loc></url></urlset>", "text/xml"
    )
    world.web.named_sitemaps = ("https://news.example/map.xml",)
    world.article(4)
    world.web.page("https://news.example/3", page(3, links="<a href='/4'>Four</a>"))
    front = site(
        world,
        "<a href='/3'>Three</a> <a href='https://elsewhere.example/8'>Away</a>",
        f"<link rel='alternate' type='application/rss+xml' href='{FEED}'>",
    )
    assert world.read(front, limit=3).added == 3
    assert world.urls == [f"https://news.example/{number}" for number in (1, 2, 3)]
    assert not any("elsewhere" in url for url in world.web.asked)


def test_site_goes_on_in_the_next_run_where_the_limit_stopped_it(world: World) -> None:
    links = "".join(f"<a href='{world.article(number)}'>{number}</a>" for number in range(1, 6))
    front = site(world, links)
    assert [world.read(front, limit=2).added for _ in range(4)] == [2, 2, 1, 0]
    assert len(world.library.all()) == 5


def test_pages_of_links_inside_a_site_lead_on_and_are_no_articles(world: World) -> None:
    headlines = "".join(f"<a href='{world.article(n)}'>A headline of some words {n}</a>" for n in range(1, 10))
    world.web.page("https://news.example/world", f"<html><body>{headlines}</body></html>")
    report = world.read(site(world, "<a href='/world'>World</a>"))
    assert (report.added, report.skipped) == (9, ())


def test_site_without_named_lists_is_looked_through_where_they_usually_are(world: World) -> None:
    world.web.page(
        "https://news.example/sitemap.xml", f"<urlset><url><loc>{world.article(1)}</loc></url></urlset>", "text/xml"
    )
    report = world.read(site(world, ""))
    assert (report.added, report.failed, report.skipped) == (1, (), ())


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (404, "there is no such page (404): check the address"),
        ((b"\x89PNG", "image/png"), "answers with image/png, which holds no article"),
        ((b"  ", "text/plain"), "is empty"),
        (UnreachableError("no connection"), "no connection"),
    ],
)
def test_address_without_an_article_is_a_failure_told_in_words(world: World, answer: Any, reason: str) -> None:
    world.web.answers["https://news.example/x"] = answer
    assert [problem.reason for problem in world.read("https://news.example/x").failed] == [reason]


def test_page_in_another_character_set_is_read_as_its_header_says(world: World) -> None:
    text = "Съобщение за ремонта на моста. " * 20
    world.web.page("https://news.example/1", page(1, text=text).encode("windows-1251"))
    plain = world.web.get

    def declared(url: str, **conditions: Any) -> Any:
        from dataclasses import replace

        return replace(plain(url, **conditions), charset="windows-1251")

    world.web.get = declared  # type: ignore[method-assign]
    world.read("https://news.example/1")
    assert "Съобщение за ремонта" in world.library.all()[0].text


def test_every_run_is_recorded_with_figures_alone(world: World, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    world.read(tmp_path / "a.txt", FEED)
    (record,) = world.library.following.records
    assert record["sources"] == [str(tmp_path / "a.txt"), FEED]
    assert (record["report"]["added"], record["report"]["failed"]) == (1, 1)
    assert record["ended"] == "2024-06-15T12:00:00+00:00"
    assert all(isinstance(value, int | float | str) for value in record["report"].values())
