"""Answers on their way back: queued with the outcome they carry, claimed, marked and recorded like turns.

Every channel there is lets the receiver drop repeats by marker, so an unclear delivery is made again; a channel that
cannot would have to end in ``unknown`` instead.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from connector.policy.replies import DeliveryDecision
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.text import clean
from connector.storage.queue.lease import require_alive
from connector.storage.reply import endpoints, overtaken
from connector.storage.reply.endpoints import Tally
from connector.storage.reply.kill_switch import withhold
from connector.storage.tables import conversations, events, replies, reply_attempts, turns
from connector.values import CallResult, ReplyStatus, TurnStatus

_NOTHING: Mapping[str, Any] = MappingProxyType({})
_SLACK = 60_000
"""Milliseconds by which one worker's first failure may be noted later than another's of the same outage."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedReply:
    """A reply that is ``sending`` by commit; ``attempt`` counts all its deliveries, ``delays`` drives the schedule."""

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
    delays: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedDelivery:
    """What one delivery by ``channel`` came to, and the verdict on it."""

    reply_id: int
    number: int
    channel: str
    result: CallResult
    verdict: DeliveryDecision


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

    def __init__(
        self,
        database: Database,
        *,
        yielding: Mapping[str, ReplyStatus] = _NOTHING,
        disable_after: Mapping[str, float] = _NOTHING,
    ) -> None:
        """Statements are built once, on first use.

        ``yielding`` are the routes whose answers are stopped once they are overtaken, with what becomes of such a
        reply; ``disable_after`` says by channel after how many seconds of failing its endpoint is disabled.
        """
        self._database = database
        self._yielding = yielding
        self._disable_after = disable_after

    def claim(self, owner: int, limit: int) -> list[ClaimedReply]:
        """Take replies that are due and mark them ``sending``, their attempt rows written, in one commit.

        A reply needs no look between claim and mark, so one step does both; what a killed worker leaves in ``sending``
        is queued again, which receivers bear. What must not leave any more is stopped in the same transaction, what
        leads to a disabled endpoint is put aside. Raises :class:`connector.errors.LeaseLost`.
        """
        return self._database.write(lambda connection: self._claim(connection, owner, limit))

    def _claim(self, connection: Connection, owner: int, limit: int) -> list[ClaimedReply]:
        require_alive(connection, owner)
        due = connection.execute(self._look, {"k": limit}).all()
        if not due:
            return []
        shut = endpoints.disabled(connection, {row.channel for row in due})
        if shut:
            endpoints.park(connection, shut)
        stale = [row for row in due if row.why is not None and row.channel not in shut]
        if stale:
            overtaken.stop(connection, stale, self._yielding)
        taken = connection.execute(self._take, {"me": owner, "k": limit, "shut": shut}).scalars().all()
        ids = withhold(connection, taken)
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
                delays=row.delays,
            )
            for row in rows
        ]

    @cached_property
    def _why_not(self) -> Any:
        return overtaken.why_not(self._yielding) if self._yielding else null()

    @cached_property
    def _look(self) -> Any:
        return (
            select(replies.c.id, replies.c.channel, replies.c.conversation_id, self._why_not.label("why"))
            .where(replies.c.ready_at.is_not(None), replies.c.ready_at <= db_now())
            .order_by(replies.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
        )

    @cached_property
    def _take(self) -> Any:
        due = (
            select(replies.c.id)
            .where(
                replies.c.ready_at.is_not(None),
                replies.c.ready_at <= db_now(),
                replies.c.channel.not_in(bindparam("shut", expanding=True)),
            )
            .order_by(replies.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
            .with_for_update(key_share=True, skip_locked=True)
        )
        if self._yielding:
            due = due.where(self._why_not.is_(None))
        found = due.cte("due")
        return (
            update(replies)
            .where(replies.c.id.in_(select(found.c.id)), replies.c.ready_at.is_not(None))
            .values(
                owner=bindparam("me"),
                ready_at=None,
                status=str(ReplyStatus.SENDING),
                attempts=replies.c.attempts + 1,
            )
            .returning(replies.c.id)
        )

    @cached_property
    def _details(self) -> Any:
        columns = (
            *(replies.c[name] for name in ("id", "turn_id", "channel", "marker", "attempts", "delays")),
            *(replies.c[name] for name in ("turn_status", "turn_revision", "turn_reason")),
            conversations.c.route,
            events.c.callback,
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

    def record(self, owner: int, group: Sequence[RecordedDelivery]) -> list[str]:
        """Write what deliveries came to. The attempt always, the reply only while it is still this owner's.

        Returns the endpoints that this disabled.
        """
        return self._database.write(lambda connection: self._record(connection, owner, group))

    def _record(self, connection: Connection, owner: int, group: Sequence[RecordedDelivery]) -> list[str]:
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
        failing, lost = endpoints.note(connection, self._database, _tallies(group), self._disable_after)
        statement, batch = self._settle
        rows = [
            {
                "reply": done.reply_id,
                "status": str(done.verdict.status),
                "reason": done.verdict.reason,
                "ready": 1 if done.verdict.status is ReplyStatus.QUEUED else 0,
                "delay": int(done.verdict.delay * 1000),
                "over": 1 if done.verdict.gives_up else 0,
                "failing": failing.get(done.channel),
            }
            for done in group
        ]
        connection.execute(statement, {"me": owner, **batch.of(rows)})
        return lost

    @cached_property
    def _settle(self) -> tuple[Any, Batch]:
        b = Batch(
            self._database.dialect, reply=int, status=str, reason=str, ready=int, delay=int, over=int, failing=int
        )
        delivered = b.c.status == str(ReplyStatus.DELIVERED)
        # An endpoint that took nothing since this reply first failed is no reason to give this one up.
        took_others = or_(b.c.failing.is_(None), b.c.failing > replies.c.failed_since + _SLACK)
        over = and_(b.c.over == 1, took_others)
        statement = (
            update(replies)
            .where(replies.c.id == b.c.reply, replies.c.owner == bindparam("me"))
            .values(
                owner=None,
                status=case((over, str(ReplyStatus.FAILED)), else_=b.c.status),
                reason=case((over, literal("gave_up: ") + b.c.reason), else_=b.c.reason),
                ready_at=case((and_(b.c.ready == 1, not_(over)), db_now() + b.c.delay), else_=null()),
                delays=replies.c.delays + b.c.ready,
                failed_since=case((delivered, null()), else_=func.coalesce(replies.c.failed_since, db_now())),
                delivered_at=case((delivered, db_now()), else_=replies.c.delivered_at),
            )
        )
        return statement, b

    def anything_due(self, connection: Connection) -> bool:
        """Whether a reply waits to be delivered now."""
        due = select(literal(1)).where(replies.c.ready_at.is_not(None), replies.c.ready_at <= db_now()).limit(1)
        return connection.execute(due).first() is not None


def _tallies(group: Sequence[RecordedDelivery]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for done in group:
        tally = found.setdefault(done.channel, Tally())
        tally.gone |= done.verdict.gone
        if done.verdict.status is ReplyStatus.DELIVERED:
            tally.delivered += 1
        else:
            tally.failed += 1
            tally.error = done.result.error
    return found


def count_open(connection: Connection) -> int:
    """Replies that are not final yet."""
    open_ = replies.c.status.in_([str(ReplyStatus.QUEUED), str(ReplyStatus.SENDING)])
    return int(connection.execute(select(func.count()).where(open_)).scalar_one())
