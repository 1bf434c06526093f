"""Queries of follow-ups: messages that are, or were, due later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from connector.storage.conversations.followups import WAITING
from connector.storage.core.database import Database
from connector.storage.core.times import millis
from connector.storage.queries.rendering import moment, paged, text_id
from connector.storage.tables import events, turns
from connector.storage.tables import followups as followup_table
from connector.values import FollowupStatus

_OWN = [column for column in followup_table.c if column.name not in {"route", "conversation_key"}]


def followups(
    database: Database,
    *,
    statuses: Sequence[FollowupStatus] = (),
    route: str | None = None,
    conversation: str | None = None,
    due_before: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Messages due later, the newest first, with the words that will be sent."""
    statement = (
        select(
            *_OWN,
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
    if list(statuses) == [FollowupStatus.SCHEDULED]:
        statement = statement.where(WAITING)
    elif statuses:
        statement = statement.where(followup_table.c.status.in_([str(status) for status in statuses]))
    pairs = ((events.c.route, route), (events.c.conversation_key, conversation))
    statement = statement.where(*(column == wanted for column, wanted in pairs if wanted is not None))
    if due_before is not None:
        statement = statement.where(followup_table.c.due_at < millis(due_before))

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
        "after_seconds": None if row["after"] is None else row["after"] / 1000,
        "keep": bool(row["keep"]),
        "expires_at": moment(row["expires_at"]),
        "created_at": moment(row["created_at"]),
        "ended_at": moment(row["ended_at"]),
    }
