"""Debounce where messages come in: joins quick ones to one turn, under their conversations' locks.

A mark holds the same row, so a message comes either before it, and is part of what is sent, or after it, and begins a
turn of its own. Each message keeps its event; ``joined`` says which turn it went to and which of its words are its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, case, func, select, update

from connector.policy.brakes import counted_as
from connector.policy.debounce import BETWEEN, Burst, Debounce, Message
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.times import millis
from connector.storage.queue.schedule import postpone
from connector.storage.receive.rows import Growth, NewTurn, callback_text
from connector.storage.tables import events, joined, schedule, turns
from connector.values import Customer, TurnStatus

_GAP = len(BETWEEN)


class Bursting:
    """Joins the quick messages of a batch, by each route's rule."""

    def __init__(self, database: Database, rules: Mapping[str, Debounce]) -> None:
        """``rules`` holds the routes with ``debounce`` only; without one nothing here is ever asked."""
        self._database = database
        self._rules = rules

    def concerns(self, growth: Mapping[int, Growth]) -> bool:
        """Whether a conversation of the batch is on a route that joins messages."""
        return bool(self._rules) and any(grown.route in self._rules for grown in growth.values())

    def join(
        self, connection: Connection, made: Sequence[NewTurn], growth: dict[int, Growth]
    ) -> tuple[list[NewTurn], dict[int, int]]:
        """The turns that are left to be made, and where the other messages went: turn ids by event id.

        ``made`` has one turn for each message; ``growth`` is lessened by those that were joined. The schedule rows of
        all these conversations must be held.
        """
        now = int(connection.execute(select(db_now())).scalar_one())
        last = self._open_turns(connection, [id_ for id_, grown in growth.items() if grown.route in self._rules])
        old = list(last.values())
        left: list[NewTurn | Burst] = []
        born: dict[int, NewTurn] = {}
        moved: dict[int, int] = {}
        for turn in made:
            rule = self._rules.get(turn.event.route)
            if rule is None:
                left.append(turn)
                continue
            grown, burst, message = growth[turn.conversation_id], last.get(turn.conversation_id), _message(turn)
            if burst is not None and burst.takes(message, rule, now):
                burst.add(message, rule, now)
                moved[turn.id] = burst.turn_id
                grown.turns -= 1
                continue
            burst = last[turn.conversation_id] = Burst.of(message, rule, now)
            grown.ready = burst.until if grown.ready is None else grown.ready
            born[turn.id] = turn
            left.append(burst)
        self._lengthen(connection, [burst for burst in old if burst.parts])
        rest = [one if isinstance(one, NewTurn) else _turn(one, born[one.turn_id]) for one in left]
        new = [burst for burst in left if isinstance(burst, Burst) and len(burst.parts) > 1]
        self._note(connection, [*old, *new])
        return rest, moved

    def _open_turns(self, connection: Connection, conversations: Sequence[int]) -> dict[int, Burst]:
        """By conversation, its last turn, if messages may still be joined to it: queued, open, never marked."""
        statement, batch = self._last_turns
        rows = connection.execute(statement, batch.of([{"c": id_} for id_ in conversations]))
        return {
            row.conversation_id: Burst(
                turn_id=row.id, started=row.accepted_at, until=row.open_until, was_until=row.open_until, text=row.text,
                priority=row.priority, callback=row.callback, written=row.later or row.occurred_at,
                hand=(row.source, counted_as(row.route, Customer(**json.loads(row.customer or "{}")))),
            )
            for row in rows
        }  # fmt: skip

    @cached_property
    def _last_turns(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int)
        part = events.alias("part")
        later = (
            select(func.max(part.c.occurred_at))
            .select_from(joined.join(part, part.c.id == joined.c.event_id))
            .where(joined.c.turn_id == turns.c.id)
            .scalar_subquery()
        )
        last = and_(turns.c.conversation_id == schedule.c.conversation_id, turns.c.position == schedule.c.tail)
        found = (
            b.table.join(schedule, schedule.c.conversation_id == b.c.c)
            .join(turns, last)
            .join(events, events.c.id == turns.c.id)
        )
        columns = (turns.c.conversation_id, turns.c.id, turns.c.text, turns.c.priority, turns.c.accepted_at)
        more = (turns.c.open_until, events.c.callback, events.c.occurred_at, later.label("later"))
        who = (events.c.route, events.c.source, events.c.customer)
        may_grow = (
            turns.c.status == str(TurnStatus.QUEUED),
            turns.c.last_send.is_(None),
            turns.c.open_until >= db_now(),
        )
        return select(*columns, *more, *who).select_from(found).where(*may_grow), b

    def _lengthen(self, connection: Connection, grown: Sequence[Burst]) -> None:
        if not grown:
            return
        # Which of the words are the first message's, before they are part of more.
        first = [
            {"event_id": burst.turn_id, "turn_id": burst.turn_id, "start": 0, "length": burst.parts[0].start - _GAP}
            for burst in grown
        ]
        connection.execute(self._database.insert(joined).on_conflict_do_nothing(index_elements=["event_id"]), first)
        rows = [
            {
                "turn": burst.turn_id, "text": burst.text, "priority": burst.priority, "until": burst.until,
                "was": burst.was_until,
            }
            for burst in grown
        ]  # fmt: skip
        statement, batch = self._longer
        connection.execute(statement, batch.of(rows))
        postpone(connection, rows)

    @cached_property
    def _longer(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, turn=int, text=str, priority=int, until=int)
        statement = (
            update(turns)
            .where(turns.c.id == b.c.turn)
            .values(
                text=b.c.text,
                priority=b.c.priority,
                open_until=b.c.until,
                due_at=case((turns.c.due_at < b.c.until, b.c.until), else_=turns.c.due_at),
                revision=turns.c.revision + 1,
            )
        )
        return statement, b

    def _note(self, connection: Connection, bursts: Sequence[Burst]) -> None:
        rows = [
            {"event_id": part.event_id, "turn_id": burst.turn_id, "start": part.start, "length": part.length}
            for burst in bursts
            for part in burst.parts
        ]
        if rows:
            connection.execute(self._database.insert(joined), rows)


def _message(turn: NewTurn) -> Message:
    event = turn.event
    return Message(
        event_id=turn.id, text=event.text, priority=event.priority, callback=callback_text(event),
        written=millis(event.occurred_at), hand=(event.source, counted_as(event.route, event.customer)),
    )  # fmt: skip


def _turn(burst: Burst, first: NewTurn) -> NewTurn:
    return replace(first, text=burst.text, priority=burst.priority, open_until=burst.until)
