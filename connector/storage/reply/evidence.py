"""Evidence that an answer arrived: a customer's mail that names it by its id, which nobody else can know."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, null, update

from connector.policy.threads import reply_named
from connector.storage.core.statements import db_now
from connector.storage.tables import replies
from connector.values import ContextBy, Event, EventStatus, ReplyStatus

ANSWERED = "answered"
"""Why a reply counts as delivered that was in doubt: its receiver has answered it."""


def settle_answered(connection: Connection, fresh: Iterable[Event]) -> int:
    """Settle answers in doubt that these new mails name; returns how many. Free for mails that name none of ours.

    A mail that was stopped proves nothing: a server that could not deliver names ours as well. Nor does a colleague's,
    who may have it from a copy of our own.
    """
    told = (EventStatus.ACCEPTED, EventStatus.CONTEXT)
    customers = (event for event in fresh if event.status in told and event.context_by != ContextBy.AUTHOR)
    mails = (event.thread for event in customers if event.thread is not None)
    named = {name: number for thread in mails for name in thread.names if (number := reply_named(name)) is not None}
    if not named:
        return 0
    doubted = (
        replies.c.id.in_(sorted(set(named.values()))),
        replies.c.marker.in_(sorted(named)),
        replies.c.status == str(ReplyStatus.UNKNOWN),
    )
    values = {
        "status": str(ReplyStatus.DELIVERED), "reason": ANSWERED, "owner": null(), "ready_at": null(),
        "unclear_at": null(), "delivered_at": db_now(), "external_id": replies.c.marker,
    }  # fmt: skip
    return connection.execute(update(replies).where(*doubted).values(values)).rowcount
