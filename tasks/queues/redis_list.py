"""Deliveries of a queue on Redis, which stay on its list until they are stored.

Kombu takes a message off its list first and notes it elsewhere afterwards; what a killed worker had comes back ten
minutes later, at the wrong end, or not at all. Here the list is read, and what is stored is removed from it, so
whatever happens in between it is all there, in its order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from celery import Celery
from kombu.utils.json import dumps, loads

from ..broker.envelopes import opened
from .amqp_queue import BYTES, IDLE, TOGETHER
from .message import QueueMessage

_AT_ONCE = 20
"""Entries asked for in one command: each may be large."""


class RedisDeliveries:
    """The lists of one queue, one for each of Kombu's priorities; the oldest entry is a list's last."""

    def __init__(self, app: Celery, queue: str) -> None:
        """Connect, and put back in front what a Celery worker had in hand when it ended."""
        self._kombu = app.connection_for_read()
        self._channel: Any = self._kombu.channel()
        self._client: Any = self._channel.client
        self._queue = queue
        # Which list a priority has is asked of Kombu, whose options may say otherwise.
        self._lists = [self._channel._q_for_pri(queue, step) for step in self._channel.priority_steps]  # noqa: SLF001
        self._put_back()

    def _put_back(self) -> None:
        """What stands unacknowledged for this queue, the oldest first; a worker that still has it does it once more."""
        held = []
        for tag, raw in self._client.hscan_iter(self._channel.unacked_key):
            message, _, key = loads(raw)
            if key == self._queue:
                held.append((self._client.zscore(self._channel.unacked_index_key, tag) or 0.0, tag, message))
        for _, tag, message in sorted(held, key=itemgetter(0), reverse=True):
            priority = message["properties"].get("priority") or 0
            with self._client.pipeline(transaction=True) as pipe:
                pipe.zrem(self._channel.unacked_index_key, tag)
                pipe.hdel(self._channel.unacked_key, tag)
                pipe.rpush(self._channel._q_for_pri(self._queue, priority), dumps(message))  # noqa: SLF001 - see above
                pipe.execute()

    def gathered(self) -> Sequence[QueueMessage]:
        """The oldest entries; they stay where they are."""
        self._wait()
        found: list[QueueMessage] = []
        size = 0
        for name, raw in islice(self._entries(), TOGETHER):
            found.append(QueueMessage.of_envelope(opened(raw, self._queue), (name, raw)))
            size += len(raw)
            if size >= BYTES:
                break
        return found

    def _wait(self) -> None:
        """Until the first list has an entry, or for a moment: moving its last one to where it is changes nothing."""
        first = self._lists[0]
        try:
            self._client.blmove(first, first, IDLE, "RIGHT", "RIGHT")
        except self._channel.ResponseError:  # before Redis 6.2 there is no such command
            time.sleep(IDLE / 10)

    def _entries(self) -> Iterator[tuple[str, bytes]]:
        for name in self._lists:
            start = 0
            while part := self._client.lrange(name, -start - _AT_ONCE, -start - 1):
                yield from ((name, raw) for raw in reversed(part))
                start += len(part)

    def beat(self) -> None:
        """Nothing is expected of us meanwhile."""

    def acknowledge(self, group: Sequence[QueueMessage]) -> None:
        """Take them off their lists, each by its content, which holds a tag of its own: whoever was quicker did it."""
        with self._client.pipeline(transaction=False) as pipe:
            for name, raw in (message.receipt for message in group):
                pipe.lrem(name, -1, raw)
            pipe.execute()

    def close(self) -> None:
        self._kombu.release()

    def abandon(self) -> None:
        self._kombu.collect()
