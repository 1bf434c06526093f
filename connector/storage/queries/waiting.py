"""Why a queued turn waits, in the contract's words; a page of turns costs a handful of queries, not one a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, case, func, select

from connector.policy.rate_limits import Limits
from connector.storage.queries.live import AccountState, account_states, clock, live_workers, worker_seen
from connector.storage.tables import routes, schedule, turns
from connector.values import RESUMING, ConversationStatus, TurnStatus

_UNDER_WAY = [str(TurnStatus.QUEUED), str(TurnStatus.SENDING)]
_RATE_LEAD = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueStanding:
    """A conversation as its turns wait in it: where the first turns under way and in doubt stand, and its readiness."""

    first_open: int | None = None
    first_unknown: int | None = None
    ready_at: int | None = None
    claimed: bool = False
    resuming: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Circumstances:
    """What decides for a page of turns; times in milliseconds by the database's clock."""

    now: int
    worker_seen: bool
    places: Mapping[int, QueueStanding]
    paused: frozenset[str]
    accounts: Mapping[str, AccountState]
    limits: Mapping[str, Limits]


def waiting_for(
    connection: Connection, rows: Sequence[RowMapping], limits: Mapping[str, Limits]
) -> dict[int, str | None]:
    """Why each queued turn among ``rows`` waits, by turn id; the rows are those of ``turn_views``."""
    queued = [row for row in rows if row["status"] == TurnStatus.QUEUED]
    if not queued:
        return {}
    now = clock(connection)
    found = Circumstances(
        now=now,
        worker_seen=worker_seen(live_workers(connection, now), now),
        places=_places(connection, {int(row["conversation_id"]) for row in queued}),
        paused=frozenset(connection.execute(select(routes.c.name).where(routes.c.paused)).scalars()),
        accounts=account_states(connection, now),
        limits=limits,
    )
    return {int(row["id"]): why(row, found) for row in queued}


def why(turn: RowMapping, found: Circumstances) -> str | None:
    """The reason that explains most: what a person must settle comes before what passes by itself.

    A turn behind another says so, whatever that other one waits for; the other one tells.
    """
    place = found.places.get(int(turn["conversation_id"]), QueueStanding())
    if turn["conversation_status"] == ConversationStatus.HANDED_OFF or place.resuming:
        return "handed_off"
    if place.first_unknown is not None and place.first_unknown < turn["position"]:
        return "predecessor_unknown"
    if place.first_open is not None and place.first_open < turn["position"]:
        return "predecessor"
    if place.claimed:
        return None if found.worker_seen else "no_worker"
    if turn["route"] in found.paused:
        return "route_paused"
    return _account(turn["account"], place, found)


def _account(name: str, place: QueueStanding, found: Circumstances) -> str | None:
    account = found.accounts.get(name, AccountState(name=name))
    limits = found.limits.get(name, Limits())
    cap = limits.max_in_flight if account.ramp is None else min(limits.max_in_flight, account.ramp)
    checks = (
        ("account_closed", account.closed_for_good),
        ("budget", limits.daily_turns > 0 and account.spent >= limits.daily_turns),
        ("account_closed", account.closed_until is not None),
        ("due", place.ready_at is not None and place.ready_at > found.now),
        ("no_worker", not found.worker_seen),
        ("in_flight", account.slots >= cap),
        ("rate", limits.rate is not None and account.lead > _RATE_LEAD),
    )
    return next((reason for reason, holds in checks if holds), None)


def _places(connection: Connection, conversation_ids: set[int]) -> dict[int, QueueStanding]:
    ids = sorted(conversation_ids)
    firsts = (
        select(
            turns.c.conversation_id,
            func.min(case((turns.c.status.in_(_UNDER_WAY), turns.c.position))).label("open"),
            func.min(case((turns.c.status == str(TurnStatus.UNKNOWN), turns.c.position))).label("unknown"),
        )
        .where(turns.c.conversation_id.in_(ids))
        .group_by(turns.c.conversation_id)
        .subquery()
    )
    rows = connection.execute(
        select(firsts, schedule.c.ready_at, schedule.c.owner, schedule.c.held).join(
            schedule, schedule.c.conversation_id == firsts.c.conversation_id
        )
    )
    return {
        row.conversation_id: QueueStanding(
            first_open=row.open,
            first_unknown=row.unknown,
            ready_at=row.ready_at,
            claimed=row.owner is not None,
            resuming=row.held == RESUMING,
        )
        for row in rows
    }
