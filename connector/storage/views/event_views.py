"""Events: one message each as it arrived, with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from connector.errors import NotFound
from connector.storage.models import conflicts, event_bodies, followups, turns
from connector.storage.models import events as event_table
from connector.storage.session import Database
from connector.storage.turn_filter import between
from connector.storage.views.rendering import moment, paged, parsed, text_id
from connector.values import EventStatus


def _rows() -> Select[Any]:
    return (
        select(*event_table.c, turns.c.id.label("turn_id"), followups.c.id.label("followup_id"))
        .outerjoin(turns, turns.c.id == event_table.c.id)
        .outerjoin(followups, followups.c.id == event_table.c.id)
    )


def events(
    database: Database,
    *,
    statuses: Sequence[EventStatus] = (),
    source: str | None = None,
    route: str | None = None,
    conversation: str | None = None,
    external_id: str | None = None,
    conflicting: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Events without their texts, the newest first; ``conflicting``: those whose id came again otherwise."""
    statement = _rows()
    if statuses:
        statement = statement.where(event_table.c.status.in_([str(status) for status in statuses]))
    pairs = (
        (event_table.c.source, source),
        (event_table.c.route, route),
        (event_table.c.conversation_key, conversation),
        (event_table.c.external_id, external_id),
    )
    statement = statement.where(*(column == wanted for column, wanted in pairs if wanted is not None))
    if conflicting:
        statement = statement.where(event_table.c.conflicts > 0)

    statement = statement.where(*between(event_table.c.received_at, since, until))

    def shape(_connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return [_event(row) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def event(database: Database, event_id: int, *, raw: bool = False) -> dict[str, Any]:
    """One event with text, metadata, callback, ``raw_bytes`` (size of the message as it came, or None) and conflicts.

    ``raw`` adds ``raw``, the message itself as text. Raises :class:`connector.errors.NotFound`.
    """
    kept = select(func.length(event_bodies.c.body)).where(event_bodies.c.event_id == event_id).scalar_subquery()
    words = select(turns.c.text).where(turns.c.id == event_id).scalar_subquery()
    statement = _rows().add_columns(kept.label("raw_bytes"), words.label("turn_text"))
    with database.reading() as connection:
        row = connection.execute(statement.where(event_table.c.id == event_id)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no event {event_id}")
        found = _event(row) | {
            "text": row["turn_text"] if row["text"] is None else row["text"],
            "metadata": parsed(row["metadata"]) or {},
            "callback": parsed(row["callback"]),
            "raw_bytes": row["raw_bytes"],
            "conflicts": _conflicts(connection, event_id),
        }
        if raw:
            body = select(event_bodies.c.body).where(event_bodies.c.event_id == event_id)
            whole = connection.execute(body).scalar_one_or_none()
            found["raw"] = None if whole is None else bytes(whole).decode("utf-8", "replace")
        return found


def _event(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "source": row["source"],
        # A refused message is stored under a made-up id; people look for the one it came with.
        "external_id": row["given_id"] or row["external_id"],
        "status": row["status"],
        "reason": row["reason"],
        "route": row["route"],
        "conversation": row["conversation_key"],
        "turn_id": text_id(row["turn_id"]),
        "followup_id": text_id(row["followup_id"]),
        "subject": row["subject"],
        "customer": parsed(row["customer"]) or {},
        "priority": row["priority"],
        "occurred_at": moment(row["occurred_at"]),
        "due_at": moment(row["due_at"]),
        "received_at": moment(row["received_at"]),
        "conflict_count": row["conflicts"],
    }


def _conflicts(connection: Connection, event_id: int) -> list[dict[str, Any]]:
    query = select(conflicts).where(conflicts.c.event_id == event_id).order_by(conflicts.c.id)
    return [
        {"received_at": moment(row["received_at"]), "hash": row["hash"], "text": row["text"]}
        for row in connection.execute(query).mappings()
    ]
