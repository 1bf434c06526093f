"""Answers to the source of their message: one for each turn that is answered with words, as its route says."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from connector.policy.replies import PUBLIC, SourceWay, first_status
from connector.policy.threads import reply_name
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.reply.overtaken import has_words
from connector.storage.tables import conversations, events, replies, turns
from connector.values import ReplyStatus, TurnStatus

_TOKEN_BYTES = 16
_CHUNK = 200


def answer_sources(
    connection: Connection, database: Database, ways: Mapping[str, SourceWay], turn_ids: Sequence[int]
) -> None:
    """Make the answers of turns that have just been answered, if they have words and none was made before.

    ``ways`` are the routes'. A later revision of a turn makes no other one.
    """
    if not ways or not turn_ids:
        return
    domains = {channel: domain for way in ways.values() for channel, domain in way.domains.items()}
    ids = sorted(set(turn_ids))
    for first in range(0, len(ids), _CHUNK):
        some = ids[first : first + _CHUNK]
        rows = [row for turn in _answered(connection, ways, some) for row in _rows(turn, ways[turn.route])]
        if rows:
            _write(connection, database, rows, domains)


def _answered(connection: Connection, ways: Mapping[str, SourceWay], turn_ids: Sequence[int]) -> list[Any]:
    names = ("id", "conversation_id", "position", "status", "revision", "reason", "answer", "ended_at")
    query = (
        select(
            *(turns.c[name] for name in names), conversations.c.route, events.c.source, events.c.source_name,
            db_now().label("now"),
        )
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(events, events.c.id == turns.c.id)
        .where(
            turns.c.id.in_(turn_ids),
            turns.c.status == str(TurnStatus.ANSWERED),
            has_words(turns.c.answer),
            conversations.c.route.in_(sorted(ways)),
        )
        .order_by(turns.c.id)
    )  # fmt: skip
    return list(connection.execute(query).all())


def _rows(turn: Row[Any], way: SourceWay) -> Iterator[dict[str, Any]]:
    channel = way.channel_of(turn.source, turn.source_name)
    if channel is None:
        return
    status = first_status(way.mode)
    until = turn.ended_at + int(way.delay * 1000) if way.mode == PUBLIC and way.delay and turn.ended_at else None
    yield {
        "turn_id": turn.id,
        "conversation_id": turn.conversation_id,
        "position": turn.position,
        "channel": channel,
        "marker": "",
        "turn_status": turn.status,
        "turn_revision": turn.revision,
        "turn_reason": turn.reason,
        "mode": way.mode,
        "text": turn.answer,
        "status": str(status),
        "attempts": 0,
        "not_before": until,
        "ready_at": max(turn.now, until or 0) if status is ReplyStatus.QUEUED else None,
        "created_at": turn.now,
    }


def _write(
    connection: Connection, database: Database, rows: Sequence[Mapping[str, Any]], domains: Mapping[str, str]
) -> None:
    """Write the rows, and once their ids are known their markers: of mail, its Message-ID."""
    new = database.insert(replies).values(rows).on_conflict_do_nothing()
    made = connection.execute(new.returning(replies.c.id, replies.c.channel)).all()
    if made:
        markers = [{"row": row.id, "name": _marker(row.id, domains.get(row.channel))} for row in made]
        statement = update(replies).where(replies.c.id == bindparam("row")).values(marker=bindparam("name"))
        connection.execute(statement, markers)


def _marker(reply_id: int, domain: str | None) -> str:
    token = secrets.token_hex(_TOKEN_BYTES)
    return f"tw_{reply_id}_{token}" if domain is None else reply_name(reply_id, token, domain)
