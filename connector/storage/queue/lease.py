"""Lease fence: work is written only while the worker's incarnation that holds it is alive; and who has died."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from connector.errors import LeaseLost
from connector.storage.tables import workers
from connector.utils.processes import ProcessIdentity, has_ended

_ALIVE = (
    select(workers.c.id)
    .where(workers.c.id == bindparam("worker"), ~workers.c.dead)
    .with_for_update(read=True, key_share=True)
)


def require_alive(connection: Connection, worker_id: int) -> None:
    """Hold the incarnation's row against a sweep until the transaction ends; raises :class:`LeaseLost`."""
    if connection.execute(_ALIVE, {"worker": worker_id}).scalar_one_or_none() is None:
        raise LeaseLost(f"worker {worker_id} was declared dead")


def has_died(row: Row[Any]) -> bool:
    """Whether the process of a row of ``workers`` can be seen, and has ended."""
    if row.place is None:
        return False
    return has_ended(ProcessIdentity(place=row.place, pid=row.pid, started=row.process_started))
