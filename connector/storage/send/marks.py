"""Mark of a turn (``sending``): the commit before the first byte of a call leaves.

It is the only door to the provider: it turns ``queued`` into ``sending``, writes the attempt row and returns the text,
all in one transaction of a worker that is still alive. What is sent is what was committed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, bindparam, cast, func, insert, select, update

from connector.policy.told import told
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.text import clean
from connector.storage.queue.lease import require_alive
from connector.storage.send import budgets
from connector.storage.tables import attempts, conversations, schedule, turns
from connector.values import OPEN, Call, TurnStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A turn that is ``sending`` by commit: the attempt's number and the very text to send.

    ``told`` is that text where it is more than the turn's own.
    """

    turn_id: int
    number: int
    text: str
    told: str | None = None


_NO_HEADS: Mapping[int, str] = MappingProxyType({})


class Marks:
    """The marking part of the engine's storage."""

    def __init__(self, database: Database, budgeted: Collection[str] = ()) -> None:
        """``budgeted`` names the accounts with a daily budget. Statements are built once, on first use."""
        self._database = database
        self._budgeted = frozenset(budgeted)

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
        found = connection.execute(statement, batch.of([{"turn": turn} for turn in mine]))
        numbers = {row.id: row.attempts for row in found}
        rows = [{"turn": turn, "number": number, "call": str(kinds[turn])} for turn, number in numbers.items()]
        self._write_attempts(connection, owner, rows)
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

    def mark(self, owner: int, turn_ids: Sequence[int], heads: Mapping[int, str] = _NO_HEADS) -> list[Marked]:
        """Commit that these turns are being sent. Only what comes back may be sent, and only if this returns normally.

        ``heads`` are the headers of those that say more than their text. Fewer rows back than asked is normal:
        cancelled meanwhile, or no longer ours.
        """
        return self._database.write(lambda connection: self._mark(connection, owner, turn_ids, heads))

    def _mark(
        self, connection: Connection, owner: int, turn_ids: Sequence[int], heads: Mapping[int, str] = _NO_HEADS
    ) -> list[Marked]:
        require_alive(connection, owner)
        statement, batch = self._mine
        wanted = batch.of([{"turn": turn} for turn in turn_ids])
        rows = connection.execute(statement, {"me": owner, **wanted}).all()
        free = [row.id for row in rows if row.held is None]
        free = budgets.bearable(connection, owner, free, self._budgeted)
        statement, batch = self._to_sending
        rows = connection.execute(statement, batch.of([{"turn": turn} for turn in free])).all()
        marked = [_marked(row, heads.get(row.id)) for row in rows]
        budgets.spend(connection, owner, [mark.turn_id for mark in marked], self._budgeted)
        self._write_attempts(connection, owner, [_send_row(mark) for mark in marked])
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

    def _write_attempts(self, connection: Connection, owner: int, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            tells = any(row.get("told") is not None for row in rows)
            statement, batch = self._told_attempts if tells else self._new_attempts
            connection.execute(statement, {"me": owner, **batch.of(rows)})

    @cached_property
    def _new_attempts(self) -> tuple[Any, Batch]:
        return self._insert_attempts()

    @cached_property
    def _told_attempts(self) -> tuple[Any, Batch]:
        return self._insert_attempts(told=str)

    def _insert_attempts(self, **more: type) -> tuple[Any, Batch]:
        """Most say no more than their text, and each column of a batch costs its part."""
        b = Batch(self._database.dialect, turn=int, number=int, call=str, **more)
        me = cast(bindparam("me"), attempts.c.owner.type)
        rows = select(b.c.turn, b.c.number, b.c.call, me, db_now(), *(b.c[name] for name in more)).select_from(b.table)
        return insert(attempts).from_select(["turn_id", "number", "call", "owner", "started_at", *more], rows), b


def _send_row(mark: Marked) -> dict[str, Any]:
    row = {"turn": mark.turn_id, "number": mark.number, "call": str(Call.SEND)}
    return row if mark.told is None else {**row, "told": mark.told}


def _marked(row: Row[Any], head: str | None) -> Marked:
    whole = told(clean(head), row.text)
    return Marked(turn_id=row.id, number=row.attempts, text=row.text if whole is None else whole, told=whole)
