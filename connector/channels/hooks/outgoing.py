"""Outgoing webhooks: the turn as JSON, signed as Standard Webhooks says.

Source: the Standard Webhooks specification (payload, headers, secrets, what an answer means).
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import urlsplit

from standardwebhooks import Webhook as Signer

from connector.errors import ConfigurationError
from connector.http import HttpAnswer, HttpClient, HttpFailure, encoded, parse_retry_after
from connector.http.ssrf import AddressGuard
from connector.values import CallResult, ChannelCapabilities, Outcome, ReplyMessage

PREFIX = "whsec_"
WEBHOOK = ChannelCapabilities(replies=True, repeatable=True)
"""The receiver drops repeats by ``webhook-id``."""


class Webhook:
    """One receiver's URL and secret.

    The receiver gets ``{"type": "turn.<status>", "timestamp": …, "data": <the turn>}`` with the headers ``webhook-id``
    (the reply's marker: the same for every attempt, so that repeats can be dropped), ``webhook-timestamp`` and
    ``webhook-signature``. ``secret`` is taken as ``whsec_`` and base64, or as base64 alone, or else as the UTF-8 bytes
    of the text itself. ``deadline`` is the wall clock for one delivery, in seconds. ``guard`` says which addresses may
    be called; without one only the public internet, by https. Raises :class:`connector.errors.ConfigurationError` for a
    URL or secret that cannot be used.
    """

    capabilities = WEBHOOK

    def __init__(
        self,
        url: str,
        secret: str,
        deadline: float = 15.0,
        *,
        guard: AddressGuard | None = None,
        http: HttpClient | None = None,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
            expected = "https://host/path, without user name and password"
            raise ConfigurationError("the webhook's URL cannot be called", field="url", expected=expected)
        self._url = url
        self._signer = Signer(key_of(secret))
        self._deadline = deadline
        self._http = http or HttpClient(connections=50, guard=guard or AddressGuard())

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Deliver once; any 2xx means delivered. Never raises for what the receiver or the network did."""
        now = datetime.now(UTC)
        body = payload(message, now)
        headers = {
            "content-type": "application/json",
            "webhook-id": message.marker,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(message.marker, now, body.decode()),
        }
        reply = await self._http.call("POST", self._url, headers=headers, content=body, deadline=self._deadline)
        return read_receipt(reply, now)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def key_of(secret: str) -> bytes:
    """The signing key in a secret: see :class:`Webhook`. Raises :class:`connector.errors.ConfigurationError`."""
    text = secret.strip()
    coded = text.removeprefix(PREFIX)
    try:
        key = base64.b64decode(coded.rstrip("=") + "=" * (-len(coded.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        if text.startswith(PREFIX):
            expected = "whsec_ followed by base64"
            raise ConfigurationError("the webhook's secret is no base64", field="secret", expected=expected) from None
        key = text.encode()
    if not key:
        raise ConfigurationError("the webhook's secret is empty", field="secret", expected="whsec_ and 24 to 64 bytes")
    return key


def payload(message: ReplyMessage, now: datetime) -> bytes:
    """The body to sign and send, exactly."""
    timestamp = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    kind = message.type or f"turn.{message.turn['status']}"
    return encoded({"type": kind, "timestamp": timestamp, "data": dict(message.turn)})


def read_receipt(reply: HttpAnswer | HttpFailure, now: datetime) -> CallResult:
    """What the receiver's answer means; its own words stay in ``raw``, since they may repeat the customer's.

    2xx is delivered, even if the body after it broke off; 429 and 503 are busy; a redirect, 410 and every other 4xx but
    408 are refused for good; all else (5xx, 408, no answer) may be tried again.
    """
    if reply.status is not None and 200 <= reply.status < 300:
        outcome, error = Outcome.ANSWERED, None
    elif isinstance(reply, HttpFailure):
        outcome, error = reply.outcome, reply.error
    else:
        outcome, error = _undelivered(reply.status), f"the webhook's receiver answered {reply.status}"
    return CallResult(
        outcome=outcome,
        http_status=reply.status,
        error=error,
        retry_after=parse_retry_after(reply.headers.get("retry-after"), now),
        raw=reply.body,
        hint=reply.hint if isinstance(reply, HttpFailure) else None,
    )


def _undelivered(status: int) -> Outcome:
    if status in {429, 503}:
        return Outcome.BUSY
    if 300 <= status < 500 and status != 408:
        return Outcome.REFUSED
    return Outcome.SERVER_ERROR
