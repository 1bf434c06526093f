"""How a host's worker takes up our tasks: headers by allow-list, and no body of ``connector.receive`` is dropped.

A body that nobody can read is handed to the task whole, to be kept.
Celery's own consumer, which a host's application has, drops such a message with a log line; our own sets it aside
before it comes here.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from celery.worker.strategy import default

from connector.utils.logs import get_logger

from ..broker import task_headers
from ..broker.bodies import body_of, callable_with, parts_of
from ..receive import UNREADABLE

log = get_logger(__name__)

_KEPT = frozenset({"expires"})
"""A bell of ours expires."""


def waking(task: Any, app: Any, consumer: Any, **options: Any) -> Callable[..., Any]:
    """Celery's strategy, without what a sender's headers would have the host's worker do."""
    handle: Callable[..., Any] = default(task, app, consumer, **options)

    def on_message(message: Any, body: Any, *args: Any, **kwargs: Any) -> Any:
        dropped = task_headers.strip(message, keep=_KEPT)
        if dropped:
            log.warning("message.headers_ignored", headers=dropped)
            if body is not None:  # Celery's first protocol, decoded already
                body = {name: value for name, value in body.items() if name not in dropped}
        return handle(message, body, *args, **kwargs)

    return on_message


def receiving(task: Any, app: Any, consumer: Any, **options: Any) -> Callable[..., Any]:
    """The same behind our check of the body."""
    handle = waking(task, app, consumer, **options)

    def on_message(message: Any, body: Any, *args: Any, **kwargs: Any) -> Any:
        if body is None and message.content_type == "application/json" and not _readable(message):
            message.body = _kept(message.body)
            message.content_encoding = "utf-8"
        return handle(message, body, *args, **kwargs)

    return on_message


def _readable(message: Any) -> bool:
    try:
        parts = parts_of(message.body)
        message.decode()  # Kombu's own marks, of times and the like, may hold none
    except Exception:  # noqa: BLE001 - whatever it raises, it would raise again where nobody keeps the message
        return False
    return isinstance(parts, dict) or callable_with(parts)  # an object: Celery's first protocol


def _kept(body: Any) -> bytes:
    return json.dumps([[], {UNREADABLE: base64.b64encode(body_of(body)).decode("ascii")}, {}]).encode()
