"""Lease fence: work is written only while the worker's incarnation that holds it is alive."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from connector.errors import LeaseLost
from connector.storage.tables import workers

_ALIVE = (
    select(workers.c.id)
    .where(workers.c.id == bindparam("worker"), ~workers.c.dead)
    .with_for_update(read=True, key_share=True)
)


def require_alive(connection: Connection, worker_id: int) -> None:
    """Hold the incarnation's row against a sweep until the transaction ends; raises :class:`LeaseLost`."""
    if connection.execute(_ALIVE, {"worker": worker_id}).scalar_one_or_none() is None:
        raise LeaseLost(f"worker {worker_id} was declared dead")
