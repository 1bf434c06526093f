"""Headers of a task's message that a sender may set, by allow-list; all others are dropped before Celery sees them.

Celery does what they say: it keeps a message with an ``eta`` in memory, and with it a place of the few that a worker
has; it calls whatever task a ``chain`` or a callback names, with the rights of the worker; a ``timelimit`` ends a
process. None of that is a sender's to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from celery.utils.time import maybe_iso8601

from connector.errors import InvalidInput

from ..options import NEVER
from .bodies import callable_with, parts_of

_KEPT = frozenset(
    {
        "lang", "task", "id", "shadow", "root_id", "parent_id", "argsrepr", "kwargsrepr", "origin", "ignore_result",
        "compression", "redelivered",
    }
)  # fmt: skip
_ACTS = ("eta", "expires", "timelimit", "retries", "group", "stamps", "stamped_headers")
"""Headers that would change what the worker does; of the body the same."""
_IN_BODY = ("callbacks", "errbacks", "chain", "chord")
_V1 = frozenset({"task", "id", "args", "kwargs", "utc"})
"""What is kept of a message of Celery's first protocol, which has all of it in its body."""


@dataclass(kw_only=True, slots=True)
class TaskMessage:
    """What of a message makes a task of it; Kombu's own messages have the same fields."""

    body: bytes | str
    headers: Any
    content_type: Any


def warning(name: str) -> str:
    """What a sender is told whose header is not heeded."""
    return f"{name} is not heeded: a message that is to wait names its time as due_at"


def strip(message: Any, *, keep: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Drop from a task's message, in place, what is not on the list; the names of what would have had an effect.

    ``keep`` are headers that are allowed beside. What Celery could not read anyway is left to it.
    """
    headers = message.headers if isinstance(message.headers, Mapping) else {}
    try:
        parts = parts_of(message.body)
    except InvalidInput:
        return ()
    if headers.get("task") is None and isinstance(parts, dict):
        found = _acting(parts, keep, (*_ACTS, *_IN_BODY, "taskset"))
        if found:
            message.body = json.dumps({name: value for name, value in parts.items() if name in _V1 | keep})
        return found
    found = _acting(headers, keep, _ACTS)
    message.headers = {name: value for name, value in headers.items() if name in _KEPT | keep or _broken(name, value)}
    if callable_with(parts) and parts[2] and (embedded := _acting(parts[2], keep, _IN_BODY)):
        message.body = json.dumps([*parts[:2], {}])
        found += embedded
    return found


def _acting(fields: Mapping[str, Any], keep: frozenset[str], names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in keep and _said(fields.get(name)))


_OURS = [NEVER, NEVER]
"""The ``timelimit`` with which our own programs send our tasks."""


def _said(value: Any) -> bool:
    return any(value) and list(value) != _OURS if isinstance(value, list | tuple) else bool(value)


def _broken(name: str, value: Any) -> bool:
    """Whether Celery refuses the message for this header, so that it is set aside for a person to see."""
    if name != "eta" or value is None:
        return False
    try:
        maybe_iso8601(value)
    except (ValueError, TypeError):
        return True
    return False
