"""Claim of conversations: a worker takes ready ones off the queue, urgent ones first, the two classes in turns.

Their turns stay ``queued``, so a killed worker's claims go back unharmed; what may be sent is the mark's to say
(:mod:`connector.storage.send.marks`).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    true,
    update,
)

from connector.policy.told import Beside, attachment_names
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.queue.lease import require_alive
from connector.storage.queue.schedule import first_open
from connector.storage.send.history import kept_for
from connector.storage.send.wishes import COLUMNS, Lane, Wish, in_turns, slot_of, urgency
from connector.storage.tables import attempts, conversations, events, lanes, routes, schedule, turns
from connector.values import Customer, TurnStatus, source_kind

_OF_CONVERSATION = (
    "id", "account", "known", "route", "key", "agent", "customer", "subject", "chat_id", "chat_number", "baseline",
    "opening", "created_at", "note",
)  # fmt: skip
"""What a step needs to know; each column more costs a claim of a hundred its part."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadTurn:
    """The turn at the head of a claimed conversation; times in seconds, by the database's clock.

    ``age`` counts from its first attempt since it was accepted or put back in the queue; ``open`` is how much longer
    quick messages may be joined to it; ``told`` what was sent last, where it was more than the text, and ``chat_id``
    the chat that it was sent into; ``joins``: it may hold several messages.
    """

    id: int
    position: int
    status: TurnStatus
    text: str
    attempts: int
    tries: int
    delays: int
    last_send: int | None
    age: float
    doubt: float
    open: float = 0.0
    reason: str | None = None
    told: str | None = None
    chat_id: str | None = None
    joins: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A conversation taken by ``owner``, with what its next step needs; ``turn`` is None when it holds no open turn.

    ``beside`` is what is known beside the turn's words, if its message is the first of its chat; else None.
    """

    owner: int
    conversation_id: int
    lane: int
    claims: int
    tail: int
    route: str
    key: str
    account: str
    agent: str
    customer: Customer
    known: bool
    subject: str | None
    chat_id: str | None
    chat_number: int
    baseline: int | None
    opening: bool
    created_at: int
    turn: HeadTurn | None
    note: str | None = None
    beside: Beside | None = None


class Claims:
    """The claiming part of the engine's storage."""

    def __init__(self, database: Database) -> None:
        """Statements are built once, on first use."""
        self._database = database

    def open_lanes(self) -> list[Lane]:
        """All lanes, the most urgent first, with what blocks them. Tens to hundreds of rows."""
        query = (
            select(lanes, func.coalesce(routes.c.paused, False).label("route_paused"))
            .outerjoin(routes, routes.c.name == lanes.c.route)
            .order_by(lanes.c.priority.desc(), lanes.c.id)
        )
        with self._database.reading() as connection:
            return [
                Lane(
                    id=row.id,
                    account=row.account,
                    route=row.route,
                    priority=row.priority,
                    backlog_id=row.backlog_id,
                    known=row.known,
                    blocked=bool(row.paused or row.route_paused),
                    route_paused=bool(row.route_paused),
                )
                for row in connection.execute(query)
            ]

    def claim(self, owner: int, wishes: Sequence[Wish], most: int) -> list[Claimed]:
        """Take ready conversations, the most urgent first, up to ``most`` in all.

        Raises :class:`connector.errors.LeaseLost`.
        """
        if not wishes or most <= 0:
            return []
        return self._database.write(lambda connection: self._claim(connection, owner, wishes, most))

    def _claim(self, connection: Connection, owner: int, wishes: Sequence[Wish], most: int) -> list[Claimed]:
        require_alive(connection, owner)
        if self._database.dialect == "postgresql":
            taken = self._take_at_once(connection, owner, wishes, most)
        else:
            taken = self._take_by_priority(connection, owner, wishes, most)
        if not taken:
            return []
        statement, batch = self._details
        rows = connection.execute(statement, batch.of([{"c": conversation} for conversation in taken])).all()
        return [_claimed(row, owner) for row in rows]

    def _take_at_once(self, connection: Connection, owner: int, wishes: Sequence[Wish], most: int) -> list[int]:
        statement, batch = self._take_postgresql
        rows = [{name: getattr(wish, name) for name in COLUMNS} for wish in wishes]
        return list(connection.execute(statement, {"me": owner, "most": most, **batch.of(rows)}).scalars())

    @cached_property
    def _take_postgresql(self) -> tuple[Any, Batch]:
        b = Batch("postgresql", **COLUMNS)
        ready = (
            select(schedule.c.conversation_id, schedule.c.ready_at)
            .where(schedule.c.lane == b.c.lane, schedule.c.ready_at.is_not(None), schedule.c.ready_at <= db_now())
            .order_by(schedule.c.ready_at)
            .limit(b.c.k)
            .with_for_update(key_share=True, skip_locked=True)
            .lateral("q")
        )
        group = (b.c.account, b.c.priority, b.c.known)
        rank = func.row_number().over(partition_by=group, order_by=(ready.c.ready_at, ready.c.conversation_id)) - 1
        found = (
            select(*b.c, ready.c.conversation_id, ready.c.ready_at, rank.label("rank"))
            .select_from(b.table.join(ready, true()))
            .cte("found")
        )
        slots = select(found, slot_of(found.c).label("slot")).cte("slots")
        order = (slots.c.priority.desc(), slots.c.slot, slots.c.ready_at, slots.c.conversation_id)
        place = func.row_number().over(partition_by=slots.c.account, order_by=order)
        part = func.row_number().over(partition_by=(slots.c.account, slots.c.backlog), order_by=order)
        placed = select(slots, place.label("place"), part.label("part")).cte("placed")
        picked = (
            select(placed.c.conversation_id)
            .where(placed.c.place <= placed.c.room, placed.c.part <= placed.c.k)
            .order_by(placed.c.priority.desc(), placed.c.slot, placed.c.ready_at, placed.c.conversation_id)
            .limit(bindparam("most", type_=Integer()))
            .cte("p")
        )
        statement = (
            update(schedule)
            .where(schedule.c.conversation_id == picked.c.conversation_id)
            .values(owner=bindparam("me"), ready_at=None, claims=schedule.c.claims + 1)
            .returning(schedule.c.conversation_id)
        )
        return statement, b

    def _take_by_priority(self, connection: Connection, owner: int, wishes: Sequence[Wish], most: int) -> list[int]:
        """The same in Python: nobody else writes meanwhile, and a look-up costs no way over a network."""
        taken: list[int] = []
        room = {wish.account: wish.room for wish in wishes}
        left = {(wish.account, wish.backlog): wish.k for wish in wishes}
        for _, group in groupby(sorted(wishes, key=urgency), key=urgency):
            found = []
            for wish in group:
                k = min(left[wish.account, wish.backlog], room[wish.account], most - len(taken))
                rows = connection.execute(self._ready_sqlite, {"b_lane": wish.lane, "k": k}).all() if k > 0 else ()
                found += [(row.ready_at, row.conversation_id, wish) for row in rows]
            for conversation, wish in in_turns(found):
                part = (wish.account, wish.backlog)
                if room[wish.account] > 0 and left[part] > 0 and len(taken) < most:
                    room[wish.account] -= 1
                    left[part] -= 1
                    taken.append(conversation)
        if taken:
            statement, batch = self._take_sqlite
            connection.execute(statement, {"me": owner, **batch.of([{"c": conversation} for conversation in taken])})
        return taken

    @cached_property
    def _ready_sqlite(self) -> Any:
        return (
            select(schedule.c.conversation_id, schedule.c.ready_at)
            .where(
                schedule.c.lane == bindparam("b_lane"),
                schedule.c.ready_at.is_not(None),
                schedule.c.ready_at <= db_now(),
            )
            .order_by(schedule.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
        )

    @cached_property
    def _take_sqlite(self) -> tuple[Any, Batch]:
        b = Batch("sqlite", c=int)
        taken = update(schedule).where(schedule.c.conversation_id.in_(select(b.c.c)))
        return taken.values(owner=bindparam("me"), ready_at=None, claims=schedule.c.claims + 1), b

    @cached_property
    def _details(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int)
        lowest = first_open(turns.alias("later"))
        doubtful = attempts.alias("doubtful")
        opens = and_(events.c.id == turns.c.id, or_(conversations.c.chat_id.is_(None), _last_heard().is_(None)))
        found = (
            b.table.join(schedule, schedule.c.conversation_id == b.c.c)
            .join(conversations, conversations.c.id == schedule.c.conversation_id)
            .outerjoin(turns, and_(turns.c.conversation_id == schedule.c.conversation_id, turns.c.position == lowest))
            .outerjoin(doubtful, and_(doubtful.c.turn_id == turns.c.id, doubtful.c.number == turns.c.last_send))
            .outerjoin(events, opens)
        )
        columns = (
            schedule.c.lane,
            schedule.c.claims,
            schedule.c.tail,
            *(conversations.c[name] for name in _OF_CONVERSATION),
            turns.c.id.label("turn_id"),
            turns.c.position,
            turns.c.status.label("turn_status"),
            turns.c.reason.label("turn_reason"),
            turns.c.text,
            turns.c.attempts,
            turns.c.tries,
            turns.c.delays,
            turns.c.last_send,
            (db_now() - turns.c.tried_since).label("age"),
            (db_now() - doubtful.c.started_at).label("doubt"),
            (turns.c.open_until - db_now()).label("open"),
            turns.c.provider_chat_id,
            doubtful.c.told,
            events.c.source.label("event_source"),
            events.c.source_kind,
            events.c.subject.label("event_subject"),
            case((events.c.metadata.contains('"attachments"'), events.c.metadata)).label("metadata"),
            case((events.c.id.is_not(None), _has_context(b.dialect))).label("has_context"),
        )
        return select(*columns).select_from(found), b


def _last_heard() -> ColumnElement[Any]:
    """The newest answered turn before this one, if its chat has heard it; with a limit, so that an index is enough.

    One that a person said was answered has no chat's word for it, and was sent to the chat that there was.
    """
    before = turns.alias("before")
    sent = and_(before.c.provider_chat_id.is_(None), before.c.last_send.is_not(None))
    query = (
        select(case((or_(before.c.provider_chat_id == conversations.c.chat_id, sent), before.c.id)))
        .where(
            before.c.conversation_id == turns.c.conversation_id,
            before.c.position < turns.c.position,
            before.c.status == str(TurnStatus.ANSWERED),
        )
        .order_by(before.c.position.desc())
        .limit(1)
    )
    return query.correlate(turns, conversations).scalar_subquery()


def _has_context(dialect: str) -> ColumnElement[Any]:
    """An earlier message of the conversation that is kept as context, if there is one."""
    kept = events.alias("kept")
    query = select(kept.c.id).where(kept_for(kept, dialect)).limit(1)
    return query.correlate(conversations).scalar_subquery()


def _claimed(row: Row[Any], owner: int) -> Claimed:
    turn = None
    if row.turn_id is not None:
        turn = HeadTurn(
            id=row.turn_id,
            position=row.position,
            status=TurnStatus(row.turn_status),
            text=row.text,
            attempts=row.attempts,
            tries=row.tries,
            delays=row.delays,
            last_send=row.last_send,
            age=(row.age or 0) / 1000,
            doubt=(row.doubt or 0) / 1000,
            open=max(0, row.open or 0) / 1000,
            reason=row.turn_reason,
            told=row.told,
            chat_id=row.provider_chat_id,
            joins=row.open is not None,
        )
    return Claimed(
        owner=owner,
        conversation_id=row.id,
        lane=row.lane,
        claims=row.claims,
        tail=row.tail,
        route=row.route,
        key=row.key,
        account=row.account,
        agent=row.agent,
        customer=Customer(**json.loads(row.customer)) if row.customer else Customer(),
        known=row.known,
        subject=row.subject,
        chat_id=row.chat_id,
        chat_number=row.chat_number,
        baseline=row.baseline,
        opening=row.opening,
        created_at=row.created_at,
        turn=turn,
        note=row.note,
        beside=None if row.event_source is None else _beside(row),
    )


def _beside(row: Row[Any]) -> Beside:
    return Beside(
        source=row.event_source,
        kind=source_kind(row.source_kind, row.event_source),
        subject=row.event_subject or row.subject,
        attachments=attachment_names(json.loads(row.metadata)) if row.metadata else (),
        context=row.has_context is not None,
    )
