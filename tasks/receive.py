"""Celery task ``connector.receive``: hands messages in by wire name, without an import of ours.

In a host's application its workers run it; our own read its queue without it (see :mod:`tasks.queues`).
"""

from __future__ import annotations

import base64
import json
import time
from typing import Any

from celery import Celery
from celery.exceptions import Reject

from connector.errors import DatabaseUnavailable
from connector.utils.logs import get_logger

from .broker.config import RECEIVE
from .broker.dead_letter import bury
from .options import RECEIVING
from .runtime.runtime import Runtime

log = get_logger(__name__)

MOST = 1000
FAR_TOO_MANY = 10_000
"""Events in one message, beyond which it is kept as one that cannot be read; up to it, a thousand at a time."""
UNREADABLE = "unreadable"
"""The argument that holds, in base64, a body that could not be decoded (see :mod:`tasks.host.strategy`)."""
SOURCE = "celery"
"""The source of events that name none."""


def _unreadable(event: Any, others: dict[str, Any]) -> tuple[bytes, str] | None:
    """What is kept of a message that no event can be taken from, and why; None for all others."""
    kept = others.get(UNREADABLE)
    if event is None and isinstance(kept, str):
        return base64.b64decode(kept.encode("ascii", "replace")), "body is not JSON that can be read"
    if isinstance(event, list) and len(event) > FAR_TOO_MANY:
        return json.dumps(event, default=repr).encode(), f"the list has more than {FAR_TOO_MANY:,} events"
    return None


def _set_aside(app: Celery, runtime: Runtime, body: bytes, reason: str, named: str) -> dict[str, Any]:
    answer = runtime.receiver.set_aside(body, reason, RECEIVE, named)
    buried = bury(app, body, reason, RECEIVE)
    log.error("message.set_aside", reason=reason, queue=RECEIVE, bytes=len(body), buried=buried)
    return answer.as_dict()


def add(app: Celery, runtime: Runtime) -> None:
    """Register the receiving task."""

    @app.task(name="connector.receive", **{**RECEIVING, "ignore_result": not runtime.settings.broker.results})
    def receive(event: Any = None, *_: Any, **others: Any) -> Any:
        """Take one event, or a list of up to 1,000. Never raises for a bad event: that becomes a ``refused`` row."""
        many = isinstance(event, list)
        payloads = event if many else [event]
        try:
            if (unreadable := _unreadable(event, others)) is not None:
                return _set_aside(app, runtime, *unreadable, str(receive.request.id or ""))
            answers = [
                answer.as_dict()
                for start in range(0, len(payloads), MOST)
                for answer in runtime.receiver.receive_json(payloads[start : start + MOST], SOURCE)
            ]
        except DatabaseUnavailable as error:
            # Not acknowledged: the broker keeps it until the database is back.
            log.warning("event.put_back", error=str(error))
            time.sleep(1.0)
            raise Reject(str(error), requeue=True) from error
        return answers if many else answers[0]
