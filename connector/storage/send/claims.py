"""Claim and mark: taking conversations for a worker, and the commit before the first byte leaves.

A claim takes conversations; their turns stay ``queued``, so a killed worker's claims go back unharmed. The mark is the
only door to the provider: it turns ``queued`` into ``sending``, writes the attempt row and returns the text, all in one
transaction of a worker that is still alive. What is sent is what was committed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    Row,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    select,
    true,
    update,
)

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.queue.lease import require_alive
from connector.storage.send import budgets
from connector.storage.tables import attempts, conversations, lanes, routes, schedule, turns
from connector.values import BACKLOG_PRIORITY, OPEN, Call, Customer, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """A lane as a claim sees it; ``blocked`` when its route or itself is paused."""

    id: int
    account: str
    route: str
    priority: int
    backlog_id: int
    blocked: bool
    route_paused: bool

    @property
    def backlog(self) -> bool:
        """Whether what waits here is a backlog's, which leaves some places to live messages."""
        return self.backlog_id != 0 or self.priority <= BACKLOG_PRIORITY


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """Up to ``k`` conversations of a lane, while its account takes no more than ``room`` over all its lanes."""

    lane: int
    account: str
    k: int
    room: int


@dataclass(frozen=True, kw_only=True, slots=True)
class HeadTurn:
    """The turn at the head of a claimed conversation; times in seconds, by the database's clock.

    ``age`` counts from its first attempt since it was accepted or put back in the queue; ``open`` is how much longer
    quick messages may be joined to it.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A conversation taken by ``owner``, with what its next step needs; ``turn`` is None when it holds no open turn."""

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
    subject: str | None
    chat_id: str | None
    chat_number: int
    baseline: int | None
    opening: bool
    created_at: int
    turn: HeadTurn | None
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A turn that is ``sending`` by commit: the attempt's number and the very text to send."""

    turn_id: int
    number: int
    text: str


