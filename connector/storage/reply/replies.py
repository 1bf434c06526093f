"""Queue of replies: answers on their way back, queued with the outcome they carry, claimed and marked.

A reply is ``sending`` while it is being delivered, and ``unknown`` while nobody can say whether it arrived: then its
time, if it has one, is when it is looked for at the receiver. What a step comes to is written by
:mod:`connector.storage.reply.deliveries`.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)

from connector.policy.brakes import Allowed
from connector.policy.replies import ReplyStanding, SourceWay, WaysBack
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.lease import require_alive
from connector.storage.queue.work_items import begin_attempts, is_due
from connector.storage.reply import endpoints, overtaken
from connector.storage.reply.brakes import hold_back
from connector.storage.reply.deliveries import RecordedDelivery, record, recover
from connector.storage.reply.kill_switch import withhold
from connector.storage.reply.source_replies import answer_sources
from connector.storage.tables import conversations, events, replies, reply_attempts, turns
from connector.values import ChannelCapabilities, ReplyKind, ReplyStatus, TurnStatus

_NOTHING: Mapping[str, Any] = MappingProxyType({})
DELIVER, FIND = "deliver", "find"
"""What an attempt of a reply is: a delivery, or a look for one in doubt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimedReply:
    """A reply that this worker has by commit: ``sending``, or in doubt and to be looked for (``look``).

    ``attempt`` counts its deliveries and looks. The fields of the turn are None for what tells of a hand-off, which has
    a ``body``. An answer to its source has a ``mode``, and its own ``text``, which a person may have ``edited``.
    """

    id: int
    kind: ReplyKind
    conversation_id: int
    route: str
    channel: str
    marker: str
    attempt: int
    look: bool = False
    stamp: str | None = None
    standing: ReplyStanding = ReplyStanding()  # noqa: RUF009 - frozen
    turn_id: int | None = None
    turn_status: TurnStatus | None = None
    turn_revision: int | None = None
    turn_reason: str | None = None
    callback: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    mode: str | None = None
    text: str | None = None
    edited: bool = False
    position: int | None = None


def queue_replies(connection: Connection, database: Database, channels: WaysBack, turn_ids: Sequence[int]) -> None:
    """Queue the way back of turns that have just entered a status, where their route has one.

    ``channels`` maps routes to their channel, which is told of every outcome, or to their sources, to which answers go;
    a Celery reply needs the callback its event came with.
    """
    sources = {route: way for route, way in channels.items() if isinstance(way, SourceWay)}
    answer_sources(connection, database, sources, turn_ids)
    told = {route: way for route, way in channels.items() if isinstance(way, str)}
    if told and turn_ids:
        _tell(connection, database, told, turn_ids)


def _tell(connection: Connection, database: Database, channels: Mapping[str, str], turn_ids: Sequence[int]) -> None:
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


def queue_hand_off(connection: Connection, conversation_id: int, channel: str, body: Mapping[str, Any]) -> None:
    """Queue the news that a conversation has changed hands, beside the change itself."""
    values = {
        "kind": str(ReplyKind.HAND_OFF),
        "conversation_id": conversation_id,
        "channel": channel,
        "marker": f"tw_c{conversation_id}_{secrets.token_hex(8)}",
        "body": clean(json.dumps(dict(body), ensure_ascii=False)),
        "status": str(ReplyStatus.QUEUED),
        "attempts": 0,
        "insisted": False,
    }
    connection.execute(insert(replies).values(values | {"ready_at": db_now(), "created_at": db_now()}))


