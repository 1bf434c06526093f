"""Measures for a monitoring system, counted in the database, so that any process gives the same numbers.

Counters and histograms are counts of rows, so they survive restarts; rows are never taken away by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select

from connector.policy.rate_limits import Limits
from connector.storage.core.database import Database
from connector.storage.queries.live import AccountState, account_states, clock, live_workers
from connector.storage.queries.rendering import NOTHING
from connector.storage.tables import attempts, conflicts, conversations, events, replies, ticks, turns
from connector.values import BROKER, EventStatus, TurnStatus

BUCKETS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
"""Upper bounds of the histograms, in seconds; one without bound follows."""

_OPEN = (TurnStatus.QUEUED, TurnStatus.SENDING, TurnStatus.UNKNOWN)
_ASIDE = (EventStatus.REFUSED, EventStatus.QUARANTINED)


@dataclass(frozen=True, kw_only=True, slots=True)
class Count:
    """A number under its labels, in the order in which the metric names them."""

    labels: tuple[str, ...]
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Histogram:
    """How many were at most as long as each bound of :data:`BUCKETS`, the last one without bound, and their sum."""

    labels: tuple[str, ...]
    counts: tuple[int, ...]
    total: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Measures:
    """Everything at one moment; seconds are by the database's clock."""

    events: Sequence[Count]
    set_aside: Sequence[Count]
    turns: Sequence[Count]
    oldest: Sequence[Count]
    waits: Sequence[Histogram]
    calls: Sequence[Count]
    durations: Sequence[Histogram]
    replies: Sequence[Count]
    accounts: Sequence[AccountState]
    last_claim: float | None
    last_tick: float | None
    budgets: Mapping[str, float] = field(default_factory=dict)


def measures(database: Database, limits: Mapping[str, Limits] = NOTHING) -> Measures:
    """Count; ``limits`` names the configured accounts. Reads whole tables, so do not ask more often than needed."""
    with database.reading() as connection:
        now = clock(connection)
        states = list(account_states(connection, now, tuple(limits)).values())
        claimed = [worker.claimed_at for worker in live_workers(connection, now) if worker.claimed_at is not None]
        ticked = connection.execute(select(func.max(ticks.c.at))).scalar_one()
        by_status, oldest = _turns(connection, now)
        return Measures(
            events=_events(connection),
            set_aside=_set_aside(connection),
            turns=by_status,
            oldest=oldest,
            waits=_histograms(connection, _waits(), 1),
            calls=_calls(connection),
            durations=_histograms(connection, _durations(), 2),
            replies=_counts(connection, select(replies.c.channel, replies.c.status, _NUMBER), 2),
            accounts=states,
            last_claim=_ago(now, max(claimed, default=None)),
            last_tick=_ago(now, ticked),
            budgets=_budgets(states, limits),
        )


_NUMBER = func.count().label("n")


def _counts(connection: Connection, query: Select[Any], labels: int) -> list[Count]:
    columns = list(query.selected_columns)[:labels]
    rows = connection.execute(query.group_by(*columns).order_by(*columns))
    return [Count(labels=tuple(row[:labels]), value=row.n) for row in rows]


def _events(connection: Connection) -> list[Count]:
    found = _counts(connection, select(events.c.source, events.c.status, _NUMBER), 2)
    clashes = select(events.c.source, _NUMBER).join(conflicts, conflicts.c.event_id == events.c.id)
    label = str(EventStatus.CONFLICT)
    return found + [Count(labels=(*each.labels, label), value=each.value) for each in _counts(connection, clashes, 1)]


def _set_aside(connection: Connection) -> list[Count]:
    """By status, but what a broker brought by why it could not be read, which is one of a few phrases."""
    aside = events.c.status.in_([str(status) for status in _ASIDE])
    of_broker = and_(events.c.source == BROKER, events.c.status == str(EventStatus.QUARANTINED))
    why = case((of_broker, events.c.reason), else_=events.c.status).label("why")
    return _counts(connection, select(why, _NUMBER).where(aside), 1)


def _turns(connection: Connection, now: int) -> tuple[list[Count], list[Count]]:
    columns = (conversations.c.route, turns.c.status)
    query = select(*columns, _NUMBER, func.min(turns.c.accepted_at).label("oldest"))
    query = query.join(conversations, conversations.c.id == turns.c.conversation_id)
    rows = connection.execute(query.group_by(*columns).order_by(*columns)).all()
    return (
        [Count(labels=(row.route, row.status), value=row.n) for row in rows],
        [
            Count(labels=(row.route, row.status), value=max(0, now - row.oldest) / 1000)
            for row in rows
            if row.status in _OPEN
        ],
    )


def _calls(connection: Connection) -> list[Count]:
    query = select(conversations.c.account, attempts.c.call, attempts.c.outcome, _NUMBER)
    return _counts(connection, _of_attempts(query).where(attempts.c.outcome.is_not(None)), 3)


def _of_attempts(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(attempts)
        .join(turns, turns.c.id == attempts.c.turn_id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
    )


def _waits() -> Select[Any]:
    """From accepted to first sent, by route."""
    query = _spread((conversations.c.route,), turns.c.sent_at - turns.c.accepted_at)
    return query.join(conversations, conversations.c.id == turns.c.conversation_id).where(turns.c.sent_at.is_not(None))


def _durations() -> Select[Any]:
    """From begun to ended, by account and call."""
    labels = (conversations.c.account, attempts.c.call)
    query = _spread(labels, attempts.c.ended_at - attempts.c.started_at)
    return _of_attempts(query).where(attempts.c.ended_at.is_not(None))


def _spread(labels: tuple[ColumnElement[str], ...], millis: ColumnElement[int]) -> Select[Any]:
    """The labels, then how many there are in each bucket, how many in all, and their sum in milliseconds."""
    edges = (0.0, *BUCKETS)
    sizes = [
        func.sum(case(((millis > low * 1000) & (millis <= high * 1000), 1), else_=0)) for low, high in pairwise(edges)
    ]
    sizes[0] = func.sum(case((millis <= BUCKETS[0] * 1000, 1), else_=0))
    columns: list[ColumnElement[Any]] = [*labels, *sizes, _NUMBER, func.sum(millis).label("total")]
    return select(*columns).group_by(*labels).order_by(*labels)


def _histograms(connection: Connection, query: Select[Any], labels: int) -> list[Histogram]:
    found = []
    for row in connection.execute(query):
        sizes = [int(value) for value in row[labels : labels + len(BUCKETS)]]
        counts = (*accumulate(sizes), int(row.n))
        found.append(Histogram(labels=tuple(row[:labels]), counts=counts, total=max(0, int(row.total)) / 1000))
    return found


def _budgets(states: Sequence[AccountState], limits: Mapping[str, Limits]) -> dict[str, float]:
    """How much of its day's budget each account has used, for those that have one."""
    return {
        state.name: state.spent / limits[state.name].daily_turns
        for state in states
        if state.name in limits and limits[state.name].daily_turns
    }


def _ago(now: int, moment: int | None) -> float | None:
    return None if moment is None else max(0, now - moment) / 1000
