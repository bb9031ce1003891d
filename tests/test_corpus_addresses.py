"""One page has one normal address, and two pages never have the same."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus import normal_address

PAGE = "https://paper.example/2024/05/harbour-strike-ends"


@pytest.mark.parametrize(
    "form",
    [
        "http://paper.example/2024/05/harbour-strike-ends",
        "HTTPS://Paper.Example:443/2024/05/harbour-strike-ends/",
        "http://www.paper.example:80/2024/05/harbour-strike-ends#comments",
        "https://www.paper.example./2024/05/harbour-strike-ends/index.html",
        "https://m.paper.example/2024/05/harbour-strike-ends",
        "https://mobile.paper.example/2024/./05/x/../harbour-strike-ends",
        "https://amp.paper.example/2024/05/harbour%2Dstrike%2dends",
        "https://paper.example/2024/05/harbour-strike-ends/amp/",
        "https://paper.example/amp/2024/05/harbour-strike-ends",
        "https://paper.example/2024/05/harbour-strike-ends.amp.html",
        "https://paper.example/2024/05/harbour-strike-ends?outputType=amp",
        "https://paper.example/2024/05/harbour-strike-ends?amp",
        "https://paper.example/2024/05/harbour-strike-ends?utm_source=x&utm_medium=y&fbclid=Iw1&gclid=2",
        "https://paper.example/2024/05/harbour-strike-ends?utm_source=x&amp;utm_medium=y",
        "https://paper.example/2024/05/harbour-strike-ends?ref=rss&CMP=Share_iOS",
        "https://paper.example/2024/05/harbour-strike-ends;jsessionid=8F2A?mc_cid=1&mc_eid=2&msclkid=3&dclid=4",
        "https://paper.example/2024/05/harbour-strike-ends?at_medium=RSS&at_campaign=rss&ns_mchannel=social&ocid=x",
        "https://www.google.co.uk/amp/s/www.paper.example/2024/05/harbour-strike-ends",
        "https://paper-example.cdn.ampproject.org/c/s/paper.example/2024/05/harbour-strike-ends",
        " https://paper.example/2024/05/harbour-strike-ends?&& ",
    ],
)
def test_other_spellings_of_an_address_have_one_form(form: str) -> None:
    assert normal_address(form) == PAGE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://paper.example/a?gid=1", "https://paper.example/a?gid=2"),
        ("https://paper.example/a?guid=1", "https://paper.example/a?guid=2"),
        ("https://paper.example/a?igid=1", "https://paper.example/a?igid=2"),
        ("https://paper.example/a?mc_id=1", "https://paper.example/a?mc_id=2"),
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2"),
        ("https://paper.example/a?ref=1001", "https://paper.example/a?ref=1002"),
        ("https://paper.example/a?source=17", "https://paper.example/a"),
        ("https://paper.example/a?p=x&p=y", "https://paper.example/a?p=y&p=x"),
        ("https://paper.example/a?q=%ff", "https://paper.example/a?q=%fe"),
        ("https://paper.example/a?q=a%26b", "https://paper.example/a?q=a&b"),
        ("https://paper.example/a%2Fb", "https://paper.example/a/b"),
        ("https://paper.example/a%3Fb", "https://paper.example/a?b"),
        ("https://paper.example/A", "https://paper.example/a"),
        ("https://paper.example:8080/a", "https://paper.example/a"),
        ("https://paper.example:0/a", "https://paper.example/a"),
        ("https://m.co.uk/a", "https://amp.co.uk/a"),
        ("https://m.example/a", "https://amp.example/a"),
        ("https://paper.example/guitars/amp", "https://paper.example/guitars"),
        ("https://paper.example/amp/guitars", "https://paper.example/guitars"),
        ("https://paper.example/live#!/a", "https://paper.example/live#!/b"),
        ("https://straße.example/a", "https://strasse.example/a"),
        ("https://news.paper.example/a", "https://paper.example/a"),
        ("https://paper.example/a?amp=200", "https://paper.example/a"),
    ],
)
def test_addresses_of_different_pages_stay_apart(one: str, other: str) -> None:
    assert normal_address(one) != normal_address(other)


@pytest.mark.parametrize("text", ["", "storm", "ftp://x.example/a", "https://", "https://[::1", "mailto:a@b.example"])
def test_what_is_no_web_address_is_given_back(text: str) -> None:
    assert normal_address(text) == text


def test_a_host_in_another_script_has_the_form_that_is_connected_to() -> None:
    assert normal_address("https://www.Zürich.example/ä b") == normal_address("http://xn--zrich-kva.example/%C3%A4%20b")


PIECES = st.sampled_from(
    "a b 1 %2e %2F %41 %zz % . .. ; amp index.html index.php AMP ä e\u0301 \U0001f600 + @ : ~ = & ? # ! / // . m www "
    "utm_source gid=1 ref=rss amp;x=1 ;jsessionid=1 one-two-three .amp.html .amp /amp/ google.com/amp/s/ \udce4".split()
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)
HOSTS = st.sampled_from(
    "paper.example www.paper.example m.amp.www.paper.example en.m.paper.example m.co.uk www.m.example www.google.com "
    "a-b.cdn.ampproject.org PAPER.example:443 [::1]:80 [::1]:8080 user:word@paper.example 10.0.0.1 localhost "
    "www. amp.com m.m.m bücher.example".split()
)


@given(st.sampled_from(["http", "https", "HTTPS"]), HOSTS, TEXTS)
@example("http", "paper.example", "%2e;jsessionid=1")
@example("http", "paper.example", "a;jsess;jsessionid=1ionid=2")
@example("https", "www.google.com", "/amp/s/www.google.com/amp/s/paper.example/one-two-three/amp/index.html/amp")
def test_the_normal_form_of_a_normal_address_is_itself(scheme: str, host: str, rest: str) -> None:
    normal = normal_address(f"{scheme}://{host}/{rest}")
    assert normal_address(normal) == normal


@given(st.text(max_size=60))
def test_any_text_has_a_form_that_stays(text: str) -> None:
    assert normal_address(normal_address(text)) == normal_address(text)


NAMES = st.from_regex(re.compile(r"[a-z_]{0,6}id|p|page|story|article|n|[a-z]{1,8}", re.ASCII), fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)


@given(NAMES, VALUES, VALUES, st.sampled_from(["id", "gid", "guid", "igid", "story_id", "articleid", "p", "docid"]))
def test_addresses_whose_ids_differ_are_never_one(name: str, one: str, other: str, id_name: str) -> None:
    forms = [
        normal_address(f"https://paper.example/story?{name}=1&{id_name}={quote(value, safe='')}&utm_source=x")
        for value in (one, other)
    ]
    assert (forms[0] == forms[1]) == (one == other)


@given(VALUES, VALUES)
def test_paths_that_differ_are_never_one(one: str, other: str) -> None:
    names = [f"{value}-s" for value in (one, other)]
    forms = [normal_address(f"https://paper.example/news/{quote(name, safe='')}") for name in names]
    assert (forms[0] == forms[1]) == (one == other)
