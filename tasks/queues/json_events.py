"""Plain JSON and CloudEvents of ``turnwire.events``, read into events."""

from __future__ import annotations

import hashlib
import json

from connector.channels.events.amqp import Delivery, opened
from connector.services.receive import Receiver

from ..broker.config import EVENTS
from .message import QueueMessage
from .store import ReadMessage

SOURCE = "amqp"
"""The source of events that name none."""


def read(receiver: Receiver, message: QueueMessage) -> ReadMessage:
    """The events in a message; raises :class:`connector.channels.events.amqp.Malformed`."""
    body = message.body
    payloads, unwrap = opened(
        Delivery(
            body=body,
            content_type=message.content_type,
            content_encoding=message.properties.get("content_encoding"),
            headers=message.headers,
        )
    )
    # The same bytes again are the same refusal; others, with the same fault and no id, another.
    name = f"message {hashlib.sha256(body).hexdigest()[:12]}"
    single = len(payloads) == 1
    items = [
        receiver.read(
            payload,
            source=SOURCE,
            where=EVENTS,
            position=name if single else f"{name}, event {number}",
            raw=body if single else json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace"),
            unwrap=unwrap,
        )
        for number, payload in enumerate(payloads, 1)
    ]
    return ReadMessage(items=items)
