"""Consumer of ``turnwire.events``, the queue for programs that speak AMQP but not Celery; RabbitMQ only.

One thread reads on a connection of its own, which never publishes, so that an alarm of the broker's, which holds up
publishers, does not hold it up. What has arrived is stored together, in another thread, while this one keeps the
connection alive; only what is committed is acknowledged. Whatever fails in between, the broker delivers again, and what
comes twice is kept once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any

from celery import Celery

from connector.errors import places
from connector.utils import failpoints
from connector.utils.logs import get_logger

from ..broker.config import EVENTS, reads_events
from ..runtime.runtime import Runtime
from .store import MessageStore

log = get_logger(__name__)

_TOGETHER = 500
"""Messages in one group at most."""
_BYTES = 4 * 1024 * 1024
"""Bytes after which a group is full: what has not been read yet is the broker's to hold."""
_PREFETCH = 2 * _TOGETHER
_WINDOW = 0.05
"""Seconds after its first message when a group is closed, if messages keep coming."""
_COMPANY = 0.003
"""Seconds without another message after which it is closed."""
_IDLE = 0.5
"""Seconds between two looks at whether to stop."""
_PAUSES = (0.5, 10.0)
"""Seconds before connecting again: after a connection that did its work, and at most after ones that did not."""
_BEAT = 1.0
"""Seconds between two signs of life while a group is being stored."""


class EventsQueue:
    """The consumer, in a thread of its own; it survives whatever the broker or a message does."""

    def __init__(self, runtime: Runtime, app: Celery) -> None:
        """Does not start yet."""
        self._app = app
        self._keeper = MessageStore(runtime, app)
        self._wanted = reads_events(runtime.settings)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._arrived: list[Any] = []
        self._size = 0
        self._groups = 0

    def start(self) -> None:
        """Begin to read; nothing on brokers without such a queue, or where it is switched off."""
        if self._wanted and self._thread is None:
            self._thread = threading.Thread(target=self._run, name="turnwire-events", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Read nothing more; what is being stored is finished first."""
        self._stop.set()

    def join(self, patience: float) -> None:
        """Wait until it has stopped."""
        if self._thread is not None:
            self._thread.join(patience)

    def _run(self) -> None:
        pause = _PAUSES[0]
        while not self._stop.is_set():
            kept = self._groups
            try:
                self._serve()
            except Exception as error:  # noqa: BLE001 - on a connection that has ended anything may be raised
                log.warning("events.interrupted", error=type(error).__name__, at=places(error, 2))
                pause = _PAUSES[0] if self._groups > kept else min(_PAUSES[1], pause * 2)
                self._stop.wait(pause)

    def _serve(self) -> None:
        """Read on one connection until told to stop, or until it ends."""
        kombu = self._app.connection_for_read(heartbeat=self._app.conf.broker_heartbeat)
        kombu.connect()
        connection = kombu.connection
        self._arrived, self._size = [], 0
        with ThreadPoolExecutor(1, thread_name_prefix="turnwire-events-store") as storing:
            try:
                _declare(connection, kombu.channel_errors)
                channel = connection.channel()
                channel.auto_decode = False  # bytes stay bytes, whatever a message says of its encoding
                channel.basic_qos(0, _PREFETCH, False)
                channel.basic_consume(EVENTS, callback=self._arrive)
                log.info("events.reading", queue=EVENTS)
                while not self._stop.is_set():
                    if group := self._gathered(connection):
                        self._kept(connection, storing, group)
                        channel.basic_ack(group[-1].delivery_tag, multiple=True)
                        self._groups += 1
            except BaseException:
                connection.collect()  # closes the socket without a word: nobody may be there to answer
                raise
            connection.close()

    def _arrive(self, message: Any) -> None:
        self._arrived.append(message)
        self._size += len(message.body)

    def _gathered(self, connection: Any) -> list[Any]:
        """What has arrived by the time that nothing more comes, or that it is enough."""
        try:
            connection.drain_events(timeout=_IDLE)
            until = time.monotonic() + _WINDOW
            while len(self._arrived) < _TOGETHER and self._size < _BYTES and time.monotonic() < until:
                connection.drain_events(timeout=_COMPANY)
        except TimeoutError:
            pass
        connection.heartbeat_tick()
        group, self._arrived, self._size = self._arrived, [], 0
        return group

    def _kept(self, connection: Any, storing: ThreadPoolExecutor, group: Sequence[Any]) -> None:
        """Have a group stored, however long the database takes; raises if it is not."""
        failpoints.hit("events_delivered")
        given_up = threading.Event()
        work: Future[None] = storing.submit(self._keeper.keep, group, given_up.wait)
        try:
            while not wait_for([work], _BEAT).done:
                connection.send_heartbeat()
                if self._stop.is_set():
                    given_up.set()
        finally:
            given_up.set()
        work.result()
        failpoints.hit("events_stored")


def _declare(connection: Any, channel_errors: tuple[type[Exception], ...]) -> None:
    """Make the queue if nobody has yet; one that is there is taken as it is, whatever its kind.

    Ours has every default of the protocol but durability, so that whoever else declares it finds it as expected.
    """
    try:
        with connection.channel() as channel:
            channel.queue_declare(EVENTS, passive=True)
            return
    except channel_errors as error:
        if getattr(error, "code", None) != 404:
            raise
    with connection.channel() as channel:
        channel.queue_declare(EVENTS, durable=True, exclusive=False, auto_delete=False)
