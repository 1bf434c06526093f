"""Kill switch for the way back: holds the answers of a stopped route, and lets them go."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from connector.policy.turns import STOPPED
from connector.storage.core.statements import db_now
from connector.storage.queue.work_items import at_once
from connector.storage.tables import conversations, replies, routes
from connector.values import ReplyStatus

_LOOK_AGAIN = 60_000
"""Milliseconds until a held reply is taken up and put back again; resuming does not wait for that."""


def withhold(connection: Connection, reply_ids: Sequence[int]) -> list[int]:
    """Put claimed replies of stopped routes back, as if nobody had taken them; returns the others.

    Looked up in the very transaction that claims, so nothing that is claimed after a stop goes out.
    """
    stopped = select(routes.c.name).where(routes.c.paused, routes.c.reason == STOPPED)
    names = connection.execute(stopped).scalars().all()
    if not names:
        return list(reply_ids)
    query = (
        select(replies.c.id)
        .join(conversations, conversations.c.id == replies.c.conversation_id)
        .where(replies.c.id.in_(reply_ids), conversations.c.route.in_(names))
    )
    held = set(connection.execute(query).scalars())
    if held:
        back = update(replies).where(replies.c.id.in_(sorted(held)))
        values = {"owner": None, "status": str(ReplyStatus.QUEUED), "attempts": replies.c.attempts - 1}
        connection.execute(back.values(ready_at=db_now() + _LOOK_AGAIN, **values))
    return [reply for reply in reply_ids if reply not in held]


def let_out(connection: Connection, route: str) -> None:
    """Have the replies of a route go out now that wait for their time."""
    of_route = select(conversations.c.id).where(conversations.c.route == route)
    waiting = (replies.c.status == str(ReplyStatus.QUEUED), replies.c.ready_at.is_not(None))
    connection.execute(
        update(replies).where(*waiting, replies.c.conversation_id.in_(of_route)).values(ready_at=at_once())
    )
