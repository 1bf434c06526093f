"""Positions in line: where a batch's turns go in their conversations, and the lanes that these stand in.

Positions are given out under the row's lock, which a mark needs too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, null, select, tuple_, update

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queue.schedule import drop_hold, extend_tails, lock_conversations, open_rows
from connector.storage.receive.rows import Growth, LaneKey, Positions
from connector.storage.tables import conversations, lanes
from connector.values import ConversationStatus


class Places:
    """The places of the conversations that a batch brings messages of."""

    def __init__(self, database: Database) -> None:
        """``database`` makes the lanes."""
        self._database = database

    def extend(
        self, connection: Connection, growth: Mapping[int, Growth], backlog_id: int | None, opened: Collection[int]
    ) -> dict[int, Positions]:
        """Give out positions under the schedule rows' locks; returns each conversation's first new position.

        ``opened`` are those that may have no schedule row yet: every other one got its row with itself.
        """
        return self.grow(connection, growth, self.take(connection, growth, backlog_id, opened), backlog_id)

    def take(
        self, connection: Connection, growth: Mapping[int, Growth], backlog_id: int | None, opened: Collection[int]
    ) -> dict[LaneKey, int]:
        """Lock the schedule rows, made where there may be none; returns the lanes' ids."""
        lane_of = self.lane_ids(connection, {grown.lane for grown in growth.values()}, backlog_id)
        if opened:
            open_rows(connection, {id_: lane_of[growth[id_].lane] for id_ in growth if id_ in opened})
        held = lock_conversations(connection, growth)
        self._reopen(connection, [id_ for id_, why in held.items() if why == ConversationStatus.CLOSED])
        return lane_of

    def grow(
        self,
        connection: Connection,
        growth: Mapping[int, Growth],
        lane_of: Mapping[LaneKey, int],
        backlog_id: int | None,
    ) -> dict[int, Positions]:
        """Give out positions in places that are taken; returns each conversation's first new one."""
        batch = [
            {
                "c": id_,
                "n": grown.turns,
                "priority": grown.priority,
                "lane": lane_of[grown.lane],
                "backlog": backlog_id or 0,
                "known": grown.known,
                "ready": grown.ready,
            }
            for id_, grown in sorted(growth.items())
        ]
        return {
            row.conversation_id: Positions(first=row.tail - growth[row.conversation_id].turns + 1, held=row.held)
            for row in extend_tails(connection, batch)
        }

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
        drop_hold(connection, closed, ConversationStatus.CLOSED)

    def lane_ids(self, connection: Connection, wanted: set[LaneKey], backlog_id: int | None) -> dict[LaneKey, int]:
        """Lane ids by their keys, made where there are none: always both classes, for new ones become known."""
        keys = sorted({key[:3] for key in wanted})
        shared = {"backlog_id": backlog_id or 0, "paused": False}
        rows = [
            {"account": account, "route": route, "priority": priority, "known": known, **shared}
            for account, route, priority in keys
            for known in (False, True)
        ]
        found = self._find_lanes(connection, rows)
        if len(found) < len(rows):
            unique = ["account", "route", "priority", "backlog_id", "known"]
            connection.execute(self._database.insert(lanes).on_conflict_do_nothing(index_elements=unique), rows)
            found = self._find_lanes(connection, rows)
        return found

    def _find_lanes(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[LaneKey, int]:
        keys = sorted({(row["account"], row["route"], row["priority"], row["backlog_id"]) for row in rows})
        matching = tuple_(lanes.c.account, lanes.c.route, lanes.c.priority, lanes.c.backlog_id).in_(keys)
        query = select(lanes.c.id, lanes.c.account, lanes.c.route, lanes.c.priority, lanes.c.known).where(matching)
        rows_found = connection.execute(query)
        return {(row.account, row.route, row.priority, row.known): int(row.id) for row in rows_found}
