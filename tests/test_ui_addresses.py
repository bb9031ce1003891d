"""Addresses of articles and quotations, citations to take away, and searching the texts of the articles."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from corpus import Article, Library
from rag.answer import Citation
from tests.support.shelves import open_fake, put
from tests.test_ui_rendering import Seen
from ui.citing import article_path, citation_markdown, citation_text, source_link
from ui.page.actions.opening import open_article
from ui.page.actions.search import cut_snippet, list_articles
from ui.page.server.guard import find_redirect

TODAY = date(2024, 6, 15)
DAM = Article(
    "dam/1?x",
    "The dam stands on the Vakhsh river.\n\nIt is 335 metres high, said Ms. Jones-Smith, and cost 3 billion.",
    title="A dam",
    outlet="Wire",
    published="2018-11-17",
    url="https://wire.example/dam",
)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_fake(tmp_path / "library") as library:
        put(library, DAM)
        put(library, Article("other", "Nothing of that kind is told here.", title="Another", published="2019-01-01"))
        yield library


def cite(quotation: str) -> Citation:
    start = DAM.text.index(quotation)
    return Citation.cite(1, DAM, "p", start, start + len(quotation))


def test_the_address_of_a_quotation_opens_its_article_at_its_words(library: Library) -> None:
    path = article_path(DAM.id, "on the Vakhsh\nriver")
    target = find_redirect("GET", *_unquoted(path))
    assert target is not None
    query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
    assert query == {"article": DAM.id, "quote": "on the Vakhsh river"}
    shown = open_article(library, {"article_id": query["article"], "quote": query["quote"], "focus": 1}, TODAY)
    assert Seen(shown).with_attribute("data-n") == ["1"]
    assert ">on the Vakhsh river</mark>" in shown


def _unquoted(path: str) -> tuple[str, str]:
    """Path and query as a server sees them."""
    from urllib.parse import unquote

    parts = urlsplit(path)
    return unquote(parts.path), parts.query


def test_a_quotation_that_is_not_in_the_article_is_not_marked(library: Library) -> None:
    shown = open_article(library, {"article_id": DAM.id, "quote": "never said", "focus": 1}, TODAY)
    assert "<mark" not in shown
    assert "no longer stands" in shown


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/article/"), ("GET", "/assets/x"), ("POST", "/article/x"), ("GET", "/c")],
)
def test_other_addresses_are_left_alone(method: str, path: str) -> None:
    assert find_redirect(method, path, "") is None


def test_a_redirect_never_leaves_the_page() -> None:
    for name in ("//evil.example", "x\r\nlocation: https://evil.example", "https://evil.example"):
        target = find_redirect("GET", f"/article/{name}", "quote=%0d%0a")
        assert target is not None
        assert target.startswith("/?article=")
        assert "\r" not in target
        assert "\n" not in target


def test_a_citation_is_taken_away_as_text_and_as_markdown() -> None:
    citation = cite("The dam stands on the Vakhsh river.")
    assert citation_text(citation) == (
        "“The dam stands on the Vakhsh river.” — Wire, 17 Nov 2018, “A dam”, https://wire.example/dam"
    )
    assert citation_markdown(citation).startswith("> The dam stands on the Vakhsh river.\n>\n> — Wire, 17 Nov 2018")


def test_a_link_to_the_source_leads_to_the_quoted_words() -> None:
    assert source_link(cite("on the Vakhsh river")) == "https://wire.example/dam#:~:text=on%20the%20Vakhsh%20river"
    long = source_link(cite("It is 335 metres high, said Ms. Jones-Smith, and cost 3 billion."))
    assert long.endswith(
        "#:~:text=It%20is%20335%20metres%20high%2C%20said%20Ms.%20Jones%2DSmith%2C%20and%20cost%203%20billion."
    )


def test_the_search_finds_words_of_the_text_and_shows_them(library: Library) -> None:
    found = list_articles(library, "Vakhsh", TODAY)
    assert "1 matching article" in found
    assert "<strong>Vakhsh</strong> river" in found
    assert "No article matches" in list_articles(library, "Zorblax", TODAY)
    assert "2 articles" in list_articles(library, "", TODAY)
    assert "The newest 1 of 2 articles" in list_articles(library, "", TODAY, 1)


def test_a_snippet_is_the_text_around_the_first_match() -> None:
    text = f"{'before ' * 40}the dam stands {'after ' * 40}"
    pieces = cut_snippet(text, ["dam"])
    assert ("dam", True) in pieces
    assert pieces[0][0] == "… "
    assert pieces[-1][0] == " …"
    assert cut_snippet(text, ["absent"]) == ()
