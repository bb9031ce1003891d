"""Which of the articles that a page declares it is about, and what its headline, its authors and its text are."""

from typing import Any

import pytest

from ingest.extraction.bylines import names_in, split_names
from ingest.extraction.extract import read_page
from ingest.raw import Extract
from tests.support.newsroom import HEADLINE, STORY, article, story_page

DAY = "2024-03-05"
TRAM = {
    "@type": "NewsArticle",
    "headline": "Tram strike enters second week",
    "datePublished": "2021-06-01",
    "author": {"@type": "Person", "name": "Oskar Blum"},
    "url": "https://courier.example/2021/tram",
}
OWN = article(datePublished=DAY, author={"@type": "Person", "name": "Petra Lund"})
PLACE = '<link rel="canonical" href="https://www.courier.example/2024/breakwater/">'


def read(page: str) -> Extract:
    return read_page(page.encode())


def dates(extract: Extract) -> list[str]:
    return [clue.value for clue in extract.clues]


@pytest.mark.parametrize(
    "scripts",
    [
        ([TRAM, OWN],),
        (TRAM, OWN),
        ({"@graph": [TRAM, OWN]},),
        ([[TRAM], [OWN]],),
        ({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": TRAM}]}, OWN),
        ({**OWN, "hasPart": [TRAM], "isPartOf": TRAM, "mentions": TRAM},),
        (TRAM, {"@type": "WebPage", "mainEntity": OWN}),
        ({"@graph": [{**TRAM, "@id": "#1"}, {**OWN, "@id": "#2"}, {"@type": "WebPage", "mainEntity": {"@id": "#2"}}]},),
        (
            TRAM,
            {**OWN, "headline": "Breakwater", "mainEntityOfPage": {"@id": "https://courier.example/2024/breakwater"}},
        ),
        ([TRAM, {**OWN, "@type": "https://schema.org/ReportageNewsArticle"}],),
    ],
)
def test_the_article_that_a_page_is_about_is_the_one_that_it_shows(scripts: tuple[Any, ...]) -> None:
    extract = read(story_page(*scripts, head=PLACE))
    assert dates(extract) == [DAY]
    assert (extract.title, extract.authors) == (HEADLINE, ("Petra Lund",))


def test_what_is_declared_of_others_only_is_nothing_of_the_page() -> None:
    others = [{**TRAM, "headline": f"Another story number {number}"} for number in range(3)]
    extract = read(story_page(others, head=PLACE))
    assert (dates(extract), extract.authors, extract.title) == ([], (), HEADLINE)


def test_two_scripts_about_one_article_complete_each_other() -> None:
    extract = read(
        story_page(article(datePublished=DAY), article(author=[{"name": "Petra Lund"}, {"name": "Ria Hold"}]))
    )
    assert (dates(extract), extract.authors) == ([DAY], ("Petra Lund", "Ria Hold"))


def test_author_that_is_only_referred_to_is_looked_up() -> None:
    graph = [article(author={"@id": "#p"}, datePublished=DAY), {"@type": "Person", "@id": "#p", "name": "Petra Lund"}]
    assert read(story_page({"@graph": graph})).authors == ("Petra Lund",)


PLAIN = f'{{"@type": "NewsArticle", "headline": "{HEADLINE}", "datePublished": "{DAY}", "author": "Petra Lund"'


@pytest.mark.parametrize(
    "source",
    [
        f"//<![CDATA[\n{PLAIN}}}\n//]]>",
        f"<![CDATA[{PLAIN}}}]]>",
        f"<!-- {PLAIN}}} -->",
        f"{PLAIN},}}",
        f'{PLAIN}, "keywords": ["a, b", "c",],}}',
        f"{PLAIN}}};",
        f'{{"@type": "Organization"}}\n{PLAIN}}}',
        f'{PLAIN}, "description": "two\nlines\tand a tab"}}',
        f"{PLAIN}}}".replace('"', "&quot;"),
    ],
)
def test_linked_data_that_is_not_well_formed_is_read(source: str) -> None:
    extract = read(story_page(source))
    assert (dates(extract), extract.authors) == ([DAY], ("Petra Lund",))


def test_of_linked_data_that_cannot_be_mended_the_one_date_is_kept() -> None:
    assert dates(read(story_page(f'{{"headline": "The "big" wall", "datePublished": "{DAY}"}}'))) == [DAY]
    two = f'{{"headline": "A "b"", "datePublished": "{DAY}", "x": {{"datePublished": "2021-06-01"}}}}'
    assert dates(read(story_page(two))) == []


def live(body: str, headline: str = "Polls close") -> dict[str, Any]:
    entry = {"@type": "BlogPosting", "headline": headline, "articleBody": body, "datePublished": "2024-03-05T18:00:00Z"}
    return {**OWN, "@type": "LiveBlogPosting", "liveBlogUpdate": [{**entry, "author": {"name": "Oskar Blum"}}]}


def test_entries_of_a_live_blog_that_only_its_data_hold_are_text() -> None:
    extract = read(story_page(live("<p>Polls have closed in all nine districts, the commission says.</p>")))
    assert extract.text.endswith("Polls close\n\nPolls have closed in all nine districts, the commission says.")
    assert (extract.title, extract.authors, dates(extract)) == (HEADLINE, ("Petra Lund",), [DAY])


def test_entries_that_the_page_shows_stand_there_once() -> None:
    assert read(story_page(live(STORY[1]))).text.count(STORY[1]) == 1


@pytest.mark.parametrize(
    ("title", "head"),
    [
        (HEADLINE, '<meta property="og:title" content="They waited 600 days for this">'),
        (f"{HEADLINE} | Velmora Courier | by Petra Lund", ""),
        (f"{HEADLINE} | News | Velmora Courier", ""),
        ("Velmora Courier", '<meta property="og:title" content="You will not believe this">'),
    ],
)
def test_title_is_the_headline_that_readers_see(title: str, head: str) -> None:
    assert read(story_page(article(), title=title, head=head)).title == HEADLINE
    if title.startswith(HEADLINE):
        assert read(story_page(title=title, head=head)).title == HEADLINE


@pytest.mark.parametrize(
    ("line", "names"),
    [
        (
            "By Abby Goodwell, Thomas Karn and Robert Pell | Email the author",
            ("Abby Goodwell", "Thomas Karn", "Robert Pell"),
        ),
        ("By Ada Reyes, Chief Reporter", ("Ada Reyes",)),
        ("Von Anna von der Heide und Bo Lind", ("Anna von der Heide", "Bo Lind")),
        ("Ada Reyes (in Tarsk)", ("Ada Reyes",)),
        ("by Jean-Luc O’Hara • 5 March 2024", ("Jean-Luc O’Hara",)),
        ("Ada Reyes March 5, 2024", ("Ada Reyes",)),
        ("By our political staff", ()),
        ("Updated 5 hours ago", ()),
        ("Follow us", ()),
    ],
)
def test_names_are_read_from_a_byline(line: str, names: tuple[str, ...]) -> None:
    assert names_in(line) == names


@pytest.mark.parametrize(
    ("declared", "names"),
    [
        (["Ada Reyes and Bo Lind"], ["Ada Reyes", "Bo Lind"]),
        (["By Ada Reyes"], ["Ada Reyes"]),
        (["Reuters, London"], ["Reuters, London"]),
        (["Ada Reyes | Courier"], ["Ada Reyes"]),
        (["Ada Reyes, AP Staff Writer"], ["Ada Reyes"]),
    ],
)
def test_names_that_are_declared_as_one_are_told_apart(declared: list[str], names: list[str]) -> None:
    assert list(split_names(declared)) == names


def test_byline_names_all_authors_and_no_photographer_nor_those_of_others() -> None:
    lead = (
        '<div class="byline">By <a rel="author" href="/a">Abby Goodwell</a>, Thomas Karn and Robert Pell</div>'
        '<figure><img src="x.jpg"><figcaption class="author">Photo: Jens Foto</figcaption></figure>'
    )
    after = '<div class="latest"><div>2 hours ago <span class="author">Oskar Blum</span></div></div>'
    names = ("Abby Goodwell", "Thomas Karn", "Robert Pell")
    assert read(story_page(lead=lead, after=after)).authors == names
    assert read(story_page(article(author="Abby Goodwell"), lead=lead)).authors == names
