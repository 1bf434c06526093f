"""Replies, on their way back, and follow-ups, not on their way yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from connector.errors import NotFound
from connector.storage.models import conversations, events, reply_attempts, turns
from connector.storage.models import followups as followup_table
from connector.storage.models import replies as reply_table
from connector.storage.session import Database
from connector.storage.turn_filter import between
from connector.storage.views.rendering import moment, paged, text_id
from connector.values import FollowupStatus, ReplyStatus


def _reply_rows() -> Select[Any]:
    return select(*reply_table.c, conversations.c.key.label("conversation_key"), conversations.c.route).join(
        conversations, conversations.c.id == reply_table.c.conversation_id
    )


def replies(
    database: Database,
    *,
    statuses: Sequence[ReplyStatus] = (),
    channel: str | None = None,
    route: str | None = None,
    turn_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Replies without their attempts, the newest first."""
    statement = _reply_rows()
    if statuses:
        statement = statement.where(reply_table.c.status.in_([str(status) for status in statuses]))
    pairs = ((reply_table.c.channel, channel), (conversations.c.route, route), (reply_table.c.turn_id, turn_id))
    statement = statement.where(*(column == wanted for column, wanted in pairs if wanted is not None))

    statement = statement.where(*between(reply_table.c.created_at, since, until))

    def shape(_connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return [_reply(row) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def reply(database: Database, reply_id: int) -> dict[str, Any]:
    """One reply with its attempts. Raises :class:`connector.errors.NotFound`."""
    with database.reading() as connection:
        row = connection.execute(_reply_rows().where(reply_table.c.id == reply_id)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no reply {reply_id}")
        tried = select(reply_attempts).where(reply_attempts.c.reply_id == reply_id).order_by(reply_attempts.c.number)
        return _reply(row) | {"attempts": [_attempt(found) for found in connection.execute(tried).mappings()]}


def _reply(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "turn_id": str(row["turn_id"]),
        "conversation_id": str(row["conversation_id"]),
        "conversation": row["conversation_key"],
        "route": row["route"],
        "channel": row["channel"],
        "marker": row["marker"],
        "turn_status": row["turn_status"],
        "turn_revision": row["turn_revision"],
        "turn_reason": row["turn_reason"],
        "status": row["status"],
        "reason": row["reason"],
        "tries": row["attempts"],
        "due_at": moment(row["ready_at"]),
        "created_at": moment(row["created_at"]),
        "delivered_at": moment(row["delivered_at"]),
    }


def _attempt(row: RowMapping) -> dict[str, Any]:
    return {
        "number": row["number"],
        "started_at": moment(row["started_at"]),
        "ended_at": moment(row["ended_at"]),
        "outcome": row["outcome"],
        "http_status": row["http_status"],
        "error": row["error"],
    }


def followups(
    database: Database,
    *,
    statuses: Sequence[FollowupStatus] = (),
    route: str | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Messages due later, the newest first, with the words that will be sent."""
    statement = (
        select(
            *followup_table.c,
            events.c.source,
            events.c.external_id,
            events.c.route,
            events.c.conversation_key,
            events.c.text,
            turns.c.id.label("turn_id"),
            turns.c.text.label("turn_text"),
        )
        .outerjoin(events, events.c.id == followup_table.c.id)
        .outerjoin(turns, turns.c.id == followup_table.c.id)
    )
    if statuses:
        statement = statement.where(followup_table.c.status.in_([str(status) for status in statuses]))
    if route is not None:
        statement = statement.where(events.c.route == route)

    def shape(_connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return [_followup(row) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def _followup(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "event_id": str(row["id"]),
        "turn_id": text_id(row["turn_id"]),
        "source": row["source"],
        "external_id": row["external_id"],
        "route": row["route"],
        "conversation": row["conversation_key"],
        "text": row["turn_text"] if row["text"] is None else row["text"],
        "status": row["status"],
        "reason": row["reason"],
        "due_at": moment(row["due_at"]),
        "created_at": moment(row["created_at"]),
    }
