"""Bounces where messages come in: a report of one of our own mails settles the reply that left as that mail.

A reply by mail has its Message-ID as its marker, or as the id that the receiver gave to it. The marker holds a random
part, so whoever names it has seen the mail. A report that names nothing of ours (backscatter: somebody sent under our
name) changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, or_, select, update

from connector.storage.audit import OURSELVES, note
from connector.storage.core.text import clean
from connector.storage.tables import replies
from connector.values import Bounce, ReplyStatus

BOUNCED = "bounced"
"""Why a reply failed that was taken and came back; the status code of the report follows."""

_OWN_ID = re.compile(r"tw\.([0-9]{1,18})\.")
_LEFT = (ReplyStatus.DELIVERED, ReplyStatus.SENDING, ReplyStatus.UNKNOWN, ReplyStatus.QUEUED)
"""What a report may be about: it left, or nobody knows, or it waits to leave once more."""


def settle_bounces(connection: Connection, reports: Sequence[tuple[int, Bounce]]) -> list[int]:
    """Settle the replies that these reports, each with its event's id, are about; returns those that failed by them."""
    failed = []
    for event_id, bounce in sorted(reports, key=lambda report: report[0]):
        row = _reply_of(connection, bounce.original_id)
        if row is None:
            continue
        said = {"event": event_id, "status": bounce.status, "action": bounce.action}
        if bounce.is_final and _fail(connection, row, bounce):
            said |= {"from": row.status, "to": str(ReplyStatus.FAILED)}
            failed.append(int(row.id))
        note(connection, OURSELVES, "bounce", [f"reply:{row.id}"], said)
    return failed


def _reply_of(connection: Connection, message_id: str | None) -> Any:
    """The reply that left by mail under this Message-ID, held."""
    message_id = clean(message_id)
    if not message_id:
        return None
    columns = select(replies.c.id, replies.c.status).where(replies.c.channel.startswith("source:", autoescape=True))
    own = _OWN_ID.match(message_id)
    if own is not None:
        mine = columns.where(replies.c.id == int(own[1]), replies.c.marker == message_id)
        if row := connection.execute(mine.with_for_update()).one_or_none():
            return row
    given = columns.where(replies.c.external_id.in_([message_id, f"<{message_id}>"]))
    return connection.execute(given.order_by(replies.c.id).limit(1).with_for_update()).one_or_none()


def _fail(connection: Connection, row: Any, bounce: Bounce) -> bool:
    """Whoever still delivers it finds it settled: what it came to goes to its attempt alone."""
    mine = update(replies).where(replies.c.id == row.id, or_(*(replies.c.status == str(status) for status in _LEFT)))
    values = {"status": str(ReplyStatus.FAILED), "reason": clean(f"{BOUNCED}: {bounce.status}")}
    return connection.execute(mine.values(**values, owner=None, ready_at=None)).rowcount == 1
