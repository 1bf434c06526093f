"""The guard of unit tests itself: it must refuse, and must let this machine's own traffic through."""

from __future__ import annotations

import socket

import pytest

from tests.unit.conftest import is_local


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", b"127.0.0.1", None, ""])
def test_this_machine_is_local(host):
    assert is_local(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "example.com", "0.0.0.0"])
def test_other_machines_are_not(host):
    assert not is_local(host)


def test_a_stranger_is_refused_and_noted(strangers):
    with socket.socket() as client, pytest.raises(PermissionError):
        client.connect(("192.0.2.1", 443))
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.com", 443)
    assert strangers == ["192.0.2.1", "example.com"]
    strangers.clear()


def test_loopback_is_reached(strangers):
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    assert not strangers
