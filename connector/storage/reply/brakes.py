"""Loop protection where answers leave: beyond so many by mail from a route, each waits for a person's approval.

Counted when an answer is claimed for the first time, in that transaction: any number of workers together let no more
leave than one alone. What a person approved, insisted on, or has delivered once more is not automatic, and not counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, not_, select, update

from connector.policy.brakes import OUT, Allowed, counted_together
from connector.policy.replies import DRAFT
from connector.storage.core.database import Database
from connector.storage.queue import tallies
from connector.storage.tables import conversations, replies
from connector.values import ReplyStatus


def hold_back(
    connection: Connection, database: Database, allowed: Mapping[str, Allowed], reply_ids: Sequence[int]
) -> list[int]:
    """Make drafts of those claimed answers that are one too many for their route; returns the others.

    ``allowed`` are the limits of the routes that have some.
    """
    if not allowed or not reply_ids:
        return list(reply_ids)
    by_route: defaultdict[str, list[int]] = defaultdict(list)
    for row in connection.execute(_automatic(allowed, reply_ids)):
        by_route[row.route].append(row.id)
    keys = {counted_together("out", route): route for route in by_route}
    found = tallies.count(connection, database, {key: len(by_route[route]) for key, route in keys.items()})
    held: set[int] = set()
    for key, (hour, day) in found.items():
        mine, limit = by_route[keys[key]], allowed[keys[key]]
        beyond = [id_ for later, id_ in enumerate(reversed(mine)) if limit.exceeded(hour - later, day - later)]
        held.update(beyond)
    if held:
        values = {"status": str(ReplyStatus.DRAFT), "mode": DRAFT, "reason": OUT, "owner": None, "ready_at": None}
        drafts = update(replies).where(replies.c.id.in_(sorted(held)))
        connection.execute(drafts.values(attempts=replies.c.attempts - 1, **values))
    return [id_ for id_ in reply_ids if id_ not in held]


def _automatic(allowed: Mapping[str, Allowed], reply_ids: Sequence[int]) -> Select[Any]:
    """Those that leave by mail for the first time, on nobody's word."""
    return (
        select(replies.c.id, conversations.c.route)
        .join(conversations, conversations.c.id == replies.c.conversation_id)
        .where(
            replies.c.id.in_(reply_ids),
            conversations.c.route.in_(sorted(allowed)),
            replies.c.channel.startswith("source:", autoescape=True),
            replies.c.mode.is_distinct_from("internal"),
            replies.c.attempts == 1,
            replies.c.approved_by.is_(None),
            replies.c.delivered_at.is_(None),
            not_(replies.c.insisted),
        )
        .order_by(replies.c.id)
    )
