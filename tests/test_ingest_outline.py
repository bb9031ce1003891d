"""What an answer of the web is, and what it names: feeds, sitemaps, lists of feeds, pages."""

import dataclasses
import gzip
import json

import pytest

from ingest.errors import SourceError
from ingest.web.links import is_front, same_site
from ingest.web.outline import Outline, outline_of, web_address
from ingest.web.recognise import read_outline, root_of
from ingest.workers.worker import Worker

HERE = "https://news.example/lists/feed"
RSS = """<?xml version="1.0"?><!-- made by hand --><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The Courier</title><language>en-GB</language>
<item><title>Ferry sails</title><link>https://news.example/1</link><pubDate>Tue, 05 Mar 2024 09:30:00 GMT</pubDate>
<dc:creator>Ann Other</dc:creator></item>
<item><title>Bridge</title><link>/2</link></item>
<item><title>&lt;script&gt;alert(1)&lt;/script&gt;</title><link>javascript:alert(1)</link></item>
<item><link>file:///etc/passwd</link></item><item><link>https://news.example/1#comments</link></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Daily</title>
<entry><title>One</title><link href="https://news.example/a"/><published>2024-03-05T09:30:00+01:00</published>
<updated>2024-03-06T10:00:00Z</updated><author><name>B. Line</name></author></entry>
<entry><title>Two</title><link rel="alternate" href="b"/><updated>2024-03-07T10:00:00Z</updated></entry></feed>"""


def outline(content: str | bytes, content_type: str = "application/xml", url: str = HERE) -> Outline:
    return read_outline(content.encode() if isinstance(content, str) else content, url, content_type)


def urls(found: Outline) -> list[str]:
    return [pointer.url for pointer in found.pages]


def test_rss_names_its_entries_with_what_it_says_of_them() -> None:
    found = outline(RSS, "text/plain")
    assert (found.kind, urls(found)) == ("feed", ["https://news.example/1", "https://news.example/2"])
    said = found.pages[0].witness
    assert said is not None
    assert [tuple(clue) for clue in said.clues] == [("feed", "Tue, 05 Mar 2024 09:30:00 GMT")]
    assert (said.title, said.outlet, said.authors, said.language) == (
        "Ferry sails",
        "The Courier",
        ("Ann Other",),
        "en",
    )
    assert found.pages[1].witness is not None
    assert found.pages[1].witness.clues == ()


def test_feed_that_is_endless_is_read_to_a_limit() -> None:
    items = "".join(f"<item><link>https://other.example/{n}</link></item>" for n in range(1_100))
    assert len(outline(f"<rss version='2.0'><channel>{items}</channel></rss>").pages) == 1_000


def test_atom_tells_publication_from_change() -> None:
    one, two = outline(ATOM).pages
    assert (one.url, two.url) == ("https://news.example/a", "https://news.example/lists/b")
    assert one.witness is not None
    assert two.witness is not None
    assert [clue.value for clue in one.witness.clues] == ["2024-03-05T09:30:00+01:00"]
    assert (one.witness.updated, one.witness.authors) == ("2024-03-06T10:00:00Z", ("B. Line",))
    assert (two.witness.clues, two.witness.updated) == ((), "2024-03-07T10:00:00Z")


def test_json_feed_is_read() -> None:
    item = {"url": "https://news.example/j", "title": "J", "date_published": "2024-03-05T09:30:00Z", "authors": [{}]}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Feed", "items": [item, {"url": "ftp://x/y"}, 7]}
    found = outline(json.dumps(feed), "application/feed+json")
    assert (found.kind, urls(found)) == ("feed", ["https://news.example/j"])
    assert outline('{"version": "https://jsonfeed.org/version/1", "items": 3}', "text/json").pages == ()


def test_sitemap_gives_lastmod_as_a_change_and_never_as_a_date_of_publication() -> None:
    found = outline(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="urn:news" xmlns:image="urn:image">'
        "<url><loc> https://news.example/1 </loc><lastmod>2024-05-01</lastmod>"
        "<image:image><image:loc>https://news.example/1.jpg</image:loc><image:title>A ship</image:title></image:image>"
        "</url><url><loc>https://news.example/2</loc><news:news><news:publication><news:name>Courier</news:name>"
        "<news:language>en</news:language></news:publication><news:publication_date>2024-05-02T08:00Z"
        "</news:publication_date><news:title>Two</news:title></news:news></url></urlset>"
    )
    assert (found.kind, urls(found)) == ("sitemap", ["https://news.example/1", "https://news.example/2"])
    old, new = (pointer.witness for pointer in found.pages)
    assert old is not None
    assert new is not None
    assert (old.clues, old.updated, old.title) == ((), "2024-05-01", "")
    assert [tuple(clue) for clue in new.clues] == [("sitemap", "2024-05-02T08:00Z")]
    assert (new.title, new.outlet, new.language) == ("Two", "Courier", "en")


