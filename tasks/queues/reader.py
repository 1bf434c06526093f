"""Reader of a queue of events: one worker at a time, in groups, in the order of delivery.

One thread reads, on a connection that never publishes, so that an alarm of the broker's, which holds up publishers,
does not hold it up. What has arrived is stored together, in another thread, while this one keeps the connection alive;
only what is committed is acknowledged. Whatever fails in between, the broker delivers again, and what comes twice is
kept once. Were it two threads or two workers, one could store a conversation's second message before the other has
stored its first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from typing import Any

from connector.errors import places
from connector.utils import failpoints
from connector.utils.logs import get_logger

from .leases import ReaderLease
from .message import Deliveries, QueueMessage, Unusable
from .store import MessageStore

log = get_logger(__name__)

_PAUSES = (0.5, 10.0)
"""Seconds before connecting again: after a connection that did its work, and at most after ones that did not."""
_REFUSED = 1.0
"""Seconds before asking again for a queue that somebody else reads."""
_BEAT = 1.0
"""Seconds between two signs of life while a group is being stored."""


class QueueReader:
    """The consumer of one queue, in a thread of its own; it survives whatever the broker or a message does."""

    def __init__(self, queue: str, connect: Callable[[], Deliveries], store: MessageStore, lease: ReaderLease) -> None:
        """Does not start yet."""
        self._queue = queue
        self._name = queue.rpartition(".")[2]
        self._says = {what: f"{self._name}.{what}" for what in ("reading", "waiting", "interrupted")}
        self._connect = connect
        self._store = store
        self._lease = lease
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._groups = 0
        self._told = ""

    def start(self) -> None:
        """Begin to read, as soon as no other worker does."""
        if self._thread is None:
            self._lease.start()
            self._thread = threading.Thread(target=self._run, name=f"turnwire-{self._name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Read nothing more; what is being stored is finished first."""
        self._stop.set()

    def join(self, patience: float) -> None:
        """Wait until it has stopped; then another worker may read."""
        if self._thread is not None:
            self._thread.join(patience)
            self._lease.stop()

    def _run(self) -> None:
        pause = _PAUSES[0]
        while not self._stop.is_set():
            if not self._lease.wait():
                if self._lease.elsewhere:
                    self._tell("another worker reads it", log.info)
                continue
            kept = self._groups
            try:
                self._serve()
            except Unusable as error:
                self._tell(str(error), log.warning)
                self._stop.wait(_REFUSED)
            except Exception as error:  # noqa: BLE001 - on a connection that has ended anything may be raised
                log.warning(self._says["interrupted"], error=type(error).__name__, at=places(error, 2))
                pause = _PAUSES[0] if self._groups > kept else min(_PAUSES[1], pause * 2)
                self._stop.wait(pause)

    def _tell(self, problem: str, say: Callable[..., Any]) -> None:
        if problem != self._told:
            say(self._says["waiting"], queue=self._queue, problem=problem)
        self._told = problem

    def _serve(self) -> None:
        """Read on one connection until told to stop, until it ends, or until another worker reads."""
        deliveries = self._connect()
        with ThreadPoolExecutor(1, thread_name_prefix=f"turnwire-{self._name}-store") as storing:
            try:
                log.info(self._says["reading"], queue=self._queue)
                self._told = ""
                while self._lease.held and not self._stop.is_set():
                    if group := deliveries.gathered():
                        self._kept(deliveries, storing, group)
                        deliveries.acknowledge(group)
                        failpoints.hit(f"{self._name}_acknowledged")
                        self._groups += 1
            except BaseException:
                deliveries.abandon()
                raise
            deliveries.close()

    def _kept(self, deliveries: Deliveries, storing: ThreadPoolExecutor, group: Sequence[QueueMessage]) -> None:
        """Have a group stored, however long the database takes; raises if it is not."""
        failpoints.hit(f"{self._name}_delivered")
        given_up = threading.Event()
        work: Future[None] = storing.submit(self._store.keep, group, given_up.wait)
        try:
            while not wait_for([work], _BEAT).done:
                deliveries.beat()
                if self._stop.is_set():
                    given_up.set()
        finally:
            given_up.set()
        work.result()
        failpoints.hit(f"{self._name}_stored")
