"""CloudEvents 1.0 over HTTP (the CNCF's HTTP protocol binding): from envelope to the event inside.

The envelope's ``id`` becomes the event's, for it is unique where the producer's own ids may not be; its ``source`` and
``type`` are kept in ``metadata``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from connector.errors import InvalidInput
from connector.readers.events import describe, moment
from connector.web.problems import invalid

STRUCTURED = "application/cloudevents+json"
REQUIRED = ("specversion", "id", "source", "type")
_KEPT = ("source", "type", "subject")


def structured(envelope: Any) -> dict[str, Any]:
    """The event in a CloudEvent in JSON; raises :class:`connector.web.problems.Problem` 422."""
    if not isinstance(envelope, Mapping):
        raise invalid(InvalidInput("cloudevent", "a JSON object", describe(envelope)))
    data = envelope.get("data")
    if "data" not in envelope and "data_base64" in envelope:
        raise invalid(InvalidInput("data", "an event as a JSON object", "data_base64"))
    return _event(envelope, data)


def binary(headers: Mapping[str, str], data: Any) -> dict[str, Any]:
    """The event in the body of a CloudEvent whose attributes are ``ce-`` headers; raises like :func:`structured`.

    Header values are percent-encoded UTF-8 there.
    """
    names = (*REQUIRED, "time", "subject")
    attributes = {name: unquote(headers[f"ce-{name}"]) for name in names if f"ce-{name}" in headers}
    return _event(attributes, data)


def _event(attributes: Mapping[str, Any], data: Any) -> dict[str, Any]:
    for name in REQUIRED:
        value = attributes.get(name)
        if not isinstance(value, str) or not value:
            raise invalid(InvalidInput(name, "a string: CloudEvents require it", describe(value)))
    if attributes["specversion"] != "1.0":
        raise invalid(InvalidInput("specversion", "1.0", "another version"))
    _check_optional(attributes)
    if not isinstance(data, Mapping):
        raise invalid(InvalidInput("data", "an event as a JSON object", describe(data)))
    event = dict(data)
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
        raise invalid(InvalidInput("subject", "a string", describe(subject)))
    try:
        moment(time)
    except ValueError:
        raise invalid(InvalidInput("time", "an RFC 3339 time with a zone", describe(time))) from None
