"""Work queue of what leaves beside turns: replies, and the outbox of what a provider is asked.

Both are tables of rows with an owner, a time when they are ready, and an attempt row for each outside call, written
before it is made. What they share is here: beginning and ending attempts, what a worker holds, and what is due.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, case, literal, select, update

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.tables import replies
from connector.values import CallResult, Outcome, ReplyStatus

WORKER_DIED = "worker lost while calling"
"""The error of an attempt whose worker died before it could say what came of it."""


def is_due(table: Table) -> ColumnElement[bool]:
    """Whether a row is ready now."""
    return table.c.ready_at.is_not(None) & (table.c.ready_at <= db_now())


def anything_due(database: Database, table: Table) -> bool:
    """Whether anything of this table is to be done now; reads only."""
    due = select(literal(1)).select_from(table).where(is_due(table)).limit(1)
    with database.reading() as connection:
        return connection.execute(due).first() is not None


def begin_attempts(
    connection: Connection, attempts: Table, item: Column[Any], owner: int, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write the attempt rows of calls that are about to be made; ``item`` is the column of what they belong to."""
    connection.execute(
        attempts.insert().values(owner=owner, started_at=db_now()),
        [{item.name: row["id"], **{name: value for name, value in row.items() if name != "id"}} for row in rows],
    )


def end_attempt(
    connection: Connection, attempts: Table, item: Column[Any], id_: int, number: int, result: CallResult
) -> None:
    """Write what a call came to; whoever owns the row by now, what happened is kept."""
    mine = update(attempts).where(item == id_, attempts.c.number == number)
    connection.execute(
        mine.values(
            ended_at=db_now(), outcome=str(result.outcome), http_status=result.http_status, error=clean(result.error)
        )
    )


def held_by(connection: Connection, table: Table, owner: int, working: Collection[int]) -> list[int]:
    """The rows that a worker holds but for those that it still works on."""
    held = connection.execute(select(table.c.id).where(table.c.owner == owner)).scalars()
    return sorted(set(held).difference(working))


def close_attempts(
    connection: Connection, attempts: Table, item: Column[Any], owner: int, ids: Collection[int]
) -> None:
    """End the attempts of a worker that can end them no more."""
    open_ = (item.in_(ids), attempts.c.owner == owner, attempts.c.ended_at.is_(None))
    values = {"ended_at": db_now(), "outcome": str(Outcome.LOST), "error": WORKER_DIED}
    connection.execute(update(attempts).where(*open_).values(values))


def at_once() -> ColumnElement[int]:
    """When a reply is due that waits for nothing but the time in which a person can stop it."""
    return case((replies.c.not_before > db_now(), replies.c.not_before), else_=db_now())


def anew(reason: str | None = None, ready_at: ColumnElement[int] | None = None) -> dict[str, Any]:
    """The columns of a reply that is queued again: its schedule begins anew.

    It is due at once, or when a person can no longer stop it, unless ``ready_at`` says when.
    """
    due = at_once() if ready_at is None else ready_at
    return {
        "status": str(ReplyStatus.QUEUED),
        "reason": reason,
        "owner": None,
        "ready_at": due,
        "delays": 0,
        "failed_since": None,
        "unclear_at": None,
        "looks": 0,
        "stamp": None,
    }
