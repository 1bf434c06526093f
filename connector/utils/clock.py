"""Monotonic clock that counts sleep, and the maximum age of a mark: a frozen process must not send on it."""

from __future__ import annotations

import time

STALE_MARK = 5.0
"""Seconds after which a mark is too old to send on: the process was frozen, and others may have settled the turn."""


def boottime() -> float:
    """Seconds that go on while the machine sleeps, which ``time.monotonic`` does not promise."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def stale_after(lease: float) -> float:
    """Seconds a mark may be old when the send starts: well within the lease it was made under."""
    return min(STALE_MARK, lease / 2)
