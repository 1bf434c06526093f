"""Validation of an event in JSON: what is over a limit is refused, never changed in silence.

Types and limits are pydantic's to check, once; the sentences of a refusal are ours, and never hold what was sent.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from connector.channels.text.clean import TEXT_LIMIT, nfc, one_line, unsafe
from connector.errors import InvalidInput
from connector.settings.types import TASK_NAME, seconds
from connector.values import Callback, Customer, Event, Followup, Refusal

EVENT_BYTES = 512 * 1024
METADATA_BYTES = 16 * 1024
METADATA_DEPTH = 8
_MOST_VALUES = METADATA_BYTES // 2
"""Values next to each other that so many bytes can hold."""
_METADATA_EXPECTED = "at most 16 KiB as JSON, unknown fields included"
SOURCE_PATTERN = r"^[a-z0-9._:-]{1,64}$"
LIVE_PRIORITY = 5
LENGTH = re.compile(r"[1-9][0-9]{0,2}[smhd]", re.ASCII)
"""How long things last, in an event."""
_FURTHEST_DUE = timedelta(days=1827)  # five years, two of them leap years
_LIKELY_BYTES = 60_000  # a text of so many characters cannot bring an event over its limit by itself

_RFC3339 = re.compile(
    r"(?P<minute>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d):(?P<second>\d\d)(?P<rest>(?:\.\d{1,12})?(?:[Zz]|[+-]\d\d:[0-5]\d))",
    re.ASCII,
)
_ESCAPED_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def _decimal(value: Any) -> Any:
    return str(value) if type(value) is int and abs(value) < 10**255 else value


def _text(value: str) -> str:
    if len(value) > EVENT_BYTES:
        raise ValueError("too long")
    if unsafe(value):
        raise ValueError("NUL or lone surrogate")
    value = nfc(value)
    if len(value) > TEXT_LIMIT or not value.strip():
        raise ValueError("too long or empty")
    return value


def moment(value: Any) -> Any:
    """RFC 3339 with a zone, to UTC, a leap second as the second before it; None stays None. Raises ValueError."""
    if isinstance(value, str) and (found := _RFC3339.fullmatch(value)):
        second = "59" if found["second"] == "60" else found["second"]
        value = datetime.fromisoformat(f"{found['minute']}:{second}{found['rest']}".upper())
    if not isinstance(value, datetime):
        return None if value is None else _no_time()
    if value.tzinfo is None:
        return _no_time()
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return _no_time()


def _no_time() -> None:
    raise ValueError("not a time with a zone")


def _length(value: Any) -> Any:
    if value is None:
        return None
    if not (isinstance(value, str) and LENGTH.fullmatch(value)):
        raise ValueError("not a length of time")
    return seconds(value)


# Lone surrogates need no pattern: pydantic takes no string that UTF-8 cannot hold.
_NO_NUL = r"^[^\x00]*$"
_Text = Annotated[str, AfterValidator(_text)]
_Key = Annotated[str, Field(min_length=1, max_length=255, pattern=_NO_NUL)]
_Id = Annotated[_Key, BeforeValidator(_decimal)]
_TaskName = Annotated[str, Field(pattern=rf"^{TASK_NAME.pattern}$")]
_Short = Annotated[str, Field(max_length=255, pattern=_NO_NUL)]
_Subject = Annotated[str, Field(max_length=998, pattern=_NO_NUL)]
_Time = Annotated[datetime | None, BeforeValidator(moment)]
_Length = Annotated[float | None, BeforeValidator(_length)]


class _Customer(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")
    id: Annotated[_Short | None, BeforeValidator(_decimal)] = None
    name: _Short | None = None
    email: _Short | None = None
    phone: _Short | None = None
    language: _Short | None = None


class _Callback(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")
    task: _TaskName
    queue: _TaskName | None = None


class _Followup(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow")
    after: _Length = None
    keep: bool | None = None
    expires_after: _Length = None


class _Event(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")
    route: _Key
    conversation: _Key
    id: _Id
    text: _Text
    source: Annotated[str, Field(pattern=SOURCE_PATTERN)]
    customer: _Customer | None = None
    subject: _Subject | None = None
    occurred_at: _Time = None
    due_at: _Time = None
    followup: _Followup | None = None
    priority: Annotated[int, Field(ge=0, le=9)] | None = None
    callback: _Callback | None = None
    metadata: dict[str, Any] | None = None


_ADAPTER = TypeAdapter(_Event)
FIELDS = frozenset(_Event.model_fields)
"""The names an event may carry."""
_SHORTEST_MISSPELT, _LONG_ENOUGH_FOR_TWO, _LONGEST_MISSPELT = 5, 8, 16
_MOST_UNKNOWN = METADATA_BYTES // len('"a":1,')

_KEY_EXPECTED = "a string of 1 to 255 characters, without NUL"
_NAME_EXPECTED = "1 to 100 characters of A-Z a-z 0-9 . _ -"
_SHORT_EXPECTED = "a string of at most 255 characters, without NUL"
_TIME_EXPECTED = "an RFC 3339 time with a zone, such as 2026-11-21T10:00:00Z"
_LENGTH_EXPECTED = 'a number from 1 to 999 with its unit, such as "90s", "10m", "24h" or "3d"'
_EXPECTED = {
    "route": _KEY_EXPECTED,
    "conversation": _KEY_EXPECTED,
    "id": "a string of 1 to 255 characters, without NUL, or an integer",
    "text": f"a string of 1 to {TEXT_LIMIT:,} characters, not only white space, without NUL",
    "source": "1 to 64 characters of a-z 0-9 . _ : -",
    "customer": "an object with id, name, email, phone, language",
    "subject": "a string of at most 998 characters, without NUL",
    "occurred_at": _TIME_EXPECTED,
    "due_at": _TIME_EXPECTED,
    "followup": "an object with after, keep, expires_after",
    "followup.after": _LENGTH_EXPECTED,
    "followup.keep": "true or false",
    "followup.expires_after": _LENGTH_EXPECTED,
    "priority": "an integer from 0 to 9",
    "callback": "an object with task and queue",
    "callback.task": _NAME_EXPECTED,
    "callback.queue": _NAME_EXPECTED,
    "metadata": "an object",
}


class Enveloped(dict[str, Any]):
    """An event's fields that came in an envelope, with the source that this names; no field can say so by itself."""

    envelope: str | None = None


