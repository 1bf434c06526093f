"""History of a conversation before a turn, to tell a new chat or to find a message in an old one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, collate, func, literal, or_, select
from sqlalchemy.sql.expression import FromClause

from connector.policy.told import EARLIER_MOST, Said, Speaker, attachment_names, speaker_of
from connector.storage.core.database import Database
from connector.storage.tables import attempts, conversations, events, joined, turns
from connector.values import MAIL_SOURCE, EventStatus, KeyOrigin, TurnStatus

_MOST = 500
"""Earlier messages that are looked at; the shortest that can be told take six thousand characters then."""
_SETTLED_ELSEWHERE = ("answered_by_person", "customer_wrote")
"""Why a turn is cancelled whose words still belong to the conversation."""


def kept_for(kept: FromClause, dialect: str) -> ColumnElement[bool]:
    """Whether an event is kept as context of a row of ``conversations``; such as its index finds at once.

    Of a door whose keys are the conversation's: a mail thread and a program's conversation may have the same key.
    """

    def indexed(key: ColumnElement[str]) -> ColumnElement[str]:
        return collate(key, "default") if dialect == "postgresql" else key  # the index has no collation of ours

    return and_(
        kept.c.route == indexed(conversations.c.route),
        kept.c.conversation_key == indexed(conversations.c.key),
        kept.c.status == literal(str(EventStatus.CONTEXT), literal_execute=True),
        kept.c.source.startswith(MAIL_SOURCE) == (conversations.c.origin == str(KeyOrigin.MAIL)),
    )


def earlier_messages(database: Database, turn_id: int, *, context: bool, carried: int) -> list[Said]:
    """What was said in a turn's conversation before it, the oldest first, and more than can be told at most.

    ``context``: messages that were kept as such, too; ``carried``: how many of its earlier turns.
    """
    with database.reading() as connection:
        kept = connection.execute(_kept(turn_id, database.dialect)).all() if context else []
        done = connection.execute(_done(turn_id, carried)).all() if carried else []
    said = [_said(row) for row in kept] + [each for row in done for each in _spoken(row)]
    return sorted(said, key=lambda each: (each.at, each.number))


def _kept(turn_id: int, dialect: str) -> Any:
    """The newest messages kept as context, as many as there is room for."""
    now = events.alias("now")
    at = func.coalesce(events.c.occurred_at, events.c.received_at)
    words = func.substr(events.c.text, 1, EARLIER_MOST)
    newest = (
        select(events.c.id, at.label("at"), events.c.reason, events.c.metadata, words.label("text"))
        .select_from(now)
        .join(turns, turns.c.id == now.c.id)
        .join(conversations, conversations.c.id == turns.c.conversation_id)
        .join(events, kept_for(events, dialect))
        .where(
            now.c.id == turn_id,
            # What a file holds behind it came later; what came in later may yet be older.
            or_(events.c.id < turn_id, at < func.coalesce(now.c.occurred_at, now.c.received_at)),
        )
        .order_by(at.desc(), events.c.id.desc())
        .limit(_MOST)
        .subquery("newest")
    )
    size = func.length(newest.c.text)
    so_far = func.sum(size).over(order_by=(newest.c.at.desc(), newest.c.id.desc()), rows=(None, 0))
    counted = select(newest, (so_far - size).label("newer")).subquery("counted")
    return select(counted).where(counted.c.newer < EARLIER_MOST)


def _done(turn_id: int, most: int) -> Any:
    """The newest turns before it that were answered, by the agent or elsewhere."""
    mine = turns.alias("mine")
    settled = and_(turns.c.status == str(TurnStatus.CANCELLED), turns.c.reason.in_(_SETTLED_ELSEWHERE))
    return (
        select(
            turns.c.id,
            func.substr(turns.c.text, 1, EARLIER_MOST).label("text"),
            func.substr(turns.c.answer, 1, EARLIER_MOST).label("answer"),
            func.coalesce(events.c.occurred_at, turns.c.accepted_at).label("at"),
        )
        .select_from(mine)
        .join(turns, and_(turns.c.conversation_id == mine.c.conversation_id, turns.c.position < mine.c.position))
        .outerjoin(events, events.c.id == turns.c.id)
        .where(mine.c.id == turn_id, or_(turns.c.status == str(TurnStatus.ANSWERED), settled))
        .order_by(turns.c.position.desc())
        .limit(most)
    )


def _said(row: Row[Any]) -> Said:
    return Said(speaker=speaker_of(row.reason, _facts(row.metadata)), text=row.text or "", at=row.at, number=row.id)


def _spoken(row: Row[Any]) -> Sequence[Said]:
    asked = Said(speaker=Speaker.CUSTOMER, text=row.text, at=row.at, number=row.id)
    return [asked, Said(speaker=Speaker.AGENT, text=row.answer or "", at=row.at, number=row.id)]


def _facts(metadata: str | None) -> Mapping[str, Any] | None:
    return json.loads(metadata) if metadata else None


def joined_attachments(database: Database, turn_id: int) -> list[str]:
    """The names of attachments of the messages that were joined to a turn, its own first."""
    query = (
        select(events.c.metadata)
        .join(joined, joined.c.event_id == events.c.id)
        .where(joined.c.turn_id == turn_id)
        .order_by(joined.c.start)
    )
    with database.reading() as connection:
        rows = connection.execute(query).scalars().all()
    return [name for metadata in rows for name in attachment_names(_facts(metadata))]


def entries_before(database: Database, conversation_id: int, chat_id: str, position: int) -> int:
    """How many of our messages this chat must hold ahead of the turn at ``position``, its baseline apart."""
    query = select(func.count()).where(
        turns.c.conversation_id == conversation_id,
        turns.c.provider_chat_id == chat_id,
        turns.c.position < position,
        turns.c.status == str(TurnStatus.ANSWERED),
    )
    with database.reading() as connection:
        return int(connection.execute(query).scalar_one())


def text_before(database: Database, conversation_id: int, chat_id: str, position: int) -> str | None:
    """The last of our messages that this chat must hold ahead of the turn at ``position``, as it was sent."""
    query = (
        select(func.coalesce(attempts.c.told, turns.c.text))
        .outerjoin(attempts, and_(attempts.c.turn_id == turns.c.id, attempts.c.number == turns.c.last_send))
        .where(
            turns.c.conversation_id == conversation_id,
            turns.c.provider_chat_id == chat_id,
            turns.c.position < position,
            turns.c.status == str(TurnStatus.ANSWERED),
        )
        .order_by(turns.c.position.desc())
        .limit(1)
    )
    with database.reading() as connection:
        return connection.execute(query).scalar_one_or_none()
