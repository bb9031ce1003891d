"""Which addresses are fetched: decided from the address, and again from the numbers that its host resolves to.

An address comes from whoever wrote a page, a feed or a redirect, so it is read once, strictly, by one parser, and what
was read is what is connected to. Whatever has several readings (a number in an unusual spelling, a backslash, a user
name before the host) is refused. The lists are IANA's registries of special-purpose addresses.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ingest.errors import RefusedAddressError

LONGEST_ADDRESS = 8_192
DEFAULT_PORTS = {"http": 80, "https": 443}
SPLIT = re.compile(r"(?i:https?)://(?P<authority>[^\s/?#\\]+)(?:[/?#].*)?", re.DOTALL)
SCHEME = re.compile(r"\s*([A-Za-z][\w+.-]*):")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


def _networks(text: str) -> tuple[IpNetwork, ...]:
    return tuple(ipaddress.ip_network(network) for network in text.split())


ADMITTABLE = _networks("10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 172.16.0.0/12 192.168.0.0/16 ::1/128 fc00::/7")
"""Private networks: refused, unless the host is named in the settings."""
NEVER_PUBLIC = _networks(
    "0.0.0.0/8 169.254.0.0/16 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
    "224.0.0.0/4 240.0.0.0/4 2001::/23 2001:db8::/32 2002::/16 3fff::/20 "
    "168.63.129.16/32"  # looks public; inside Microsoft's cloud it is the machine's own manager
)
"""Neither public nor admitted: link-local, multicast, reserved, documentation, tunnels (Teredo, 6to4)."""
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""NAT64: how an IPv4 host is called where there is only IPv6."""
ISATAP = (0x00005EFE, 0x02005EFE)


@dataclass(frozen=True, slots=True)
class Place:
    """An address as it was read: what is connected to, and what is asked for there."""

    scheme: str
    host: str
    port: int
    target: str
    admitted: bool
    """The host may be private: the settings name it."""

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in an address; the port is left out where it goes without saying."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        """The whole address, in the form in which it is asked for."""
        return self.origin + self.target


def place_of(url: str, *, allow_private: Iterable[str] = (), ports: Iterable[int] = (80, 443)) -> Place:
    """Read an address, or refuse it."""
    import httpx

    text = _readable(url)
    try:
        read = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise RefusedAddressError(f"the address cannot be read: {error}") from error
    if read.userinfo or "@" in SPLIT.fullmatch(text)["authority"]:  # type: ignore[index]  # _readable has matched it
        raise RefusedAddressError("the address holds a user name: nothing is fetched with credentials")
    host = checked_host(read.raw_host.decode("ascii"))
    port = DEFAULT_PORTS[read.scheme] if read.port is None else read.port
    allowed = tuple(ports)
    admitted = is_admitted(host, port, allow_private, allowed)
    if port not in allowed and not admitted:
        raise RefusedAddressError(
            f"port {port} is not fetched from: only {' and '.join(map(str, allowed))} are, "
            "and others with --allow-private HOST:PORT"
        )
    target = read.raw_path.decode("ascii").replace("\\", "%5C")
    return Place(read.scheme, host, port, target if target.startswith("/") else f"/{target}", admitted)


def _readable(url: str) -> str:
    text = url.strip(" \t\r\n")
    if len(text) > LONGEST_ADDRESS:
        raise RefusedAddressError(f"the address is longer than {LONGEST_ADDRESS} characters")
    if CONTROL.search(text):
        raise RefusedAddressError("the address holds line breaks or control characters")
    if not SPLIT.fullmatch(text):
        scheme = SCHEME.match(text)
        if scheme and scheme[1].lower() not in DEFAULT_PORTS:
            raise RefusedAddressError(f"only http and https are fetched, not {scheme[1]!r}")
        raise RefusedAddressError("is no full web address: give it as https://host/path")
    return text


def checked_host(host: str) -> str:
    """The host in the one form in which it is resolved: a name, or a number in its usual spelling."""
    host = host.lower().removesuffix(".")
    try:
        if ":" in host:
            return str(ipaddress.IPv6Address(host))
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        pass
    labels = host.split(".")
    if ":" in host or NUMBER.fullmatch(labels[-1]):
        raise RefusedAddressError(f"the host {host!r} is a number in a spelling that has several readings")
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise RefusedAddressError(f"{host!r} is no host name")
    return host


def is_admitted(host: str, port: int, allow_private: Iterable[str], ports: Iterable[int]) -> bool:
    """Whether the settings name this host: `host` for the usual ports, `host:port` for that one."""
    for entry in allow_private:
        named, named_port = _named(entry)
        if named == host and (port == named_port if named_port else port in ports):
            return True
    return False


def _named(entry: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//[{entry}]" if entry.count(":") > 1 and "[" not in entry else f"//{entry}")
        if (parts.netloc != entry.strip() and f"[{entry}]" != parts.netloc) or parts.username is not None:
            raise ValueError("give it as host or host:port")
        return checked_host(parts.hostname or ""), parts.port
    except (ValueError, RefusedAddressError) as error:
        raise RefusedAddressError(
            f"the setting for private hosts holds {entry!r}, which is no host: {error}"
        ) from error


def checked_number(address: str, *, admitted: bool = False) -> str:
    """The number to connect to, refused if it is not public; private ones pass where the host is admitted."""
    if "%" not in address:
        number = ipaddress.ip_address(address)
        if _passes(number, admitted):
            return str(getattr(number, "ipv4_mapped", None) or number)
    raise RefusedAddressError(
        f"{address} is not a public address: if that is meant, run `pressmark ingest` with --allow-private HOST"
    )


def _passes(address: IpAddress, admitted: bool) -> bool:
    address = unmapped(address)
    if admitted and _within(address, ADMITTABLE):
        return True
    if _within(address, ADMITTABLE) or _within(address, NEVER_PUBLIC) or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return True
    if (int(address) >> 32) & 0xFFFFFFFF in ISATAP:
        return _passes(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF), admitted=False)
    return address in GLOBAL_UNICAST


def unmapped(address: IpAddress) -> IpAddress:
    """The IPv4 address within an IPv6 one, where that is what is reached; else the address itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in TRANSLATED:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _within(address: IpAddress, networks: Iterable[IpNetwork]) -> bool:
    return any(address in network for network in networks if network.version == address.version)
