"""Record of deliveries: what each came to, also those of a dead worker; the policy decides.

The attempt is always written, whoever has the reply by now; the reply moves on only while it is the writer's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, func, literal, not_, null, or_, select, update

from connector.policy.replies import DeliveryDecision, ReplyStanding, after_worker_lost
from connector.storage.core.database import Database
from connector.storage.core.statements import Batch, db_now
from connector.storage.core.text import clean
from connector.storage.queue.work_items import close_attempts, end_attempt, held_by
from connector.storage.reply import endpoints
from connector.storage.reply.endpoints import Tally
from connector.storage.tables import replies, reply_attempts
from connector.values import CallResult, ChannelCapabilities, ReplyReceipt, ReplyStatus

_SLACK = 60_000
"""Milliseconds by which one worker's first failure may be noted later than another's of the same outage."""
_STEPS = (ReplyStatus.QUEUED, ReplyStatus.UNKNOWN)
"""In these states something may follow by itself: a delivery, or a look."""
_NOTHING = ChannelCapabilities()
"""What a channel can do that nobody here knows: nothing for certain."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedDelivery:
    """What one delivery by ``channel`` came to, or one ``look`` for it, and the decision on it."""

    reply_id: int
    number: int
    channel: str
    result: CallResult
    decision: DeliveryDecision
    look: bool = False


def record(
    connection: Connection,
    database: Database,
    owner: int,
    group: Sequence[RecordedDelivery],
    disable_after: Mapping[str, float],
) -> list[str]:
    """Write what steps came to; returns the endpoints that this disabled."""
    for done in group:
        end_attempt(connection, reply_attempts, reply_attempts.c.reply_id, done.reply_id, done.number, done.result)
    delivered = [done for done in group if not done.look]
    failing, lost = endpoints.note(connection, database, _tallies(delivered), disable_after)
    statement, batch = _settle(database.dialect)
    connection.execute(statement, {"me": owner, **batch.of([_row(done, failing) for done in group])})
    return lost


def _row(done: RecordedDelivery, failing: Mapping[str, int]) -> dict[str, Any]:
    decision, receipt = done.decision, done.result
    named = receipt if isinstance(receipt, ReplyReceipt) else ReplyReceipt()
    return {
        "reply": done.reply_id,
        "status": str(decision.status),
        "reason": decision.reason,
        "delay": None if decision.delay is None or decision.status not in _STEPS else int(decision.delay * 1000),
        "look": int(done.look),
        "unclear": int(decision.unclear),
        "anew": int(decision.anew),
        "over": int(decision.gives_up),
        "failing": failing.get(done.channel),
        "external_id": clean(named.external_id),
        "external_url": clean(named.external_url),
    }


@cache
def _settle(dialect: str) -> tuple[Any, Batch]:
    b = Batch(
        dialect, reply=int, status=str, reason=str, delay=int, look=int, unclear=int, anew=int, over=int, failing=int,
        external_id=str, external_url=str,
    )  # fmt: skip
    delivered = b.c.status == str(ReplyStatus.DELIVERED)
    # Evidence is not fenced: that it arrived settles it, whoever looks for it or waits to deliver it again by now.
    nobody_decided = or_(
        replies.c.status == str(ReplyStatus.UNKNOWN),
        and_(replies.c.status == str(ReplyStatus.QUEUED), replies.c.owner.is_(None)),
    )
    # An endpoint that took nothing since this reply first failed is no reason to give this one up.
    took_others = or_(b.c.failing.is_(None), b.c.failing > replies.c.failed_since + _SLACK)
    over = and_(b.c.over == 1, took_others)
    began = (
        select(reply_attempts.c.started_at)
        .where(reply_attempts.c.reply_id == replies.c.id, reply_attempts.c.number == replies.c.attempts)
        .scalar_subquery()
    )
    # A doubt lasts from the last delivery that may have arrived; looking for it changes nothing of that.
    doubt = case(
        (b.c.anew == 1, null()),
        (and_(b.c.unclear == 1, b.c.look == 0), began),
        (b.c.unclear == 1, func.coalesce(replies.c.unclear_at, began)),
        (delivered, null()),
        else_=replies.c.unclear_at,
    )
    statement = (
        update(replies)
        .where(replies.c.id == b.c.reply, or_(replies.c.owner == bindparam("me"), and_(delivered, nobody_decided)))
        .values(
            owner=None,
            status=case((over, str(ReplyStatus.FAILED)), else_=b.c.status),
            reason=case((over, literal("gave_up: ") + b.c.reason), else_=b.c.reason),
            ready_at=case((and_(b.c.delay.is_not(None), not_(over)), db_now() + b.c.delay), else_=null()),
            delays=replies.c.delays + case((and_(b.c.look == 0, b.c.status == str(ReplyStatus.QUEUED)), 1), else_=0),
            failed_since=case(
                (delivered, null()),
                (b.c.look == 1, replies.c.failed_since),
                else_=func.coalesce(replies.c.failed_since, db_now()),
            ),
            unclear_at=doubt,
            looks=case((b.c.anew == 1, 0), else_=replies.c.looks),
            stamp=case((b.c.anew == 1, null()), else_=replies.c.stamp),
            external_id=func.coalesce(b.c.external_id, replies.c.external_id),
            external_url=func.coalesce(b.c.external_url, replies.c.external_url),
            delivered_at=case((delivered, db_now()), else_=replies.c.delivered_at),
        )
    )
    return statement, b


def recover(
    connection: Connection, owner: int, channels: Mapping[str, ChannelCapabilities], working: Collection[int] = ()
) -> int:
    """Settle the replies that a worker holds and nobody works on, but for ``working``; returns how many.

    What was being delivered becomes what the policy says for its channel: one that may have arrived is delivered again
    only where that does no harm. A channel that nobody here knows can do nothing for certain. What was being looked for
    is looked for again.
    """
    held = held_by(connection, replies, owner, working)
    if not held:
        return 0
    close_attempts(connection, reply_attempts, reply_attempts.c.reply_id, owner, held)
    mine = and_(replies.c.id.in_(held), replies.c.owner == owner)
    groups: dict[tuple[str, bool, bool], list[int]] = defaultdict(list)
    query = select(replies.c.id, replies.c.channel, replies.c.status, replies.c.stamp).where(mine)
    for row in connection.execute(query.order_by(replies.c.id).with_for_update()):
        groups[row.channel, row.status == ReplyStatus.UNKNOWN, row.stamp is not None].append(row.id)
    for (channel, looked_for, stamped), ids in groups.items():
        values: dict[str, Any] = {"owner": None}
        if looked_for:
            values["ready_at"] = db_now()
        else:
            decision = after_worker_lost(channels.get(channel, _NOTHING), ReplyStanding(stamped=stamped))
            values |= {"status": str(decision.status), "reason": decision.reason}
            values["ready_at"] = None if decision.delay is None else db_now() + int(decision.delay * 1000)
            if decision.unclear:
                values["unclear_at"] = db_now()
        connection.execute(update(replies).where(replies.c.id.in_(ids), replies.c.owner == owner).values(values))
    return len(held)


def _tallies(group: Sequence[RecordedDelivery]) -> dict[str, Tally]:
    found: dict[str, Tally] = {}
    for done in group:
        tally = found.setdefault(done.channel, Tally())
        tally.gone |= done.decision.gone
        if done.decision.status is ReplyStatus.DELIVERED:
            tally.delivered += 1
        else:
            tally.failed += 1
            tally.error = done.result.error
    return found
