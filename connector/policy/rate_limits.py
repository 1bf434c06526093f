"""The rate limiter of an account, pure: how much of its limits one worker may take for a moment."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """An account's limits: calls in flight, calls per second (None: no limit), turns per UTC day (0: no limit)."""

    max_in_flight: int = 100
    rate: float | None = None
    daily_turns: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A slice of an account leased to one worker for about a second.

    ``slots`` calls in flight, ``calls`` to start, ``turns`` to mark; None means without limit.
    """

    slots: int
    calls: int | None
    turns: int | None


def slots_for(limits: Limits, ramp: int | None, *, wanted: int, others: int, workers: int) -> int:
    """How many calls one worker may have in flight; ``others`` is the sum of the other live workers' slots.

    ``workers`` counts all that hold slots or ask for some, this one included: each takes at most its fair share, so
    that who came first makes room for who came later.
    """
    cap = min(limits.max_in_flight, ramp) if ramp is not None else limits.max_in_flight
    share = max(1, cap // max(1, workers))
    return max(0, min(wanted, cap - others, share))


def calls_for(rate: float, tat: int, now: int, wanted: int, window: int = 1_000_000) -> tuple[int, int]:
    """GCRA over a slice: how many calls may start within ``window``, and the new theoretical arrival time.

    Times in microseconds. The invariant: calls in any window T are at most ``rate * T`` plus one second's worth.
    """
    step = 1_000_000 / rate
    start = max(tat, now)
    granted = max(0, min(wanted, int((now + window - start) / step)))
    if granted == 0 and wanted > 0 and start <= now:
        granted = 1  # slower than one a window: the next one is due, so it may go
    return granted, math.ceil(start + granted * step)  # rounded down, it would grant a little too much
