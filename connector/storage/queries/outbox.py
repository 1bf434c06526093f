"""Queries of the outbox: outside calls that hand-offs owe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from connector.storage.core.database import Database
from connector.storage.queries.rendering import moment, paged
from connector.storage.tables import conversations, outbox, outbox_attempts
from connector.values import OutboxStatus


def outside_calls(
    database: Database,
    *,
    statuses: Sequence[OutboxStatus] = (),
    conversation_id: int | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Outside calls, the newest first, with what the last try of each said."""
    last = (outbox_attempts.c.item_id == outbox.c.id) & (outbox_attempts.c.number == outbox.c.attempts)
    statement = (
        select(
            outbox,
            conversations.c.key.label("conversation_key"),
            conversations.c.route,
            outbox_attempts.c.http_status,
            outbox_attempts.c.error,
        )
        .join(conversations, conversations.c.id == outbox.c.conversation_id)
        .outerjoin(outbox_attempts, last)
    )
    if statuses:
        statement = statement.where(outbox.c.status.in_([str(status) for status in statuses]))
    if conversation_id is not None:
        statement = statement.where(outbox.c.conversation_id == conversation_id)

    def shape(_connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return [_call(row) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def _call(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "conversation_id": str(row["conversation_id"]),
        "conversation": row["conversation_key"],
        "route": row["route"],
        "kind": row["kind"],
        "provider_chat_id": row["chat_id"],
        "status": row["status"],
        "reason": row["reason"],
        "tries": row["attempts"],
        "http_status": row["http_status"],
        "error": row["error"],
        "due_at": moment(row["ready_at"]),
        "created_at": moment(row["created_at"]),
        "ended_at": moment(row["ended_at"]),
    }