class Claims:
    """The claiming half of the engine's storage."""

    def __init__(self, database: Database, budgeted: Collection[str] = ()) -> None:
        """``budgeted`` names the accounts with a daily budget. Statements are built once, on first use."""
        self._database = database
        self._budgeted = frozenset(budgeted)

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
                    blocked=bool(row.paused or row.route_paused),
                    route_paused=bool(row.route_paused),
                )
                for row in connection.execute(query)
            ]

    def claim(self, owner: int, wishes: Sequence[Wish], most: int) -> list[Claimed]:
        """Take ready conversations, ``wishes`` being lanes in order of urgency, up to ``most`` in all.

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
            taken = self._take_by_lane(connection, owner, wishes, most)
        if not taken:
            return []
        statement, batch = self._details
        rows = connection.execute(statement, batch.of([{"c": conversation} for conversation in taken])).all()
        return [_claimed(row, owner) for row in rows]

    def _take_at_once(self, connection: Connection, owner: int, wishes: Sequence[Wish], most: int) -> list[int]:
        statement, batch = self._take_postgresql
        rows = [
            {"ord": order, "lane": wish.lane, "k": wish.k, "account": wish.account, "room": wish.room}
            for order, wish in enumerate(wishes)
        ]
        return list(connection.execute(statement, {"me": owner, "most": most, **batch.of(rows)}).scalars())

    @cached_property
    def _take_postgresql(self) -> tuple[Any, Batch]:
        b = Batch("postgresql", ord=int, lane=int, k=int, account=str, room=int)
        ready = (
            select(schedule.c.conversation_id, schedule.c.ready_at)
            .where(schedule.c.lane == b.c.lane, schedule.c.ready_at.is_not(None), schedule.c.ready_at <= db_now())
            .order_by(schedule.c.ready_at)
            .limit(b.c.k)
            .with_for_update(key_share=True, skip_locked=True)
            .lateral("q")
        )
        order = (b.c.ord, ready.c.ready_at)
        place = func.row_number().over(partition_by=b.c.account, order_by=order)
        found = (
            select(ready.c.conversation_id, b.c.room, b.c.ord, ready.c.ready_at, place.label("place"))
            .select_from(b.table.join(ready, true()))
            .cte("found")
        )
        picked = (
            select(found.c.conversation_id)
            .where(found.c.place <= found.c.room)
            .order_by(found.c.ord, found.c.ready_at)
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

    def _take_by_lane(self, connection: Connection, owner: int, wishes: Sequence[Wish], most: int) -> list[int]:
        taken: list[int] = []
        room = {wish.account: wish.room for wish in wishes}
        for wish in wishes:
            k = min(wish.k, room[wish.account], most - len(taken))
            if k > 0:
                parameters = {"me": owner, "b_lane": wish.lane, "k": k}
                found = list(connection.execute(self._take_sqlite, parameters).scalars())
                room[wish.account] -= len(found)
                taken.extend(found)
        return taken

    @cached_property
    def _take_sqlite(self) -> Any:
        ready = (
            select(schedule.c.conversation_id)
            .where(
                schedule.c.lane == bindparam("b_lane"),
                schedule.c.ready_at.is_not(None),
                schedule.c.ready_at <= db_now(),
            )
            .order_by(schedule.c.ready_at)
            .limit(bindparam("k", type_=Integer()))
        )
        return (
            update(schedule)
            .where(schedule.c.conversation_id.in_(ready))
            .values(owner=bindparam("me"), ready_at=None, claims=schedule.c.claims + 1)
            .returning(schedule.c.conversation_id)
        )

    @cached_property
    def _details(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int)
        later = turns.alias("later")
        lowest = (
            select(later.c.position)
            .where(
                later.c.conversation_id == schedule.c.conversation_id,
                later.c.position >= schedule.c.head,
                later.c.status.in_(OPEN),
            )
            .order_by(later.c.position)
            .limit(1)
            .scalar_subquery()
        )
        doubtful = attempts.alias("doubtful")
        joined = (
            b.table.join(schedule, schedule.c.conversation_id == b.c.c)
            .join(conversations, conversations.c.id == schedule.c.conversation_id)
            .outerjoin(turns, and_(turns.c.conversation_id == schedule.c.conversation_id, turns.c.position == lowest))
            .outerjoin(doubtful, and_(doubtful.c.turn_id == turns.c.id, doubtful.c.number == turns.c.last_send))
        )
        columns = (
            schedule.c.lane,
            schedule.c.claims,
            schedule.c.tail,
            *conversations.c,
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
        )
        return select(*columns).select_from(joined), b

    def begin(self, owner: int, calls: Sequence[tuple[int, Call]]) -> dict[int, int]:
        """Write the attempt row of calls that open or read a chat: (turn id, call) each.

        Returns the attempt number by turn id; a turn that is not there any more is left out.
        """
        return self._database.write(lambda connection: self._begin(connection, owner, calls))

    def _begin(self, connection: Connection, owner: int, calls: Sequence[tuple[int, Call]]) -> dict[int, int]:
        require_alive(connection, owner)
        kinds = dict(calls)
        statement, batch = self._mine
        wanted = batch.of([{"turn": turn} for turn in kinds])
        mine = [row.id for row in connection.execute(statement, {"me": owner, **wanted})]
        statement, batch = self._count_attempt
        rows = [{"turn": turn} for turn in mine]
        numbers = {row.id: row.attempts for row in connection.execute(statement, batch.of(rows))}
        self._write_attempts(connection, owner, [(turn, number, kinds[turn]) for turn, number in numbers.items()])
        opened = [turn for turn, call in calls if call is Call.OPEN and turn in numbers]
        if opened:
            whose = select(turns.c.conversation_id).where(turns.c.id.in_(opened))
            connection.execute(update(conversations).where(conversations.c.id.in_(whose)).values(opening=True))
        return numbers

    @cached_property
    def _count_attempt(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, turn=int)
        statement = (
            update(turns)
            .where(turns.c.id == b.c.turn, turns.c.status.in_(OPEN[:2]))
            .values(attempts=turns.c.attempts + 1, tried_since=func.coalesce(turns.c.tried_since, db_now()))
            .returning(turns.c.id, turns.c.attempts)
        )
        return statement, b

    def mark(self, owner: int, turn_ids: Sequence[int]) -> list[Marked]:
        """Commit that these turns are being sent. Only what comes back may be sent, and only if this returns normally.

        Fewer rows back than asked is normal: cancelled meanwhile, or no longer ours.
        """
        return self._database.write(lambda connection: self._mark(connection, owner, turn_ids))

    def _mark(self, connection: Connection, owner: int, turn_ids: Sequence[int]) -> list[Marked]:
        require_alive(connection, owner)
        statement, batch = self._mine
        wanted = batch.of([{"turn": turn} for turn in turn_ids])
        rows = connection.execute(statement, {"me": owner, **wanted}).all()
        free = [row.id for row in rows if row.held is None]
        free = budgets.bearable(connection, owner, free, self._budgeted)
        statement, batch = self._to_sending
        rows = connection.execute(statement, batch.of([{"turn": turn} for turn in free])).all()
        marked = [Marked(turn_id=row.id, number=row.attempts, text=row.text) for row in rows]
        budgets.spend(connection, owner, [mark.turn_id for mark in marked], self._budgeted)
        self._write_attempts(connection, owner, [(mark.turn_id, mark.number, Call.SEND) for mark in marked])
        return marked

    @cached_property
    def _mine(self) -> tuple[Any, Batch]:
        """Locks the schedule rows in order: sending, and handing off or cancelling, exclude each other."""
        b = Batch(self._database.dialect, turn=int)
        statement = (
            select(turns.c.id, schedule.c.held)
            .select_from(b.table.join(turns, turns.c.id == b.c.turn))
            .join(schedule, schedule.c.conversation_id == turns.c.conversation_id)
            .where(schedule.c.owner == bindparam("me"))
            .order_by(schedule.c.conversation_id)
            .with_for_update(read=True, of=schedule)
        )
        return statement, b

    @cached_property
    def _to_sending(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, turn=int)
        statement = (
            update(turns)
            .where(turns.c.id == b.c.turn, turns.c.status == str(TurnStatus.QUEUED))
            .values(
                status=str(TurnStatus.SENDING),
                reason=None,
                settled_by=None,
                attempts=turns.c.attempts + 1,
                last_send=turns.c.attempts + 1,
                revision=turns.c.revision + 1,
                tried_since=func.coalesce(turns.c.tried_since, db_now()),
                sent_at=db_now(),
            )
            .returning(turns.c.id, turns.c.attempts, turns.c.text)
        )
        return statement, b

    def _write_attempts(self, connection: Connection, owner: int, rows: Sequence[tuple[int, int, Call]]) -> None:
        if rows:
            statement, batch = self._new_attempts
            records = [{"turn": turn, "number": number, "call": str(call)} for turn, number, call in rows]
            connection.execute(statement, {"me": owner, **batch.of(records)})

    @cached_property
    def _new_attempts(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, turn=int, number=int, call=str)
        me = cast(bindparam("me"), attempts.c.owner.type)
        rows = select(b.c.turn, b.c.number, b.c.call, me, db_now()).select_from(b.table)
        return insert(attempts).from_select(["turn_id", "number", "call", "owner", "started_at"], rows), b

    def last_turns(self, conversation_id: int, count: int) -> list[tuple[str, str]]:
        """The newest answered (text, answer) pairs of a conversation, oldest first: what a new chat is told."""
        query = (
            select(turns.c.text, turns.c.answer)
            .where(turns.c.conversation_id == conversation_id, turns.c.status == str(TurnStatus.ANSWERED))
            .order_by(turns.c.position.desc())
            .limit(count)
        )
        with self._database.reading() as connection:
            return [(row.text, row.answer or "") for row in connection.execute(query)][::-1]

    def entries_before(self, conversation_id: int, chat_id: str, position: int) -> int:
        """How many of our messages this chat must hold ahead of the turn at ``position``, its baseline apart."""
        query = select(func.count()).where(
            turns.c.conversation_id == conversation_id,
            turns.c.provider_chat_id == chat_id,
            turns.c.position < position,
            turns.c.status == str(TurnStatus.ANSWERED),
        )
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def text_before(self, conversation_id: int, chat_id: str, position: int) -> str | None:
        """The last of our messages that this chat must hold ahead of the turn at ``position``."""
        query = (
            select(turns.c.text)
            .where(
                turns.c.conversation_id == conversation_id,
                turns.c.provider_chat_id == chat_id,
                turns.c.position < position,
                turns.c.status == str(TurnStatus.ANSWERED),
            )
            .order_by(turns.c.position.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def owned(self, owner: int) -> list[int]:
        """The conversations that the database says this incarnation holds."""
        with self._database.reading() as connection:
            query = select(schedule.c.conversation_id).where(schedule.c.owner == literal(owner))
            return list(connection.execute(query).scalars())


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
        subject=row.subject,
        chat_id=row.chat_id,
        chat_number=row.chat_number,
        baseline=row.baseline,
        opening=row.opening,
        created_at=row.created_at,
        turn=turn,
        note=row.note,
    )
