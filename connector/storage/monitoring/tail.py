"""Event stream for people: what happened since the last look, read from the tables and not from anybody's log.

Every message that comes in is seen, and what becomes of it; of a backlog that waited before, what workers have in hand.
No table keeps a journal of changes, so turns are watched by their ids: the newest :data:`WATCHED` of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, and_, func, select

from connector.storage.core.database import Database
from connector.storage.queries.rendering import moment, text_id
from connector.storage.tables import conversations, events, replies, schedule, turns
from connector.values import EventStatus, ReplyStatus

WATCHED = 2000
"""Turns watched at once; the oldest are let go for newer ones."""
PAGE = 500
"""Messages told of at one look; the rest is only counted."""
_LEFT = (str(ReplyStatus.DELIVERED), str(ReplyStatus.FAILED), str(ReplyStatus.CANCELLED))


@dataclass(kw_only=True, slots=True)
class _Watched:
    revision: int
    replies: dict[int, str] = field(default_factory=dict)


class Tail:
    """Looks again and again; each look tells what is new since the one before, oldest first."""

    def __init__(self, database: Database, route: str | None = None) -> None:
        """``route`` None: of all routes. What happened before this moment is not told."""
        self._database = database
        self._route = route
        self._watched: dict[int, _Watched] = {}
        with database.reading() as connection:
            self._last = int(connection.execute(select(func.coalesce(func.max(events.c.id), 0))).scalar_one())
            self._watch_claimed(connection)

    def look(self) -> list[dict[str, Any]]:
        """What is new: ``at``, ``event`` as in the log, and what it concerns; raises ``DatabaseUnavailable``."""
        with self._database.reading() as connection:
            found = [*self._arrived(connection)]
            self._watch_claimed(connection)
            found += [*self._moved(connection), *self._left(connection)]
        while len(self._watched) > WATCHED:
            del self._watched[next(iter(self._watched))]
        return found

    def _arrived(self, connection: Connection) -> Iterator[dict[str, Any]]:
        new = events.c.id > self._last
        columns = (events.c.id, events.c.status, events.c.reason, events.c.route, events.c.conversation_key)
        query = select(*columns, events.c.source, events.c.received_at).where(new).order_by(events.c.id).limit(PAGE)
        rows = connection.execute(query).all()
        if len(rows) == PAGE:
            yield from self._skipped(connection, rows[-1].id)
        elif rows:
            self._last = rows[-1].id
        for row in rows:
            if row.status == EventStatus.ACCEPTED:
                self._watched[row.id] = _Watched(revision=1)
            if self._route is None or row.route == self._route:
                yield {
                    "at": moment(row.received_at),
                    "event": "event.received",
                    "id": text_id(row.id),
                    "route": row.route,
                    "conversation": row.conversation_key,
                    "status": row.status,
                    "reason": row.reason,
                    "source": row.source,
                }

    def _skipped(self, connection: Connection, after: int) -> Iterator[dict[str, Any]]:
        """A look that found more than it tells of: how many there are besides, and on from the newest."""
        count, newest, at = connection.execute(
            select(func.count(), func.max(events.c.id), func.max(events.c.received_at)).where(events.c.id > after)
        ).one()
        self._last = int(newest or after)
        if count:
            yield {"at": moment(at), "event": "events.skipped", "number": int(count)}

    def _watch_claimed(self, connection: Connection) -> None:
        at_work = and_(turns.c.conversation_id == schedule.c.conversation_id, turns.c.position == schedule.c.head)
        query = select(turns.c.id, turns.c.revision).join(schedule, at_work).where(schedule.c.owner.is_not(None))
        for row in connection.execute(query.limit(WATCHED)):
            self._watched.setdefault(row.id, _Watched(revision=row.revision))

    def _moved(self, connection: Connection) -> Iterator[dict[str, Any]]:
        columns = (turns.c.id, turns.c.status, turns.c.reason, turns.c.revision, turns.c.sent_at, turns.c.ended_at)
        query = (
            select(*columns, conversations.c.route, conversations.c.key)
            .join(conversations, conversations.c.id == turns.c.conversation_id)
            .where(turns.c.id.in_(self._watched))
            .order_by(turns.c.ended_at, turns.c.id)
        )
        there = {row.id: row for row in connection.execute(query)}
        for row in there.values():
            watched = self._watched[row.id]
            if row.revision == watched.revision:
                continue
            watched.revision = row.revision
            if self._route is None or row.route == self._route:
                seconds = None if row.ended_at is None or row.sent_at is None else (row.ended_at - row.sent_at) / 1000
                yield {
                    "at": moment(row.ended_at or row.sent_at),
                    "event": f"turn.{row.status}",
                    "id": text_id(row.id),
                    "route": row.route,
                    "conversation": row.key,
                    "status": row.status,
                    "reason": row.reason,
                    "seconds": seconds,
                }
        for gone in self._watched.keys() - there.keys():
            del self._watched[gone]

    def _left(self, connection: Connection) -> Iterator[dict[str, Any]]:
        query = (
            select(replies.c.id, replies.c.turn_id, replies.c.status, replies.c.reason, replies.c.channel)
            .add_columns(replies.c.delivered_at, conversations.c.route, conversations.c.key)
            .join(conversations, conversations.c.id == replies.c.conversation_id)
            .where(replies.c.turn_id.in_(self._watched))
            .order_by(replies.c.id)
        )
        for row in connection.execute(query):
            known = self._watched[row.turn_id].replies
            if known.get(row.id) == row.status:
                continue
            known[row.id] = row.status
            if row.status in _LEFT and (self._route is None or row.route == self._route):
                yield {
                    "at": moment(row.delivered_at),
                    "event": f"reply.{row.status}",
                    "id": text_id(row.id),
                    "route": row.route,
                    "conversation": row.key,
                    "status": row.status,
                    "reason": row.reason,
                    "channel": row.channel,
                }
