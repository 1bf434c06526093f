"""JSON schema of an event: what :mod:`connector.channels.events.schema` takes, for programs to read.

A schema cannot say everything; what it leaves out stands in the descriptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations_with_replacement
from typing import Any

from connector.channels.events.schema import FIELDS, LENGTH, METADATA_BYTES, METADATA_DEPTH
from connector.channels.text.clean import TEXT_LIMIT

_NO_NUL = "^[^\\u0000]*$"
# The white space that a text must not consist of: what Python strips, which is a little more than a pattern's \s.
_SOME_TEXT = "^[^\\u0000]*[^\\s\\u0000\\u001c-\\u001f\\u0085][^\\u0000]*$"
_SHORT_NAME = 5
# What has no field of its own is kept in metadata, which is one level around it.
_EXTRA = {"$ref": f"#/components/schemas/Json{METADATA_DEPTH - 1}"}

Schema = dict[str, Any]


def _misspelt(words: Iterable[str]) -> str:
    """A pattern for whatever is within two edits of one of ``words``, upper and lower case alike."""
    return f"^(?:{'|'.join(form for word in words for form in _two_edits(word))})$"


def _two_edits(word: str) -> Iterator[str]:
    letters = [f"[{letter}{letter.upper()}]" for letter in word]
    # An edit at a place: something put before its letter, or in the letter's stead, or the letter left out.
    edited = [rf"[\s\S]?{letter}?" for letter in letters] + [r"[\s\S]?"]
    for first, second in combinations_with_replacement(range(len(edited)), 2):
        if first == second:
            middle = rf"[\s\S]{{0,2}}{letters[first]}?" if first < len(letters) else r"[\s\S]{0,2}"
        else:
            middle = edited[first] + "".join(letters[first + 1 : second]) + edited[second]
        yield "".join(letters[:first]) + middle + "".join(letters[second + 1 :])


def _string(least: int, most: int, **more: Any) -> Schema:
    return {"type": "string", "minLength": least, "maxLength": most, "pattern": _NO_NUL, **more}


def _optional(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _object(**properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "propertyNames": {"pattern": _NO_NUL},
        "additionalProperties": _EXTRA,
    }


def _moment(description: str, years: str = "(?!000[01]|9999)") -> Schema:
    """A time or null; ``years`` is a pattern, by default of what stays within the calendar in any zone."""
    moment = {"type": "string", "format": "date-time", "pattern": f"^{years}"}
    return {"anyOf": [moment, {"type": "null"}], "description": description}


def _or_integer(schema: Schema, *others: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "integer"}, *others], "description": "an integer is taken as its digits"}


_SHORT = _optional(_string(0, 255))
_SOME: Schema = {"type": "string", "minLength": 1, "pattern": _NO_NUL}

_CUSTOMER = _object(
    id=_or_integer(_string(0, 255), {"type": "null"}), name=_SHORT, email=_SHORT, phone=_SHORT, language=_SHORT
)
_CALLBACK = {**_object(task=_string(1, 255), queue=_optional(_string(1, 255))), "required": ["task"]}
# No line break at its end either, which some readers of patterns let pass.
_LENGTH: Schema = {
    "type": ["string", "null"],
    "pattern": f"^{LENGTH.pattern}(?!\\n)$",
    "description": "1 to 999 s, m, h or d",
}
_METADATA = {
    **_object(),
    "description": f"at most {METADATA_BYTES // 1024} KiB as JSON and {METADATA_DEPTH} deep, unknown fields included",
}

# What is near a long name is not met by chance; all of them would make a pattern of twenty kilobytes.
_NAMES: Schema = {
    "anyOf": [
        {"enum": sorted(FIELDS)},
        {
            "pattern": _NO_NUL,
            "not": {"pattern": _misspelt(sorted(name for name in FIELDS if len(name) <= _SHORT_NAME))},
        },
    ],
    "description": "a name within two letters of one of the event's fields is refused as misspelt",
}


def request_schemas(*, callbacks: bool, year: int) -> dict[str, Schema]:
    """The components ``Event``, ``CloudEvent`` and those that they are made of.

    ``callbacks`` says whether any route takes them; ``year`` is this year, for the end of what ``due_at`` may be.
    """
    event = _event(callbacks=callbacks, year=year)
    return {"Event": event, "CloudEvent": _cloud_event(event), **_json_values()}


def _event(*, callbacks: bool, year: int) -> Schema:
    fields = {
        "route": _string(1, 255, description="a route of the configuration that this token is for; else 403"),
        "conversation": _string(1, 255, description="your name for the thread: a ticket number, a chat id"),
        "id": _or_integer(_string(1, 255)),
        # No maxLength: written with escapes, a text of that length may be beyond what a body may have.
        "text": {
            "type": "string",
            "minLength": 1,
            "pattern": _SOME_TEXT,
            "description": f"at most {TEXT_LIMIT:,} characters, not only white space",
        },
        "customer": _optional(_CUSTOMER),
        "subject": _optional(_string(0, 998)),
        "occurred_at": _moment("when it was written"),
        "due_at": _moment(
            "not before this time; at most 5 years ahead", f"(?!000[01])(?:[01][0-9]{{3}}|{_up_to(year + 4)})-"
        ),
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
        fields["callback"] = {**_optional(_CALLBACK), "description": 'only on a route with reply = "celery"'}
    return {
        **_object(**fields),
        "propertyNames": _NAMES,
        "required": ["route", "conversation", "id", "text"],
        "description": (
            "One message; at most 512 KiB. Its source is the token's; a field `source` may say the same and nothing "
            "else. Source and id are its identity: sent again with the same route, conversation and text it is a "
            "duplicate, with others a conflict. Unknown fields are kept in metadata and named in warnings, but a name "
            "that looks like one of these misspelt is refused."
        ),
    }


def _up_to(year: int) -> str:
    """A pattern for the years from 2000."""
    decade = year // 10 - 200
    return f"20(?:[0-{decade - 1}][0-9]|{decade}[0-{year % 10}])"


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
            "subject": {"type": ["string", "null"], "pattern": _NO_NUL},
            "time": _moment("becomes occurred_at, unless data has one"),
            "data": data,
        },
        "required": ["specversion", "id", "source", "type", "data"],
    }


def _json_values() -> dict[str, Schema]:
    """``Json0`` to ``Json7``: any JSON value with at most so many objects and lists in each other, and no NUL."""
    return {f"Json{depth}": _json_value(depth) for depth in range(METADATA_DEPTH)}


def _json_value(depth: int) -> Schema:
    forms: list[Schema] = [{"type": ["null", "boolean", "number"]}, {"type": "string", "pattern": _NO_NUL}]
    if depth:
        inner = {"$ref": f"#/components/schemas/Json{depth - 1}"}
        forms.append({"type": "array", "items": inner})
        forms.append({"type": "object", "propertyNames": {"pattern": _NO_NUL}, "additionalProperties": inner})
    return {"description": f"any JSON value, nested at most {depth} deep, without NUL", "anyOf": forms}
