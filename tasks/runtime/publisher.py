"""Publisher on the broker: bells, which may be lost, and callbacks, which are confirmed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from celery import Celery
from kombu import Connection, Exchange, Queue
from kombu.exceptions import KombuError

from connector.errors import BrokerRefused, BrokerUnavailable
from connector.utils.logs import get_logger

from ..broker.config import BELL_EXPIRES, CONFIRMED, WORK

log = get_logger(__name__)

_QUIET = 0.05
"""Seconds between two bells of one process; the later one is rung at the end of the pause."""
_SULK = 2.0
"""Seconds without trying after a broker did not answer."""
_IDLE = 5.0
"""Seconds after which the thread that rings ends, until there is something to ring for again."""
_PATIENCE = 10.0


class CeleryPublisher:
    """The :class:`connector.values.Publisher` of every program of ours. Safe to use from any thread.

    Bells are rung by a thread of their own: a broker that takes connections and then says nothing, or blocks whoever
    publishes, holds up neither what receives messages nor the tick.
    """

    def __init__(self, app: Celery, nearby: Callable[[], None] = lambda: None) -> None:
        """``app`` is configured; nothing connects before the first bell.

        ``nearby`` wakes the worker in this process, if there is one: what came in here need not go round by the broker.
        """
        self._app = app
        self._nearby = nearby
        self._changed = threading.Condition()
        self._wanted = self._ringing = self._closed = False
        self._thread: threading.Thread | None = None
        self.silent = False
        """Whether the broker did not take the last bell."""

    def ring(self) -> None:
        """Wake the workers soon and return at once; bells go every 50 ms at most, the last one is never swallowed."""
        self._nearby()
        with self._changed:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="turnwire-bell", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def flush(self, patience: float = _PATIENCE) -> None:
        """Wait until the broker has the last bell or is known to be silent: for programs about to end."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.silent or not (self._wanted or self._ringing), patience):
                self.silent = True

    def close(self) -> None:
        """Let the thread that rings end; a bell that the broker has not taken is not tried again.

        For programs about to end, after :meth:`flush`. What it rang for is found by a worker's tick.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._wanted or self._closed, _IDLE)
                if not self._wanted or (self._closed and self.silent):
                    self._thread = None
                    return
                self._wanted, self._ringing = False, True
            taken = self._publish()
            with self._changed:
                self._ringing, self.silent = False, not taken
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._closed, _QUIET if taken else _SULK)

    def _publish(self) -> bool:
        try:
            self._app.send_task("connector.send_turns", queue=WORK, expires=BELL_EXPIRES, **_SENT)
        except Exception as error:  # noqa: BLE001 - a bell may be lost, what it rang for may not
            log.warning("bell.lost", error=type(error).__name__)
            return False
        return True

    def call(self, task: str, args: Sequence[Any], queue: str, message_id: str) -> None:
        """Publish a callback, confirmed.

        A queue that exists is taken as it is: its owner may have declared it with arguments of their own, such as
        priorities, and a declaration with others would be refused. One that does not exist is made as Celery does.
        Raises :class:`connector.errors.BrokerUnavailable` and :class:`connector.errors.BrokerRefused`.
        """
        try:
            with self._app.connection_or_acquire() as connection:
                connection.ensure_connection(**_TRIES)  # the pool's may have been closed meanwhile
                where: str | Queue = _as_it_is(queue) if _exists(connection, queue) else queue
                refusals = connection.channel_errors
                try:
                    self._app.send_task(
                        task,
                        args=list(args),
                        queue=where,
                        task_id=message_id,
                        connection=connection,
                        **_SENT,
                        **_UNSHOWN,
                    )
                except refusals as error:
                    if isinstance(error, connection.connection_errors):
                        raise
                    raise BrokerRefused(_refusal(queue, error)) from error
        except (KombuError, OSError) as error:
            raise BrokerUnavailable(f"the broker did not take the callback ({type(error).__name__})") from error


def _exists(connection: Connection, queue: str) -> bool:
    """Whether a queue is there already; asked of RabbitMQ only, where two declarations may contradict each other."""
    if connection.transport.driver_type != "amqp":
        return False
    try:
        with connection.channel() as channel:
            channel.queue_declare(queue, passive=True)
    except connection.channel_errors as error:
        if getattr(error, "reply_code", None) == _NOT_FOUND:
            return False
        raise BrokerRefused(_refusal(queue, error)) from error
    return True


def _as_it_is(queue: str) -> Queue:
    return Queue(queue, Exchange(""), routing_key=queue, no_declare=True)


def _refusal(queue: str, error: Exception) -> str:
    return f"the broker refuses a callback on the queue {queue} ({type(error).__name__}): may we publish there?"


_NOT_FOUND = 404
_TRIES = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5}

_SENT = {"ignore_result": True, **CONFIRMED}
_UNSHOWN = {"argsrepr": "(a turn)", "kwargsrepr": "{}"}
"""What headers, events and the logs of workers show of a callback; by themselves they would show a customer's words."""
