"""Follow-ups: messages that are, or were, due later."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from connector.storage.conversations.followups import WAITING
from connector.storage.core.database import Database, db_now
from connector.storage.monitoring.alarms import Alarm, counted
from connector.storage.queries.rendering import moment, paged, text_id
from connector.storage.receive.rows import millis
from connector.storage.tables import events, turns
from connector.storage.tables import followups as followup_table
from connector.values import FollowupStatus

OVERDUE = 60_000
"""Milliseconds after its time for which a follow-up that still waits is nothing to worry about."""

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


def overdue_alarms(connection: Connection) -> list[Alarm]:
    """Follow-ups that nobody has looked at in time: no tick runs, or the configuration has lost their route."""
    query = select(func.count()).where(WAITING, followup_table.c.due_at < db_now() - OVERDUE)
    number = int(connection.execute(query).scalar_one())
    if not number:
        return []
    what = (
        f"{counted(number, 'follow-up is', 'follow-ups are')} overdue: no worker ticks, "
        "or the configuration has lost their route"
    )
    return [
        Alarm(name="overdue_followups", what=what, next="turnwire followups list --status scheduled --due-before 1m")
    ]


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
