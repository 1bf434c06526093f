"""Group commit of the front door: events of the same moment share a transaction; bells come after."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from connector.errors import DatabaseUnavailable
from connector.services.receive import Receiver
from connector.utils.batcher import Batcher
from connector.values import Event, EventStatus, Received

WINDOW = 0.003
"""Seconds for which an event waits for company."""
TOGETHER = 200
"""Events in one transaction at most."""


class EventCommits:
    """Asynchronous face of the receiver for the event loop. What it returns is committed."""

    def __init__(self, receiver: Receiver, *, patience: float) -> None:
        """``patience`` is how long a single event waits for the database, in seconds."""
        self._receiver = receiver
        self._patience = patience
        self._singles = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._bells = ThreadPoolExecutor(1, thread_name_prefix="bell")
        self._ringing = False
        self._batcher: Batcher[Event, Received] = Batcher(self.store_many, self._singles, lambda: WINDOW, TOGETHER)

    async def store(self, event: Event) -> Received:
        """Store one event; raises :class:`connector.errors.DatabaseUnavailable`, also when it takes too long."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._batcher.add(event)
        except TimeoutError:
            raise DatabaseUnavailable("the database did not answer in time") from None

    def taken_before(self, calling: Sequence[Event]) -> set[tuple[str, str]]:
        """As :meth:`Receiver.taken_before`, in this thread."""
        return self._receiver.taken_before(calling)

    def close(self) -> None:
        """End the threads; nothing must be in work any more."""
        self._singles.shutdown()
        self._bells.shutdown()

    def store_many(self, events: Sequence[Event]) -> Sequence[Received | BaseException]:
        """Store a group in one transaction, in this thread; what one event alone is to blame for, it alone gets.

        Raises :class:`connector.errors.DatabaseUnavailable`; hand the group in again then.
        """
        answers = self._receiver.receive_apart(events, ring=False)
        self._ring_for(answers)
        return answers

    def _ring_for(self, answers: Sequence[Received | BaseException]) -> None:
        """Ring in another thread: a broker that does not answer must not keep the next events waiting."""
        stored = [answer for answer in answers if isinstance(answer, Received)]
        if self._ringing or not any(answer.status is EventStatus.ACCEPTED for answer in stored):
            return
        self._ringing = True
        self._bells.submit(self._ring)

    def _ring(self) -> None:
        self._ringing = False
        self._receiver.wiring.publisher.ring()
