"""Celery callback: the way back by a task of somebody else's Celery app, which the event names."""

from __future__ import annotations

import asyncio

from connector.errors import BrokerUnavailable
from connector.values import CallResult, ChannelCapabilities, Outcome, Publisher, ReplyMessage

CELERY = ChannelCapabilities(replies=True, repeatable=True)
"""The receiver drops repeats by (id, status, revision)."""


class CeleryCallback:
    """Calls ``callback.task`` with the turn as its only argument, on ``callback.queue`` or Celery's default queue."""

    capabilities = CELERY

    def __init__(self, publisher: Publisher) -> None:
        """``publisher`` confirms what it publishes."""
        self._publisher = publisher

    async def deliver(self, message: ReplyMessage) -> CallResult:
        """Publish once; outcome ``not_sent`` while the broker does not answer."""
        task = message.target.get("task")
        if not task:
            return CallResult(outcome=Outcome.REFUSED, error="the event came without a callback task")
        queue = message.target.get("queue") or "celery"
        try:
            await asyncio.to_thread(self._publisher.call, task, [dict(message.turn)], queue, message.marker)
        except BrokerUnavailable as error:
            return CallResult(outcome=Outcome.NOT_SENT, error=str(error))
        return CallResult()

    async def aclose(self) -> None:
        """Nothing to give back: the publisher is not ours."""
