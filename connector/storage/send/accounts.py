"""Accounts as rows: the circuit breaker (gate) and the shared rate limits, leased to workers as grants.

Workers lease a slice of an account (a *grant*) about once a second instead of touching its row for every batch. Calls
in flight are a sum over live workers' grants, never a counter: a dead worker's share comes free with its row.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, or_, select, update

from connector.policy.gate import CallReport, Gate, GateReason, gate_after
from connector.policy.rate_limits import Grant, Limits, calls_for, slots_for
from connector.storage.core.database import Database
from connector.storage.core.statements import FOREVER, db_now
from connector.storage.queue.lease import require_alive
from connector.storage.send.budgets import DAY
from connector.storage.tables import accounts, grants, workers

_ASKING = 3_000
"""Milliseconds for which a worker that got no slot still counts as one that asks for some."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slice:
    """What a worker got of an account: a grant, or why none. ``closed_for`` in seconds, ``inf`` until resumed.

    ``rate`` are the account's calls per second, which the worker keeps within its slice as well.
    """

    grant: Grant
    rate: float | None = None
    closed_for: float | None = None
    reason: str | None = None
    troubled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a worker asks for: calls in flight now and wanted, calls leased earlier and not started.

    With nothing in flight and nothing wanted the grant is given back.
    """

    in_flight: int
    wanted: int
    unused_calls: int = 0


class Accounts:
    """Gates and grants; ``limits`` are the configured ones by account name."""

    def __init__(self, database: Database, limits: Mapping[str, Limits], jitter: random.Random | None = None) -> None:
        """``jitter`` spreads how long closings last."""
        self._database = database
        self._limits = limits
        self._jitter = jitter or random.Random()  # noqa: S311 - jitter, not a secret

    def ensure(self, names: Sequence[str]) -> None:
        """Make the rows of configured accounts that have none."""
        if not names:
            return

        def use(connection: Connection) -> None:
            new = self._database.insert(accounts).values(level=0, streak=0, tat=0, day=0, spent=0, changed_at=db_now())
            rows = [{"name": name} for name in sorted(names)]
            connection.execute(new.on_conflict_do_nothing(index_elements=["name"]), rows)

        self._database.write(use)

    def refill(self, worker_id: int, name: str, usage: Usage) -> Slice:
        """Lease a slice of the account for about a second, giving back what was not used of the last one.

        Raises :class:`connector.errors.LeaseLost`.
        """
        return self._database.write(lambda connection: self._refill(connection, worker_id, name, usage))

    def _refill(self, connection: Connection, worker_id: int, name: str, usage: Usage) -> Slice:
        require_alive(connection, worker_id)
        row = self._locked(connection, name)
        limits = self._limits[name]
        gate = _gate(row)
        closed = gate.closed_for is not None
        others, count = self._others(connection, worker_id, name)
        wanted = usage.in_flight if closed else max(usage.wanted, usage.in_flight)
        slots = slots_for(limits, gate.ramp, wanted=wanted, others=others, workers=count + 1)
        # What is in flight stays until it ends, in the row; the worker itself takes nothing new above its share.
        share, slots = slots, max(slots, usage.in_flight)
        day = row.now // DAY
        spent = row.spent - self._reserved(connection, worker_id, name, day) if row.day == day else 0
        # What is in flight may need another call: to open a chat takes one, and to send another.
        usable = 0 if closed else slots
        turns: int | None = None
        if limits.daily_turns:
            turns = max(0, min(usable * 4, limits.daily_turns - spent))
            spent += turns
        calls, tat = self._calls(row, limits, usage, usable)
        connection.execute(
            update(accounts).where(accounts.c.name == name).values(day=day, spent=max(0, spent), tat=tat)
        )
        if slots or usage.wanted:
            self._lease(connection, worker_id, name, slots, usage.in_flight, turns or 0)
        else:
            connection.execute(grants.delete().where(grants.c.account == name, grants.c.worker_id == worker_id))
        return Slice(
            grant=Grant(slots=share if not closed else usage.in_flight, calls=calls, turns=turns),
            rate=limits.rate,
            closed_for=gate.closed_for,
            reason=str(gate.reason) if gate.reason else None,
            troubled=bool(gate.streak or gate.level or gate.ramp is not None or closed),
        )

    def _calls(self, row: Row, limits: Limits, usage: Usage, usable: int) -> tuple[int | None, int]:  # type: ignore[type-arg]  # Row's own parameter says nothing here
        if limits.rate is None:
            return None, row.tat
        # Calls leased and not started go back to the bucket.
        tat = row.tat - int(usage.unused_calls * 1_000_000 / limits.rate)
        return calls_for(limits.rate, tat, row.now * 1000, usable * 2)

    def _locked(self, connection: Connection, name: str) -> Row:  # type: ignore[type-arg]  # as above
        query = select(accounts, db_now().label("now")).where(accounts.c.name == name)
        return connection.execute(query.with_for_update(key_share=True)).one()

    def _reserved(self, connection: Connection, worker_id: int, name: str, day: int) -> int:
        """What is left of this worker's last reservation, which marks may be taking from at this moment."""
        query = select(grants.c.turns, grants.c.at).where(grants.c.account == name, grants.c.worker_id == worker_id)
        row = connection.execute(query.with_for_update()).one_or_none()
        return int(row.turns) if row is not None and row.at // DAY == day else 0

    def _others(self, connection: Connection, worker_id: int, name: str) -> tuple[int, int]:
        """The slots that other live workers hold, and how many workers hold some or ask for some."""
        asks = or_(grants.c.slots > 0, grants.c.at > db_now() - _ASKING)
        alive = (~workers.c.dead, workers.c.expires_at > db_now(), asks)
        query = (
            select(func.coalesce(func.sum(grants.c.slots), 0), func.count())
            .join(workers, workers.c.id == grants.c.worker_id)
            .where(grants.c.account == name, grants.c.worker_id != worker_id, *alive)
        )
        total, count = connection.execute(query).one()
        return int(total), int(count)

    def _lease(self, connection: Connection, worker_id: int, name: str, slots: int, in_flight: int, turns: int) -> None:
        values = {"slots": slots, "in_flight": in_flight, "turns": turns, "at": db_now()}
        new = self._database.insert(grants).values(account=name, worker_id=worker_id, **values)
        connection.execute(new.on_conflict_do_update(index_elements=["account", "worker_id"], set_=values))

    def report(self, name: str, reports: Sequence[CallReport]) -> Gate:
        """Fold outcomes into the account's gate; returns the gate as it then stands."""

        def use(connection: Connection) -> Gate:
            before = _gate(self._locked(connection, name))
            after = before
            for report in reports:
                after = gate_after(after, report, self._limits[name].max_in_flight, self._jitter)
            if after != before:
                self._save(connection, name, before, after)
            return after

        return self._database.write(use)

    def _save(self, connection: Connection, name: str, before: Gate, after: Gate) -> None:
        values: dict[str, object] = {"level": after.level, "streak": after.streak, "ramp": after.ramp}
        if after.closed_for != before.closed_for and after.closed_for is not None:
            forever = after.closed_for == float("inf")
            values["closed_until"] = FOREVER if forever else db_now() + int(after.closed_for * 1000)
            values |= {"reason": str(after.reason), "detail": after.detail, "changed_at": db_now()}
        connection.execute(update(accounts).where(accounts.c.name == name).values(values))


def _gate(row: Row) -> Gate:  # type: ignore[type-arg]  # as above
    left: float | None = None
    if row.closed_until is not None and row.closed_until > row.now:
        left = float("inf") if row.closed_until >= FOREVER else (row.closed_until - row.now) / 1000
    return Gate(
        closed_for=left,
        reason=GateReason(row.reason) if row.reason and left is not None else None,
        detail=row.detail,
        level=row.level,
        streak=row.streak,
        ramp=row.ramp,
    )
