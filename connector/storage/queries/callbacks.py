"""Queries of callbacks: which tasks and queues events named of late."""

from __future__ import annotations

import json

from sqlalchemy import select

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import events

DAYS = 30
_DAY = 86_400_000
_MOST = 1_000_000
"""Events that are looked at, the newest first: there is no index of when they came."""


def callbacks_seen(database: Database, route: str) -> list[tuple[str, str | None]]:
    """The (task, queue) of callbacks that events of a route named within the last thirty days."""
    newest = (
        select(events.c.callback, events.c.route, events.c.received_at)
        .order_by(events.c.id.desc())
        .limit(_MOST)
        .subquery()
    )
    query = select(newest.c.callback).distinct()
    query = query.where(newest.c.callback.is_not(None), newest.c.route == route)
    query = query.where(newest.c.received_at > db_now() - DAYS * _DAY)
    with database.reading() as connection:
        found = [json.loads(text) for text in connection.execute(query).scalars()]
    return [(each["task"], each.get("queue")) for each in found]
