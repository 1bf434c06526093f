"""Group commit of the engine: attempts, marks and outcomes of many turns in one transaction.

Marks and attempts share one thread and outcomes have another, so each kind keeps its order and neither waits for the
other.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from connector.errors import DatabaseUnavailable, LeaseLost
from connector.storage.send.marks import Marked
from connector.storage.send.outcomes import Settled
from connector.utils.batcher import Batcher
from connector.utils.logs import get_logger
from connector.values import Call, TurnStatus
from connector.wiring import Wiring

log = get_logger(__name__)

Result = TypeVar("Result")
Begin = tuple[int, int, Call]
Mark = tuple[int, int, str | None]
Row = TypeVar("Row", bound=tuple[int, int, Any])

RECORD_PATIENCE = 600.0
"""Seconds for which outcomes are kept in memory while the database is away."""
LAST_PATIENCE = 10.0
"""The same for a process that has been told to stop."""


class TurnCommits:
    """The group commits of one engine's loop: attempt rows, marks and outcomes."""

    def __init__(
        self,
        wiring: Wiring,
        claiming: ThreadPoolExecutor,
        recording: ThreadPoolExecutor,
        *,
        window: Callable[[], float],
        stopping: Callable[[], bool],
    ) -> None:
        """``window`` says how long a group waits for company, ``stopping`` whether the process was told to end."""
        self._wiring = wiring
        self._stopping = stopping
        self._begins: Batcher[Begin, int | None] = Batcher(self._flush_begins, claiming, window)
        self._marks: Batcher[Mark, Marked | None] = Batcher(self._flush_marks, claiming, window)
        self._records: Batcher[Settled, None] = Batcher(self._flush_records, recording, window)

    async def begin(self, owner: int, turn_id: int, call: Call) -> int | None:
        """Write an attempt row for a call that opens or reads; its number, or None if the turn is gone."""
        return await self._begins.add((owner, turn_id, call))

    async def mark(self, owner: int, turn_id: int, head: str | None = None) -> Marked | None:
        """Commit ``sending``, and the header in front of the text; None if the turn may not be sent."""
        return await self._marks.add((owner, turn_id, head))

    async def record(self, settled: Settled) -> None:
        """Write an outcome; kept in memory while the database is away, and written as soon as it is back."""
        await self._records.add(settled)

    def _flush_begins(self, group: Sequence[Begin]) -> list[int | BaseException | None]:
        return _by_owner(group, self._begin_rows)

    def _begin_rows(self, owner: int, rows: Sequence[Begin]) -> list[int | None]:
        numbers = self._wiring.marks.begin(owner, [(turn, call) for _, turn, call in rows])
        return [numbers.get(turn) for _, turn, _ in rows]

    def _flush_marks(self, group: Sequence[Mark]) -> list[Marked | BaseException | None]:
        return _by_owner(group, self._mark_rows)

    def _mark_rows(self, owner: int, rows: Sequence[Mark]) -> list[Marked | None]:
        ids = [turn for _, turn, _ in rows]
        heads = {turn: head for _, turn, head in rows if head is not None}
        marked = {mark.turn_id: mark for mark in self._wiring.marks.mark(owner, ids, heads)}
        for mark in marked.values():
            log.info("turn.sent", turn=mark.turn_id, attempt=mark.number)
        return [marked.get(turn) for _, turn, _ in rows]

    def _flush_records(self, group: Sequence[Settled]) -> list[None]:
        began, wait = time.monotonic(), 0.1
        while True:
            try:
                self._wiring.records.record(group)
                _log_settled(group)
                return [None] * len(group)
            except DatabaseUnavailable as error:
                patience = LAST_PATIENCE if self._stopping() else RECORD_PATIENCE
                if time.monotonic() - began > patience:
                    raise
                log.warning("turn.record_again", turns=len(group), error=str(error))
                time.sleep(wait)
                wait = min(5.0, wait * 2)


_WORTH_A_LOOK = frozenset({TurnStatus.UNKNOWN, TurnStatus.FAILED})


def _log_settled(group: Sequence[Settled]) -> None:
    """A line for each turn whose status was decided: ``turn.answered``, ``turn.unknown``, ``turn.queued`` and so on."""
    for settled in group:
        if settled.status is None:
            continue
        say = log.warning if settled.status in _WORTH_A_LOOK else log.info
        facts = {"reason": settled.reason, "http_status": settled.result.http_status}
        say(
            f"turn.{settled.status}",
            turn=settled.turn_id,
            conversation=settled.conversation_id,
            call=settled.call,
            attempt=settled.number,
            outcome=settled.result.outcome,
            **{name: fact for name, fact in facts.items() if fact is not None},
        )


def _by_owner(
    group: Sequence[Row], flush: Callable[[int, Sequence[Row]], list[Result]]
) -> list[Result | BaseException]:
    """After a lost lease a group may hold rows of two incarnations: a transaction, and a failure, each."""
    results: dict[Row, Result | BaseException] = {}
    for owner in dict.fromkeys(row[0] for row in group):
        rows = [row for row in group if row[0] == owner]
        try:
            results.update(zip(rows, flush(owner, rows), strict=True))
        except (LeaseLost, DatabaseUnavailable) as error:
            results.update(dict.fromkeys(rows, error))
    return [results[row] for row in group]
