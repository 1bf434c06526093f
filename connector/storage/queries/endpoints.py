"""Queries of endpoints: which take replies, fail or are disabled, and how many replies wait for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from connector.storage.core.database import Database
from connector.storage.queries.rendering import NOTHING, moment
from connector.storage.tables import endpoints as endpoint_table
from connector.storage.tables import replies
from connector.values import ReplyStatus


def endpoints(database: Database, names: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
    """The endpoints of ``names`` (the configured ways back) and all that ever failed, by name."""
    with database.reading() as connection:
        rows: dict[str, Mapping[Any, Any]] = {
            row["name"]: row for row in connection.execute(select(endpoint_table)).mappings()
        }
        waiting = waiting_replies(connection)
    for name in sorted({*names, *rows}):
        row = rows.get(name, NOTHING)
        disabled, failing = row.get("disabled_at"), row.get("failing_since")
        yield {
            "name": name,
            "configured": name in names,
            "state": "disabled" if disabled is not None else "failing" if failing is not None else "enabled",
            "reason": row.get("reason") if disabled is not None else None,
            "failing_since": moment(failing),
            "disabled_at": moment(disabled),
            "error": row.get("error"),
            "waiting": waiting.get(name, 0),
        }


def waiting_replies(connection: Connection) -> dict[str, int]:
    """How many replies of each way back are queued."""
    queued = replies.c.status == str(ReplyStatus.QUEUED)
    query = select(replies.c.channel, func.count().label("n")).where(queued).group_by(replies.c.channel)
    return {row.channel: int(row.n) for row in connection.execute(query)}
