"""Operators' actions on calls of the outbox: retry, cancel."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from connector.errors import WrongState
from connector.storage.actions.base import there_is_no, wrong_state
from connector.storage.audit import note
from connector.storage.conversations.outbox import let_go
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queue.schedule import lock_conversations
from connector.storage.tables import outbox
from connector.values import Change, OutboxStatus


def retry_outbox(database: Database, item_id: int, *, actor: str) -> Change:
    """Make a failed call again. Raises :class:`NotFound` and :class:`WrongState` (:mod:`connector.errors`)."""
    return _change(database, item_id, "retry", (OutboxStatus.FAILED,), OutboxStatus.QUEUED, actor)


def cancel_outbox(database: Database, item_id: int, *, actor: str) -> Change:
    """Take back a call that waits, or has failed. Raises what :func:`retry_outbox` does."""
    needs = (OutboxStatus.QUEUED, OutboxStatus.FAILED)
    return _change(database, item_id, "cancel", needs, OutboxStatus.CANCELLED, actor)


def _change(
    database: Database,
    item_id: int,
    action: str,
    needs: tuple[OutboxStatus, ...],
    becomes: OutboxStatus,
    actor: str,
) -> Change:
    def use(connection: Connection) -> Change:
        query = select(outbox.c.conversation_id, outbox.c.status).where(outbox.c.id == item_id)
        seen = connection.execute(query).one_or_none()
        if seen is None:
            raise there_is_no("outbox", item_id)
        lock_conversations(connection, [seen.conversation_id])
        before = OutboxStatus(connection.execute(query.with_for_update()).one().status)
        if before not in needs:
            raise wrong_state("outbox", item_id, before, needs)
        again = becomes is OutboxStatus.QUEUED
        if again and _overtaken(connection, item_id):
            fact = f"outside call {item_id} was overtaken: the provider was asked something since that it would undo"
            raise WrongState(fact, "outbox", item_id, before, because="overtaken")
        values = {
            "status": str(becomes),
            "reason": None if again else "operator",
            # A day begins anew: what is given up is given up by its age.
            "created_at": db_now() if again else outbox.c.created_at,
            "ready_at": db_now() if again else None,
            "ended_at": None if again else db_now(),
        }
        connection.execute(update(outbox).where(outbox.c.id == item_id).values(values))
        note(connection, actor, action, [f"outbox:{item_id}"], {"from": before, "to": becomes})
        let_go(connection, [seen.conversation_id])
        detail = {"conversation_id": seen.conversation_id}
        return Change(noun="outbox", id=item_id, before=before, after=becomes, detail=detail)

    return database.write(use)


def _overtaken(connection: Connection, item_id: int) -> bool:
    """Whether the provider was asked something newer about the same chat."""
    later = outbox.alias("later")
    newer = (
        select(later.c.id)
        .join(outbox, outbox.c.conversation_id == later.c.conversation_id)
        .where(outbox.c.id == item_id, later.c.id > item_id, later.c.chat_id == outbox.c.chat_id)
        .where(later.c.status != str(OutboxStatus.CANCELLED))
    )
    return connection.execute(newer.limit(1)).first() is not None
