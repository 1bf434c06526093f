"""Which addresses may be called: only public ones, unless they are allowed, whatever they are written or carried as."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from connector.http.ssrf import AddressGuard, carried, guard_of, kind_of

PUBLIC = ("1.1.1.1", "93.184.216.34", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.0.1.0",
          "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1", "2600::")  # fmt: skip
SPECIAL = {
    "0.0.0.0": "unspecified",
    "10.0.0.1": "private",
    "100.64.0.1": "private",
    "127.0.0.1": "loopback",
    "127.255.255.254": "loopback",
    "168.63.129.16": "metadata",
    "169.254.0.1": "link-local",
    "169.254.169.254": "metadata",
    "172.16.0.1": "private",
    "172.31.255.255": "private",
    "192.0.0.1": "reserved",
    "192.0.2.1": "documentation",
    "192.88.99.1": "6to4",
    "192.168.1.1": "private",
    "198.18.0.1": "benchmarking",
    "198.51.100.1": "documentation",
    "203.0.113.1": "documentation",
    "224.0.0.1": "multicast",
    "239.255.255.255": "multicast",
    "240.0.0.1": "reserved",
    "255.255.255.255": "reserved",
    "::": "unspecified",
    "::1": "loopback",
    "::7f00:1": "reserved",  # IPv4-compatible
    "::ffff:1.1.1.1": "IPv4-mapped",
    "::ffff:127.0.0.1": "IPv4-mapped",
    "64:ff9b::101:101": "NAT64",
    "64:ff9b:1::a00:1": "NAT64",
    "100::1": "reserved",
    "2001::1": "Teredo",
    "2001:2::1": "reserved",
    "2001:db8::1": "documentation",
    "2002:7f00:1::": "6to4",
    "2002:101:101::": "6to4",
    "3fff::1": "documentation",
    "4000::1": "reserved",
    "fc00::1": "private",
    "fd00:ec2::254": "metadata",
    "fe80::1": "link-local",
    "fec0::1": "private",
    "ff02::1": "multicast",
}


@pytest.mark.parametrize("address", PUBLIC)
def test_the_public_internet_is_called(address: str) -> None:
    assert kind_of(ip_address(address)) is None
    assert AddressGuard().refusal(address, encrypted=True) is None


@pytest.mark.parametrize(("address", "kind"), SPECIAL.items())
def test_nothing_else_is_unless_allowed(address: str, kind: str) -> None:
    assert kind_of(ip_address(address)) == kind
    said = AddressGuard().refusal(address, encrypted=True)
    assert said is not None
    assert kind in said
    everything = guard_of(["0.0.0.0/0", "::/0"])
    assert everything.refusal(address, encrypted=True) is None


@pytest.mark.parametrize(
    ("address", "leads_to"),
    [
        ("::ffff:127.0.0.1", "127.0.0.1"),
        ("::127.0.0.1", "127.0.0.1"),
        ("2002:7f00:1::", "127.0.0.1"),
        ("64:ff9b::127.0.0.1", "127.0.0.1"),
        ("::1", None),
        ("2606:4700::1", None),
        ("1.1.1.1", None),
    ],
)
def test_what_an_address_carries(address: str, leads_to: str | None) -> None:
    assert carried(ip_address(address)) == (None if leads_to is None else ip_address(leads_to))


def test_a_network_that_carries_another_needs_leave_for_both() -> None:
    nat64 = guard_of(["64:ff9b::/96"])
    assert nat64.refusal("64:ff9b::1.1.1.1", encrypted=True) is None
    assert "10.0.0.1" in (nat64.refusal("64:ff9b::10.0.0.1", encrypted=True) or "")
    assert guard_of(["127.0.0.0/8"]).refusal("::ffff:127.0.0.1", encrypted=True), "a detour round the allowed network"


def test_without_encryption_only_allowed_networks_are_called() -> None:
    private = guard_of(["10.1.0.0/16"])
    assert private.refusal("10.1.2.3", encrypted=False) is None
    assert private.refusal("10.2.0.1", encrypted=False)
    assert "allow_http" in (private.refusal("1.1.1.1", encrypted=False) or "")
    assert guard_of([], plain_http=True).refusal("1.1.1.1", encrypted=False) is None
    assert guard_of([], plain_http=True).refusal("10.1.2.3", encrypted=False), "http is no leave for the private"


@pytest.mark.parametrize("odd", ["", "example.com", "127.1", "2130706433"])
def test_what_is_no_address_is_refused(odd: str) -> None:
    assert AddressGuard().refusal(odd, encrypted=True)


def test_a_zone_changes_nothing() -> None:
    assert AddressGuard().refusal("fe80::1%eth0", encrypted=True)


def test_a_network_with_host_bits_is_none() -> None:
    with pytest.raises(ValueError, match="host bits"):
        guard_of(["10.0.0.1/8"])
