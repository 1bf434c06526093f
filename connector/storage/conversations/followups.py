"""Follow-ups while they wait: how they are stored, and what takes them back.

Whoever takes them back for a conversation holds that conversation's ``schedule`` row, and so does whoever sends them:
one comes first, and the other finds nothing left to do.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, insert, literal_column, or_, select, true, tuple_, update

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.times import millis
from connector.storage.tables import conversations, followups, turns
from connector.values import (
    FOLLOWUP_EXPIRES,
    ConversationKey,
    Event,
    EventStatus,
    Followup,
    FollowupStatus,
    TurnStatus,
)

CUSTOMER_WROTE = "customer_wrote"

# Spelled out: a database takes a partial index only for a condition that it can read before it runs.
WAITING = followups.c.status == literal_column(f"'{FollowupStatus.SCHEDULED}'")


def put_down(connection: Connection, fresh: Sequence[tuple[int, Event]], known: Mapping[ConversationKey, int]) -> None:
    """Store the follow-ups among events in the order in which they came.

    One is taken back at once if its customer writes again further on. ``known`` are the ids of the conversations that
    are there.
    """
    later: set[ConversationKey] = set()
    rows = []
    for event_id, event in reversed(fresh):
        key = event.home_key
        if event.status is EventStatus.ACCEPTED:
            later.add(key)
        elif event.status is EventStatus.SCHEDULED:
            rows.append(_row(event_id, event, overtaken=key in later))
    if not rows:
        return
    now = int(connection.execute(select(db_now())).scalar_one())
    last = last_messages(connection, known.values())
    for row in rows:
        conversation = known.get((row["route"], row["origin"], row["conversation_key"]))
        expires_after = row.pop("expires_after")
        if row["after"] is not None:
            since = now if conversation is None else last.get(conversation, now)
            row["due_at"] = max(now, since + row["after"], row["due_at"] or 0)
        row["expires_at"] = row["due_at"] + expires_after
        row["created_at"] = now
        row["ended_at"] = None if row["status"] == FollowupStatus.SCHEDULED else now
    connection.execute(insert(followups), rows)


def _row(event_id: int, event: Event, *, overtaken: bool) -> dict[str, Any]:
    wish = event.followup or Followup()
    gone = overtaken and not wish.keep
    expires_after = FOLLOWUP_EXPIRES if wish.expires_after is None else wish.expires_after
    return {
        "id": event_id,
        "status": str(FollowupStatus.CANCELLED if gone else FollowupStatus.SCHEDULED),
        "reason": CUSTOMER_WROTE if gone else None,
        "route": event.route,
        "origin": event.home_key[1],
        "conversation_key": event.conversation,
        "due_at": millis(event.due_at),
        "after": None if wish.after is None else int(wish.after * 1000),
        "keep": bool(wish.keep),
        "expires_after": int(expires_after * 1000),
    }


def last_messages(connection: Connection, conversation_ids: Collection[int]) -> dict[int, int]:
    """When the customer or the agent last said something, by conversation that has turns; a cancelled one is silent."""
    if not conversation_ids:
        return {}
    said = func.max(case((turns.c.status == str(TurnStatus.ANSWERED), turns.c.ended_at)))
    query = (
        select(turns.c.conversation_id, func.max(turns.c.accepted_at).label("heard"), said.label("said"))
        .where(turns.c.conversation_id.in_(sorted(conversation_ids)), turns.c.status != str(TurnStatus.CANCELLED))
        .group_by(turns.c.conversation_id)
    )
    return {row.conversation_id: max(row.heard, row.said or 0) for row in connection.execute(query)}


def customer_wrote(connection: Connection, database: Database, keys: Iterable[ConversationKey]) -> int:
    """Take back what waits in conversations whose customer has written again, unless it is to be kept.

    Their schedule rows are held by this transaction. Returns how many were taken back; free while none waits at all.
    """
    if connection.execute(select(followups.c.id).where(WAITING).limit(1)).first() is None:
        return 0
    found, batch = waiting_in(database)
    rows = [{"route": route, "origin": origin, "key": key} for route, origin, key in sorted(set(keys))]
    ids = connection.execute(found, batch.of(rows)).scalars().all()
    if not ids:
        return 0
    change = update(followups).where(followups.c.id.in_(ids), WAITING).values(_cancelled(CUSTOMER_WROTE))
    return connection.execute(change).rowcount


def waiting_in(database: Database) -> tuple[Select[tuple[int]], Batch]:
    """The statement that finds what waits in conversations and is not to be kept, and the batch of their keys.

    It goes from the conversations to what waits there, and leaves no planner a choice: all that waits, walked for each
    of a thousand messages, would stop everything.
    """
    b = Batch(database.dialect, route=str, origin=str, key=str)
    free = select(followups.c.id).where(WAITING, ~followups.c.keep)
    if database.dialect == "postgresql":
        mine = (
            followups.c.route == b.c.route,
            followups.c.conversation_key == b.c.key,
            followups.c.origin == b.c.origin,
        )
        each = free.where(*mine).offset(0).lateral("waiting")
        return select(each.c.id).select_from(b.table.join(each, true())), b
    keys = select(b.c.route, b.c.key, b.c.origin).select_from(b.table)
    return free.where(tuple_(followups.c.route, followups.c.conversation_key, followups.c.origin).in_(keys)), b


def cancel_followups(connection: Connection, conversation_ids: Collection[int], reason: str) -> int:
    """Take back all that waits in these conversations, whose schedule rows are held; returns how many."""
    if not conversation_ids:
        return 0
    homes = select(conversations.c.route, conversations.c.origin, conversations.c.key)
    found = connection.execute(homes.where(conversations.c.id.in_(sorted(conversation_ids)))).all()
    of = (followups.c.route, followups.c.origin, followups.c.conversation_key)
    mine = or_(*(and_(*(column == value for column, value in zip(of, row, strict=True))) for row in found))
    if not found:
        return 0
    return connection.execute(update(followups).where(WAITING, mine).values(_cancelled(reason))).rowcount


def _cancelled(reason: str) -> dict[str, Any]:
    return {"status": str(FollowupStatus.CANCELLED), "reason": reason, "ended_at": db_now()}
