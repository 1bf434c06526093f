"""Counting in windows: how many of a kind there were in the hour and the day that began with the first one counted.

Counted in the transaction that brings them, so that doors and workers side by side cannot both take the last place.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Connection, case, select, true

from connector.policy.brakes import DAY, HOUR
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now, insert_into
from connector.storage.tables import brake_counts


def count(connection: Connection, database: Database, numbers: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Count so many more under each key; how many there are now in its hour and in its day."""
    if not numbers:
        return {}
    statement, batch = _count(database.dialect)
    # In one order, so that two batches with the same keys wait for each other instead of locking up.
    rows = connection.execute(statement, batch.of([{"key": key, "n": numbers[key]} for key in sorted(numbers)]))
    return {row.key: (row.hour, row.day) for row in rows}


@cache
def _count(dialect: str) -> tuple[Any, Batch]:
    b = Batch(dialect, key=int, n=int)
    # On SQLite a SELECT must have a WHERE here, or its ON would be taken for a join's.
    rows = select(b.c.key, db_now(), b.c.n, db_now(), b.c.n).select_from(b.table).where(true())
    new = insert_into(dialect, brake_counts).from_select(["key", "hour_at", "hour", "day_at", "day"], rows)
    told = new.excluded
    hour_over = brake_counts.c.hour_at <= told.hour_at - HOUR
    day_over = brake_counts.c.day_at <= told.day_at - DAY
    counted = new.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "hour_at": case((hour_over, told.hour_at), else_=brake_counts.c.hour_at),
            "hour": told.hour + case((hour_over, 0), else_=brake_counts.c.hour),
            "day_at": case((day_over, told.day_at), else_=brake_counts.c.day_at),
            "day": told.day + case((day_over, 0), else_=brake_counts.c.day),
        },
    )
    return counted.returning(brake_counts.c.key, brake_counts.c.hour, brake_counts.c.day), b
