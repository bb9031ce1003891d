"""Which addresses and which numbers are public: the rules by themselves, with nothing connected."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import RefusedAddressError
from ingest.fetching.guard import ADMITTABLE, NEVER_PUBLIC, Place, checked_host, checked_number, place_of
from tests.trials.evasions import PRIVATE_4, SPECIAL_4, SPECIAL_6, embeddings

NOT_PUBLIC = (*ADMITTABLE, *NEVER_PUBLIC)


@pytest.mark.parametrize("network", NOT_PUBLIC, ids=str)
def test_both_ends_of_every_special_network_are_refused(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> None:
    for number in (network[0], network[-1], network[network.num_addresses // 2]):
        with pytest.raises(RefusedAddressError, match="is not a public address"):
            checked_number(str(number))


@pytest.mark.parametrize("number", [*PRIVATE_4, *SPECIAL_4, *SPECIAL_6])
def test_special_numbers_are_refused(number: str) -> None:
    with pytest.raises(RefusedAddressError):
        checked_number(number)


@pytest.mark.parametrize("number", PRIVATE_4)
def test_special_numbers_are_refused_inside_of_others(number: str) -> None:
    for text in embeddings(number):
        with pytest.raises(RefusedAddressError):
            checked_number(text.replace("%25", "%"))


@given(st.ip_addresses(v=4))
def test_a_number_is_judged_the_same_by_itself_and_mapped_and_translated(number: ipaddress.IPv4Address) -> None:
    special = any(number in network for network in NOT_PUBLIC if network.version == 4)
    for text in (str(number), f"::ffff:{number}", f"64:ff9b::{number}"):
        if special or not number.is_global:
            with pytest.raises(RefusedAddressError):
                checked_number(text)
        else:
            assert ipaddress.ip_address(checked_number(text)) in (number, ipaddress.ip_address(text))


@given(st.ip_addresses(v=6))
def test_no_number_outside_of_the_global_ones_passes(number: ipaddress.IPv6Address) -> None:
    try:
        number = ipaddress.IPv6Address(checked_number(str(number)))
    except (RefusedAddressError, ipaddress.AddressValueError):
        return  # or it is an IPv4 number, of which the test above tells
    assert number in ipaddress.ip_network("2000::/3") or number in ipaddress.ip_network("64:ff9b::/96")


@pytest.mark.parametrize(
    "number", ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0",
               "169.253.255.255", "192.167.255.255", "223.255.255.255", "2a00:1450:4001:80b::200e", "2606:4700::1111"]
)  # fmt: skip
def test_public_numbers_pass_as_they_are(number: str) -> None:
    assert checked_number(number) == number


def test_a_mapped_public_number_is_connected_to_as_what_it_is() -> None:
    assert checked_number("::ffff:93.184.216.34") == "93.184.216.34"


@pytest.mark.parametrize("number", ["10.0.0.1", "127.0.0.1", "100.64.0.1", "192.168.0.1", "::1", "fd00::1"])
def test_private_numbers_pass_where_the_host_is_named(number: str) -> None:
    assert checked_number(number, admitted=True) == number


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://news.example", Place("http", "news.example", 80, "/", False)),
        ("HTTPS://News.Example.:443/A?b=c#d", Place("https", "news.example", 443, "/A?b=c", False)),
        ("http://news.example?x", Place("http", "news.example", 80, "/?x", False)),
        ("http://bücher.example/ü", Place("http", "xn--bcher-kva.example", 80, "/%C3%BC", False)),
        ("http://[2606:4700:0:0::1111]/", Place("http", "2606:4700::1111", 80, "/", False)),
        ("http://news.example/a\\@b", Place("http", "news.example", 80, "/a%5C@b", False)),
        ("http://news.example:443/", Place("http", "news.example", 443, "/", False)),
    ],
)
def test_an_address_is_read_in_one_way(url: str, place: Place) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    ("place", "url"),
    [
        (Place("https", "news.example", 443, "/x", False), "https://news.example/x"),
        (Place("http", "news.example", 443, "/", False), "http://news.example:443/"),
        (Place("http", "2606:4700::1111", 8080, "/", False), "http://[2606:4700::1111]:8080/"),
    ],
)
def test_a_place_has_one_address(place: Place, url: str) -> None:
    assert place.url == url


@given(
    st.text(max_size=30),
    st.sampled_from(["{}", "http://{}", "http://{}/", "https://news.example{}", "//{}", "http:{}"]),
)
def test_an_address_is_read_or_refused_whatever_it_is(text: str, form: str) -> None:
    try:
        place = place_of(form.format(text))
    except RefusedAddressError:
        return
    assert checked_host(place.host) == place.host
    assert place.scheme in ("http", "https")
    assert place.port in (80, 443)
    assert place.target.startswith("/")
    assert place.target.isascii()
    assert not set(place.target) & set(" \r\n\t\0")
    assert place_of(place.url) == place, "what was read is read again as the same"


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.1:80", " 127.0.0.1 "])
def test_a_host_is_named_by_itself_or_with_its_port(entry: str) -> None:
    assert place_of("http://127.0.0.1/", allow_private=[entry.strip()]).admitted
    assert not place_of("http://127.0.0.2/", allow_private=[entry.strip()]).admitted


def test_a_name_does_not_admit_its_numbers_nor_the_other_way_round() -> None:
    assert not place_of("http://127.0.0.1/", allow_private=["localhost"]).admitted
    assert not place_of("http://localhost/", allow_private=["127.0.0.1"]).admitted
    assert not place_of("http://sub.intranet.example/", allow_private=["intranet.example"]).admitted


def test_ports_are_refused_unless_they_are_named() -> None:
    with pytest.raises(RefusedAddressError, match="port 8080 is not fetched from: only 80 and 443 are"):
        place_of("http://news.example:8080/")
    assert place_of("http://news.example:8080/", ports=(80, 8080)).port == 8080
    assert place_of("http://news.example:8080/", allow_private=["news.example:8080"]).port == 8080
