"""The rows of the schedule: a conversation is made ready, held back or moved on."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from connector.storage.core.statements import db_now
from connector.storage.tables import schedule, turns
from connector.values import OPEN, TurnStatus


def lock_conversations(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Hold the schedule rows of these conversations until the transaction ends."""
    ids = sorted(set(conversation_ids))
    rows = select(schedule.c.conversation_id).where(schedule.c.conversation_id.in_(ids))
    connection.execute(rows.order_by(schedule.c.conversation_id).with_for_update()).all()


def reschedule(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Make conversations that nobody holds ready for their first open turn; their schedule rows are locked.

    A queued turn is due at its own time, a turn in doubt when its next look was due anyway, else now. Without an open
    turn the conversation sleeps. A conversation at work is moved on by its worker.
    """
    ids = sorted(set(conversation_ids))
    lowest = (
        select(turns.c.conversation_id, func.min(turns.c.position).label("position"))
        .where(turns.c.conversation_id.in_(ids), turns.c.status.in_(OPEN))
        .group_by(turns.c.conversation_id)
        .subquery()
    )
    first = (turns.c.conversation_id == lowest.c.conversation_id) & (turns.c.position == lowest.c.position)
    columns = (turns.c.conversation_id, turns.c.status, turns.c.due_at, db_now().label("now"))
    heads = {row.conversation_id: row for row in connection.execute(select(*columns).join(lowest, first))}
    free = (schedule.c.owner.is_(None), schedule.c.held.is_(None))
    asleep = [id_ for id_ in ids if id_ not in heads]
    connection.execute(update(schedule).where(schedule.c.conversation_id.in_(asleep), *free).values(ready_at=None))
    doubted = [id_ for id_, head in heads.items() if head.status != TurnStatus.QUEUED]
    connection.execute(
        update(schedule)
        .where(schedule.c.conversation_id.in_(doubted), *free, schedule.c.ready_at.is_(None))
        .values(ready_at=db_now())
    )
    due = [
        {"c": id_, "due": max(head.now, head.due_at)} for id_, head in heads.items() if head.status == TurnStatus.QUEUED
    ]
    if due:
        wake = update(schedule).where(schedule.c.conversation_id == bindparam("c"), *free)
        connection.execute(wake.values(ready_at=bindparam("due")), due)


def release_doubt(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Let go of conversations that were held for a turn in doubt, unless another one of theirs still is."""
    ids = sorted(set(conversation_ids))
    doubted = select(turns.c.conversation_id).where(
        turns.c.conversation_id.in_(ids), turns.c.status == str(TurnStatus.UNKNOWN)
    )
    connection.execute(
        update(schedule)
        .where(
            schedule.c.conversation_id.in_(ids),
            schedule.c.held == "unknown",
            schedule.c.conversation_id.not_in(doubted),
        )
        .values(held=None)
    )


def lower_heads(connection: Connection, positions: Iterable[tuple[int, int]]) -> None:
    """Let conversations start again from (conversation, position), where that lies before their head.

    Their claims are forgotten too: the count is of claims that led to nothing, and a person has looked.
    """
    rows = [{"c": conversation, "p": position} for conversation, position in positions]
    if not rows:
        return
    lower = update(schedule).where(schedule.c.conversation_id == bindparam("c"))
    connection.execute(lower.where(schedule.c.head > bindparam("p")).values(head=bindparam("p")), rows)
    ids = sorted({row["c"] for row in rows})
    connection.execute(update(schedule).where(schedule.c.conversation_id.in_(ids)).values(claims=0))
