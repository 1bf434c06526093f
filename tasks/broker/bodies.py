"""Body of a task's message: bytes, the JSON in it, and whether that is what Celery calls a task with."""

from __future__ import annotations

from typing import Any

from connector.channels.text import json_text

_PARTS_V2 = 3


def body_of(body: Any) -> bytes:
    """A message's body as bytes, however its transport has it."""
    return body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body or b"")


def parts_of(body: Any) -> Any:
    """What a task's message holds, as every thread and process can read it; raises :class:`InvalidInput`."""
    return json_text.decoded(body_of(body))


def callable_with(parts: Any) -> bool:
    """Whether these are the arguments of a task as Celery's second protocol has them."""
    if not (isinstance(parts, list) and len(parts) == _PARTS_V2):
        return False
    args, kwargs, embed = parts
    return isinstance(args, list) and isinstance(kwargs, dict) and isinstance(embed, dict | None)
