"""Answers on their way back: queued with the outcome they carry, claimed, marked and recorded like turns.

Every channel there is lets the receiver drop repeats by marker, so an unclear delivery is made again; a channel that
cannot would have to end in ``unknown`` instead.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Integer, Text, and_, bindparam, case, cast, func, literal, null, or_, select, update

from connector.storage.lease import require_alive
from connector.storage.models import conversations, events, replies, reply_attempts, turns
from connector.storage.session import Batch, Database, clean, db_now
from connector.values import CallResult, ReplyStatus, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedReply:
    """A reply that is ``sending`` by commit; ``age`` in seconds since it was queued."""

    id: int
    turn_id: int
    route: str
    channel: str
    marker: str
    attempt: int
    turn_status: TurnStatus
    turn_revision: int
    turn_reason: str | None
    callback: Mapping[str, Any]
    age: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivered:
    """What one delivery came to: the reply's next status and, while queued, the delay in seconds."""

    reply_id: int
    number: int
    result: CallResult
    status: ReplyStatus
    reason: str | None = None
    delay: float = 0.0


def queue_replies(
    connection: Connection, database: Database, channels: Mapping[str, str], turn_ids: Sequence[int]
) -> None:
    """Queue the way back of turns that have just entered a status, where their route has one.

    ``channels`` maps routes to ``celery`` or ``webhook``; a Celery reply needs the callback its event came with.
    """
    if not channels or not turn_ids:
        return
    channel = case(dict(channels), value=conversations.c.route)
    marker = literal("tw_") + cast(turns.c.id, Text) + "_" + cast(turns.c.revision, Text)
    rows = (
        select(
            turns.c.id,
            turns.c.conversation_id,
            channel,
            marker,
            turns.c.status,
            turns.c.revision,
            turns.c.reason,
            literal(str(ReplyStatus.QUEUED)),
            literal(0),
            db_now(),
            db_now(),
        )
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(events, events.c.id == turns.c.id)
        .where(
            turns.c.id.in_(turn_ids),
            conversations.c.route.in_(list(channels)),
            or_(channel != "celery", events.c.callback.is_not(None)),
        )
    )
    fields = ["turn_id", "conversation_id", "channel", "marker", "turn_status", "turn_revision", "turn_reason"]
    fields += ["status", "attempts", "ready_at", "created_at"]
    new = database.insert(replies).from_select(fields, rows)
    connection.execute(new.on_conflict_do_nothing(index_elements=["turn_id", "turn_revision", "channel"]))