def test_index_of_sitemaps_may_be_gzipped() -> None:
    index = "<sitemapindex><sitemap><loc>https://news.example/s.xml.gz</loc></sitemap></sitemapindex>"
    found = outline(gzip.compress(index.encode()), "application/gzip")
    assert (found.kind, found.pages) == ("sitemap index", ())
    assert [pointer.url for pointer in found.sources] == ["https://news.example/s.xml.gz"]


def test_sitemap_as_plain_text_is_read_and_prose_is_not() -> None:
    assert urls(outline("https://a.example/1\nhttps://a.example/2\n", "text/plain")) == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert outline("See https://a.example/1 for more.", "text/plain").kind == "other"


def test_opml_names_feeds_at_any_depth() -> None:
    found = outline(
        '<opml version="2.0"><body><outline text="News"><outline type="rss" xmlUrl="https://a.example/feed"/></outline>'
        '<outline text="B" htmlUrl="https://b.example/"/><outline text="empty"/></body></opml>'
    )
    assert found.kind == "feed list"
    assert [pointer.url for pointer in found.sources] == ["https://a.example/feed", "https://b.example/"]


def test_entities_are_neither_expanded_nor_loaded() -> None:
    bomb = '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    found = outline(f"{bomb}<urlset><url><loc>https://news.example/&b;&f;x</loc></url></urlset>")
    assert "aaaa" not in str(found)
    assert "root:" not in str(found)


def test_gzip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.web.recognise.LARGEST_UNPACKED", 1000)
    with pytest.raises(SourceError, match="unpacks to more"):
        outline(gzip.compress(b"<urlset>" + b" " * 5000))
    with pytest.raises(SourceError, match="gzip data are broken"):
        outline(b"\x1f\x8bnot gzip at all")


HEADLINES = "".join(f'<a href="/world/{n}?a=1">A headline of five words {n}</a> ' for n in range(9))


def test_page_of_links_is_told_from_an_article() -> None:
    section = f"<html><body><a href='/'>Home</a>{HEADLINES}<p>Short.</p></body></html>"
    prose = f"<html><body><p>{'Long prose. ' * 100}</p>{HEADLINES}</body></html>"
    marked = f"<html><head><meta property='og:type' content='article'></head><body>{HEADLINES}</body></html>"
    told = [outline(page, "text/html", "https://news.example/world").kind for page in (section, prose, marked)]
    assert told == ["hub", "page", "page"]
    assert outline(marked, "text/html", "https://news.example/").kind == "hub"


def test_page_names_its_feeds_and_the_pages_of_its_own_site() -> None:
    found = outline(
        '<html><head><base href="https://www.news.example/x/"><link rel="alternate" type="application/atom+xml" '
        'href="../atom"><link rel="alternate" hreflang="fr" type="text/html" href="/fr"></head><body>'
        '<a href="a#top">A</a><a href="a">A again</a><a href="/p.jpg">picture</a><a href="https://other.example/">o</a>'
        '<a href="/ad" rel="nofollow sponsored">ad</a><a href="javascript:x()">x</a><a href="http://[bad">b</a>',
        "text/html",
        "https://news.example/x/page",
    )
    assert urls(found) == ["https://www.news.example/x/a"]
    assert [pointer.url for pointer in found.sources] == ["https://www.news.example/atom"]


@pytest.mark.parametrize(
    "written",
    ["javascript:alert(1)", "file:///etc/passwd", "//", "http://", "https://a b/", "http://x:99999/", "x" * 3000, ""],
)
def test_what_is_no_web_address_is_left_out(written: str) -> None:
    assert web_address(written) is None


def test_sites_and_front_pages_are_recognised() -> None:
    assert same_site("https://www.a.example/x", "http://a.example/")
    assert not same_site("https://a.example.evil.example/", "https://a.example/")
    assert [is_front(url) for url in ("https://a.example", "https://a.example/?page=2", "https://a.example/x")] == [
        True,
        False,
        False,
    ]


def test_root_is_found_behind_what_may_stand_before_it() -> None:
    assert root_of(b"\xef\xbb\xbf <?xml version='1.0'?><!DOCTYPE rss [<!ENTITY x 'y'>]> <rss>") == "rss"
    assert root_of("<?xml version='1.0' encoding='utf-16'?><atom:feed>".encode("utf-16")) == "feed"
    assert root_of(b"<!DOCTYPE html><html lang=en>") == "html"
    assert root_of(b"plain words") == ""


def test_feeds_are_read_in_the_worker_which_survives_broken_ones() -> None:
    with Worker() as worker:
        found = worker.outline(RSS.encode(), HERE, "application/rss+xml")
        assert found == outline(RSS)
        with pytest.raises(SourceError):
            worker.outline(b"\x1f\x8bbroken", HERE, "")
        assert worker.outline(b"%PDF-1.7", HERE, "application/pdf") == Outline("other")


def test_outline_survives_the_pipe() -> None:
    found = outline(ATOM)
    assert outline_of(json.loads(json.dumps(dataclasses.asdict(found)))) == found
