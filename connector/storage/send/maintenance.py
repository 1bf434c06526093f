"""Look-ups of the tick: is there work, are workers silent, which doubts go to a person."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from sqlalchemy import Connection, case, exists, func, literal, or_, select

from connector.policy.handoffs import Hands
from connector.storage.conversations.handoffs import hand_off
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queue.schedule import lock_conversations
from connector.storage.queue.work_items import anything_due
from connector.storage.tables import accounts, conversations, lanes, outbox, replies, routes, schedule, trouble, workers
from connector.values import ConversationStatus, TurnStatus

UNKNOWN_OUTCOME = "unknown_outcome"


def anything_ready(database: Database) -> bool:
    """Whether a conversation is ready in a lane that nothing blocks."""
    ready = exists().where(
        schedule.c.lane == lanes.c.id, schedule.c.ready_at.is_not(None), schedule.c.ready_at <= db_now()
    )
    query = (
        select(literal(1))
        .select_from(lanes)
        .outerjoin(routes, routes.c.name == lanes.c.route)
        .outerjoin(accounts, accounts.c.name == lanes.c.account)
        .where(
            ~lanes.c.paused,
            or_(routes.c.paused.is_(None), ~routes.c.paused),
            or_(accounts.c.closed_until.is_(None), accounts.c.closed_until <= db_now()),
            ready,
        )
        .limit(1)
    )
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def any_reply_due(database: Database) -> bool:
    """Whether a reply waits to be delivered now."""
    return anything_due(database, replies)


def any_call_owed(database: Database) -> bool:
    """Whether the outbox holds a call that is to be made now."""
    return anything_due(database, outbox)


def somebody_has_not_looked(database: Database, seconds: float) -> bool:
    """Whether a live worker has not looked for work for that long, or there is no live worker at all."""
    alive = (~workers.c.dead, workers.c.expires_at > db_now())
    recent = func.coalesce(workers.c.claimed_at, 0) > db_now() - int(seconds * 1000)
    looked = func.count().filter(recent)
    with database.reading() as connection:
        total, fresh = connection.execute(select(func.count(), looked).select_from(workers).where(*alive)).one()
    return bool(total == 0 or fresh < total)


def silent_workers(database: Database, seconds: float) -> list[str]:
    """Names of workers that hold their lease and have not looked for work for that long."""
    looked = func.coalesce(workers.c.claimed_at, workers.c.started_at)
    silent = (~workers.c.dead, workers.c.expires_at > db_now(), looked < db_now() - int(seconds * 1000))
    with database.reading() as connection:
        return list(connection.execute(select(workers.c.name).where(*silent)).scalars())


def hand_off_unknown(
    database: Database, patience: Mapping[str, float], limit: int = 200, *, hands: Mapping[str, Hands] | None = None
) -> list[int]:
    """Give conversations to a person whose turn is unknown for longer than its route's patience, in seconds.

    Their turn stays ``unknown``: a late answer or an operator still settles it. ``hands`` maps each route to what a
    change of hands owes. Returns the conversations' ids.
    """
    if not patience:
        return []
    milliseconds = {route: int(seconds * 1000) for route, seconds in patience.items()}
    own = case(milliseconds, value=conversations.c.route, else_=0)
    query = (
        select(trouble.c.conversation_id)
        .join(conversations, conversations.c.id == trouble.c.conversation_id)
        .where(
            trouble.c.kind == str(TurnStatus.UNKNOWN),
            trouble.c.since < db_now() - own,
            conversations.c.status == str(ConversationStatus.OPEN),
        )
        .distinct()
        .order_by(trouble.c.conversation_id)
        .limit(limit)
    )
    with database.reading() as connection:
        over = connection.execute(query).scalars().all()
    use = partial(_hand_off, hands=hands or {})
    return [conversation for conversation in over if database.write(partial(use, conversation_id=conversation))]


def _hand_off(connection: Connection, conversation_id: int, hands: Mapping[str, Hands]) -> bool:
    lock_conversations(connection, [conversation_id])
    still = exists().where(trouble.c.conversation_id == conversation_id, trouble.c.kind == str(TurnStatus.UNKNOWN))
    if connection.execute(select(literal(1)).where(still)).first() is None:
        return False
    return hand_off(connection, conversation_id, reason=UNKNOWN_OUTCOME, hands=hands)