def parse_event(data: Any, *, source: str, route: str | None = None, now: datetime, raw: bytes | None = None) -> Event:
    """The event in a decoded JSON object, with the bytes it came as if they are given.

    ``source`` and ``route`` stand in where the object names none; ``now`` (aware) is what ``due_at`` is held against.
    Unknown fields move to ``metadata`` and are named in ``warnings``. Raises :class:`InvalidInput` for the first thing
    that is wrong; its ``got`` never holds what was sent.
    """
    if not isinstance(data, Mapping):
        raise InvalidInput("event", "a JSON object", describe(data))
    extras = () if data.keys() <= FIELDS else [name for name in data if name not in FIELDS]
    _refuse_misspelt(extras)
    given = {name: value for name, value in data.items() if name in FIELDS} if extras else dict(data)
    if given.get("source") is None:
        given["source"] = source
    if given.get("route") is None and route is not None:
        given["route"] = route
    event = _validated(given)
    _check_size(data, event.text)
    if event.due_at is not None and event.due_at > now + _FURTHEST_DUE:
        raise InvalidInput("due_at", "a time at most 5 years ahead", "a later one")
    metadata, warnings = _with_extras(event, {name: data[name] for name in extras})
    if metadata:
        check_metadata(metadata)
    return Event(
        source=event.source, id=event.id, route=event.route, conversation=event.conversation, text=event.text,
        customer=_customer(event.customer), subject=event.subject or None, occurred_at=event.occurred_at,
        due_at=event.due_at, followup=_followup(event.followup),
        priority=LIVE_PRIORITY if event.priority is None else event.priority,
        callback=Callback(task=event.callback.task, queue=event.callback.queue) if event.callback else None,
        metadata=metadata, warnings=warnings, raw=raw,
        envelope=data.envelope if isinstance(data, Enveloped) else None,
    )  # fmt: skip


def refusal_of(
    data: Any, error: InvalidInput, *, where: str, position: str = "", source: str | None = None,
    raw: bytes | None = None,
) -> Refusal:  # fmt: skip
    """What can be said of input that :func:`parse_event` refused: its source and id, if they can be told."""
    found = data if isinstance(data, Mapping) else {}
    named, own_id = found.get("source"), _decimal(found.get("id"))
    return Refusal(
        where=where, position=position, reason=str(error), field=error.field, expected=error.expected,
        external_id=own_id if _is_key(own_id) else None,
        source=named if isinstance(named, str) and re.fullmatch(SOURCE_PATTERN, named) else source, raw=raw,
    )  # fmt: skip


def content_hash(event: Event) -> str:
    """Hex SHA-256 of what makes two events with one identity the same: route, conversation and text."""
    conversation = event.conversation.encode("utf-8", "surrogatepass")
    text = event.text.encode("utf-8", "surrogatepass")
    measured = b"%b%b%b%b" % (len(conversation).to_bytes(8, "big"), conversation, len(text).to_bytes(8, "big"), text)
    return hashlib.sha256(_route_measured(event.route) + measured).hexdigest()


@lru_cache(maxsize=1024)
def _route_measured(route: str) -> bytes:
    encoded = route.encode("utf-8", "surrogatepass")
    return len(encoded).to_bytes(8, "big") + encoded


