"""Load shedding of the front door: 429 or 503 with Retry-After, before memory grows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from connector.channels.events.schema import EVENT_BYTES
from connector.channels.mail.services.base import LARGEST
from connector.storage.admin.tokens import Token
from connector.web.request.problems import Problem, busy

MIB = 1024 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestLimits:
    """Sizes in bytes, times in seconds.

    A request may hold ``idle`` seconds between two pieces of its body, and ``body``, ``mail`` or ``batch`` for all of
    it; ``answer`` is how long it waits for the database. ``share`` is the part of the places that one token or source
    may take. Told to stop, requests in work have ``stop`` seconds, and the process then ``close`` to end its threads.
    """

    event_bytes: int = EVENT_BYTES
    batch_bytes: int = 32 * MIB
    batch_lines: int = 10_000
    chunk_lines: int = 500
    chunk_bytes: int = 2 * MIB
    mail_bytes: int = LARGEST
    held_bytes: int = 96 * MIB
    delivered_bytes: int = 64 * MIB
    requests: int = 500
    deliveries: int = 250
    batches: int = 16
    share: float = 0.5
    idle: float = 10.0
    body: float = 30.0
    batch: float = 300.0
    mail: float = 120.0
    answer: float = 30.0
    head: float = 10.0
    keep_alive: float = 15.0
    linger: float = 2.0
    write: float = 30.0
    stop: float = 20.0
    close: float = 8.0
    connections: int = 1000
    head_bytes: int = 16 * 1024


DEFAULTS = RequestLimits()


class Hold:
    """A request's share of the bytes that may be in memory."""

    def __init__(self, pressure: Pressure, *, stranger: bool = False) -> None:
        """A ``stranger`` has shown nothing yet that was verified; all of them together have bytes of their own."""
        self._pressure = pressure
        self._stranger = stranger
        self.held = 0

    def take(self, size: int) -> None:
        """Count bytes that were read; raises :class:`Problem` 503 when there is no room for them."""
        self._change(size)
        limits = self._pressure.limits
        too_much = self._stranger and self._pressure.strangers > limits.delivered_bytes
        if too_much or self._pressure.bytes > limits.held_bytes:
            raise busy("too much is being read at this moment")

    def give_back(self, size: int) -> None:
        """Count bytes that are no longer held."""
        self._change(-size)

    def _change(self, size: int) -> None:
        self.held += size
        self._pressure.bytes += size
        self._pressure.strangers += size if self._stranger else 0


class Pressure:
    """Counter of the requests and bytes in work; only ever used on the event loop, so it needs no lock."""

    def __init__(self, limits: RequestLimits) -> None:
        self.limits = limits
        self.bytes = 0
        self.strangers = 0
        self._requests: Counter[int | str] = Counter()
        self._deliveries: Counter[int | str] = Counter()
        self._batches: Counter[int | str] = Counter()

    @contextmanager
    def request(self, token: Token) -> Iterator[Hold]:
        """A place for one request of a token; raises :class:`Problem` 429 for the token's share, 503 for the whole."""
        with self._place(self._requests, token.id, self.limits.requests, "token"), self._holding(Hold(self)) as hold:
            yield hold

    @contextmanager
    def hook(self, source: str) -> Iterator[Hold]:
        """A place for one delivery of a source; raises like :meth:`request`.

        Anybody may send one, so they have places and bytes of their own: a flood of them keeps no token out.
        """
        hold = Hold(self, stranger=True)
        with self._place(self._deliveries, source, self.limits.deliveries, "source"), self._holding(hold):
            yield hold

    @contextmanager
    def _holding(self, hold: Hold) -> Iterator[Hold]:
        try:
            yield hold
        finally:
            hold.give_back(hold.held)

    @contextmanager
    def batch(self, token: Token) -> Iterator[None]:
        """A place for one batch; raises like :meth:`request`."""
        with self._place(self._batches, token.id, self.limits.batches, "token"):
            yield

    @contextmanager
    def _place(self, taken: Counter[int | str], key: int | str, most: int, whose: str) -> Iterator[None]:
        if taken.total() >= most:
            raise busy("the front door has as many requests as it bears")
        if taken[key] >= most * self.limits.share:
            raise Problem(429, f"this {whose} has as many requests at once as one may have", retry_after=1)
        taken[key] += 1
        try:
            yield
        finally:
            taken[key] -= 1
            if not taken[key]:
                del taken[key]
