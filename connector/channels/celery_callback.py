"""Celery callback: the way back by a task of somebody else's Celery app, which the event names."""

from __future__ import annotations

import asyncio
import re

from connector.errors import BrokerRefused, BrokerUnavailable, InvalidInput
from connector.values import Callback, CallResult, ChannelCapabilities, Outcome, Publisher, ReplyMessage

CELERY = ChannelCapabilities(replies=True, repeatable=True)
"""The receiver drops repeats by (id, status, revision)."""

_LONGEST = 255
"""Bytes that AMQP has for a name."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_OURS = frozenset({"turnwire", "turnwire.receive", "turnwire.events", "turnwire.dead"})
_FILE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
"""A queue's name as the embedded broker can make files of it: none leads out of its folder."""


def require_names(callback: Callback, *, files: bool) -> None:
    """Raise :class:`InvalidInput` for a task or queue that no broker takes, or that is ours.

    ``files``: the broker is the embedded one, which makes file names of them.
    """
    for field, name in (("callback.task", callback.task), ("callback.queue", callback.queue)):
        if name is not None and (_CONTROL.search(name) or len(name.encode()) > _LONGEST):
            raise InvalidInput(field, f"at most {_LONGEST} bytes in UTF-8, without control characters", "another name")
    queue = callback.queue
    if queue is not None and (queue in _OURS or queue.startswith("amq.")):
        raise InvalidInput("callback.queue", "a queue that is not Turnwire's or the broker's own", "one that is")
    if queue is not None and files:
        require_file_name(queue)


def require_file_name(queue: str) -> None:
    """Raise :class:`InvalidInput` for a queue that the embedded broker has no files for."""
    if not _FILE.fullmatch(queue):
        expected = "1 to 128 of A-Z a-z 0-9 . _ - on the embedded broker, the first not a full stop"
        raise InvalidInput("callback.queue", expected, "another name")


class CeleryCallback:
    """Calls ``callback.task`` with the turn as its only argument, on ``callback.queue`` or Celery's default queue."""

    capabilities = CELERY

    def __init__(self, publisher: Publisher) -> None:
        """``publisher`` confirms what it publishes."""
        self._publisher = publisher

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Publish once; outcome ``not_sent`` while the broker does not answer, ``refused`` if it will not take it."""
        task = message.target.get("task")
        if not task:
            return CallResult(outcome=Outcome.REFUSED, error="the event came without a callback task")
        queue = message.target.get("queue") or "celery"
        try:
            await asyncio.to_thread(self._publisher.call, task, [dict(message.turn)], queue, message.marker)
        except BrokerUnavailable as error:
            return CallResult(outcome=Outcome.NOT_SENT, error=str(error))
        except (BrokerRefused, InvalidInput) as error:
            return CallResult(outcome=Outcome.REFUSED, error=str(error))
        return CallResult()

    async def aclose(self) -> None:
        """Nothing to give back: the publisher is not ours."""
