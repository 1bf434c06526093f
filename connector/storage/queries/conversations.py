"""Queries of conversations: one thread with one customer on one route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select

from connector.errors import NotFound
from connector.policy.rate_limits import Limits
from connector.storage.core.database import Database
from connector.storage.queries.rendering import NOTHING, moment, paged, parsed
from connector.storage.queries.turns import Page, page_of_turns, turns_of
from connector.storage.tables import conversations as conversation_table
from connector.storage.tables import events, turns
from connector.values import ConversationStatus, KeyOrigin, TurnStatus


def conversations(
    database: Database,
    *,
    statuses: Sequence[ConversationStatus] = (),
    route: str | None = None,
    account: str | None = None,
    key: str | None = None,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Conversations without their turns, the newest first; ``waiting`` counts the queued turns of each.

    ``chats`` is the number of chats opened so far: above one, the agent has lost its memory on the way.
    """
    statement = select(conversation_table)
    if statuses:
        statement = statement.where(conversation_table.c.status.in_([str(status) for status in statuses]))
    pairs = (
        (conversation_table.c.route, route),
        (conversation_table.c.account, account),
        (conversation_table.c.key, key),
    )
    statement = statement.where(*(column == wanted for column, wanted in pairs if wanted is not None))

    def shape(connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        waiting = _waiting(connection, [int(row["id"]) for row in rows])
        return [_listed(row, waiting.get(int(row["id"]), 0)) for row in rows]

    return paged(database, statement, shape, limit=limit, before=before)


def conversation(
    database: Database,
    conversation_id: int,
    *,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> dict[str, Any]:
    """One conversation with its turns in order, as HTTP answers it. Raises :class:`connector.errors.NotFound`."""
    statement = select(conversation_table).where(conversation_table.c.id == conversation_id)
    with database.reading() as connection:
        row = connection.execute(statement).mappings().one_or_none()
        if row is None:
            raise NotFound(f"there is no conversation {conversation_id}", "conversation", conversation_id)
        return {**_pinned(row), "turns": turns_of(connection, conversation_id, providers=providers, limits=limits)}


def conversation_page(
    database: Database,
    conversation_id: int,
    page: Page,
    *,
    source: str | None = None,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> dict[str, Any]:
    """The same with a page of its turns; ``next`` is the cursor of the page behind it. ``source``: only its turns."""
    head = conversation_head(database, conversation_id)
    with database.reading() as connection:
        found, last = page_of_turns(
            connection, conversation_id, page, source=source, providers=providers, limits=limits
        )  # fmt: skip
    return {**head, "turns": found, "next": None if last is None else str(last)}


def speaks_in(database: Database, conversation_id: int, source: str) -> bool:
    """Whether a message of this source is in a conversation."""
    mine = select(turns.c.id).join(events, events.c.id == turns.c.id)
    query = mine.where(turns.c.conversation_id == conversation_id, events.c.source == source).limit(1)
    with database.reading() as connection:
        return connection.execute(query).first() is not None


def conversation_head(database: Database, conversation_id: int) -> dict[str, Any]:
    """One conversation without its turns. Raises :class:`connector.errors.NotFound`."""
    statement = select(conversation_table).where(conversation_table.c.id == conversation_id)
    with database.reading() as connection:
        row = connection.execute(statement).mappings().one_or_none()
    if row is None:
        raise NotFound(f"there is no conversation {conversation_id}", "conversation", conversation_id)
    return _pinned(row)


def conversation_ids(database: Database, key: str, route: str | None = None) -> list[int]:
    """The conversations with this key, on one route or on any: what a person who types the key may mean."""
    query = select(conversation_table.c.id).where(conversation_table.c.key == key).order_by(conversation_table.c.id)
    if route is not None:
        query = query.where(conversation_table.c.route == route)
    with database.reading() as connection:
        return [int(found) for found in connection.execute(query).scalars()]


def origin_of(database: Database, route: str, key: str) -> KeyOrigin:
    """Whose key this is on a route, for what a person hands in: a mail's only if nothing but mail has it."""
    query = select(conversation_table.c.origin).where(
        conversation_table.c.route == route, conversation_table.c.key == key
    )
    with database.reading() as connection:
        found = set(connection.execute(query).scalars())
    return KeyOrigin.MAIL if found == {str(KeyOrigin.MAIL)} else KeyOrigin.KEY


def _pinned(row: RowMapping) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "key": row["key"],
        "route": row["route"],
        "status": row["status"],
        "reason": row["reason"],
        "customer": parsed(row["customer"]) or {},
        "provider_chat_id": row["chat_id"],
    }


def _listed(row: RowMapping, waiting: int) -> dict[str, Any]:
    return _pinned(row) | {
        "account": row["account"],
        "agent": row["agent"],
        "subject": row["subject"],
        "note": row["note"],
        "linked_to": None if row["linked_to"] is None else str(row["linked_to"]),
        "chats": row["chat_number"] + (1 if row["chat_id"] is not None else 0),
        "waiting": waiting,
        "created_at": moment(row["created_at"]),
        "changed_at": moment(row["changed_at"]),
    }


def _waiting(connection: Connection, ids: Sequence[int]) -> dict[int, int]:
    query = (
        select(turns.c.conversation_id, func.count().label("waiting"))
        .where(turns.c.conversation_id.in_(ids), turns.c.status == str(TurnStatus.QUEUED))
        .group_by(turns.c.conversation_id)
    )
    return {row.conversation_id: row.waiting for row in connection.execute(query)}
