import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.extraction.canonical import is_front, page_address, site_of

FETCHED = "https://www.news.example/2015/08/pledge"


@pytest.mark.parametrize(
    ("stated", "fetched", "kept"),
    [
        ("https://news.example/2015/08/pledge", FETCHED, "https://news.example/2015/08/pledge"),
        ("/2015/08/pledge-2", FETCHED, "https://www.news.example/2015/08/pledge-2"),
        ("https://www.times.co.uk/pledge", "https://amp.times.co.uk/pledge?x=1", "https://www.times.co.uk/pledge"),
        ("https://www.news.example/pledge", "https://m.news.example/pledge", "https://www.news.example/pledge"),
        (FETCHED, f"{FETCHED}/amp", FETCHED),
        (FETCHED, f"{FETCHED}/amp.html", FETCHED),
        (FETCHED, f"{FETCHED}/2", FETCHED),
        (f"{FETCHED}#comments", FETCHED, FETCHED),
        (FETCHED, None, FETCHED),
    ],
)
def test_address_that_the_page_states_is_kept_where_it_can_be(stated: str, fetched: str | None, kept: str) -> None:
    assert page_address([stated], fetched) == kept


@pytest.mark.parametrize(
    "stated",
    [
        "https://www.news.example/",
        "https://www.news.example/en/",
        "https://www.news.example/index.html",
        "https://www.news.example/2015",
        "https://other.example/2015/08/pledge",
        "https://times.co.uk/2015/08/pledge",
        "http://localhost/2015/08/pledge",
        "http://127.0.0.1/2015/08/pledge",
        "javascript:alert(1)",
        "https://user:secret@www.news.example/2015/08/pledge",
        "http://[::1",
        "ftp://www.news.example/pledge",
        "",
    ],
)
def test_address_that_cannot_be_the_article_s_gives_way_to_the_one_that_was_fetched(stated: str) -> None:
    assert page_address([stated], FETCHED) == FETCHED
    assert page_address([stated, f"{FETCHED}-2"], FETCHED) == f"{FETCHED}-2"


def test_a_front_page_is_the_address_of_no_article() -> None:
    assert page_address(["https://www.news.example/"], None) is None
    assert page_address([], "https://www.news.example/") is None
    assert (
        page_address(["https://www.news.example/"], "https://www.news.example/?p=12")
        == "https://www.news.example/?p=12"
    )
    assert is_front("https://www.news.example/?p=12") is False


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("https://www.news.bbc.co.uk/a", "bbc.co.uk"),
        ("https://one.blogspot.com/a", "one.blogspot.com"),
        ("http://127.0.0.1:8000/a", "127.0.0.1"),
        ("http://localhost:8000/a", "localhost"),
        ("https://m.news.example/a", "news.example"),
    ],
)
def test_a_site_is_what_one_owner_has_registered(address: str, site: str) -> None:
    assert site_of(address) == site


@given(st.text(max_size=60), st.one_of(st.none(), st.text(max_size=60), st.just(FETCHED)))
def test_whatever_a_page_states_the_address_is_one_of_the_web_or_none(stated: str, fetched: str | None) -> None:
    kept = page_address([stated], fetched)
    assert kept is None or (kept.startswith(("http://", "https://")) and not is_front(kept))
