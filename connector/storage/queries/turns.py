"""Queries of turns: one JSON schema for lists, ``show``, exports, HTTP, callbacks and webhooks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, and_, func, select

from connector.errors import NotFound
from connector.policy.rate_limits import Limits
from connector.policy.told import context_used
from connector.storage.core.database import Database
from connector.storage.queries.filters import EVERY_TURN, TurnFilter
from connector.storage.queries.rendering import NOTHING, moment, paged, parsed, text_id
from connector.storage.queries.waiting import waiting_for
from connector.storage.tables import attempts, conversations, events, raw_bodies, replies
from connector.storage.tables import turns as turn_table
from connector.values import TurnStatus, source_kind


def turn_rows() -> Select[Any]:
    """The statement behind every turn; narrow it with ``where``."""
    return (
        select(
            *turn_table.c,
            conversations.c.key.label("conversation_key"),
            conversations.c.status.label("conversation_status"),
            conversations.c.route,
            conversations.c.account,
            events.c.source,
            events.c.external_id,
            events.c.customer,
            events.c.metadata,
            events.c.occurred_at,
            events.c.subject,
            events.c.source_kind,
        )
        .join(conversations, conversations.c.id == turn_table.c.conversation_id)
        .outerjoin(events, events.c.id == turn_table.c.id)
    )


def told_rows() -> Select[Any]:
    """The same with what was sent last, where that was more than the text."""
    last = attempts.alias("last")
    sent = and_(last.c.turn_id == turn_table.c.id, last.c.number == turn_table.c.last_send)
    return turn_rows().add_columns(last.c.told).outerjoin(last, sent)


def turn(
    database: Database,
    turn_id: int,
    *,
    raw: bool = False,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> dict[str, Any]:
    """One turn with what was told, its attempts and replies; ``raw`` adds to each attempt ``raw``, the body or None.

    ``providers`` names each account's provider, ``limits`` its limits. Raises :class:`connector.errors.NotFound`.
    """
    with database.reading() as connection:
        rows = connection.execute(told_rows().where(turn_table.c.id == turn_id)).mappings().all()
        if not rows:
            raise NotFound(f"there is no turn {turn_id}", "turn", turn_id)
        (found,) = turn_dicts(connection, rows, providers=providers, limits=limits)
        return found | turn_history(connection, turn_id, raw=raw)


def turn_history(connection: Connection, turn_id: int, *, raw: bool = False) -> dict[str, Any]:
    """What makes a turn's JSON complete: its attempts and its replies; ``raw`` as for :func:`turn`."""
    return {"attempts": _attempts(connection, turn_id, raw=raw), "replies": _replies(connection, turn_id)}


