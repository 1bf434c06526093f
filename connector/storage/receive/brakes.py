"""Loop protection where messages come in: brakes count turns under the locks that intake holds anyway.

A conversation's turns are numbered, so whether it had too many of late is told by when the turn so many places back
was accepted: nothing is counted for a conversation that is shorter than its limit. A customer's turns are counted in
one row, in the transaction that brings them, so that doors side by side cannot both take the last one. What is too much
is stored like any message, and its conversation goes to a person, who looks and gives it back, or does not.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, and_, case, func, literal, select, true, update

from connector.policy.brakes import CONVERSATION, CUSTOMER, DAY, HOUR, NO_BRAKES, Brakes, counted_as
from connector.policy.handoffs import Hands
from connector.storage.conversations.handoffs import hand_off
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.receive.rows import NewTurn, Positions
from connector.storage.tables import brake_counts, conversations, events, schedule, turns
from connector.values import ConversationStatus, Customer, TurnStatus


def counts(place: Positions) -> bool:
    """Whether a message that comes now is for the agent: with a person the customer may write as they like."""
    return place.held != ConversationStatus.HANDED_OFF


_NEVER = (2**62, 0)


class Braking:
    """Counts the turns of each route with brakes, and hands off what is too much."""

    def __init__(self, database: Database, brakes: Mapping[str, Brakes], hands: Mapping[str, Hands]) -> None:
        """``brakes`` maps each route to its own; routes without any are not looked at. ``hands`` likewise."""
        self._database = database
        self._hands = hands
        self._brakes = {route: its for route, its in brakes.items() if its != NO_BRAKES}
        self._counting = {route for route, its in self._brakes.items() if its.customer.limits}
        self._shortest = {route: min(its.conversation.limits, default=_NEVER)[0] for route, its in self._brakes.items()}

    def watch(self, connection: Connection, made: Sequence[NewTurn], places: Mapping[int, Positions]) -> dict[int, str]:
        """Count turns that were just written, and hand off what is too much; their schedule rows are held.

        Returns why, by the id of each conversation that was handed off.
        """
        watched = [t for t in made if t.event.route in self._brakes and counts(places[t.conversation_id])]
        if not watched:
            return {}
        over = dict.fromkeys(self._customers(connection, watched), CUSTOMER)
        over |= dict.fromkeys(self._long(connection, watched, places), CONVERSATION)
        return self._hand_off(connection, over)

    # --- customers ---

    def _customers(self, connection: Connection, made: Sequence[NewTurn]) -> set[int]:
        """Conversations with a turn that is one too many for its customer."""
        by_key: defaultdict[int, list[NewTurn]] = defaultdict(list)
        for turn in made:
            if turn.event.route in self._counting:
                key = counted_as(turn.event.route, turn.event.customer)
                if key is not None:
                    by_key[key].append(turn)
        if not by_key:
            return set()
        statement, batch = self._count
        # In one order, so that two batches with the same customers wait for each other instead of locking up.
        rows = connection.execute(statement, batch.of([{"key": key, "n": len(by_key[key])} for key in sorted(by_key)]))
        over = set()
        for key, hour, day in rows:
            mine = by_key[key]
            allowed = self._brakes[mine[0].event.route].customer
            later = 0
            # Those beyond the limit are the newest.
            while mine and allowed.exceeded(hour - later, day - later):
                over.add(mine.pop().conversation_id)
                later += 1
        return over

    @cached_property
    def _count(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, key=int, n=int)
        # On SQLite a SELECT must have a WHERE here, or its ON would be taken for a join's.
        rows = select(b.c.key, db_now(), b.c.n, db_now(), b.c.n).select_from(b.table).where(true())
        new = self._database.insert(brake_counts).from_select(["key", "hour_at", "hour", "day_at", "day"], rows)
        told = new.excluded
        hour_over = brake_counts.c.hour_at <= told.hour_at - HOUR
        day_over = brake_counts.c.day_at <= told.day_at - DAY
        counted = new.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "hour_at": case((hour_over, told.hour_at), else_=brake_counts.c.hour_at),
                "hour": told.hour + case((hour_over, 0), else_=brake_counts.c.hour),
                "day_at": case((day_over, told.day_at), else_=brake_counts.c.day_at),
                "day": told.day + case((day_over, 0), else_=brake_counts.c.day),
            },
        )
        return counted.returning(brake_counts.c.key, brake_counts.c.hour, brake_counts.c.day), b

    # --- conversations ---

    def _long(self, connection: Connection, made: Sequence[NewTurn], places: Mapping[int, Positions]) -> set[int]:
        """Conversations that hold more counted turns of the last hour or day than they may."""
        grown = Counter(turn.conversation_id for turn in made)
        route = {turn.conversation_id: turn.event.route for turn in made}
        suspects = []
        for id_, more in grown.items():
            last = places[id_].first + more - 1
            if last > self._shortest[route[id_]]:
                suspects += [
                    {"c": id_, "p": last - number, "last": last, "most": number, "window": window}
                    for number, window in self._brakes[route[id_]].conversation.limits
                    if last > number
                ]
        if not suspects:
            return set()
        statement, batch = self._dense
        dense = connection.execute(statement, batch.of(suspects)).all()
        return {row.c for row in dense if self._number(connection, row) > row.most}

    @cached_property
    def _dense(self) -> tuple[Any, Batch]:
        """Those whose turn so many places back is so young: by their numbers they may have had too many."""
        b = Batch(self._database.dialect, c=int, p=int, last=int, most=int, window=int)
        back = and_(turns.c.conversation_id == b.c.c, turns.c.position == b.c.p)
        rows = select(b.c.c, b.c.last, b.c.most, b.c.window).select_from(b.table.join(turns, back))
        return rows.where(turns.c.accepted_at > db_now() - b.c.window), b

    def _number(self, connection: Connection, suspect: Any) -> int:
        """How many there really were: without those of files, those that a person answered, and before a last stop."""
        since = select(func.coalesce(conversations.c.braked_at, 0)).where(conversations.c.id == suspect.c)
        newest = (
            select(literal(1))
            .where(
                turns.c.conversation_id == suspect.c,
                turns.c.position > since.scalar_subquery(),
                turns.c.position > suspect.last - _FURTHEST * suspect.most,
                turns.c.counted,
                turns.c.status != str(TurnStatus.CANCELLED),
                turns.c.accepted_at > db_now() - suspect.window,
            )
            .limit(suspect.most + 1)
            .subquery()
        )
        return int(connection.execute(select(func.count()).select_from(newest)).scalar_one())

    # --- what follows ---

    def _hand_off(self, connection: Connection, over: Mapping[int, str]) -> dict[int, str]:
        stopped = {}
        for conversation_id, reason in sorted(over.items()):
            if hand_off(connection, conversation_id, reason=reason, hands=self._hands):
                tail = select(schedule.c.tail).where(schedule.c.conversation_id == conversation_id).scalar_subquery()
                braked = update(conversations).where(conversations.c.id == conversation_id)
                connection.execute(braked.values(braked_at=tail))
                stopped[conversation_id] = reason
        return stopped


_FURTHEST = 20
"""How many times the limit is looked back for turns that count; those of files lie between them."""
_REMEMBERED = 500


def forgive(connection: Connection, conversation_id: int) -> None:
    """Let a conversation that a person gives back begin anew, and so its customers: what they wrote is not counted."""
    query = (
        select(events.c.route, events.c.customer)
        .join(turns, turns.c.id == events.c.id)
        .where(turns.c.conversation_id == conversation_id, events.c.customer.is_not(None))
        .order_by(turns.c.position.desc())
        .limit(_REMEMBERED)
    )
    known = {(row.route, row.customer) for row in connection.execute(query)}
    keys = {counted_as(route, Customer(**json.loads(customer))) for route, customer in known}
    for key in sorted(key for key in keys if key is not None):
        connection.execute(brake_counts.delete().where(brake_counts.c.key == key))


def forget_counts(database: Database, limit: int = 1000) -> int:
    """Drop counts of customers whose day is over; returns how many."""
    over = brake_counts.c.day_at < db_now() - DAY
    with database.reading() as connection:
        query = select(brake_counts.c.key).where(over).order_by(brake_counts.c.day_at).limit(limit)
        keys = sorted(connection.execute(query).scalars())
    if not keys:
        return 0
    delete = brake_counts.delete().where(brake_counts.c.key.in_(keys), over)
    return database.write(lambda connection: connection.execute(delete).rowcount)
