"""Envelopes: the JSON in which Kombu wraps a message on brokers that have no properties, embedded files and Redis.

Whatever reading one raises ends the worker, and whoever can write to the broker can write one. So each is read here
first, and of one that cannot be read a message is made that can, and that the consumer sets aside.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any

from kombu.utils.json import loads

from connector.channels.text import json_text

UNREADABLE = "application/x-turnwire-unreadable"
"""The content type of a message whose body is an envelope that nobody can read."""


def opened(raw: bytes, queue: str) -> dict[str, Any]:
    """The message in an envelope, as Kombu's virtual transports take it; never raises."""
    try:
        return _message(raw)
    except Exception:  # noqa: BLE001 - whatever it is, it would be raised in the loop that everything hangs on
        return _unreadable(raw, queue)


def _message(raw: bytes) -> dict[str, Any]:
    json_text.decoded(raw)
    message: dict[str, Any] = loads(raw)
    properties, body = message["properties"], message.get("body")
    encoding = properties.get("body_encoding")
    well_formed = (
        isinstance(properties["delivery_tag"], str)
        and isinstance(properties.get("delivery_info"), dict)
        and isinstance(message.get("headers"), dict | None)
        and isinstance(body, str | None)
        and encoding in {None, "base64"}
    )
    if not well_formed:
        raise ValueError
    if encoding and body:
        base64.b64decode(body)
    return message


def _unreadable(raw: bytes, queue: str) -> dict[str, Any]:
    return {
        "body": base64.b64encode(raw).decode("ascii"),
        "content-type": UNREADABLE,
        "content-encoding": "binary",
        "headers": {},
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": str(uuid.uuid4()),
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
        },
    }
