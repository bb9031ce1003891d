"""Hosts are asked in turn, as their robots.txt wishes, and again only where that can help; time is fake."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.errors import FetchError, RobotsError, StatusError, TooLargeError, UnreachableError
from ingest.fetching.robots import KEPT_SECONDS, KEPT_SECONDS_OF_FAILURE, LARGEST_BYTES, parsed_rules
from ingest.fetching.turns import Turns
from tests.support.fetching import RESET, Asked, FakeClock, page, redirect, running_site

RULES = b"""
User-agent: *
Disallow: /

User-agent: Pressmark
User-agent: another-robot
Disallow: /private/
Allow: /private/open
Disallow: /*?print=
Crawl-delay: 7
Sitemap: https://news.example/sitemap.xml
"""


# robots.txt


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("story", True), ("private/story", False), ("private/open", True), ("story?print=1", False), ("", True)],
)
def test_robots_txt_is_kept(path: str, allowed: bool) -> None:
    with running_site(**{"robots.txt": page(RULES), path: page(b"text")}) as site:
        if allowed:
            assert site.fetcher().get(f"{site.url}/{path}").content == b"text"
        else:
            with pytest.raises(RobotsError, match="keeps 'Pressmark' away"):
                site.fetcher().get(f"{site.url}/{path}")
            assert site.paths() == []


def test_rules_for_everybody_hold_where_none_are_for_us() -> None:
    with running_site(**{"robots.txt": page(RULES), "story": page(b"text")}) as site:
        for name in ("Other", "Press", "Pressmark-2"):
            with pytest.raises(RobotsError, match=f"keeps '{name}' away"):
                site.fetcher(user_agent=f"{name}/1.0").get(f"{site.url}/story")
        assert site.fetcher(user_agent="Another-Robot").get(f"{site.url}/story").status == 200


def test_redirects_lead_nowhere_that_robots_txt_forbids() -> None:
    with running_site(**{"robots.txt": page(RULES), "to": redirect("/private/story")}) as site:
        with pytest.raises(RobotsError):
            site.fetcher().get(f"{site.url}/to")
        assert site.paths() == ["/to"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_robots_txt_everything_is_allowed(status: int) -> None:
    with running_site(**{"robots.txt": page(b"User-agent: *\nDisallow: /", status), "story": page(b"text")}) as site:
        assert site.fetcher().get(f"{site.url}/story").content == b"text"


@pytest.mark.parametrize("reply", [page(b"", 500), page(b"", 503), page(b"", 429), RESET, b"", b"nonsense\r\n\r\n"])
def test_a_robots_txt_that_cannot_be_read_forbids_everything_for_now(reply: bytes) -> None:
    clock = FakeClock()
    with running_site(**{"robots.txt": [reply, page(b"")], "story": page(b"text")}) as site:
        fetcher = site.fetcher(clock.clock)
        for _ in range(3):
            with pytest.raises(RobotsError, match=r"robots\.txt of 127\.0\.0\.1 cannot be read"):
                fetcher.get(f"{site.url}/story")
        assert [asked.path for asked in site.asked] == ["/robots.txt"]
        clock.time += KEPT_SECONDS_OF_FAILURE
        assert fetcher.get(f"{site.url}/story").content == b"text"


def test_robots_txt_is_read_again_after_a_day() -> None:
    clock = FakeClock()
    with running_site(**{"robots.txt": [page(b""), page(RULES)], "private/story": page(b"text")}) as site:
        fetcher = site.fetcher(clock.clock)
        for _ in range(2):
            assert fetcher.get(f"{site.url}/private/story").status == 200
            clock.time += KEPT_SECONDS / 2
        with pytest.raises(RobotsError):
            fetcher.get(f"{site.url}/private/story")
        assert [asked.path for asked in site.asked].count("/robots.txt") == 2


def test_robots_txt_may_be_elsewhere() -> None:
    pages = {"robots.txt": redirect("/rules"), "rules": page(RULES)}
    with running_site(**pages) as site, pytest.raises(RobotsError):
        site.fetcher().get(f"{site.url}/private/story")


def test_each_port_has_its_own_robots_txt() -> None:
    with running_site(story=page(b"text")) as open_site, running_site(**{"robots.txt": page(RULES)}) as closed_site:
        fetcher = open_site.fetcher(allow_private=(open_site.name, closed_site.name))
        assert fetcher.get(f"{open_site.url}/story").status == 200
        with pytest.raises(RobotsError):
            fetcher.get(f"{closed_site.url}/private/x")


def test_only_the_beginning_of_a_large_robots_txt_is_read() -> None:
    filling = b"# nothing\n" * (LARGEST_BYTES // 10 + 1)
    large = b"User-agent: *\nDisallow: /early\n" + filling + b"Disallow: /late\n"
    with running_site(**{"robots.txt": page(large), "late": page(b"text")}) as site:
        assert site.fetcher().get(f"{site.url}/late").status == 200
        with pytest.raises(RobotsError):
            site.fetcher().get(f"{site.url}/early")


def test_sitemaps_of_a_host_are_told() -> None:
    with running_site(**{"robots.txt": page(RULES)}) as site:
        assert site.fetcher().sitemaps(site.url) == ("https://news.example/sitemap.xml",)
    with running_site() as site:
        assert site.fetcher().sitemaps(site.url) == ()


@pytest.mark.parametrize("agent_line", ["User-agent: a{}", "user agent a{}", "useragent:a{}", "USER  AGENT a{}"])
def test_many_names_before_many_rules_do_not_grow_into_their_product(agent_line: str) -> None:
    names = [agent_line.format(number) for number in range(10_000)]
    rules = parsed_rules("\n".join([*names, "User-agent: Pressmark", *["Disallow: /x"] * 10_000]), "Pressmark")
    assert rules.parsed is not None
    kept = rules.parsed._user_agents.values()
    assert sum(len(rule_set._rules) for rule_set in kept) <= 20_000
    assert not rules.parsed.can_fetch("http://news.example/x", "Pressmark")
    assert rules.parsed.can_fetch("http://news.example/y", "Pressmark")


@pytest.mark.parametrize(
    ("line", "ours"),
    [("User-agent: pressmark", True), ("USER-AGENT:Pressmark/2.0 # us", True), ("User-agent: Pressmarker", False),
     ("User-agent: Press", False), ("User-agent: pressmark-images", False), ("User-agent: *", True)],
)  # fmt: skip
def test_a_group_is_ours_by_its_whole_name(line: str, ours: bool) -> None:
    rules = parsed_rules(f"{line}\nDisallow: /", "Pressmark")
    assert rules.parsed is not None
    assert rules.parsed.can_fetch("http://news.example/x", "Pressmark") is not ours


# Pauses


def test_requests_to_one_host_are_spaced() -> None:
    clock = FakeClock()
    with running_site(story=page(b"text")) as site:
        fetcher = site.fetcher(clock.clock, delay_seconds=2.0)
        for _ in range(3):
            fetcher.get(f"{site.url}/story")
    assert clock.slept == [2.0, 2.0, 2.0], "after robots.txt, and after each page but the last"


def test_a_redirect_waits_for_its_turn_too() -> None:
    clock = FakeClock()
    with running_site(to=redirect("/story"), story=page(b"text")) as site:
        site.fetcher(clock.clock, delay_seconds=2.0).get(f"{site.url}/to")
    assert clock.slept == [2.0, 2.0]


@pytest.mark.parametrize(("asked", "pause"), [("7", 7.0), ("0.5", 1.0), ("86400", 60.0), ("-3", 1.0), ("nan", 1.0)])
def test_crawl_delay_is_kept_up_to_a_limit(asked: str, pause: float) -> None:
    clock = FakeClock()
    rules = f"User-agent: *\nCrawl-delay: {asked}".encode()
    with running_site(**{"robots.txt": page(rules), "story": page(b"text")}) as site:
        fetcher = site.fetcher(clock.clock, delay_seconds=1.0)
        fetcher.get(f"{site.url}/story")
        fetcher.get(f"{site.url}/story")
    assert clock.slept[-1] == pause


def test_one_host_is_asked_by_one_thread_at_a_time() -> None:
    clock, answering, most = FakeClock(), list[Asked](), list[int]()

    def story(asked: Asked) -> Iterator[bytes]:
        answering.append(asked)
        most.append(len(answering))
        threading.Event().wait(0.01)
        answering.pop()  # before the answer has gone out: after it, the next one may be there at once
        yield page(b"text")

    with running_site(story=story) as site, ThreadPoolExecutor(8) as threads:
        fetcher = site.fetcher(clock.clock, delay_seconds=3.0)
        responses = list(threads.map(lambda number: fetcher.get(f"{site.url}/story"), range(16)))
    assert [response.content for response in responses] == [b"text"] * 16
    assert most == [1] * 16
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1
    assert clock.slept == [3.0] * 16


def test_hosts_do_not_wait_for_one_another() -> None:
    turns = Turns(FakeClock().clock, longest_wait=60)
    entered = threading.Event()

    def other_host() -> None:
        with turns.turn("b.example", 1.0):
            entered.set()

    with turns.turn("a.example", 1.0):
        thread = threading.Thread(target=other_host)
        thread.start()
        assert entered.wait(30)
    thread.join()


# Another try


@pytest.mark.parametrize("first", [page(b"", 429), page(b"", 502), page(b"", 503), page(b"", 504), RESET, b""])
def test_what_can_pass_is_tried_again(first: bytes) -> None:
    clock = FakeClock(chance=1.0)
    with running_site(story=[first, first, page(b"text")]) as site:
        response = site.fetcher(clock.clock, retries=2, first_pause_seconds=1.0).get(f"{site.url}/story")
    assert response.content == b"text"
    assert clock.slept == [1.5, 3.0], "twice as long each time, and half as much more by chance"


def test_broken_packing_is_tried_again() -> None:
    with running_site(story=[page(b"\x1f\x8b\x08", Content_Encoding="gzip"), page(b"text")]) as site:
        assert site.fetcher(retries=1).get(f"{site.url}/story").content == b"text"


def test_tries_end() -> None:
    with running_site(story=page(b"", 503)) as site:
        with pytest.raises(StatusError, match="answered 503"):
            site.fetcher(retries=2).get(f"{site.url}/story")
        assert len(site.paths()) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451, 500, 501])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    clock = FakeClock()
    with running_site(story=page(b"", status)) as site:
        with contextlib.suppress(FetchError):
            site.fetcher(clock.clock, retries=5).get(f"{site.url}/story")
        assert (len(site.paths()), clock.slept) == (1, [])


def test_a_page_that_is_too_large_is_not_tried_again() -> None:
    with running_site(story=page(b"x" * 100)) as site:
        with pytest.raises(TooLargeError):
            site.fetcher(retries=5, largest_bytes=10).get(f"{site.url}/story")
        assert len(site.paths()) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry_After": "20"},
        {"Retry_After": "Tue, 03 Mar 2026 10:00:20 GMT", "Date": "Tue, 03 Mar 2026 10:00:00 GMT"},
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept(status: int, headers: dict[str, str]) -> None:
    clock = FakeClock()
    with running_site(story=[page(b"", status, **headers), page(b"text")]) as site:
        assert site.fetcher(clock.clock, retries=1).get(f"{site.url}/story").content == b"text"
    assert sum(clock.slept) == 20.0


def test_a_host_that_asks_for_a_long_pause_is_left_alone() -> None:
    clock = FakeClock()
    with running_site(story=[page(b"", 503, Retry_After="900"), page(b"text")]) as site:
        fetcher = site.fetcher(clock.clock, retries=5)
        with pytest.raises(StatusError, match="answered 503 and asks to wait 900 seconds") as told:
            fetcher.get(f"{site.url}/story")
        assert told.value.wait == 900
        with pytest.raises(StatusError, match="asked to be left alone for another 900 seconds"):
            fetcher.get(f"{site.url}/other")
        assert (len(site.paths()), clock.slept) == (1, [])
        clock.time += 900
        assert fetcher.get(f"{site.url}/story").content == b"text"


def test_no_host_can_ask_for_more_than_an_hour() -> None:
    clock = FakeClock()
    with running_site(story=[page(b"", 429, Retry_After="999999999"), page(b"text")]) as site:
        fetcher = site.fetcher(clock.clock)
        with pytest.raises(StatusError):
            fetcher.get(f"{site.url}/story")
        clock.time += 3600
        assert fetcher.get(f"{site.url}/story").content == b"text"


@pytest.mark.parametrize("told", ["-5", "soon", "1e9", "Tue, 03 Mar 1926 10:00:20 GMT", "\xb2", ""])
def test_a_retry_after_without_sense_is_no_wait(told: str) -> None:
    clock = FakeClock()
    with running_site(story=[page(b"", 503, Retry_After=told), page(b"text")]) as site:
        assert site.fetcher(clock.clock, retries=1).get(f"{site.url}/story").content == b"text"
    assert clock.slept == [1.0]


def test_a_fetcher_goes_on_after_an_error() -> None:
    with running_site(bad=RESET, story=page(b"text")) as site, site.fetcher() as fetcher:
        with pytest.raises(UnreachableError):
            fetcher.get(f"{site.url}/bad")
        assert fetcher.get(f"{site.url}/story").content == b"text"
