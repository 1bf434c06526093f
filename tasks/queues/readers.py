"""The readers of a worker's queues of events: which there are, by broker and by what the worker was told to read."""

from __future__ import annotations

from celery import Celery

from ..broker.config import EVENTS, RECEIVE, events_queue, queues, reads_events
from ..runtime.runtime import Runtime
from . import json_events, task_events
from .amqp_queue import AmqpDeliveries
from .embedded_files import EmbeddedDeliveries
from .leases import ReaderLease
from .message import Deliveries
from .reader import QueueReader
from .redis_list import RedisDeliveries
from .results import Results
from .store import MessageStore


class QueueReaders:
    """``turnwire.receive``, and on RabbitMQ ``turnwire.events``; neither is read by Celery's pool."""

    def __init__(self, runtime: Runtime, app: Celery) -> None:
        """Nothing is read yet."""
        self._runtime = runtime
        self._app = app
        self._tasks = True
        self._readers: list[QueueReader] = []

    def take_over(self) -> None:
        """Once a worker has its queues: take from Celery what is read here."""
        chosen = self._app.amqp.queues
        self._tasks = RECEIVE in chosen.consume_from
        chosen.deselect([RECEIVE])

    def start(self) -> None:
        """Begin to read."""
        if self._readers:
            return
        if self._tasks:
            results = Results(self._app) if self._runtime.settings.broker.results else None
            store = MessageStore(self._runtime, self._app, RECEIVE, task_events.read, results)
            self._add(RECEIVE, store)
        if reads_events(self._runtime.settings):
            self._add(EVENTS, MessageStore(self._runtime, self._app, EVENTS, json_events.read))
        for reader in self._readers:
            reader.start()

    def _add(self, queue: str, store: MessageStore) -> None:
        self._readers.append(
            QueueReader(queue, lambda: self._connected(queue), store, ReaderLease(self._runtime, queue))
        )

    def _connected(self, queue: str) -> Deliveries:
        broker = self._runtime.settings.broker
        if broker.kind == "embedded":
            return EmbeddedDeliveries(broker.directory / "messages", queue)
        if broker.kind == "redis":
            return RedisDeliveries(self._app, queue)
        _, receive = queues(self._runtime.settings)
        return AmqpDeliveries(self._app, receive if queue == RECEIVE else events_queue())

    def stop(self) -> None:
        """Read nothing more; what is being stored is finished first."""
        for reader in self._readers:
            reader.stop()

    def join(self, patience: float) -> None:
        """Wait until all have stopped."""
        for reader in self._readers:
            reader.join(patience)
