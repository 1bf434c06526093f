"""Deliveries of a queue on RabbitMQ, to this consumer alone."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import amqp
from celery import Celery
from kombu import Queue

from ..broker.own_queue import UnusableQueue
from .message import QueueMessage, Unusable

TOGETHER = 500
"""Messages in one group at most."""
BYTES = 4 * 1024 * 1024
"""Bytes after which a group is full: what has not been read yet is the broker's to hold."""
IDLE = 0.5
"""Seconds without a message after which there is nothing to store."""
_PREFETCH = 2 * TOGETHER
_WINDOW = 0.05
"""Seconds after its first message when a group is closed, if messages keep coming."""
_COMPANY = 0.003
"""Seconds without another message after which it is closed."""


class AmqpDeliveries:
    """A consumer by py-amqp, without Celery: its messages stay bytes, whatever they say of themselves."""

    def __init__(self, app: Celery, queue: Queue) -> None:
        """Connect and begin to consume; raises :class:`Unusable` while another connection does, or for good.

        The flag that makes this the only consumer is the consumer's, not the queue's: whoever declares the queue need
        not know of it. It ends with its connection, and only then the broker hands out again what was not
        acknowledged, so that a worker that is frozen never has messages that are older than another one's.
        """
        kombu = app.connection_for_read(heartbeat=app.conf.broker_heartbeat)
        kombu.connect()
        self._connection: Any = kombu.connection
        self._arrived: list[QueueMessage] = []
        self._size = 0
        try:
            queue(kombu.channel()).declare()
            self._channel = self._connection.channel()
            self._channel.auto_decode = False
            self._channel.basic_qos(0, _PREFETCH, False)
            self._channel.basic_consume(queue.name, callback=self._arrive, exclusive=True)
        except UnusableQueue as error:
            self.abandon()
            raise Unusable(str(error)) from error
        except amqp.AccessRefused as error:
            self.abandon()
            if "exclusive" not in str(error):
                raise
            raise Unusable(f"another program reads {queue.name}") from error
        except BaseException:
            self.abandon()
            raise

    def _arrive(self, message: Any) -> None:
        self._arrived.append(QueueMessage.of_amqp(message))
        self._size += len(message.body)

    def gathered(self) -> Sequence[QueueMessage]:
        """What has arrived by the time that nothing more comes, or that it is enough."""
        try:
            self._connection.drain_events(timeout=IDLE)
            until = time.monotonic() + _WINDOW
            while len(self._arrived) < TOGETHER and self._size < BYTES and time.monotonic() < until:
                self._connection.drain_events(timeout=_COMPANY)
        except TimeoutError:
            pass
        self._connection.heartbeat_tick()
        group, self._arrived, self._size = self._arrived, [], 0
        return group

    def beat(self) -> None:
        self._connection.send_heartbeat()

    def acknowledge(self, group: Sequence[QueueMessage]) -> None:
        self._channel.basic_ack(group[-1].receipt, multiple=True)

    def close(self) -> None:
        self._connection.close()

    def abandon(self) -> None:
        self._connection.collect()
