"""CloudEvents 1.0: unwraps the event inside an envelope, however the envelope travelled.

The envelope's ``id`` becomes the event's, for it is unique where the producer's own ids may not be; its ``source``,
within which it is unique, belongs to the identity and is kept in ``metadata`` with its ``type``. Everything here raises
:class:`connector.errors.InvalidInput` for the first thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.channels.events.schema import Enveloped, describe, moment
from connector.errors import InvalidInput

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
REQUIRED = ("specversion", "id", "source", "type")
ATTRIBUTES = (*REQUIRED, "time", "subject")
"""What is read of an envelope; other attributes are not kept."""
_KEPT = ("source", "type", "subject")


def structured(envelope: Any) -> dict[str, Any]:
    """The event in a CloudEvent in JSON."""
    if not isinstance(envelope, Mapping):
        raise InvalidInput("cloudevent", "a JSON object", describe(envelope))
    data = envelope.get("data")
    if "data" not in envelope and "data_base64" in envelope:
        raise InvalidInput("data", "an event as a JSON object", "data_base64")
    return binary(envelope, data)


def binary(attributes: Mapping[str, Any], data: Any) -> dict[str, Any]:
    """The event in ``data``, whose CloudEvents attributes came beside it, under their own names."""
    for name in REQUIRED:
        value = attributes.get(name)
        if not isinstance(value, str) or not value:
            raise InvalidInput(name, "a string: CloudEvents require it", describe(value))
    if attributes["specversion"] != "1.0":
        raise InvalidInput("specversion", "1.0", "another version")
    _check_optional(attributes)
    if not isinstance(data, Mapping):
        raise InvalidInput("data", "an event as a JSON object", describe(data))
    event = Enveloped(data)
    event.envelope = attributes["source"]
    own = event.pop("id", attributes["id"])
    if own != attributes["id"]:
        event["data.id"] = own
    event["id"] = attributes["id"]
    if event.get("occurred_at") is None and attributes.get("time") is not None:
        event["occurred_at"] = attributes["time"]
    metadata = {} if event.get("metadata") is None else event["metadata"]
    if isinstance(metadata, Mapping):
        kept = {name: attributes[name] for name in _KEPT if attributes.get(name) is not None}
        event["metadata"] = {**metadata, "cloudevent": kept}
    return event


def _check_optional(attributes: Mapping[str, Any]) -> None:
    subject, time = attributes.get("subject"), attributes.get("time")
    if subject is not None and not isinstance(subject, str):
        raise InvalidInput("subject", "a string", describe(subject))
    try:
        moment(time)
    except ValueError:
        raise InvalidInput("time", "an RFC 3339 time with a zone", describe(time)) from None
