"""Queries of accounts with their gates, and of routes with their pauses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from connector.policy.rate_limits import Limits
from connector.storage.core.database import Database
from connector.storage.queries.live import AccountState, account_states, clock
from connector.storage.queries.rendering import NOTHING, moment
from connector.storage.tables import conversations, turns
from connector.storage.tables import routes as route_table
from connector.values import TurnStatus

_COUNTED = (TurnStatus.QUEUED, TurnStatus.UNKNOWN, TurnStatus.FAILED)


def account_json(state: AccountState) -> dict[str, Any]:
    """An account as ``status`` shows it; ``until`` is None while it is open, and when only a person opens it again."""
    return {
        "name": state.name,
        "open": state.closed_until is None,
        "reason": state.reason,
        "until": moment(state.closed_until),
        "in_flight": state.in_flight,
        "spent_today": state.spent,
    }


def accounts(database: Database, limits: Mapping[str, Limits] = NOTHING) -> Iterator[dict[str, Any]]:
    """The accounts of ``limits`` (the configured ones) and all that were ever used, by name."""
    with database.reading() as connection:
        states = account_states(connection, clock(connection), tuple(limits))
    for name, state in states.items():
        limit = limits.get(name)
        yield account_json(state) | {
            "detail": state.detail,
            "configured": limit is not None,
            "max_in_flight": limit.max_in_flight if limit else None,
            "ramp": state.ramp,
            "rate": limit.rate if limit else None,
            "daily_turns": limit.daily_turns if limit else None,
        }


def routes(database: Database, names: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The routes of ``names`` (the configured ones), paused ones and those with turns to look at, by name."""
    with database.reading() as connection:
        counts = _counts(connection)
        rows = {row["name"]: row for row in connection.execute(select(route_table)).mappings()}
    for name in sorted({*names, *rows, *counts}):
        row = rows.get(name)
        paused = row is not None and bool(row["paused"])
        yield {
            "name": name,
            "configured": name in names,
            "paused": paused,
            "reason": row["reason"] if row is not None and paused else None,
            "detail": row["detail"] if row is not None and paused else None,
            **{str(status): counts[name][status] for status in _COUNTED},
        }


def _counts(connection: Connection) -> defaultdict[str, defaultdict[str, int]]:
    query = (
        select(conversations.c.route, turns.c.status, func.count().label("n"))
        .join(turns, turns.c.conversation_id == conversations.c.id)
        .where(turns.c.status.in_([str(status) for status in _COUNTED]))
        .group_by(conversations.c.route, turns.c.status)
    )
    counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in connection.execute(query):
        counts[row.route][row.status] = row.n
    return counts
