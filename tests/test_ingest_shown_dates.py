"""Dates that a page shows: the day of its publication, and never that of a comment, a change or another article."""

from datetime import UTC, datetime

import pytest

from ingest.extraction.date_choice import Publication, publication
from ingest.extraction.dates import read_date
from ingest.extraction.extract import read_page
from tests.support.newsroom import STORY, article, story_page

NOW = datetime(2026, 6, 15, tzinfo=UTC)
LONG_LINK = '<a href="/a">A long headline of quite another article</a>'


def dated(page: str) -> Publication:
    extract = read_page(page.encode())
    return publication(extract.clues, extract.updates, NOW)


@pytest.mark.parametrize(
    ("lead", "language"),
    [
        ("<p>Published: 5 March 2024, 21:40 CET. Last updated: 9 March 2024</p>", "en"),
        ("<div><span>Updated March 9, 2024</span> <span>Published March 5, 2024 9:40 p.m. ET</span></div>", "en"),
        ("<div>Veröffentlicht am 5. März 2024, 21:40 Uhr | Aktualisiert am 9. März 2024</div>", "de"),
        ("<p>Publié le 5 mars 2024 à 21h40 - Mis à jour le 9 mars 2024</p>", "fr"),
        ("<p>Actualizado: 9 de marzo de 2024. Publicado: 5 de marzo de 2024</p>", "es"),
        ('<span itemprop="datePublished">5 March 2024</span><span itemprop="dateModified">9 March 2024</span>', "en"),
        (
            '<time class="entry-date published" datetime="2024-03-05T10:00:00Z">5 March</time>'
            '<time class="updated" datetime="2024-03-09T10:00:00Z">9 March</time>',
            "en",
        ),
    ],
)
def test_what_a_page_says_of_its_publication_and_of_its_change_is_told_apart(lead: str, language: str) -> None:
    changed = '<meta property="article:modified_time" content="2024-03-09T10:00:00+01:00">'
    found = dated(story_page(lead=lead, language=language, head=changed))
    assert (str(found.published)[:10], str(found.updated)[:10]) == ("2024-03-05", "2024-03-09")


@pytest.mark.parametrize(
    ("lead", "language"),
    [
        ('<div class="meta"><time datetime="2024-03-05T21:40:00+01:00">5 March</time></div>', "en"),
        ('<span class="date">5 March 2024</span>', "en"),
        ('<span class="date">05/03/2024</span>', "en-GB"),
        ('<span class="date">03/05/2024</span>', "en-US"),
        ('<span class="date">05.03.2024</span>', "de"),
        ('<span class="date">2024年3月5日</span>', "ja"),
        ("<p>Posted on 05/03/2024</p>", "fr"),
    ],
)
def test_day_beside_the_headline_is_that_of_publication(lead: str, language: str) -> None:
    assert str(dated(story_page(lead=lead, language=language)).published)[:10] == "2024-03-05"


@pytest.mark.parametrize(
    "parts",
    [
        {"after": '<aside><time datetime="2016-05-01">1 May 2016</time></aside>'},
        {"after": '<section id="comments"><span class="date">2023-11-19 10:09</span><p>Finally.</p></section>'},
        {"after": '<ol class="commentlist"><li>Joe, March 7, 2024: nice</li></ol>'},
        {"after": f'<ul class="x"><li>{LONG_LINK} <time datetime="2016-05-01">1 May 2016</time></li></ul>'},
        {"after": f'<article><h3>{LONG_LINK}</h3><time datetime="2016-05-01" pubdate>1 May 2016</time></article>'},
        {"after": '<div class="event"><time datetime="2025-06-01">1 June 2025</time></div>'},
        {"after": "<footer>© 2019-2024 Velmora Courier</footer>", "lead": '<p class="date">2024</p>'},
        {"lead": '<p class="date">Last updated: 9 March 2024</p>'},
        {"lead": '<p class="date">Posted on 03/04/2024</p>'},
        {"lead": '<span class="date">03/04/2024</span>'},
        {"lead": '<p class="date">Published March 2024</p>'},
        {"head": '<meta name="date" content="03/04/2024">'},
        {
            "body": "".join(
                f"<p>{line}</p>" for line in (*STORY, "The wall was built on 12 May 1951 and mended on 2019-04-05.")
            )
        },
    ],
)
def test_no_day_is_better_than_that_of_something_else(parts: dict[str, str]) -> None:
    assert dated(story_page(**parts)).published is None


def test_date_of_a_related_article_is_not_taken_where_its_own_has_none() -> None:
    related = {"@type": "NewsArticle", "datePublished": "2021-06-01", "headline": "Tram strike"}
    assert dated(story_page([article(), related])).published is None


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("March 5, 2024 9:40 p.m. ET", "2024-03-05T21:40"),
        ("March 5, 2024 12:10 AM", "2024-03-05T00:10"),
        ("2024-03-05 21:40:00 +0100", "2024-03-05T21:40:00+01:00"),
        ("2024-03-05 21:40:00 UTC", "2024-03-05T21:40:00+00:00"),
    ],
)
def test_times_are_read_as_they_are_meant(written: str, read: str) -> None:
    assert read_date(written) == read
