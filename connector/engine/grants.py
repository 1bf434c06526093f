"""Local rate limiter: spends the grant that this process has leased from an account's limits.

A call that the grant does not cover is refused before it is made.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from connector.storage.send.accounts import Slice, Usage

REFILL_EVERY = 1.0
BURST = 1.0
"""Seconds' worth of calls that may go at once after a quiet time."""


@dataclass(kw_only=True, slots=True)
class Allowance:
    """The local limiter of one account: what is left of its leased grant.

    ``busy`` counts conversations claimed and not yet released, ``unsent`` those of them that have not been marked.
    ``troubled``: successes matter to the account's gate too. ``streak``: failures in a row that this process saw.
    """

    account: str
    slots: int = 0
    calls: int | None = 0
    turns: int | None = 0
    rate: float | None = None
    busy: int = 0
    unsent: int = 0
    backlog: int = 0
    closed: bool = False
    troubled: bool = False
    streak: int = 0
    refilled: float = -REFILL_EVERY
    leased: bool = False
    news: int = 0
    _arrival: float = 0.0
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    def stale(self) -> bool:
        """Whether it is time to ask for a new slice."""
        return time.monotonic() - self.refilled >= REFILL_EVERY

    def outdate(self) -> None:
        """Ask for a new slice at the next need, however short ago the last one was got."""
        self.refilled = -REFILL_EVERY

    @property
    def free(self) -> int:
        """How many calls of this account may begin now as far as its slots go."""
        return 0 if self.closed else max(0, self.slots - self.busy)

    def room(self, *, backlog: bool) -> int:
        """How many conversations of this account may be claimed now; a tenth of the slots is kept from backlogs."""
        if self.closed:
            return 0
        free = self.slots - self.busy
        if backlog:
            kept = max(1, self.slots // 10) if self.slots > 1 else 0
            free = min(free, self.slots - kept - self.backlog)
        limits = [free] + [limit - self.unsent for limit in (self.calls, self.turns) if limit is not None]
        return max(0, min(limits))

    def usage(self, wanted: int) -> Usage:
        """What to tell and ask at a refill; ``wanted`` is what this process could use.

        Calls leased and not started go back with it: until :meth:`take` there are none.
        """
        unused, self.calls = self.calls or 0, None if self.calls is None else 0
        return Usage(in_flight=self.busy, wanted=max(wanted, self.busy), unused_calls=unused)

    def take(self, lease: Slice, *, news: int) -> None:
        """Use a new slice from now on; ``news`` is what it was before asking.

        A gate that a call of ours closed meanwhile stays closed here until the next slice, which knows of it.
        """
        self.slots, self.calls, self.turns = lease.grant.slots, lease.grant.calls, lease.grant.turns
        self.rate = lease.rate
        if news == self.news:
            self.closed = lease.closed_for is not None
        self.troubled = self.troubled if news != self.news else lease.troubled
        self.refilled = time.monotonic()
        self.leased = self.slots > 0
        self._wake()

    def close(self) -> None:
        """Start nothing more, and let those that wait for leave give up."""
        self.closed = True
        self.news += 1
        self._wake()

    async def call(self, patience: float) -> bool:
        """Take leave for one call; waits up to ``patience`` seconds for the rate. False: not now, nothing taken."""
        until = time.monotonic() + patience
        while not self.closed:
            early = self._early()
            if self.calls is None or (self.calls > 0 and early <= 0):
                self._start()
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            if self.calls > 0:
                await asyncio.sleep(min(left, early))
                continue
            try:
                async with asyncio.timeout(left):
                    await self._more.wait()
            except TimeoutError:
                return False
        return False

    def _early(self) -> float:
        """Seconds until the rate lets the next call go: GCRA with a burst, so that slices do not add up."""
        if self.rate is None:
            return 0.0
        now, step = time.monotonic(), 1 / self.rate
        return max(self._arrival, now) + step - now - max(BURST, step)

    def _start(self) -> None:
        if self.calls is not None:
            self.calls -= 1
        if self.rate is not None:
            self._arrival = max(self._arrival, time.monotonic()) + 1 / self.rate

    def turn(self) -> bool:
        """Take leave to mark one turn; the mark itself keeps the day's budget, this only spares what is hopeless."""
        if self.turns is None:
            return True
        if self.turns <= 0:
            return False
        self.turns -= 1
        return True

    def _wake(self) -> None:
        waiting, self._more = self._more, asyncio.Event()
        waiting.set()
