"""Places in line: what intake changes of a conversation's ``schedule`` row, and the lanes that it stands in.

Positions are given out under the row's lock, which a mark needs too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, case, func, literal, null, or_, select, true, tuple_, update

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.receive.rows import Growth, LaneKey, Positions
from connector.storage.tables import conversations, lanes, schedule
from connector.values import ConversationStatus


class Places:
    """The places of the conversations that a batch brings messages of."""

    def __init__(self, database: Database) -> None:
        """Statements are built once, on first use."""
        self._database = database

    def extend(
        self, connection: Connection, growth: Mapping[int, Growth], backlog_id: int | None, opened: Collection[int]
    ) -> dict[int, Positions]:
        """Give out positions under the schedule rows' locks; returns each conversation's first new position.

        ``opened`` are those that may have no schedule row yet: every other one got its row with itself.
        """
        return self.grow(connection, growth, self.take(connection, growth, backlog_id, opened))

    def take(
        self, connection: Connection, growth: Mapping[int, Growth], backlog_id: int | None, opened: Collection[int]
    ) -> dict[LaneKey, int]:
        """Lock the schedule rows, made where there may be none; returns the lanes' ids."""
        ids = sorted(growth)
        lane_of = self.lane_ids(connection, {grown.lane for grown in growth.values()}, backlog_id)
        if opened:
            statement, parameters = self._fresh_places
            places = [{"c": id_, "lane": lane_of[growth[id_].lane]} for id_ in ids if id_ in opened]
            connection.execute(statement, parameters.of(places))
        statement, parameters = self._locked_places
        rows = connection.execute(statement, parameters.of([{"c": id_} for id_ in ids])).all()
        self._reopen(connection, [row.conversation_id for row in rows if row.held == ConversationStatus.CLOSED])
        return lane_of

    def grow(
        self, connection: Connection, growth: Mapping[int, Growth], lane_of: Mapping[LaneKey, int]
    ) -> dict[int, Positions]:
        """Give out positions in places that are taken; returns each conversation's first new one."""
        batch = [
            {
                "c": id_,
                "n": grown.turns,
                "priority": grown.priority,
                "lane": lane_of[grown.lane],
                "ready": grown.ready,
            }
            for id_, grown in sorted(growth.items())
        ]
        statement, parameters = self._extension
        tails = connection.execute(statement, parameters.of(batch)).all()
        return {id_: Positions(first=tail - growth[id_].turns + 1, held=held) for id_, tail, held in tails}

    @cached_property
    def _fresh_places(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int, lane=int)
        # On SQLite a SELECT must have a WHERE here, or its ON would be taken for a join's.
        rows = select(b.c.c, b.c.lane, literal(1), literal(0), literal(0)).select_from(b.table).where(true())
        new = self._database.insert(schedule)
        new = new.from_select(["conversation_id", "lane", "head", "tail", "claims"], rows)
        return new.on_conflict_do_nothing(index_elements=["conversation_id"]), b

    @cached_property
    def _locked_places(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int)
        # By another name: FOR UPDATE takes none with a schema, and on a host's connection ours have one.
        place = schedule.alias("place")
        mine = b.table.join(place, place.c.conversation_id == b.c.c)
        rows = select(place.c.conversation_id, place.c.held).select_from(mine)
        return rows.order_by(place.c.conversation_id).with_for_update(key_share=True, of=place), b

    @cached_property
    def _extension(self) -> tuple[Any, Batch]:
        b = Batch(self._database.dialect, c=int, n=int, priority=int, lane=int, ready=int)
        current = select(lanes.c.priority).where(lanes.c.id == schedule.c.lane).scalar_subquery()
        empty = schedule.c.head > schedule.c.tail
        statement = (
            update(schedule)
            .where(schedule.c.conversation_id == b.c.c)
            .values(
                tail=schedule.c.tail + b.c.n,
                # A conversation stands in the lane of its most urgent waiting turn.
                lane=case((or_(empty, b.c.priority > current), b.c.lane), else_=schedule.c.lane),
                ready_at=case(
                    (or_(schedule.c.held.is_not(None), schedule.c.owner.is_not(None)), null()),
                    else_=func.coalesce(schedule.c.ready_at, b.c.ready, db_now()),
                ),
            )
            .returning(schedule.c.conversation_id, schedule.c.tail, schedule.c.held)
        )
        return statement, b

    def _reopen(self, connection: Connection, closed: Sequence[int]) -> None:
        if not closed:
            return
        connection.execute(
            update(conversations)
            .where(conversations.c.id.in_(closed))
            .values(
                status=str(ConversationStatus.OPEN),
                reason=null(),
                chat_id=null(),
                baseline=0,
                chat_number=conversations.c.chat_number + 1,
                changed_at=db_now(),
            )
        )
        connection.execute(update(schedule).where(schedule.c.conversation_id.in_(closed)).values(held=null()))

    def lane_ids(self, connection: Connection, wanted: set[LaneKey], backlog_id: int | None) -> dict[LaneKey, int]:
        """Lane ids by (account, route, priority), made where there are none."""
        rows = [
            {"account": account, "route": route, "priority": priority, "backlog_id": backlog_id or 0, "paused": False}
            for account, route, priority in sorted(wanted)
        ]
        found = self._find_lanes(connection, rows)
        if len(found) < len(rows):
            unique = ["account", "route", "priority", "backlog_id"]
            connection.execute(self._database.insert(lanes).on_conflict_do_nothing(index_elements=unique), rows)
            found = self._find_lanes(connection, rows)
        return found

    def _find_lanes(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[LaneKey, int]:
        keys = [(row["account"], row["route"], row["priority"], row["backlog_id"]) for row in rows]
        matching = tuple_(lanes.c.account, lanes.c.route, lanes.c.priority, lanes.c.backlog_id).in_(keys)
        query = select(lanes.c.id, lanes.c.account, lanes.c.route, lanes.c.priority).where(matching)
        return {(row.account, row.route, row.priority): int(row.id) for row in connection.execute(query)}
