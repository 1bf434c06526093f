"""The webhook: signed as a Standard Webhooks receiver verifies it, and what each answer of the receiver becomes."""

from __future__ import annotations

import asyncio
import base64
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from connector.channels.hooks.outgoing import Webhook, key_of, payload, read_receipt
from connector.errors import ConfigurationError
from connector.http import HttpAnswer, HttpFailure
from connector.http.ssrf import guard_of
from connector.values import CallResult, Outcome, ReplyChannel, ReplyMessage
from tests.kit.provider_fakes import answer
from tests.kit.raw_server import RawServer, Script, answering, free_port, response, serving

SECRET = "whsec_" + base64.b64encode(b"a secret of at least twenty-four bytes").decode()
HERE = guard_of(["127.0.0.0/8"])
NOW = datetime(2026, 11, 21, 10, 0, 0, tzinfo=UTC)
TURN: dict[str, Any] = {"id": "7", "revision": 4, "status": "answered", "text": "größer?", "answer": "ja \ud800\0"}
MESSAGE = ReplyMessage(id="3", marker="msg_2f1", channel="webhook", attempt=1, target={}, turn=TURN)


def deliver(script: Script, *, path: str = "/hook", **options: Any) -> tuple[CallResult, RawServer]:
    async def main() -> tuple[CallResult, RawServer]:
        async with serving(script) as server:
            channel: ReplyChannel = Webhook(f"{server.url}{path}", SECRET, guard=HERE, **options)
            try:
                return await channel.deliver(MESSAGE), server
            finally:
                await channel.aclose()

    return asyncio.run(main())


def test_a_receiver_can_verify_what_it_gets() -> None:
    result, server = deliver(answering(response(b"", status=204)))
    assert (result.outcome, result.http_status, result.error) == (Outcome.ANSWERED, 204, None)
    (received,) = server.received
    assert (received.method, received.target) == ("POST", "/hook")
    assert received.headers["content-type"] == "application/json"
    assert received.headers["webhook-id"] == MESSAGE.marker
    body = Verifier(SECRET).verify(received.body, received.headers)
    assert body["type"] == "turn.answered"
    assert body["data"] == TURN | {"answer": "ja ?\0"}
    sent_at = datetime.fromisoformat(body["timestamp"])
    assert abs((datetime.now(UTC) - sent_at).total_seconds()) < 300
    assert int(sent_at.timestamp()) == int(received.headers["webhook-timestamp"])


@pytest.mark.parametrize("target", ["/", "/hook/", "/hook//?token=a%20b&empty=&x=1+2", "/a%2Fb/%7e;v=1/é", "/?a=/"])
def test_an_address_is_called_byte_for_byte(target: str) -> None:
    _, server = deliver(answering(response()), path=target)
    assert server.received[0].target == target.replace("é", "%C3%A9")


def test_another_secret_or_body_does_not_verify() -> None:
    _, server = deliver(answering(response()))
    (received,) = server.received
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + base64.b64encode(b"another secret, long enough").decode()).verify(
            received.body, received.headers
        )
    with pytest.raises(WebhookVerificationError):
        Verifier(SECRET).verify(received.body + b" ", received.headers)


def test_repeats_carry_the_same_id() -> None:
    async def main() -> list[str]:
        async with serving(answering(response())) as server:
            channel = Webhook(server.url, SECRET, guard=HERE)
            await channel.deliver(MESSAGE)
            await channel.deliver(MESSAGE)
            await channel.aclose()
            return [received.headers["webhook-id"] for received in server.received]

    assert asyncio.run(main()) == ["msg_2f1", "msg_2f1"]
    assert Webhook("https://example.com", SECRET).capabilities.repeatable


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.ANSWERED),
        (202, Outcome.ANSWERED),
        (299, Outcome.ANSWERED),
        (301, Outcome.REFUSED),
        (308, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (404, Outcome.REFUSED),
        (408, Outcome.SERVER_ERROR),
        (410, Outcome.REFUSED),
        (422, Outcome.REFUSED),
        (429, Outcome.BUSY),
        (500, Outcome.SERVER_ERROR),
        (502, Outcome.SERVER_ERROR),
        (503, Outcome.BUSY),
        (504, Outcome.SERVER_ERROR),
    ],
)
def test_what_a_receivers_answer_means(status: int, outcome: Outcome) -> None:
    result = read_receipt(answer(b"body", status, retry_after="7"), NOW)
    assert (result.outcome, result.http_status, result.retry_after, result.raw) == (outcome, status, 7.0, b"body")
    assert (result.error is None) == (outcome is Outcome.ANSWERED)


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (HttpFailure(outcome=Outcome.NOT_SENT, hint="dns", error="x"), Outcome.NOT_SENT),
        (HttpFailure(outcome=Outcome.LOST, hint="reset", error="x"), Outcome.LOST),
        (HttpFailure(outcome=Outcome.LOST, hint="cut", error="x", status=500), Outcome.LOST),
        (HttpFailure(outcome=Outcome.LOST, hint="too_large", error="x", status=200), Outcome.ANSWERED),
    ],
)
def test_what_a_failed_call_means(failure: HttpFailure, outcome: Outcome) -> None:
    result = read_receipt(failure, NOW)
    assert (result.outcome, result.hint) == (outcome, failure.hint)


def test_a_redirect_is_not_followed() -> None:
    result, server = deliver(answering(response(b"", status=307, location="/elsewhere")))
    assert result.outcome is Outcome.REFUSED
    assert len(server.received) == 1


def test_a_silent_receiver_is_lost_at_the_deadline() -> None:
    async def silent(line: Any) -> None:
        await asyncio.sleep(3600)

    result, _ = deliver(silent, deadline=0.2)
    assert (result.outcome, result.hint) == (Outcome.LOST, "deadline")


def test_nobody_listening_is_not_sent() -> None:
    async def main() -> CallResult:
        channel = Webhook(f"http://127.0.0.1:{free_port()}", SECRET, guard=HERE)
        try:
            return await channel.deliver(MESSAGE)
        finally:
            await channel.aclose()

    assert asyncio.run(main()).outcome is Outcome.NOT_SENT


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("whsec_c2VjcmV0", b"secret"),
        (" whsec_c2VjcmV0\n", b"secret"),
        ("whsec_c2VjcmV0MQ==", b"secret1"),
        ("whsec_c2VjcmV0MQ", b"secret1"),
        ("c2VjcmV0", b"secret"),
        ("not base64!", b"not base64!"),
        ("schlüssel", "schlüssel".encode()),
    ],
)
def test_the_forms_of_a_secret(secret: str, key: bytes) -> None:
    assert key_of(secret) == key


@pytest.mark.parametrize("secret", ["", "  ", "whsec_", "whsec_not base64!", "whsec_ü"])
def test_a_secret_that_cannot_be_used(secret: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Webhook("https://example.com", secret)
    assert caught.value.field == "secret"


def test_an_address_that_cannot_be_used() -> None:
    with pytest.raises(ConfigurationError):
        Webhook("example.com/hook", SECRET)


def test_the_payload() -> None:
    body = HttpAnswer(status=200, body=payload(MESSAGE, NOW)).json_object()
    assert body == {
        "type": "turn.answered",
        "timestamp": "2026-11-21T10:00:00.000Z",
        "data": TURN | {"answer": "ja ?\0"},
    }
