"""Transactional outbox: what a provider is asked after a hand-off, written with it and done afterwards.

The calls of a conversation are made in order, and none while one of its turns is at work. All of them may be repeated,
so what a dead worker leaves behind is made again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import (
    Connection,
    Integer,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.lease import require_alive
from connector.storage.queue.schedule import lock_conversations, wake_held
from connector.storage.queue.work_items import (
    anything_due,
    begin_attempts,
    close_attempts,
    end_attempt,
    held_by,
    is_due,
)
from connector.storage.tables import conversations, outbox, outbox_attempts, schedule, trouble
from connector.values import OUTBOX_OPEN, RESUMING, CallResult, Customer, OutboxKind, OutboxStatus, TurnStatus

OPEN = [str(status) for status in OUTBOX_OPEN]


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A claimed call of the outbox, ``sending`` by commit; ``age`` in seconds since it was written."""

    id: int
    conversation_id: int
    kind: OutboxKind
    chat_id: str | None
    body: Mapping[str, Any]
    attempt: int
    age: float
    route: str
    key: str
    account: str
    agent: str
    customer: Customer
    subject: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Called:
    """What one outside call came to: the item's next status and, while queued, the delay in seconds."""

    item_id: int
    conversation_id: int
    number: int
    result: CallResult
    status: OutboxStatus
    reason: str | None = None
    delay: float = 0.0


def owe(
    connection: Connection,
    conversation_id: int,
    kind: OutboxKind,
    *,
    chat_id: str | None = None,
    body: Mapping[str, Any] | None = None,
) -> None:
    """Write an outside call beside the change that owes it."""
    values = {"conversation_id": conversation_id, "kind": str(kind), "chat_id": chat_id}
    text = clean(json.dumps(dict(body or {}), ensure_ascii=False)) or "{}"
    values |= {"body": text, "status": str(OutboxStatus.QUEUED), "attempts": 0}
    connection.execute(insert(outbox).values(values | {"ready_at": db_now(), "created_at": db_now()}))


def awaits_provider(connection: Connection, conversation_id: int) -> bool:
    """Whether the provider is still to be asked something about this conversation."""
    open_ = exists().where(outbox.c.conversation_id == conversation_id, outbox.c.status.in_(OPEN))
    return connection.execute(select(literal(1)).where(open_)).first() is not None


def let_go(connection: Connection, conversation_ids: Collection[int]) -> None:
    """Let conversations go on that only waited for the provider to hear of it; their schedule rows are locked."""
    still = exists().where(outbox.c.conversation_id == schedule.c.conversation_id, outbox.c.status.in_(OPEN))
    wake_held(connection, conversation_ids, RESUMING, ~still)


def recover(connection: Connection, worker_id: int, working: Collection[int] = ()) -> int:
    """Queue again what a worker holds but for ``working``; returns how many."""
    forgotten = held_by(connection, outbox, worker_id, working)
    if not forgotten:
        return 0
    close_attempts(connection, outbox_attempts, outbox_attempts.c.item_id, worker_id, forgotten)
    again = update(outbox).where(outbox.c.id.in_(forgotten), outbox.c.owner == worker_id)
    values = {"owner": None, "status": str(OutboxStatus.QUEUED), "ready_at": db_now()}
    return connection.execute(again.values(values)).rowcount