def describe(value: Any) -> str:
    """What came, for a refusal: its kind and size, never its content."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int():
            return f"the integer {value}" if abs(value) < 10**6 else "a large integer"
        case float():
            return "a number that is no integer"
        case str():
            return _describe_text(value)
        case datetime():
            return "a time" if value.tzinfo else "a time without a zone"
        case Mapping():
            return f"an object of {len(value)} fields"
        case list() | tuple():
            return f"a list of {len(value)}"
        case _:
            return "something else"


def _describe_text(value: str) -> str:
    if not value.strip():
        return "white space only" if value else "an empty string"
    plural = "" if len(value) == 1 else "s"
    return f"a string of {len(value):,} character{plural}" + (
        " with a NUL or a lone surrogate" if unsafe(value) else ""
    )


def _is_key(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255 and not unsafe(value)


def _validated(given: dict[str, Any]) -> _Event:
    try:
        return _ADAPTER.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        place = [str(step) for step in first["loc"]]
        field = ".".join(place[:2]) if place[0] in {"customer", "callback", "followup"} else place[0]
        came = "nothing" if first["type"] == "missing" else describe(first["input"])
        raise InvalidInput(field, _EXPECTED.get(field, _SHORT_EXPECTED), came) from None


def _refuse_misspelt(extras: Sequence[Any]) -> None:
    _require_few(extras)
    for name in extras:
        if not isinstance(name, str):
            raise InvalidInput("event", "field names that are strings", describe(name))
        meant = nearest_field(name) if len(name) <= _LONGEST_MISSPELT else None
        if meant:
            raise InvalidInput(one_line(name, 16), f"a known field: did you mean {meant}?", "an unknown field")


def _require_few(extras: Collection[Any]) -> None:
    """Before any work for each of them: more would not fit into metadata."""
    if len(extras) > _MOST_UNKNOWN:
        raise InvalidInput("metadata", _METADATA_EXPECTED, f"{len(extras):,} unknown fields")


@lru_cache(maxsize=1024)
def nearest_field(name: str) -> str | None:
    """The known field that ``name`` is taken for a misspelling of, nearest first.

    That is within edit distance 1 from five letters on, 2 from eight on; upper and lower case, hyphens and underscores
    are alike. Shorter names are words of their own.
    """
    allowed = 0 if len(name) < _SHORTEST_MISSPELT else 1 if len(name) < _LONG_ENOUGH_FOR_TWO else 2
    if not allowed:
        return None
    folded = name.lower().replace("-", "_")
    near = ((_distance(folded, field), field) for field in FIELDS if abs(len(field) - len(name)) <= allowed)
    distance, field = min(near, default=(allowed + 1, ""))
    return field if distance <= allowed else None


def _distance(one: str, other: str) -> int:
    """Levenshtein's edit distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]


def _customer(given: _Customer | None) -> Customer:
    if given is None:
        return Customer()
    return Customer(
        id=given.id or None, name=given.name or None, email=given.email or None, phone=given.phone or None,
        language=given.language or None,
    )  # fmt: skip


def _followup(given: _Followup | None) -> Followup | None:
    if given is None:
        return None
    return Followup(after=given.after, keep=given.keep, expires_after=given.expires_after)


def _with_extras(event: _Event, extras: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The metadata with everything that has no field of its own, and a warning for each."""
    groups = (("customer", event.customer), ("callback", event.callback), ("followup", event.followup))
    for prefix, model in groups:
        if model is not None and model.model_extra:
            extras |= {f"{prefix}.{name}": value for name, value in model.model_extra.items()}
    if not extras:
        return event.metadata or {}, ()
    _require_few(extras)
    metadata = dict(event.metadata or {})
    for name, value in extras.items():
        metadata[name if name not in metadata else f"event.{name}"] = value
    return metadata, tuple(f"{one_line(name, 64)}: unknown field, kept in metadata" for name in extras)


def check_metadata(metadata: dict[str, Any]) -> None:
    """Raises :class:`InvalidInput` for metadata that is nested too deep, too large, or holds a NUL."""
    _require_shallow(metadata)
    encoded = _json_bytes(metadata, "metadata")
    if len(encoded) > METADATA_BYTES:
        raise InvalidInput("metadata", _METADATA_EXPECTED, f"{len(encoded):,} bytes")
    if _ESCAPED_NUL.search(encoded):
        raise InvalidInput("metadata", "strings without NUL", "one with NUL")


def _require_shallow(value: dict[str, Any]) -> None:
    level: list[Any] = [value]
    for _ in range(METADATA_DEPTH):
        if (count := sum(map(len, level))) > _MOST_VALUES:
            raise InvalidInput("metadata", _METADATA_EXPECTED, f"{count:,} values")
        level = [
            child
            for each in level
            for child in (each.values() if isinstance(each, Mapping) else each)
            if isinstance(child, (Mapping, list, tuple))
        ]
        if not level:
            return
    raise InvalidInput("metadata", f"an object nested at most {METADATA_DEPTH} deep", "a deeper one")


def _check_size(data: Mapping[str, Any], text: str) -> None:
    """The whole event's size; only worked out when the text alone could reach it, as all else has tighter limits."""
    if len(text) > _LIKELY_BYTES:
        size = len(_json_bytes(data, "event"))
        if size > EVENT_BYTES:
            raise InvalidInput("event", "at most 512 KiB as JSON", f"{size:,} bytes")


def _json_bytes(value: Any, field: str) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_as_json).encode()
    except (TypeError, ValueError, RecursionError):
        raise InvalidInput(field, "what JSON can hold", "something else") from None


def _as_json(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError
