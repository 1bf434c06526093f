"""SSRF guard: refuses addresses that are not public, one by one, when a connection is about to be made.

A URL that somebody gives may lead, by itself or by what its name resolves to, into the network that Turnwire stands in:
to a metadata service, a database, an admin page. Only the public internet is called unless the configuration allows
more. Sources: the IANA registries of special-purpose IPv4 and IPv6 addresses.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_SPECIAL: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "unspecified"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "private"),  # shared by carriers; clouds keep services of their own there
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "metadata"),  # Azure's, in a public range
    ("169.254.169.254/32", "metadata"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "documentation"),
    ("192.88.99.0/24", "6to4"),
    ("192.168.0.0/16", "private"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "IPv4-mapped"),
    ("64:ff9b::/96", "NAT64"),
    ("64:ff9b:1::/48", "NAT64"),
    ("2001::/32", "Teredo"),
    ("2001::/23", "reserved"),
    ("2001:db8::/32", "documentation"),
    ("2002::/16", "6to4"),
    ("3fff::/20", "documentation"),
    ("fd00:ec2::254/128", "metadata"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "private"),
    ("ff00::/8", "multicast"),
)
_UNICAST = ip_network("2000::/3")
"""All that IPv6 has given out to the public; whatever else there is was reserved for something."""


@cache
def _kinds() -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(network), kind) for network, kind in _SPECIAL)


def kind_of(address: Address) -> str | None:
    """What sort of address that is not the public internet's this is, in one word; None for a public one."""
    found = next((kind for network, kind in _kinds() if address in network), None)
    if found is None and address.version == 6 and address not in _UNICAST:
        return "reserved"
    return found


def carried(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one leads to: mapped, compatible, 6to4, or NAT64 of the well-known prefix."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None or address.sixtofour is not None:
        return address.ipv4_mapped or address.sixtofour
    if address in ip_network("64:ff9b::/96") or (address in ip_network("::/96") and int(address) > 1):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return None


@dataclass(frozen=True, kw_only=True)
class AddressGuard:
    """The SSRF guard: refuses every address that is not public, but for the ``allowed`` networks.

    Unencrypted ``http`` goes to the allowed networks only, unless ``plain_http``.
    """

    allowed: tuple[Network, ...] = ()
    plain_http: bool = False

    def refusal(self, host: str, *, encrypted: bool) -> str | None:
        """Why no connection may be made to ``host``, an address as the system writes it; None if it may.

        An IPv6 address that carries an IPv4 one needs leave for both: it would reach the other by a detour.
        """
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return "what the name resolves to is no address"
        named = any(address in network for network in self.allowed)
        kind = kind_of(address)
        if kind is not None and not named:
            return f"{address} is not public ({kind}) and not in allow_private"
        inside = carried(address)
        if inside is not None and (why := self.refusal(str(inside), encrypted=True)):
            return why
        if not encrypted and not named and not self.plain_http:
            return f"{address} is public, and http is not encrypted: take https, or set allow_http"
        return None


def guard_of(networks: Iterable[str], *, plain_http: bool = False) -> AddressGuard:
    """A guard that allows these networks, such as ``127.0.0.0/8``; raises ``ValueError`` for what is none."""
    return AddressGuard(allowed=tuple(ip_network(network) for network in networks), plain_http=plain_http)