class Replies:
    """The queue of replies as the engine uses it: claim, recover, record."""

    def __init__(
        self,
        database: Database,
        *,
        channels: Mapping[str, ChannelCapabilities] = _NOTHING,
        yielding: Sequence[str] = (),
        disable_after: Mapping[str, float] = _NOTHING,
        out: Mapping[str, Allowed] = _NOTHING,
    ) -> None:
        """Statements are built once, on first use.

        ``channels`` says what each can do; ``yielding`` are the routes whose answers are stopped once they are
        overtaken; ``disable_after`` says by channel after how many seconds of failing its endpoint is disabled;
        ``out`` how many answers may leave a route by mail without approval.
        """
        self._database = database
        self._channels = channels
        self._yielding = tuple(yielding)
        self._disable_after = disable_after
        self._out = {route: allowed for route, allowed in out.items() if allowed.limits}

    def claim(self, owner: int, limit: int, places: Mapping[str, int] = _NOTHING) -> list[ClaimedReply]:
        """Take replies that are due, their attempt rows written, in one commit.

        ``places`` says by channel how many may be taken at most: one that hangs must not stand before the others.
        Those that are queued become ``sending``; those in doubt stay ``unknown`` and are to be looked for. What must
        not leave any more is stopped in the same transaction, what leads to a disabled endpoint is put aside. Raises
        :class:`connector.errors.LeaseLost`.
        """
        return self._database.write(lambda connection: self._claim(connection, owner, limit, places))

    def _claim(self, connection: Connection, owner: int, limit: int, places: Mapping[str, int]) -> list[ClaimedReply]:
        require_alive(connection, owner)
        found: list[ClaimedReply] = []
        for channel, most in places.items():
            if (k := min(most, limit - len(found))) > 0:
                found += self._claim_from(connection, owner, k, {"of": [channel]}, within=True)
        if len(found) < limit:
            found += self._claim_from(connection, owner, limit - len(found), {"of": list(places)}, within=False)
        return found

    def _claim_from(
        self, connection: Connection, owner: int, limit: int, of: Mapping[str, Any], *, within: bool
    ) -> list[ClaimedReply]:
        """Take what is due of some channels (``within``), or of all but these."""
        due = connection.execute(self._look[within], {"k": limit, **of}).all()
        if not due:
            return []
        shut = endpoints.disabled(connection, {row.channel for row in due})
        if shut:
            endpoints.park(connection, shut)
        stale = [row for row in due if row.why is not None and row.channel not in shut]
        if self._yielding:
            of_sources = [row.conversation_id for row in due if row.mode is not None]
            stale += overtaken.stale_before(connection, of_sources, self._yielding)
        if stale:
            overtaken.stop(connection, stale, self._yielding)
        taken = connection.execute(self._take[within], {"me": owner, "k": limit, "shut": shut, **of}).all()
        looks = [row.id for row in taken if row.status == ReplyStatus.UNKNOWN]
        leaving = withhold(connection, [row.id for row in taken if row.status != ReplyStatus.UNKNOWN])
        ids = [*looks, *hold_back(connection, self._database, self._out, leaving)]
        if not ids:
            return []
        rows = connection.execute(self._details.where(replies.c.id.in_(ids))).all()
        begun = [{"id": r.id, "number": r.attempts, "call": FIND if r.id in looks else DELIVER} for r in rows]
        begin_attempts(connection, reply_attempts, reply_attempts.c.reply_id, owner, begun)
        claimed = [_claimed(row) for row in rows]
        newest = [(one.conversation_id, one.position) for one in claimed if not one.look and one.position is not None]
        overtaken.serve(connection, newest)
        return claimed

    def stamp(self, owner: int, reply_id: int, stamp: str) -> bool:
        """Store the state that a conditional post depends on, before it is made; False if the reply is not ours now."""

        def use(connection: Connection) -> bool:
            mine = update(replies).where(replies.c.id == reply_id, replies.c.owner == owner)
            return connection.execute(mine.values(stamp=clean(stamp))).rowcount == 1

        return self._database.write(use)

    def record(self, owner: int, group: Sequence[RecordedDelivery]) -> list[str]:
        """Write what steps came to; see :func:`connector.storage.reply.deliveries.record`."""
        return self._database.write(
            lambda connection: record(connection, self._database, owner, group, self._disable_after)
        )

    def recover(self, owner: int, delivering: Sequence[int]) -> int:
        """Settle what ``owner`` holds but for ``delivering``, which it still works on; returns how many."""
        return self._database.write(lambda connection: recover(connection, owner, self._channels, delivering))

    @cached_property
    def _why_not(self) -> Any:
        return overtaken.why_not(self._yielding) if self._yielding else null()

    @cached_property
    def _in_order(self) -> Any:
        """Due, and what tells of a change of hands only after what told of the one before."""
        earlier = replies.alias("earlier")
        before = exists().where(
            earlier.c.conversation_id == replies.c.conversation_id,
            earlier.c.kind == literal(str(ReplyKind.HAND_OFF), literal_execute=True),
            earlier.c.channel == replies.c.channel,
            earlier.c.id < replies.c.id,
            earlier.c.status.in_([str(ReplyStatus.QUEUED), str(ReplyStatus.SENDING)]),
        )
        return and_(is_due(replies), or_(replies.c.kind != str(ReplyKind.HAND_OFF), ~before))

    @cached_property
    def _may_go(self) -> Any:
        """The same, and an answer to a source only when no older one of its conversation is on its way."""
        in_doubt = replies.c.status == str(ReplyStatus.UNKNOWN)
        return and_(self._in_order, or_(replies.c.mode.is_(None), in_doubt, ~overtaken.waits_for_older()))

    @cached_property
    def _look(self) -> Mapping[bool, Any]:
        columns = (replies.c.id, replies.c.channel, replies.c.conversation_id, replies.c.mode)
        look = select(*columns, self._why_not.label("why"))
        return {
            within: look.where(self._in_order, _of(within=within))
            .order_by(replies.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
            for within in (True, False)
        }

    @cached_property
    def _take(self) -> Mapping[bool, Any]:
        return {within: self._taking(within=within) for within in (True, False)}

    def _taking(self, *, within: bool) -> Any:
        in_doubt = replies.c.status == str(ReplyStatus.UNKNOWN)
        due = (
            select(replies.c.id)
            .where(self._may_go, _of(within=within))
            .where(or_(in_doubt, replies.c.channel.not_in(bindparam("shut", expanding=True))))
            .order_by(replies.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
            .with_for_update(key_share=True, skip_locked=True)
        )
        if self._yielding:
            due = due.where(or_(in_doubt, self._why_not.is_(None)))
        found = due.cte("due")
        return (
            update(replies)
            .where(replies.c.id.in_(select(found.c.id)), replies.c.ready_at.is_not(None))
            .values(
                owner=bindparam("me"),
                ready_at=None,
                status=case((in_doubt, replies.c.status), else_=str(ReplyStatus.SENDING)),
                attempts=replies.c.attempts + 1,
                looks=case((in_doubt, replies.c.looks + 1), else_=replies.c.looks),
            )
            .returning(replies.c.id, replies.c.status)
        )

    @cached_property
    def _details(self) -> Any:
        names = (
            "id", "kind", "conversation_id", "turn_id", "channel", "marker", "attempts", "status", "delays", "looks",
            "stamp", "unclear_at", "turn_status", "turn_revision", "turn_reason", "body", "mode", "text", "edited",
            "position",
        )  # fmt: skip
        doubt = (db_now() - replies.c.unclear_at).label("doubt")
        return (
            select(*(replies.c[name] for name in names), doubt, conversations.c.route, events.c.callback)
            .join(conversations, conversations.c.id == replies.c.conversation_id)
            .outerjoin(events, events.c.id == replies.c.turn_id)
        )


def _of(*, within: bool) -> ColumnElement[bool]:
    of: BindParameter[Any] = bindparam("of", expanding=True)
    return replies.c.channel.in_(of) if within else replies.c.channel.not_in(of)


def _claimed(row: Any) -> ClaimedReply:
    return ClaimedReply(
        id=row.id,
        kind=ReplyKind(row.kind),
        conversation_id=row.conversation_id,
        route=row.route,
        channel=row.channel,
        marker=row.marker,
        attempt=row.attempts,
        look=row.status == ReplyStatus.UNKNOWN,
        stamp=row.stamp,
        standing=ReplyStanding(
            delays=row.delays,
            stamped=row.stamp is not None,
            doubted=row.unclear_at is not None,
            looks=row.looks,
            doubt=max(0, row.doubt or 0) / 1000,
        ),
        turn_id=row.turn_id,
        turn_status=None if row.turn_status is None else TurnStatus(row.turn_status),
        turn_revision=row.turn_revision,
        turn_reason=row.turn_reason,
        callback=json.loads(row.callback) if row.callback else {},
        body=json.loads(row.body) if row.body else {},
        mode=row.mode,
        text=row.text,
        edited=row.edited,
        position=row.position,
    )
