"""Queries of events: one message each as it arrived, with what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, or_, select

from connector.errors import NotFound
from connector.storage.core.database import Database
from connector.storage.queries.filters import between
from connector.storage.queries.rendering import moment, paged, parsed, text_id
from connector.storage.tables import (
    attachment_bodies,
    attachments,
    conflicts,
    event_bodies,
    followups,
    joined,
    turns,
)
from connector.storage.tables import events as event_table
from connector.values import EventStatus

_HEAD = 256 * 1024
"""Bytes of a kept message that hold all of its headers."""


def message_heads(connection: Connection, event_ids: Sequence[int]) -> dict[int, bytes]:
    """How messages begin that were kept as they came, by event id."""
    if not event_ids:
        return {}
    head = func.substr(event_bodies.c.body, 1, _HEAD).label("head")
    query = select(event_bodies.c.event_id, head).where(event_bodies.c.event_id.in_(event_ids))
    return {int(row.event_id): bytes(row.head) for row in connection.execute(query)}


def _rows() -> Select[Any]:
    return (
        select(
            *event_table.c,
            func.coalesce(joined.c.turn_id, turns.c.id).label("turn_id"),
            followups.c.id.label("followup_id"),
        )
        .outerjoin(turns, turns.c.id == event_table.c.id)
        .outerjoin(joined, joined.c.event_id == event_table.c.id)
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
    turn: int | None = None,
    conflicting: bool = False,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Events without their texts, the newest first; ``conflicting``: those whose id came again otherwise.

    ``turn``: those of one turn, several where quick messages were joined to it.
    """
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
    if turn is not None:
        parts = select(joined.c.event_id).where(joined.c.turn_id == turn)
        statement = statement.where(or_(event_table.c.id == turn, event_table.c.id.in_(parts)))
    if conflicting:
        statement = statement.where(event_table.c.conflicts > 0)

    statement = statement.where(*between(event_table.c.received_at, since, until))

    def shape(_connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return [_event(row) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def messages(database: Database, turn_id: int) -> list[dict[str, Any]]:
    """The messages of a turn to which quick ones were joined, in their order, with their texts; else none."""
    query = _rows().add_columns(*_words()).where(joined.c.turn_id == turn_id).order_by(joined.c.start)
    with database.reading() as connection:
        return [_event(row) | {"text": _own_words(row)} for row in connection.execute(query).mappings()]


def _words() -> tuple[ColumnElement[Any], ...]:
    """The text of an event's turn, and which part of it is the event's where it holds several messages'."""
    of = func.coalesce(joined.c.turn_id, event_table.c.id)
    whole = turns.alias("whole")
    text = select(whole.c.text).where(whole.c.id == of).scalar_subquery()
    return text.label("turn_text"), joined.c.start, joined.c.length


def _own_words(row: RowMapping) -> str | None:
    text: str | None = row["turn_text"]
    if text is None or row["start"] is None:
        return text
    return text[row["start"] : row["start"] + row["length"]]


def event(database: Database, event_id: int, *, raw: bool = False) -> dict[str, Any]:
    """One event with text, metadata, callback, ``raw_bytes`` (size of the message as it came, or None) and conflicts.

    ``attachments`` are those of mails of sources that keep more than names.
    ``raw`` adds ``raw``, the message itself as text. Raises :class:`connector.errors.NotFound`.
    """
    kept = select(func.length(event_bodies.c.body)).where(event_bodies.c.event_id == event_id).scalar_subquery()
    statement = _rows().add_columns(kept.label("raw_bytes"), *_words())
    with database.reading() as connection:
        row = connection.execute(statement.where(event_table.c.id == event_id)).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no event {event_id}", "event", event_id)
        found = _event(row) | {
            "text": _own_words(row) if row["text"] is None else row["text"],
            "metadata": parsed(row["metadata"]) or {},
            "callback": parsed(row["callback"]),
            "raw_bytes": row["raw_bytes"],
            "attachments": _attachments(connection, event_id),
            "conflicts": _conflicts(connection, event_id),
        }
        if raw:
            body = select(event_bodies.c.body).where(event_bodies.c.event_id == event_id)
            as_it_came = connection.execute(body).scalar_one_or_none()
            found["raw"] = None if as_it_came is None else bytes(as_it_came).decode("utf-8", "replace")
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


def attachment_body(database: Database, event_id: int, number: int) -> tuple[dict[str, Any], bytes]:
    """One attachment of an event as :func:`event` lists it, and its bytes.

    Raises :class:`connector.errors.NotFound`, also where only its name was kept.
    """
    query = select(attachment_bodies.c.body).join(attachments, attachments.c.sha256 == attachment_bodies.c.sha256)
    with database.reading() as connection:
        listed = {each["number"]: each for each in _attachments(connection, event_id)}
        if number not in listed:
            raise NotFound(f"there is no attachment {number} of event {event_id}", "attachment", number)
        mine = (attachments.c.event_id == event_id, attachments.c.number == number)
        body = connection.execute(query.where(*mine)).scalar_one_or_none()
    if body is None:
        why = listed[number]["why"]
        raise NotFound(
            f"only the name of attachment {number} of event {event_id} is kept ({why})", "attachment", number
        )
    return listed[number], bytes(body)


def _attachments(connection: Connection, event_id: int) -> list[dict[str, Any]]:
    query = select(attachments).where(attachments.c.event_id == event_id).order_by(attachments.c.number)
    return [
        {
            **{name: row[name] for name in ("number", "name", "type", "size", "inline", "sha256")},
            "kept": row["sha256"] is not None,
            "why": row["why"],
        }
        for row in connection.execute(query).mappings()
    ]


def _conflicts(connection: Connection, event_id: int) -> list[dict[str, Any]]:
    query = select(conflicts).where(conflicts.c.event_id == event_id).order_by(conflicts.c.id)
    return [
        {"received_at": moment(row["received_at"]), "hash": row["hash"], "text": row["text"]}
        for row in connection.execute(query).mappings()
    ]
