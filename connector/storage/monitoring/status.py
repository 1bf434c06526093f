"""Status report: how many of what, who works, what is closed, what needs a person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Table, func, select

from connector.policy.rate_limits import Limits
from connector.storage.core.database import Database
from connector.storage.monitoring import alarms
from connector.storage.monitoring.alarms import overdue_alarms
from connector.storage.queries.accounts import account_json
from connector.storage.queries.live import WorkerState, account_states, clock, unswept_workers
from connector.storage.queries.rendering import NOTHING
from connector.storage.tables import conflicts, events, followups, replies, turns
from connector.values import EventStatus, FollowupStatus, ReplyStatus, TurnStatus


def status(database: Database, limits: Mapping[str, Limits] = NOTHING) -> dict[str, Any]:
    """The whole state in one object, its ``alarms`` as facts; ``limits`` names the configured accounts.

    Seconds are by the database's clock.
    """
    with database.reading() as connection:
        now = clock(connection)
        turn_counts, oldest = _turns(connection)
        event_counts = _events(connection)
        reply_counts = _by_status(connection, replies, ReplyStatus)
        accounts = account_states(connection, now, tuple(limits))
        workers = unswept_workers(connection, now)
        alive = [worker for worker in workers if worker.alive]
        raised = [
            *alarms.worker_alarms(alive, now, turn_counts[TurnStatus.QUEUED]),
            *alarms.account_alarms(accounts.values()),
            *alarms.unreachable_alarms(connection),
            *alarms.route_alarms(connection),
            *alarms.source_alarms(connection),
            *alarms.brake_alarms(connection),
            *alarms.turn_alarms(connection),
            *overdue_alarms(connection),
            *alarms.fetch_alarms(connection),
            *alarms.endpoint_alarms(connection, now),
            *alarms.hand_off_alarms(connection, now),
            *alarms.list_alarms("replies", reply_counts, alarms.REPLY_TROUBLE),
            *alarms.list_alarms("events", event_counts, alarms.EVENT_TROUBLE),
            *alarms.lately_alarms(connection, now),
        ]
        return {
            "turns": turn_counts,
            "events": event_counts,
            "replies": reply_counts,
            "followups": _by_status(connection, followups, FollowupStatus),
            "oldest_turn_seconds": None if oldest is None else max(0, now - oldest) / 1000,
            "accounts": [account_json(account) for account in accounts.values()],
            "workers": [_worker(worker, now) for worker in workers],
            "alarms": raised,
        }


def _worker(worker: WorkerState, now: int) -> dict[str, Any]:
    silent = None if worker.claimed_at is None else max(0, now - worker.claimed_at) / 1000
    return {"name": worker.name, "last_claim_seconds": silent, "state": "alive" if worker.alive else "dead"}


def _turns(connection: Connection) -> tuple[dict[str, int], int | None]:
    """Turns by status, and when the oldest queued one was accepted."""
    query = select(turns.c.status, func.count().label("n"), func.min(turns.c.accepted_at).label("oldest"))
    rows = {row.status: row for row in connection.execute(query.group_by(turns.c.status))}
    counts = {str(status): int(rows[status].n) if status in rows else 0 for status in TurnStatus}
    queued = rows.get(TurnStatus.QUEUED)
    return counts, None if queued is None else int(queued.oldest)


def _events(connection: Connection) -> dict[str, int]:
    """Events by status, and conflicts; by the narrow index of what was set aside, since accepted ones are most."""
    aside = events.c.status != str(EventStatus.ACCEPTED)
    query = select(events.c.status, func.count().label("n")).where(aside).group_by(events.c.status)
    found = {row.status: int(row.n) for row in connection.execute(query)}
    every = int(connection.execute(select(func.count()).select_from(events)).scalar_one())
    found[EventStatus.ACCEPTED] = every - sum(found.values())
    found[EventStatus.CONFLICT] = int(connection.execute(select(func.count()).select_from(conflicts)).scalar_one())
    # A duplicate leaves no row.
    return {str(status): found.get(status, 0) for status in EventStatus if status is not EventStatus.DUPLICATE}


def _by_status(connection: Connection, table: Table, statuses: type[StrEnum]) -> dict[str, int]:
    query = select(table.c.status, func.count().label("n")).group_by(table.c.status)
    found = {row.status: int(row.n) for row in connection.execute(query)}
    return {str(status): found.get(str(status), 0) for status in statuses}
