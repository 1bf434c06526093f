"""Messages for the task ``connector.receive``, read into events without Celery's machinery.

So nothing that a sender writes into its headers is carried out here: no waiting for an ``eta``, no chain, no callback.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kombu.compression import decompress
from kombu.utils.json import loads

from connector.channels.events.amqp import Malformed
from connector.services.receive import Receiver

from ..broker import task_headers
from ..broker.bodies import body_of
from ..broker.consumer import why_unreadable
from ..broker.task_headers import TaskMessage
from ..receive import FAR_TOO_MANY, SOURCE
from .message import QueueMessage
from .store import ReadMessage

_TASK = {"connector.receive"}


def read(receiver: Receiver, message: QueueMessage) -> ReadMessage:
    """The events in a task's message; raises :class:`connector.channels.events.amqp.Malformed`."""
    sent = TaskMessage(body=_decompressed(message), headers=message.headers, content_type=message.content_type)
    if (reason := why_unreadable(sent, _TASK)) is not None:
        raise Malformed(reason)
    dropped = task_headers.strip(sent)
    args, kwargs, task_id = _called(body_of(sent.body), sent.headers)
    event: Any = args[0] if args else kwargs.get("event")
    many = isinstance(event, list)
    payloads: list[Any] = event if many else [event]
    if len(payloads) > FAR_TOO_MANY:
        raise Malformed(f"the list has more than {FAR_TOO_MANY:,} events")
    return ReadMessage(
        items=[
            receiver.read(payload, source=SOURCE, where=SOURCE, position=str(place))
            for place, payload in enumerate(payloads, 1)
        ],
        many=many,
        task_id=None if sent.headers.get("ignore_result") else task_id,
        ignored=dropped,
    )


def _decompressed(message: QueueMessage) -> bytes:
    kind = message.headers.get("compression")
    if not kind:
        return message.body
    try:
        found: bytes = decompress(message.body, kind)
    except Exception as error:
        raise Malformed(f"undecodable ({type(error).__name__})") from error
    return found


def _called(body: bytes, headers: Mapping[str, Any]) -> tuple[list[Any], Mapping[str, Any], str | None]:
    """What the task is called with, and its id."""
    try:
        # In what a program of Celery's has marked as a time or the like, it is one.
        parts = loads(body) if b'"__type__"' in body else json.loads(body)
    except Exception as error:
        raise Malformed("body is not JSON that can be read") from error
    if isinstance(parts, dict):  # Celery's first protocol
        args, kwargs, task_id = parts.get("args") or [], parts.get("kwargs") or {}, parts.get("id")
    else:
        args, kwargs, task_id = parts[0], parts[1], headers.get("id")
    if not (isinstance(args, list) and isinstance(kwargs, dict)):
        raise Malformed("body is not [args, kwargs, embed]")
    return args, kwargs, task_id if isinstance(task_id, str) else None
