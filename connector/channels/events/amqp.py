"""AMQP messages to events: JSON as it is, or CloudEvents (the CNCF's AMQP protocol binding).

What cannot even be taken apart is :class:`Malformed`; what can, and then turns out to be no event, is refused one by
one by :mod:`connector.channels.events.schema`, as on every other way in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.channels.events import cloudevents
from connector.channels.events.schema import EVENT_BYTES
from connector.channels.text import json_text
from connector.errors import InvalidInput

MOST = 1000
"""Events in one message."""

_JSON = "application/json"
_PREFIXES = ("cloudevents:", "cloudevents_")
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_PLAIN = {"", "identity", "binary", "7bit", "8bit", *_UTF8}
Unwrap = Callable[[Any], Any]


class Malformed(Exception):
    """The message is set aside; ``str()`` is why: one of a few fixed phrases, so that they can be counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """What a broker brought: the body, and the properties that say what it is."""

    body: bytes
    content_type: str | None
    content_encoding: str | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)


def opened(delivery: Delivery) -> tuple[list[Any], Unwrap]:
    """The payloads in a message, and what makes an event's fields of each; the latter raises :class:`InvalidInput`.

    Raises :class:`Malformed`.
    """
    kind = _kind(delivery)
    if len(delivery.body) > EVENT_BYTES:
        raise Malformed(f"body is larger than {EVENT_BYTES // 1024} KiB")
    try:
        value = json_text.decoded(delivery.body)
    except InvalidInput as error:
        raise Malformed(f"body is not {error.expected}") from None
    if "task" in delivery.headers and isinstance(value, list):
        raise Malformed("a Celery task: those go to turnwire.receive")
    if kind == cloudevents.BATCH:
        if not isinstance(value, list):
            raise Malformed("body is not a JSON list")
        return _listed(value), cloudevents.structured
    attributes = _attributes(delivery.headers)
    if not isinstance(value, dict) and (attributes or kind == cloudevents.STRUCTURED or not isinstance(value, list)):
        raise Malformed("body is not a JSON object")
    if kind == cloudevents.STRUCTURED:
        return [value], cloudevents.structured
    if attributes:
        return [value], lambda data: cloudevents.binary(attributes, data)
    return _listed(value), lambda event: event


def _kind(delivery: Delivery) -> str:
    kind, _, parameters = (delivery.content_type or "").lower().partition(";")
    kind = kind.strip()
    if not kind:
        raise Malformed("no content type")
    if kind not in {_JSON, cloudevents.STRUCTURED, cloudevents.BATCH}:
        raise Malformed("content type is not application/json or that of CloudEvents in JSON")
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip(' "') not in _UTF8:
            raise Malformed("content type names a charset other than UTF-8")
    if (delivery.content_encoding or "").strip().lower() not in _PLAIN:
        raise Malformed("content encoding is not UTF-8")
    return kind


def _attributes(headers: Mapping[str, Any]) -> dict[str, Any]:
    """The CloudEvents attributes among the headers, by their own names."""
    found: dict[str, Any] = {}
    for name, value in headers.items():
        folded = str(name).lower()
        for prefix in _PREFIXES:
            if folded.startswith(prefix):
                # The protocol's own kind of time is in UTC and says nothing of a zone.
                timed = isinstance(value, datetime) and value.tzinfo is None
                found[folded.removeprefix(prefix)] = value.replace(tzinfo=UTC) if timed else value
    return found


def _listed(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    if not value:
        raise Malformed("the list is empty")
    if len(value) > MOST:
        raise Malformed(f"the list has more than {MOST:,} events")
    return value
