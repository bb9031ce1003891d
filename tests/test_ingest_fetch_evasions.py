"""Nothing that is not public is connected to, however it is addressed; bare httpx shows that the harness sees."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingest.errors import FetchError, RefusedAddressError
from ingest.fetching.fetch import Fetcher, FetchSettings, Response
from tests.trials.evasions import (
    INVITING_PAGE,
    PUBLIC,
    PUBLIC_4,
    PUBLIC_6,
    SmallInternet,
    all_cases,
    bare_client,
    small_internet,
    tried,
)

CASES = all_cases()
PUBLIC_HOSTS = ("http://public.example/", "http://rebind.example/")


@pytest.fixture
def internet() -> Iterator[SmallInternet]:
    with small_internet(INVITING_PAGE) as internet:
        yield internet


def fetcher(**settings: object) -> Fetcher:
    return Fetcher(FetchSettings(**{"delay_seconds": 0.0, "retries": 0, **settings}))  # type: ignore[arg-type]


def test_no_case_reaches_what_is_not_public(internet: SmallInternet) -> None:
    assert len(CASES) >= 1_500
    outcomes = [tried(internet, case, fetcher().get) for case in CASES]
    assert [outcome.case for outcome in outcomes if outcome.reached] == []
    assert internet.connections() == 0
    for outcome in outcomes:
        for result in outcome.results:
            answered = isinstance(result, Response) and result.final_url.startswith(PUBLIC_HOSTS)
            assert answered or isinstance(result, FetchError), outcome


def test_no_case_reaches_what_is_not_public_by_any_port(internet: SmallInternet) -> None:
    """The addresses alone decide: a port list that is wide open lets nothing through."""
    everywhere = tuple(range(65_536))
    for case in CASES[::7]:
        if case.kind != "ports" and not case.url.endswith("%3A22%2Fpage"):
            assert not tried(internet, case, fetcher(ports=everywhere).get).reached, case
    assert internet.connections() == 0


def test_the_harness_sees_what_bare_httpx_reaches(internet: SmallInternet) -> None:
    with bare_client() as client:
        outcomes = [tried(internet, case, client.get) for case in CASES[::3]]
    reached = [outcome for outcome in outcomes if outcome.reached]
    assert len(reached) >= len(outcomes) / 3
    assert internet.connections() >= len(reached)
    missed = {case.kind for case in CASES} - {outcome.case.kind for outcome in reached}
    assert missed <= {"content is data", "robots.txt", "schemes", "two readings"}


@pytest.mark.parametrize(
    "url",
    [
        f"{PUBLIC}/page",
        f"{PUBLIC.upper()}.:80/page",
        f"  {PUBLIC}/page\n",
        f"http://{PUBLIC_4}/page",
        f"http://[{PUBLIC_6}]/page",
        f"http://[::ffff:{PUBLIC_4}]/page",
        f"{PUBLIC}/chain?left=4&url=/page",
        f"{PUBLIC}/to?status=308&url=//{PUBLIC_4}/page",
    ],
)
def test_public_pages_are_fetched(internet: SmallInternet, url: str) -> None:
    response = fetcher().get(url)
    assert (response.status, response.content, response.url) == (200, INVITING_PAGE, url)
    assert internet.dialled == []


def test_a_translated_public_number_is_public(internet: SmallInternet) -> None:
    translated = f"64:ff9b::{PUBLIC_4}"
    internet.reset((("translated.example", ((translated,),)),))
    internet.routes["64:ff9b::5db8:d822", 80] = internet.public.server_address
    assert fetcher().get("http://translated.example/page").status == 200


def test_a_name_is_resolved_once_for_each_connection(internet: SmallInternet) -> None:
    internet.reset((("rebind.example", ((PUBLIC_4,), (PUBLIC_4,), ("127.0.0.1",))),))
    client = fetcher()
    assert client.get("http://rebind.example/page").status == 200
    assert internet.asked["rebind.example"] == 2, "robots.txt and the page"
    with pytest.raises(RefusedAddressError, match=r"127\.0\.0\.1 is not a public address"):
        client.get("http://rebind.example/page")
    assert internet.connections() == 0


def test_more_redirects_than_allowed_end(internet: SmallInternet) -> None:
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetcher().get(f"{PUBLIC}/loop")
    with pytest.raises(FetchError, match="redirects more than 5 times"):
        fetcher().get(f"{PUBLIC}/chain?left=5&url=/page")


def test_a_public_host_leads_to_no_private_one_even_if_that_is_named(internet: SmallInternet) -> None:
    internet.reset((("intranet.example", (("10.0.0.7",),)),))
    client = fetcher(allow_private=("intranet.example",))
    with pytest.raises(RefusedAddressError, match=r"a public host, redirects to intranet\.example, which is private"):
        client.get(f"{PUBLIC}/to?url=http://intranet.example/delete")
    assert internet.connections() == 0
    assert client.get("http://intranet.example/").content == b"canary"


def test_a_named_host_admits_no_other(internet: SmallInternet) -> None:
    internet.reset((("intranet.example", (("10.0.0.7",),)), ("other.example", (("10.0.0.7",),))))
    client = fetcher(allow_private=("intranet.example:8080", "[fd00::5]"))
    for url in ("http://intranet.example/", "http://other.example:8080/", "http://10.0.0.7:8080/", "http://[fd00::6]/"):
        with pytest.raises(RefusedAddressError):
            client.get(url)
    assert internet.connections() == 0
    assert client.get("http://intranet.example:8080/").content == b"canary"
    assert client.get("http://[FD00:0::5]/").content == b"canary"


def test_a_named_host_is_never_the_cloud_or_everybody(internet: SmallInternet) -> None:
    client = fetcher(allow_private=("intranet.example", "169.254.169.254"))
    for number in ("169.254.169.254", "0.0.0.0", "::", "fe80::1", "224.0.0.1", "168.63.129.16"):  # noqa: S104
        internet.reset((("intranet.example", (("10.0.0.7", number),)),))
        with pytest.raises(RefusedAddressError):
            client.get("http://intranet.example/")
    with pytest.raises(RefusedAddressError):
        client.get("http://169.254.169.254/latest/meta-data/")
    assert internet.connections() == 0


def test_proxies_of_the_environment_are_ignored(internet: SmallInternet, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{internet.canary.server_address[1]}")
    assert fetcher().get(f"{PUBLIC}/page").content == INVITING_PAGE
    assert internet.connections() == 0
    with bare_client() as client:
        assert client.get(f"{PUBLIC}/page").content == b"canary"
