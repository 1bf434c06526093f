"""Queries of the engine's live state: the clock, live workers, gates, calls in flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from connector.storage.core.statements import FOREVER, db_now
from connector.storage.queue.lease import has_died
from connector.storage.tables import accounts, grants, workers

DAY = 86_400_000
SEEN = 60_000
"""Milliseconds after which a worker that has not looked for work no longer counts as seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkerState:
    """A worker that nobody has swept; ``looked_at`` is when it last looked for work, else when it started (ms).

    It is ``alive`` while it holds its lease and its process, where it can be seen, has not ended.
    """

    id: int
    name: str
    alive: bool
    claimed_at: int | None
    looked_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountState:
    """An account as it stands at one moment; ``closed_until`` None: open.

    ``lead`` is how far its rate is used ahead, in milliseconds; ``slots`` are leased by live workers, ``in_flight`` of
    them in use.
    """

    name: str
    closed_until: int | None = None
    reason: str | None = None
    detail: str | None = None
    ramp: int | None = None
    lead: int = 0
    spent: int = 0
    slots: int = 0
    in_flight: int = 0

    @property
    def closed_for_good(self) -> bool:
        """Whether only a person opens it again."""
        return self.closed_until is not None and self.closed_until >= FOREVER


def clock(connection: Connection) -> int:
    """The database's time, in milliseconds since 1970."""
    return int(connection.execute(select(db_now())).scalar_one())


def _alive(now: int) -> ColumnElement[bool]:
    return ~workers.c.dead & (workers.c.expires_at > now)


def unswept_workers(connection: Connection, now: int) -> list[WorkerState]:
    """The workers that are alive, and those that died and were not swept yet, by name."""
    rows = connection.execute(select(workers).where(~workers.c.dead).order_by(workers.c.name, workers.c.id))
    return [
        WorkerState(
            id=row.id,
            name=row.name,
            alive=row.expires_at > now and not has_died(row),
            claimed_at=row.claimed_at,
            looked_at=row.claimed_at or row.started_at,
        )
        for row in rows
    ]


def live_workers(connection: Connection, now: int) -> list[WorkerState]:
    """The workers that are alive, by name."""
    return [worker for worker in unswept_workers(connection, now) if worker.alive]


def worker_seen(found: Sequence[WorkerState], now: int) -> bool:
    """Whether any of them has looked for work, or started, within the last minute."""
    return any(now - worker.looked_at <= SEEN for worker in found)


def account_states(connection: Connection, now: int, names: Sequence[str] = ()) -> Mapping[str, AccountState]:
    """Every account that has a row, and those of ``names`` that have none yet, in the order of their names."""
    leased = {
        row.account: (int(row.slots), int(row.in_flight))
        for row in connection.execute(
            select(
                grants.c.account,
                func.sum(grants.c.slots).label("slots"),
                func.sum(grants.c.in_flight).label("in_flight"),
            )
            .join(workers, workers.c.id == grants.c.worker_id)
            .where(_alive(now))
            .group_by(grants.c.account)
        )
    }
    found = {name: AccountState(name=name) for name in names}
    for row in connection.execute(select(accounts)):
        closed = row.closed_until is not None and row.closed_until > now
        slots, in_flight = leased.get(row.name, (0, 0))
        found[row.name] = AccountState(
            name=row.name,
            closed_until=row.closed_until if closed else None,
            reason=row.reason if closed else None,
            detail=row.detail if closed else None,
            ramp=row.ramp,
            lead=max(0, row.tat // 1000 - now),
            spent=row.spent if row.day == now // DAY else 0,
            slots=slots,
            in_flight=in_flight,
        )
    return dict(sorted(found.items()))
