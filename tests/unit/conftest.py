"""Unit tests reach nothing beyond this machine: a connect or a look-up that would is refused, and fails the test."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest


def is_local(host: object) -> bool:
    """Whether a host's name or address means this machine; None and the empty name do."""
    if host is None:
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def strangers(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The hosts that were asked for in vain; one is enough to fail the test, even if the code caught the error."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo
    asked: list[str] = []

    def refuses(family: int, address: Any) -> bool:
        outside = family in {socket.AF_INET, socket.AF_INET6} and not is_local(address[0])
        if outside:
            asked.append(str(address[0]))
        return outside

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if refuses(self.family, address):
            raise PermissionError(errno.EACCES, "unit tests reach loopback only", str(address[0]))
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        return errno.EACCES if refuses(self.family, address) else connect_ex(self, address)

    def guarded_getaddrinfo(host: Any, *arguments: Any, **named: Any) -> Any:
        # `.invalid` never exists (RFC 2606), so a test of failing look-ups may ask for it; no resolver is bothered.
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if refuses(socket.AF_INET, (host,)):
            raise socket.gaierror(socket.EAI_FAIL, "unit tests look up localhost only")
        return getaddrinfo(host, *arguments, **named)

    monkeypatch.setattr(socket.socket, "connect", guarded_connect)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_getaddrinfo)
    yield asked
    assert not asked, f"a unit test reached for {asked}"
