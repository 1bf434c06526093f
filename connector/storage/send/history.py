"""History of a conversation before a turn, to tell a new chat or to find a message in an old one."""

from __future__ import annotations

from sqlalchemy import func, select

from connector.storage.core.database import Database
from connector.storage.tables import turns
from connector.values import TurnStatus


def last_turns(database: Database, conversation_id: int, count: int) -> list[tuple[str, str]]:
    """The newest answered (text, answer) pairs of a conversation, oldest first: what a new chat is told."""
    query = (
        select(turns.c.text, turns.c.answer)
        .where(turns.c.conversation_id == conversation_id, turns.c.status == str(TurnStatus.ANSWERED))
        .order_by(turns.c.position.desc())
        .limit(count)
    )
    with database.reading() as connection:
        return [(row.text, row.answer or "") for row in connection.execute(query)][::-1]


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
    """The last of our messages that this chat must hold ahead of the turn at ``position``."""
    query = (
        select(turns.c.text)
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