def turns(
    database: Database,
    wanted: TurnFilter = EVERY_TURN,
    *,
    limit: int | None = None,
    before: int | None = None,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> Iterator[dict[str, Any]]:
    """Turns without attempts and replies, the newest first; ``before`` (an id) goes on where a page ended."""

    def shape(connection: Connection, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
        return turn_dicts(connection, rows, providers=providers, limits=limits)

    return paged(database, turn_rows().where(*wanted.conditions()), shape, limit=limit, before=before)


def turn_json_many(
    connection: Connection,
    turn_ids: Sequence[int],
    *,
    providers: Mapping[str, str] = NOTHING,
    limits: Mapping[str, Limits] = NOTHING,
) -> dict[int, dict[str, Any]]:
    """Turns by id, without attempts and replies: what webhooks carry. Missing ones are left out."""
    rows = connection.execute(turn_rows().where(turn_table.c.id.in_(turn_ids))).mappings().all()
    return dict(
        zip(
            (int(row["id"]) for row in rows),
            turn_dicts(connection, rows, providers=providers, limits=limits),
            strict=True,
        )
    )


def turn_dicts(
    connection: Connection,
    rows: Sequence[RowMapping],
    *,
    providers: Mapping[str, str],
    limits: Mapping[str, Limits],
) -> list[dict[str, Any]]:
    """Rows of :func:`turn_rows` or :func:`told_rows` as the pinned JSON, without attempts and replies."""
    waits = waiting_for(connection, rows, limits)
    return [_turn(row, waits.get(int(row["id"])), providers) | _told(row) for row in rows]


def _turn(row: RowMapping, waits: str | None, providers: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "revision": row["revision"],
        "event_id": str(row["id"]),
        "conversation_id": str(row["conversation_id"]),
        "conversation": row["conversation_key"],
        "route": row["route"],
        "account": row["account"],
        "provider": providers.get(row["account"]),
        "source": row["source"],
        "external_id": row["external_id"],
        "position": row["position"],
        "status": row["status"],
        "reason": row["reason"],
        "waiting_for": waits if row["status"] == TurnStatus.QUEUED else None,
        "settled_by": row["settled_by"],
        "text": row["text"],
        "answer": row["answer"],
        "agent_state": row["agent_state"],
        "provider_chat_id": row["provider_chat_id"],
        "provider_turn": row["provider_turn"],
        "priority": row["priority"],
        "backlog_id": text_id(row["backlog_id"]),
        "followup_id": text_id(row["followup_id"]),
        "customer": parsed(row["customer"]) or {},
        "metadata": parsed(row["metadata"]) or {},
        "accepted_at": moment(row["accepted_at"]),
        "occurred_at": moment(row["occurred_at"]),
        "due_at": moment(row["due_at"]),
        "sent_at": moment(row["sent_at"]),
        "ended_at": moment(row["ended_at"]),
        "subject": row["subject"],
        "source_kind": None if row["source"] is None else source_kind(row["source_kind"], row["source"]),
    }


def _told(row: RowMapping) -> dict[str, Any]:
    return {"told": row["told"], "context_used": context_used(row["told"])} if "told" in row else {}


def _attempts(connection: Connection, turn_id: int, *, raw: bool) -> list[dict[str, Any]]:
    query = select(attempts).where(attempts.c.turn_id == turn_id).order_by(attempts.c.number)
    found = [_attempt(row) for row in connection.execute(query).mappings()]
    if raw:
        kept = select(raw_bodies.c.number, raw_bodies.c.body).where(raw_bodies.c.turn_id == turn_id)
        bodies = {row.number: bytes(row.body).decode("utf-8", "replace") for row in connection.execute(kept)}
        for attempt in found:
            attempt["raw"] = bodies.get(attempt["number"])
    return found


def _attempt(row: RowMapping) -> dict[str, Any]:
    return {
        "number": row["number"],
        "call": row["call"],
        "started_at": moment(row["started_at"]),
        "ended_at": moment(row["ended_at"]),
        "outcome": row["outcome"],
        "http_status": row["http_status"],
        "error": row["error"],
        "provider_request_id": row["request_id"],
        "evidence": parsed(row["evidence"]),
    }


def _replies(connection: Connection, turn_id: int) -> list[dict[str, Any]]:
    query = select(replies).where(replies.c.turn_id == turn_id).order_by(replies.c.id)
    return [
        {
            "id": str(row["id"]),
            "channel": row["channel"],
            "status": row["status"],
            "reason": row["reason"],
            "delivered_at": moment(row["delivered_at"]),
            "mode": row["mode"],
            "text": row["text"],
            "edited": row["edited"],
            "approved_by": row["approved_by"],
            "external_id": row["external_id"],
            "external_url": row["external_url"],
        }
        for row in connection.execute(query).mappings()
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Which turns of a conversation: those behind a position, so many and so many characters of them at most."""

    after: int = 0
    most: int = 100
    characters: int = 500_000


def turns_of(
    connection: Connection,
    conversation_id: int,
    *,
    providers: Mapping[str, str],
    limits: Mapping[str, Limits],
) -> list[dict[str, Any]]:
    """A conversation's turns in their order, without attempts and replies."""
    query = turn_rows().where(turn_table.c.conversation_id == conversation_id).order_by(turn_table.c.position)
    rows = connection.execute(query).mappings().all()
    return turn_dicts(connection, rows, providers=providers, limits=limits)


def page_of_turns(
    connection: Connection,
    conversation_id: int,
    page: Page,
    *,
    source: str | None,
    providers: Mapping[str, str],
    limits: Mapping[str, Limits],
) -> tuple[list[dict[str, Any]], int | None]:
    """The same of one page, of all sources or of one; and the position behind which the next page begins, if any."""
    words = sum((func.coalesce(func.length(column), 0) for column in _WORDS[1:]), func.length(_WORDS[0]))
    sizes = (
        select(turn_table.c.position, words.label("size"))
        .outerjoin(events, events.c.id == turn_table.c.id)
        .where(turn_table.c.conversation_id == conversation_id, turn_table.c.position > page.after)
        .order_by(turn_table.c.position)
        .limit(page.most + 1)
    )
    rows = turn_rows().where(turn_table.c.conversation_id == conversation_id, turn_table.c.position > page.after)
    if source is not None:
        sizes, rows = sizes.where(events.c.source == source), rows.where(events.c.source == source)
    last, more, room = None, False, page.characters
    for number, (position, size) in enumerate(connection.execute(sizes).all()):
        room -= size
        if number == page.most or (number and room < 0):
            more = True
            break
        last = position
    if last is None:
        return [], None
    found = connection.execute(rows.where(turn_table.c.position <= last).order_by(turn_table.c.position))
    turns = turn_dicts(connection, found.mappings().all(), providers=providers, limits=limits)
    return turns, last if more else None


_WORDS = (turn_table.c.text, turn_table.c.answer, events.c.metadata, events.c.customer)
"""What of a turn may be long."""