class Replies:
    """The way back's half of the engine's storage."""

    def __init__(self, database: Database) -> None:
        """Statements are built once, on first use."""
        self._database = database

    def claim(self, owner: int, limit: int) -> list[ClaimedReply]:
        """Take replies that are due and mark them ``sending``, their attempt rows written, in one commit.

        A reply needs no look between claim and mark, so one step does both; what a killed worker leaves in ``sending``
        is queued again, which receivers bear. Raises :class:`connector.errors.LeaseLost`.
        """
        return self._database.write(lambda connection: self._claim(connection, owner, limit))

    def _claim(self, connection: Connection, owner: int, limit: int) -> list[ClaimedReply]:
        require_alive(connection, owner)
        ids = list(connection.execute(self._take, {"me": owner, "k": limit}).scalars())
        if not ids:
            return []
        rows = connection.execute(self._details.where(replies.c.id.in_(ids))).all()
        attempts = [{"reply_id": row.id, "number": row.attempts} for row in rows]
        connection.execute(reply_attempts.insert().values(owner=owner, started_at=db_now()), attempts)
        return [
            ClaimedReply(
                id=row.id,
                turn_id=row.turn_id,
                route=row.route,
                channel=row.channel,
                marker=row.marker,
                attempt=row.attempts,
                turn_status=TurnStatus(row.turn_status),
                turn_revision=row.turn_revision,
                turn_reason=row.turn_reason,
                callback=json.loads(row.callback) if row.callback else {},
                age=row.age / 1000,
            )
            for row in rows
        ]

    @cached_property
    def _take(self) -> Any:
        due = (
            select(replies.c.id)
            .where(replies.c.ready_at.is_not(None), replies.c.ready_at <= db_now())
            .order_by(replies.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
            .with_for_update(key_share=True, skip_locked=True)
            .cte("due")
        )
        return (
            update(replies)
            .where(replies.c.id.in_(select(due.c.id)), replies.c.ready_at.is_not(None))
            .values(
                owner=bindparam("me"), ready_at=None, status=str(ReplyStatus.SENDING), attempts=replies.c.attempts + 1
            )
            .returning(replies.c.id)
        )

    @cached_property
    def _details(self) -> Any:
        columns = (
            *(replies.c[name] for name in ("id", "turn_id", "channel", "marker", "attempts")),
            *(replies.c[name] for name in ("turn_status", "turn_revision", "turn_reason")),
            conversations.c.route,
            events.c.callback,
            (db_now() - replies.c.created_at).label("age"),
        )
        return (
            select(*columns)
            .join(conversations, conversations.c.id == replies.c.conversation_id)
            .join(events, events.c.id == replies.c.turn_id)
        )

    def recover(self, owner: int, delivering: Collection[int]) -> int:
        """Queue again what ``owner`` holds but for ``delivering``, which it still works on; returns how many."""

        def use(connection: Connection) -> int:
            held = connection.execute(select(replies.c.id).where(replies.c.owner == owner)).scalars()
            forgotten = sorted(set(held).difference(delivering))
            mine = update(replies).where(replies.c.id.in_(forgotten), replies.c.owner == owner)
            again = mine.values(owner=None, status=str(ReplyStatus.QUEUED), ready_at=db_now())
            return connection.execute(again).rowcount if forgotten else 0

        return self._database.write(use)

    def record(self, owner: int, group: Sequence[Delivered]) -> None:
        """Write what deliveries came to. The attempt always, the reply only while it is still this owner's."""
        self._database.write(lambda connection: self._record(connection, owner, group))

    def _record(self, connection: Connection, owner: int, group: Sequence[Delivered]) -> None:
        for done in group:
            mine = and_(reply_attempts.c.reply_id == done.reply_id, reply_attempts.c.number == done.number)
            connection.execute(
                update(reply_attempts)
                .where(mine)
                .values(
                    ended_at=db_now(),
                    outcome=str(done.result.outcome),
                    http_status=done.result.http_status,
                    error=clean(done.result.error),
                )
            )
        statement, batch = self._settle
        rows = [
            {
                "reply": done.reply_id,
                "status": str(done.status),
                "reason": done.reason,
                "ready": 1 if done.status is ReplyStatus.QUEUED else 0,
                "delay": int(done.delay * 1000),
            }
            for done in group
        ]
        connection.execute(statement, {"me": owner, **batch.of(rows)})

    @cached_property
    def _settle(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, reply=int, status=str, reason=str, ready=int, delay=int)
        delivered = b.c.status == str(ReplyStatus.DELIVERED)
        statement = (
            update(replies)
            .where(replies.c.id == b.c.reply, replies.c.owner == bindparam("me"))
            .values(
                owner=None,
                status=b.c.status,
                reason=b.c.reason,
                ready_at=case((b.c.ready == 1, db_now() + b.c.delay), else_=null()),
                delivered_at=case((delivered, db_now()), else_=null()),
            )
        )
        return statement, b

    def anything_due(self, connection: Connection) -> bool:
        """Whether a reply waits to be delivered now."""
        due = select(literal(1)).where(replies.c.ready_at.is_not(None), replies.c.ready_at <= db_now()).limit(1)
        return connection.execute(due).first() is not None


def count_open(connection: Connection) -> int:
    """Replies that are not final yet."""
    open_ = replies.c.status.in_([str(ReplyStatus.QUEUED), str(ReplyStatus.SENDING)])
    return int(connection.execute(select(func.count()).where(open_)).scalar_one())
