"""The webhook calls no address that is not allowed: judged when it connects, whatever names resolve to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from connector.channels.hooks.outgoing import Webhook
from connector.errors import ConfigurationError
from connector.http import HttpClient
from connector.http.ssrf import AddressGuard, guard_of
from connector.values import CallResult, Outcome
from tests.kit.raw_server import RawServer, answering, response, serving
from tests.unit.channels.hooks.test_outgoing import MESSAGE, SECRET

CERTIFICATE = Path(__file__).parents[3] / "data" / "tls" / "localhost.pem"
HERE = guard_of(["127.0.0.0/8"])


class Fickle(AbstractResolver):
    """Resolves every name to the next of its answers, each a list of addresses; the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        self.asked += 1
        found = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host, host=one, port=port, family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0, flags=socket.AI_NUMERICHOST,
            )
            for one in found
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing to give back."""


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address to which the loop was told to connect."""
    seen: list[str] = []
    connect = asyncio.SelectorEventLoop.sock_connect

    async def noted(self: Any, sock: Any, address: Any) -> None:
        seen.append(address[0])
        await connect(self, sock, address)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "sock_connect", noted)
    return seen


async def deliver(url: str, guard: AddressGuard | None, resolver: AbstractResolver | None = None) -> CallResult:
    async with hooked(url, guard, resolver) as hook:
        return await hook.deliver(MESSAGE)


@contextlib.asynccontextmanager
async def hooked(
    url: str, guard: AddressGuard | None, resolver: AbstractResolver | None = None
) -> AsyncIterator[Webhook]:
    http = HttpClient(guard=guard or AddressGuard(), resolver=resolver) if resolver else None
    hook = Webhook(url, SECRET, guard=guard, http=http)
    try:
        yield hook
    finally:
        await hook.aclose()


def at(name: str, server: RawServer) -> str:
    return f"http://{name}:{server.url.rpartition(':')[2]}/hook"


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0",
     "2130706433", "127.1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fd00:ec2::254]"],
)  # fmt: skip
def test_by_default_nothing_private_is_called(host: str, connected: list[str]) -> None:
    async def main() -> tuple[CallResult, RawServer]:
        async with serving(answering(response())) as server:
            return await deliver(at(host, server), None), server

    result, server = asyncio.run(main())
    assert result.outcome is Outcome.NOT_SENT
    assert (connected, server.connections) == ([], 0)


def test_the_reason_names_the_address_and_the_setting() -> None:
    result = asyncio.run(deliver("https://10.0.0.7/hook", None))
    assert result.hint == "forbidden"
    assert result.error is not None
    assert "10.0.0.7" in result.error
    assert "allow_private" in result.error


def test_an_allowed_network_is_called(connected: list[str]) -> None:
    async def main() -> CallResult:
        async with serving(answering(response())) as server:
            return await deliver(at("127.0.0.1", server), HERE)

    assert asyncio.run(main()).outcome is Outcome.ANSWERED
    assert connected == ["127.0.0.1"]


@pytest.mark.parametrize("evil", ["169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "224.0.0.1"])
def test_a_name_that_answers_differently_the_second_time_leads_nowhere(evil: str, connected: list[str]) -> None:
    resolver = Fickle(["127.0.0.1"], [evil])

    async def main() -> list[CallResult]:
        async with serving(answering(response())) as server:
            return [await deliver(at("rebound.example", server), HERE, resolver) for _ in range(2)]

    first, second = asyncio.run(main())
    assert first.outcome is Outcome.ANSWERED
    assert (second.outcome, second.hint) == (Outcome.NOT_SENT, "forbidden")
    assert connected == ["127.0.0.1"]
    assert resolver.asked == 2, "one look-up a connection: nothing is judged but what is connected to"


def test_of_several_addresses_only_the_allowed_are_tried(connected: list[str]) -> None:
    async def main() -> CallResult:
        async with serving(answering(response())) as server:
            resolver = Fickle(["10.0.0.1", "169.254.169.254", "127.0.0.1"])
            return await deliver(at("mixed.example", server), HERE, resolver)

    assert asyncio.run(main()).outcome is Outcome.ANSWERED
    assert connected == ["127.0.0.1"]


def test_a_redirect_into_the_network_is_not_followed(connected: list[str]) -> None:
    async def main() -> tuple[CallResult, RawServer]:
        async with serving(answering(response(b"", status=302, location="http://169.254.169.254/latest"))) as server:
            return await deliver(at("127.0.0.1", server), HERE), server

    result, server = asyncio.run(main())
    assert result.outcome is Outcome.REFUSED
    assert (connected, len(server.received)) == (["127.0.0.1"], 1)


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch, connected: list[str]) -> None:
    async def main() -> tuple[CallResult, RawServer]:
        async with serving(answering(response())) as proxy, serving(answering(response())) as server:
            for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
                monkeypatch.setenv(name, proxy.url)
            monkeypatch.delenv("no_proxy", raising=False)
            return await deliver(at("127.0.0.1", server), HERE), proxy

    result, proxy = asyncio.run(main())
    assert result.outcome is Outcome.ANSWERED
    assert proxy.connections == 0


def test_a_certificate_nobody_vouches_for_gets_nothing() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)

    async def main() -> tuple[CallResult, RawServer]:
        async with serving(answering(response()), context) as server:
            return await deliver(f"{server.url}/hook", HERE), server

    result, server = asyncio.run(main())
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "tls")
    assert server.received == []


def test_a_public_address_without_encryption_is_refused(connected: list[str]) -> None:
    result = asyncio.run(deliver("http://93.184.216.34/hook", None))
    assert (result.outcome, result.hint) == (Outcome.NOT_SENT, "forbidden")
    assert result.error is not None
    assert "allow_http" in result.error
    assert connected == []


@pytest.mark.parametrize(
    "url",
    ["ftp://example.com/x", "file:///etc/passwd", "example.com", "https://", "https://user@example.com/",
     "https://user:secret@example.com/"],
)  # fmt: skip
def test_an_address_that_is_none_of_the_webs(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Webhook(url, SECRET)
    assert caught.value.field == "url"
    assert "secret" not in str(caught.value)
