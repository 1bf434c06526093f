"""Group commit: many coroutines hand in one item each, one short transaction writes them together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects items for a moment and flushes them in a thread; one flush at a time, so order is kept."""

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Sequence[Result | BaseException]],
        executor: Executor,
        window: Callable[[], float] = lambda: 0.002,
        most: int = 100,
    ) -> None:
        """``flush`` gets up to ``most`` items and returns a result, or an exception to raise, for each, in order.

        ``window`` says how long to wait for company, in seconds: a lone item should hardly wait, and under load the
        fixed cost of a transaction is worth sharing.
        """
        self._flush = flush
        self._executor = executor
        self._window = window
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._runner: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Result:
        """Hand in an item and wait for its result; whatever ``flush`` raises reaches every item of that group."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            if len(self._waiting) < self._most:
                await asyncio.sleep(self._window())
            group, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            try:
                results = await loop.run_in_executor(self._executor, self._flush, [item for item, _ in group])
            except BaseException as error:  # passed on to whoever waits
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)
                if isinstance(error, asyncio.CancelledError):
                    raise
                continue
            for (_, future), result in zip(group, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, BaseException):
                    future.set_exception(result)
                else:
                    future.set_result(result)