class Outbox:
    """The outbox as the engine uses it: claim, recover, record."""

    def __init__(self, database: Database) -> None:
        """Statements are built once, on first use."""
        self._database = database

    def claim(self, owner: int, accounts: Collection[str], limit: int) -> list[Item]:
        """Take calls that are due and mark them ``sending``, their attempt rows written, in one commit.

        ``accounts`` are those that take calls now. A look that finds nothing due writes nothing. Raises
        :class:`connector.errors.LeaseLost`.
        """
        if not anything_due(self._database, outbox):
            return []
        return self._database.write(lambda connection: self._claim(connection, owner, accounts, limit))

    def _claim(self, connection: Connection, owner: int, accounts: Collection[str], limit: int) -> list[Item]:
        require_alive(connection, owner)
        parameters = {"me": owner, "accounts": sorted(accounts), "k": limit}
        ids = list(connection.execute(self._take, parameters).scalars())
        if not ids:
            return []
        rows = connection.execute(self._details.where(outbox.c.id.in_(ids)).order_by(outbox.c.id)).all()
        begun = [{"id": row.id, "number": row.attempts} for row in rows]
        begin_attempts(connection, outbox_attempts, outbox_attempts.c.item_id, owner, begun)
        return [_item(row) for row in rows]

    @cached_property
    def _take(self) -> Any:
        earlier = outbox.alias("earlier")
        first = ~exists().where(
            earlier.c.conversation_id == outbox.c.conversation_id,
            earlier.c.id < outbox.c.id,
            earlier.c.status.in_(OPEN),
        )
        doubted = exists().where(
            trouble.c.conversation_id == outbox.c.conversation_id, trouble.c.kind == str(TurnStatus.UNKNOWN)
        )
        at_rest = and_(
            conversations.c.account.in_(bindparam("accounts", expanding=True)),
            schedule.c.owner.is_(None),
            # What is in doubt can only be settled by what the provider keeps.
            or_(outbox.c.kind != str(OutboxKind.FORGET), ~doubted),
        )
        due = (
            select(outbox.c.id)
            .join(conversations, conversations.c.id == outbox.c.conversation_id)
            .join(schedule, schedule.c.conversation_id == outbox.c.conversation_id)
            .where(is_due(outbox), first, at_rest)
            .order_by(outbox.c.ready_at, outbox.c.id)
            .limit(bindparam("k", type_=Integer()))
            .with_for_update(key_share=True, skip_locked=True, of=outbox)
            .cte("due")
        )
        return (
            update(outbox)
            .where(outbox.c.id.in_(select(due.c.id)), outbox.c.ready_at.is_not(None))
            .values(
                owner=bindparam("me"), ready_at=None, status=str(OutboxStatus.SENDING), attempts=outbox.c.attempts + 1
            )
            .returning(outbox.c.id)
        )

    @cached_property
    def _details(self) -> Any:
        mine = (outbox.c[name] for name in ("id", "conversation_id", "kind", "chat_id", "body", "attempts"))
        theirs = (conversations.c[name] for name in ("route", "key", "account", "agent", "customer", "subject"))
        age = (db_now() - outbox.c.created_at).label("age")
        return select(*mine, *theirs, age).join(conversations, conversations.c.id == outbox.c.conversation_id)

    def recover(self, owner: int, working: Collection[int]) -> int:
        """Queue again what ``owner`` holds but for ``working``, which it still works on; returns how many."""
        return self._database.write(lambda connection: recover(connection, owner, working))

    def record(self, owner: int, group: Sequence[Called]) -> None:
        """Write what calls came to: the attempt always, the item only while it is still this owner's.

        A conversation whose provider has heard everything goes on. Idempotent, so that an unclear commit may be made
        again. Raises :class:`connector.errors.DatabaseUnavailable`.
        """
        self._database.write(lambda connection: self._record(connection, owner, group))

    def _record(self, connection: Connection, owner: int, group: Sequence[Called]) -> None:
        ids = sorted({called.conversation_id for called in group})
        lock_conversations(connection, ids)
        for called in group:
            item = outbox_attempts.c.item_id
            end_attempt(connection, outbox_attempts, item, called.item_id, called.number, called.result)
            waits = called.status is OutboxStatus.QUEUED
            connection.execute(
                update(outbox)
                .where(outbox.c.id == called.item_id, outbox.c.owner == owner)
                .values(
                    owner=None,
                    status=str(called.status),
                    reason=called.reason,
                    ready_at=db_now() + int(called.delay * 1000) if waits else None,
                    ended_at=None if waits else db_now(),
                )
            )
        let_go(connection, ids)


def _item(row: Any) -> Item:
    return Item(
        id=row.id,
        conversation_id=row.conversation_id,
        kind=OutboxKind(row.kind),
        chat_id=row.chat_id,
        body=json.loads(row.body),
        attempt=row.attempts,
        age=row.age / 1000,
        route=row.route,
        key=row.key,
        account=row.account,
        agent=row.agent,
        customer=Customer(**json.loads(row.customer)) if row.customer else Customer(),
        subject=row.subject,
    )


def failed(connection: Connection) -> int:
    """How many outside calls were given up."""
    given_up = select(func.count()).select_from(outbox).where(outbox.c.status == str(OutboxStatus.FAILED))
    return int(connection.execute(given_up).scalar_one())
