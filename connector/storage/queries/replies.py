"""Queries of replies: answers on their way back, with their attempts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, select

from connector.errors import NotFound
from connector.storage.core.database import Database
from connector.storage.queries.filters import between
from connector.storage.queries.rendering import moment, paged
from connector.storage.tables import conversations, reply_attempts
from connector.storage.tables import replies as reply_table
from connector.values import ReplyKind, ReplyStatus


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
    conversation_id: int | None = None,
    kind: ReplyKind | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Replies without their attempts, the newest first."""
    statement = _reply_rows()
    if statuses:
        statement = statement.where(reply_table.c.status.in_([str(status) for status in statuses]))
    pairs = (
        (reply_table.c.channel, channel),
        (conversations.c.route, route),
        (reply_table.c.turn_id, turn_id),
        (reply_table.c.conversation_id, conversation_id),
        (reply_table.c.kind, kind and str(kind)),
    )
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
            raise NotFound(f"there is no reply {reply_id}", "reply", reply_id)
        tried = select(reply_attempts).where(reply_attempts.c.reply_id == reply_id).order_by(reply_attempts.c.number)
        return _reply(row) | {"attempts": [_attempt(found) for found in connection.execute(tried).mappings()]}


def _reply(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "kind": row["kind"],
        "turn_id": None if row["turn_id"] is None else str(row["turn_id"]),
        "conversation_id": str(row["conversation_id"]),
        "conversation": row["conversation_key"],
        "route": row["route"],
        "channel": row["channel"],
        "marker": row["marker"],
        "turn_status": row["turn_status"],
        "turn_revision": row["turn_revision"],
        "turn_reason": row["turn_reason"],
        "mode": row["mode"],
        "text": row["text"],
        "edited": row["edited"],
        "approved_by": row["approved_by"],
        "status": row["status"],
        "reason": row["reason"],
        "tries": row["attempts"],
        "due_at": moment(row["ready_at"]),
        "created_at": moment(row["created_at"]),
        "delivered_at": moment(row["delivered_at"]),
        "external_id": row["external_id"],
        "external_url": row["external_url"],
    }


def _attempt(row: RowMapping) -> dict[str, Any]:
    return {
        "number": row["number"],
        "call": row["call"],
        "started_at": moment(row["started_at"]),
        "ended_at": moment(row["ended_at"]),
        "outcome": row["outcome"],
        "http_status": row["http_status"],
        "error": row["error"],
    }
