"""Work loop of what leaves beside turns: how much is under way, when to look for more, what was forgotten.

Deliveries of replies and the outbox's calls are two kinds of one work: claimed in a thread, done as tasks on the
engine's loop, recorded in groups, and recovered when a record was lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

from connector.utils.batcher import Batcher

Done = TypeVar("Done")


class WorkPump(Generic[Done]):
    """Tasks of one kind, at most ``most`` at once, looked for at most every ``every`` seconds while some are under way.

    ``record`` writes a group of what they came to for one owner, ``recover`` settles what an owner holds and nobody
    works on; both run in the engine's threads.
    """

    def __init__(
        self,
        *,
        most: int,
        every: float,
        claiming: ThreadPoolExecutor,
        recording: ThreadPoolExecutor,
        record: Callable[[int, Sequence[Done]], None],
        recover: Callable[[int, Sequence[int]], int],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        """``ended`` is called on the loop whenever a task has ended."""
        self._most = most
        self._every = every
        self._claiming = claiming
        self._record = record
        self._recover = recover
        self._ended = ended
        self._records: Batcher[tuple[int, Done], None] = Batcher(self._flush, recording)
        self._looked = 0.0
        self.tasks: dict[asyncio.Task[None], int] = {}

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self.tasks)

    def room(self) -> int:
        """How much may be claimed now; 0 if it is not time to look yet."""
        now = asyncio.get_running_loop().time()
        room = self._most - len(self.tasks)
        if room <= 0 or (self.tasks and now - self._looked < self._every):
            return 0
        self._looked = now
        return room

    def look_soon(self) -> None:
        """Look at the next opportunity: what comes next may be due at once."""
        self._looked = 0.0

    def begin(self, id_: int, work: Coroutine[None, None, None]) -> None:
        """Have this done as a task; ``id_`` is the row's."""
        task = asyncio.create_task(work)
        self.tasks[task] = id_
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self.tasks.pop(task)
        self._ended()

    async def record(self, owner: int, done: Done) -> None:
        """Write what one came to, with others. Raises :class:`connector.errors.TurnwireError`; it is then recovered."""
        await self._records.add((owner, done))

    async def recover(self, owner: int) -> int:
        """Settle what ``owner`` holds and nobody here works on; returns how many."""
        mine = sorted(set(self.tasks.values()))
        return await asyncio.get_running_loop().run_in_executor(self._claiming, self._recover, owner, mine)

    def _flush(self, group: Sequence[tuple[int, Done]]) -> list[None]:
        for owner in {owner for owner, _ in group}:
            self._record(owner, [done for whose, done in group if whose == owner])
        return [None] * len(group)
