"""Duplicate look-up: which messages are here already, for the preview of a file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, select

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch
from connector.storage.tables import events


def known(database: Database, identities: Sequence[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Of these identities (source, id) those that are stored, with the event's status."""
    if not identities:
        return {}
    statement, batch = _statement(database.dialect)
    with database.looking_up() as connection:
        rows = connection.execute(statement, batch.of([{"source": source, "id": id_} for source, id_ in identities]))
        return {(row.source, row.external_id): row.status for row in rows}


@lru_cache
def _statement(dialect: str) -> tuple[Select[Any], Batch]:
    b = Batch(dialect, source=str, id=str)
    same = and_(events.c.source == b.c.source, events.c.external_id == b.c.id)
    query = select(events.c.source, events.c.external_id, events.c.status)
    return query.select_from(b.table.join(events, same)), b
