"""Hand-offs: the only place where a conversation goes to a person, comes back or is closed.

Whoever calls holds the conversation's ``schedule`` row, so that changes of one conversation come one after the other;
everything here belongs to the caller's transaction.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from connector.policy.handoffs import Hands
from connector.storage.audit import OURSELVES, note
from connector.storage.conversations.followups import cancel_followups
from connector.storage.conversations.outbox import awaits_provider, owe
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.schedule import hold_conversation
from connector.storage.reply.overtaken import withdraw
from connector.storage.reply.replies import queue_hand_off
from connector.storage.tables import conversations, outbox, turns
from connector.values import RESUMING, ConversationStatus, OutboxKind, OutboxStatus, TurnStatus

_COLUMNS = tuple(
    conversations.c[name] for name in ("id", "route", "key", "status", "reason", "chat_id", "customer", "changed_at")
)


def hand_off(
    connection: Connection,
    conversation_id: int,
    *,
    reason: str | None,
    hands: Mapping[str, Hands],
    actor: str = OURSELVES,
    detail: str | None = None,
) -> bool:
    """Give an open conversation to a person; False, with nothing changed, if it is not open.

    ``detail`` is what stood behind the reason, such as the keyword; never a customer's text. ``hands`` are the routes'.
    """
    row = _become(connection, conversation_id, (ConversationStatus.OPEN,), ConversationStatus.HANDED_OFF, reason)
    if row is None:
        return False
    hold_conversation(connection, conversation_id, str(ConversationStatus.HANDED_OFF))
    cancel_followups(connection, [conversation_id], str(ConversationStatus.HANDED_OFF))
    mine = hands.get(row.route, Hands())
    withdraw(connection, [conversation_id], queued=mine.withdraws)
    said = {"from": ConversationStatus.OPEN, "to": ConversationStatus.HANDED_OFF, "reason": reason}
    note(
        connection,
        actor,
        "hand_off",
        [f"conversation:{conversation_id}"],
        said | ({"detail": detail} if detail else {}),
    )
    _tell(connection, mine, row, actor, detail)
    if mine.holds and row.chat_id:
        owe(connection, conversation_id, OutboxKind.HOLD, chat_id=row.chat_id)
    return True


def resume(
    connection: Connection, conversation_id: int, *, actor: str, hands: Mapping[str, Hands], brief: str | None = None
) -> None:
    """Give a conversation back to the agent, who is told ``brief``; it goes on once the provider knows.

    What waits in it is the caller's to settle and to schedule.
    """
    row = _become(connection, conversation_id, (ConversationStatus.HANDED_OFF,), ConversationStatus.OPEN, None)
    if row is None:
        return
    mine = hands.get(row.route, Hands())
    _tell(connection, mine, row, actor, None)
    if brief:
        connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(note=clean(brief)))
    if row.chat_id:
        if brief:
            owe(connection, conversation_id, OutboxKind.BRIEF, chat_id=row.chat_id, body={"note": brief})
        if mine.holds and not _held_in_vain(connection, conversation_id, row.chat_id):
            owe(connection, conversation_id, OutboxKind.RELEASE, chat_id=row.chat_id)
    hold_conversation(connection, conversation_id, RESUMING if awaits_provider(connection, conversation_id) else None)


def close(connection: Connection, conversation_id: int, *, actor: str, hands: Mapping[str, Hands]) -> None:
    """End a conversation, and its chat as far as its route says so."""
    was = (ConversationStatus.OPEN, ConversationStatus.HANDED_OFF)
    row = _become(connection, conversation_id, was, ConversationStatus.CLOSED, None)
    if row is None:
        return
    hold_conversation(connection, conversation_id, str(ConversationStatus.CLOSED))
    cancel_followups(connection, [conversation_id], str(ConversationStatus.CLOSED))
    mine = hands.get(row.route, Hands())
    withdraw(connection, [conversation_id], queued=mine.withdraws)
    _tell(connection, mine, row, actor, None)
    if row.chat_id and mine.at_end != "keep_chat":
        owe(connection, conversation_id, OutboxKind.END, chat_id=row.chat_id)
        if mine.at_end == "delete_chat":
            owe(connection, conversation_id, OutboxKind.FORGET, chat_id=row.chat_id)


def _become(
    connection: Connection,
    conversation_id: int,
    was: tuple[ConversationStatus, ...],
    status: ConversationStatus,
    reason: str | None,
) -> Row[Any] | None:
    mine = (conversations.c.id == conversation_id, conversations.c.status.in_([str(each) for each in was]))
    values = {"status": str(status), "reason": clean(reason), "changed_at": db_now()}
    return connection.execute(update(conversations).where(*mine).values(values).returning(*_COLUMNS)).one_or_none()


def _tell(connection: Connection, hands: Hands, row: Row[Any], actor: str, detail: str | None) -> None:
    """Let the route's webhook know; what it is told is how things stand now, whenever it gets there."""
    if hands.tells is None:
        return
    waiting = select(func.count()).where(turns.c.conversation_id == row.id, turns.c.status == str(TurnStatus.QUEUED))
    status = "resumed" if row.status == ConversationStatus.OPEN else row.status
    body = {
        "type": f"conversation.{status}",
        "id": str(row.id),
        "key": row.key,
        "route": row.route,
        "status": row.status,
        "reason": row.reason,
        "detail": clean(detail),
        "by": clean(actor),
        "at": row.changed_at,
        "customer": json.loads(row.customer) if row.customer else {},
        "provider_chat_id": row.chat_id,
        "waiting": int(connection.execute(waiting).scalar_one()),
    }
    queue_hand_off(connection, row.id, hands.tells, body)


def _held_in_vain(connection: Connection, conversation_id: int, chat_id: str) -> bool:
    """Whether the provider was found to have no way to keep the agent quiet, and so none to let it speak."""
    last = select(outbox.c.status).where(
        outbox.c.conversation_id == conversation_id,
        outbox.c.chat_id == chat_id,
        outbox.c.kind == str(OutboxKind.HOLD),
    )
    status = connection.execute(last.order_by(outbox.c.id.desc()).limit(1)).scalar_one_or_none()
    return status == OutboxStatus.SKIPPED
