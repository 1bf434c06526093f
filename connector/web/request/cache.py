"""Cache with a maximum age, for an answer that many ask for and that costs a query."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Generic, TypeVar

T = TypeVar("T")

_SHARE = 20
"""What took a second to work out is kept for so many seconds at least, so asking for it never takes over."""


class Cached(Generic[T]):
    """One cached value. Whoever asks while it is being worked out waits for that; an error is not kept."""

    def __init__(self, work: Callable[[], T], executor: Executor, *, fresh: float) -> None:
        """``work`` runs in ``executor``; its result is given out for ``fresh`` seconds."""
        self._work = work
        self._executor = executor
        self._fresh = fresh
        self._until = float("-inf")
        self._value: T | None = None
        self._lock = asyncio.Lock()

    async def get(self) -> T:
        """The answer, at most so old; raises what working it out raises."""
        async with self._lock:
            if time.monotonic() >= self._until:
                began = time.monotonic()
                self._value = await asyncio.get_running_loop().run_in_executor(self._executor, self._work)
                ended = time.monotonic()
                self._until = ended + max(self._fresh, (ended - began) * _SHARE)
            return self._value  # type: ignore[return-value] # T itself may be None
