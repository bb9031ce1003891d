"""Pages that only lead on, feeds behind notices, and the text that a feed has itself."""

from html import escape
from typing import Any

import pytest

from ingest import RobotsError
from ingest.errors import StatusError
from ingest.web.recognise import read_outline
from ingest.web.refresh import refresh_target
from tests.support.newsroom import HEADLINE, STORY, story_page
from tests.test_ingest_web import FEED, World, worker, world  # noqa: F401  # fixtures

BASE = "https://news.example/go?u=1"
TARGET = "https://news.example/2024/breakwater"
TEXT = "".join(f"<p>{line}</p>" for line in STORY)


@pytest.mark.parametrize(
    "page",
    [
        f'<noscript><META http-equiv="refresh" content="0;URL=\'{TARGET}\'"></noscript>',
        f'<html><head><meta http-equiv="refresh" content="0; url={TARGET}"></head><body>Moved. <a'
        f' href="x">Go</a></body></html>',
        "<meta content='1;url=/2024/breakwater' http-equiv=refresh>",
        f"<script>location='{'x' * 900}'</script><meta http-equiv='Refresh' content='0, {TARGET}'>",
    ],
)
def test_page_that_leads_on_names_where(page: str) -> None:
    assert refresh_target(page.encode(), BASE) == TARGET


@pytest.mark.parametrize(
    "page",
    [
        f'<meta http-equiv="refresh" content="300; url={TARGET}">',
        '<meta http-equiv="refresh" content="60">',
        f'<meta http-equiv="refresh" content="0; url={BASE}">',
        '<meta http-equiv="refresh" content="0; url=javascript:x()">',
        f'<meta http-equiv="refresh" content="0; url={TARGET}">{TEXT}',
        "<p>To refresh yourself, have a drink.</p>",
        "",
    ],
)
def test_page_that_has_something_to_say_leads_nowhere(page: str) -> None:
    assert refresh_target(page.encode(), BASE) is None


def rss(*items: str) -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Velmora Courier</title>{''.join(items)}</channel></rss>"
    )


def item(link: str, text: str = "") -> str:
    content = f"<content:encoded>{escape(text)}</content:encoded>" if text else ""
    return (
        f"<item><title>{HEADLINE}</title><link>{link}</link><pubDate>Tue, 05 Mar 2024 09:30:00 GMT</pubDate>"
        f"{content}</item>"
    )


def test_article_behind_a_page_that_leads_on_is_read_and_known_again(world: World) -> None:  # noqa: F811
    world.web.page(FEED, rss(item(BASE)), "application/rss+xml")
    world.web.page(BASE, f"<meta http-equiv='refresh' content='0;url={TARGET}'>")
    world.web.page(TARGET, story_page())
    assert world.read(FEED).added == 1
    (article,) = world.library.all()
    assert (article.title, article.url, str(article.published)[:10]) == (HEADLINE, TARGET, "2024-03-05")
    assert world.read(FEED).added == 0


def test_pages_that_lead_to_each_other_end(world: World) -> None:  # noqa: F811
    other = "https://news.example/b"
    world.web.page(BASE, f"<meta http-equiv='refresh' content='0;url={other}'>")
    world.web.page(other, f"<meta http-equiv='refresh' content='0;url={BASE}'>")
    assert world.read(BASE).added == 0
    assert len(world.web.asked) <= 5


SHELL = (b"<html><head><title>x</title></head><body><div id='app'></div></body></html>", "text/html")
TEASER = (b"<html><head><title>x</title></head><body><article><h1>x</h1><p>Please log in.</p></article>", "text/html")


@pytest.mark.parametrize("answer", [SHELL, TEASER, StatusError("news.example answered 403", status=403)])
def test_text_of_the_feed_stands_in_for_a_page_without_one(world: World, answer: Any) -> None:  # noqa: F811
    world.web.page(FEED, rss(item(TARGET, TEXT)), "application/rss+xml")
    world.web.answers[TARGET] = answer
    report = world.read(FEED)
    (article,) = world.library.all()
    assert (article.title, article.url) == (HEADLINE, TARGET)
    assert all(line in article.text for line in STORY)
    assert report.failed == ()
    told = [problem.reason for problem in report.skipped]
    assert told == (
        ["news.example answered 403: the text that the feed has was taken instead"]
        if isinstance(answer, Exception)
        else []
    )


def test_page_that_may_not_be_asked_for_is_not_replaced(world: World) -> None:  # noqa: F811
    world.web.page(FEED, rss(item(TARGET, TEXT)), "application/rss+xml")
    world.web.answers[TARGET] = RobotsError("robots.txt keeps programs away")
    assert world.read(FEED).added == 0


def test_summary_in_a_feed_is_no_article(world: World) -> None:  # noqa: F811
    world.web.page(FEED, rss(item(TARGET, f"<p>{STORY[0]}</p>")), "application/rss+xml")
    world.web.answers[TARGET] = StatusError("news.example answered 403", status=403)
    assert (world.read(FEED).added, len(world.library.all())) == (0, 0)


@pytest.mark.parametrize(
    "notice",
    [
        "<br />\n<b>Notice</b>:  Undefined index: lang in <b>/srv/feed.php</b> on line <b>12</b><br />\n",
        "Warning: Cannot modify header information in /srv/x.php on line 3\n",
        "\n\n  ",
        "<!-- cached -->\n",
    ],
)
def test_feed_behind_a_notice_is_read(notice: str) -> None:
    outline = read_outline((notice + rss(item(TARGET))).encode(), FEED, "application/rss+xml")
    assert (outline.kind, [pointer.url for pointer in outline.pages]) == ("feed", [TARGET])
    sitemap = f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>{TARGET}</loc></url></urlset>"
    assert read_outline((notice + sitemap).encode(), FEED, "text/xml").kind == "sitemap"


def test_page_about_feeds_is_none() -> None:
    page = f"<html><body><p>A feed begins with</p><pre><rss version='2.0'></pre>{TEXT}</body></html>"
    assert read_outline(page.encode(), TARGET, "text/html").kind in ("page", "hub")
