"""JSON schema of an event: what :mod:`connector.channels.events.schema` takes, for programs to read.

Types, lengths and what is required stand as a schema has them, the other rules in the descriptions: whoever reads the
document, a person or a generator of clients, gets more from a sentence than from a regular expression.
"""

from __future__ import annotations

from typing import Any

from connector.channels.events.schema import METADATA_BYTES, METADATA_DEPTH
from connector.channels.text.clean import TEXT_LIMIT

Schema = dict[str, Any]


def _string(least: int, most: int, **more: Any) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


def _optional(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties}


def _moment(description: str) -> Schema:
    return {"type": ["string", "null"], "format": "date-time", "description": f"{description}; with its zone"}


def _or_integer(schema: Schema, *others: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "integer"}, *others], "description": "an integer is taken as its digits"}


_SHORT = _optional(_string(0, 255))
_SOME: Schema = {"type": "string", "minLength": 1}

_CUSTOMER = _object(
    id=_or_integer(_string(0, 255), {"type": "null"}), name=_SHORT, email=_SHORT, phone=_SHORT, language=_SHORT
)
_NAME = {**_string(1, 100), "description": "letters of A-Z a-z 0-9 . _ -"}
_CALLBACK = {**_object(task=_NAME, queue=_optional(_NAME)), "required": ["task"]}
_LENGTH: Schema = {"type": ["string", "null"], "description": "1 to 999 and a unit, s, m, h or d: 90s, 10m, 24h, 3d"}
_METADATA = {
    **_object(),
    "description": f"at most {METADATA_BYTES // 1024} KiB as JSON and {METADATA_DEPTH} deep, unknown fields included",
}


def request_schemas(*, callbacks: bool) -> dict[str, Schema]:
    """The components ``Event`` and ``CloudEvent``; ``callbacks`` says whether any route takes them."""
    event = _event(callbacks=callbacks)
    return {"Event": event, "CloudEvent": _cloud_event(event)}


def _event(*, callbacks: bool) -> Schema:
    fields = {
        "route": _string(1, 255, description="a route of the configuration that this token is for; else 403"),
        "conversation": _string(1, 255, description="your name for the thread: a ticket number, a chat id"),
        "id": _or_integer(_string(1, 255)),
        # No maxLength: written with escapes, a text of that length may be beyond what a body may have.
        "text": {
            "type": "string",
            "minLength": 1,
            "description": f"at most {TEXT_LIMIT:,} characters, not only white space",
        },
        "customer": _optional(_CUSTOMER),
        "subject": _optional(_string(0, 998)),
        "occurred_at": _moment("when it was written"),
        "due_at": _moment("not before this time; at most 5 years ahead"),
        "followup": {
            **_optional(_object(after=_LENGTH, keep={"type": ["boolean", "null"]}, expires_after=_LENGTH)),
            "description": "how it waits: due so long after the conversation's last message; whether it stays when the "
            "customer writes again; how late it may be sent. What is left out is the route's to say",
        },
        "priority": {
            "type": ["integer", "null"],
            "minimum": 0,
            "maximum": 9,
            "description": "9 first; default 5",
        },
        "metadata": _optional(_METADATA),
    }
    if callbacks:
        fields["callback"] = {**_optional(_CALLBACK), "description": "one that the route lists in callbacks"}
    return {
        **_object(**fields),
        "required": ["route", "conversation", "id", "text"],
        "description": (
            "One message; at most 512 KiB. Its source is the token's; a field `source` may say the same and nothing "
            "else. Source and id are its identity: sent again with the same route, conversation and text it is a "
            "duplicate, with others a conflict. Unknown fields are kept in metadata and named in warnings, but a name "
            "that looks like one of these misspelt, such as one within two letters of it, is refused. No text and no "
            "name may hold the character NUL."
        ),
    }


def _cloud_event(event: Schema) -> Schema:
    data = {
        **event,
        "properties": {name: schema for name, schema in event["properties"].items() if name != "id"},
        "required": ["route", "conversation", "text"],
        "description": "the event; an id of its own is not needed, and kept in metadata where it differs",
    }
    return {
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _string(1, 255, description="becomes the event's id"),
            "source": {**_SOME, "description": "kept in metadata; the event's source is the token's"},
            "type": _SOME,
            "subject": {"type": ["string", "null"]},
            "time": _moment("becomes occurred_at, unless data has one"),
            "data": data,
        },
        "required": ["specversion", "id", "source", "type", "data"],
    }
