"""Celery consumer that survives any message: what it cannot read is set aside with a reason.

Celery's own drops such messages with a log line that shows their content, and one kind, a message without a content
type, ends the worker and stays queued for the next one to die of.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery.worker.consumer import Consumer
from vine import promise

from connector.errors import InvalidInput, TurnwireError
from connector.utils.logs import get_logger

from . import task_headers
from .bodies import body_of, callable_with, parts_of
from .dead_letter import bury, name_of
from .envelopes import UNREADABLE

log = get_logger(__name__)

_READABLE = {"application/json"}
_KEPT = frozenset({"expires"})


def why_unreadable(message: Any, known: Any) -> str | None:
    """Why a message is none of our tasks, in words without its content; None if it is one."""
    if message.content_type not in _READABLE:
        if message.content_type == UNREADABLE:
            return "its envelope cannot be read"
        return "no content type" if not message.content_type else "content type is not application/json"
    try:
        parsed = parts_of(message.body)
    except InvalidInput as error:
        return f"body is not {error.expected}"
    headers = message.headers if isinstance(message.headers, dict) else {}
    task = headers.get("task")
    if task is None:
        task = parsed.get("task") if isinstance(parsed, dict) else None
        if task is None:
            return "no task header"
    elif not (callable_with(parsed)):
        return "body is not [args, kwargs, embed]"
    elif not isinstance(headers.get("id"), str):
        return "no id header"
    return None if task in known else "unknown task"


def _contained(act: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """An acknowledgement that cannot be made: the broker delivers again, and what comes twice does no harm."""
    try:
        act(*args, **kwargs)
    except Exception as error:  # noqa: BLE001 - on a connection that has ended anything may be raised
        log.warning("message.not_acknowledged", error=type(error).__name__)


class CarefulConsumer(Consumer):
    """Looks at each message before Celery does, and outlives its connections."""

    def call_soon(self, p: Any, *args: Any, **kwargs: Any) -> Any:
        """Celery's, but what ``p`` raises ends no worker; acknowledgements came this way before Celery 5.7."""
        return super().call_soon(_contained, p, *args, **kwargs)

    def call_soon_ack(self, p: Any, *args: Any, **kwargs: Any) -> Any:
        """Celery's, but an acknowledgement that comes too late for its connection ends no worker."""
        return super().call_soon_ack(_contained, p, *args, **kwargs)

    def on_connection_error_after_connected(self, exc: BaseException) -> None:
        """Celery's, but a connection that cannot be closed either is let go, whatever it raises."""
        try:
            super().on_connection_error_after_connected(exc)
        except Exception as error:  # noqa: BLE001 - Redis with messages unacknowledged raises AttributeError
            log.warning("broker.not_closed", error=type(error).__name__)

    def create_task_handler(self, promise: Any = promise) -> Any:
        """Celery's handler behind our check."""
        handle = super().create_task_handler(promise)

        def on_message(message: Any) -> None:
            reason = why_unreadable(message, self.strategies)
            if reason is None:
                try:
                    # A bell of ours expires; whatever else a header may say is not for us to do.
                    if dropped := task_headers.strip(message, keep=_KEPT):
                        log.warning("message.headers_ignored", headers=dropped)
                    handle(message)
                except Exception as error:  # everything else hangs on this loop
                    if isinstance(error, self.connection_errors) and not isinstance(error, LookupError):
                        raise
                    reason = f"it made the consumer raise {type(error).__name__}"
            if reason is not None:
                self._set_aside(message, reason)

        return on_message

    def on_unknown_message(self, body: Any, message: Any) -> None:
        """Set aside instead of dropped."""
        self._set_aside(message, "not a task")

    def on_unknown_task(self, body: Any, message: Any, exc: Exception) -> None:
        """Set aside instead of dropped."""
        self._set_aside(message, "unknown task")

    def on_invalid_task(self, body: Any, message: Any, exc: Exception) -> None:
        """Set aside instead of dropped."""
        self._set_aside(message, f"invalid task ({type(exc).__name__})")

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        """Set aside instead of dropped."""
        self._set_aside(message, f"undecodable ({type(exc).__name__})")

    def _set_aside(self, message: Any, reason: str) -> None:
        """Keep it as a quarantined event and on ``turnwire.dead``; given back to the broker if neither works."""
        body = body_of(message.body)
        queue = str((message.delivery_info or {}).get("routing_key") or "")
        kept = self._store(body, reason, queue, name_of(message.properties)) | bury(self.app, body, reason, queue)
        log.error("message.set_aside", reason=reason, queue=queue, bytes=len(body), kept=kept)
        if kept:
            message.ack_log_error(log, self.connection_errors)
        else:
            message.reject_log_error(log, self.connection_errors, requeue=True)

    def _store(self, body: bytes, reason: str, queue: str, named: str) -> bool:
        try:
            self.app.turnwire.receiver.set_aside(body, reason, queue, named)
        except TurnwireError as error:
            log.warning("message.not_stored", error=str(error))
            return False
        return True
