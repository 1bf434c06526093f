"""Known customers: who was answered before on a route, or let in by a person, and so is served before made-up senders.

A customer is the digest that brakes count by too. A conversation keeps whether it is known, so that one that is costs
nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Update, select, true, update

from connector.policy.brakes import counted_as
from connector.storage.core.statements import Batch, batched, insert_into
from connector.storage.queue.schedule import move_to_known
from connector.storage.tables import conversations, known_customers
from connector.values import Customer


def known_among(connection: Connection, keys: Collection[int]) -> set[int]:
    """Those of these customers that are known."""
    return set(_among(connection, [{"key": key} for key in keys]).scalars()) if keys else set()


@batched(key=int)
def _among(b: Batch) -> Select[Any]:
    return select(known_customers.c.key).select_from(b.table.join(known_customers, known_customers.c.key == b.c.key))


def make_known(connection: Connection, conversation_ids: Iterable[int]) -> None:
    """Let conversations and their customers be known from now on; the conversations' schedule rows are held."""
    ids = sorted(set(conversation_ids))
    rows = _become(connection, [{"c": id_} for id_ in ids]).all() if ids else []
    if not rows:
        return
    keys = {counted_as(row.route, Customer(**json.loads(row.customer))) for row in rows if row.customer}
    # In one order, so that two transactions with the same customers wait for each other instead of locking up.
    if customers := sorted(key for key in keys if key is not None):
        connection.execute(_remember(connection.dialect.name), [{"key": key} for key in customers])
    move_to_known(connection, [row.id for row in rows])


@batched(c=int)
def _become(b: Batch) -> Update:
    mine = (conversations.c.id == b.c.c, ~conversations.c.known)
    columns = (conversations.c.id, conversations.c.route, conversations.c.customer)
    return update(conversations).where(*mine).values(known=true()).returning(*columns)


@cache
def _remember(dialect: str) -> Any:
    return insert_into(dialect, known_customers).on_conflict_do_nothing(index_elements=["key"])
