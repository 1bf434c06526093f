"""Health of each way back (endpoint): failing since when, disabled or not, with replies that wait for it.

Lock order: an endpoint's row comes before the rows of its replies.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, case, func, literal, null, or_, select, update

from connector.policy.replies import FAILING, GONE, STREAK_ENDS
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.queue.work_items import anew
from connector.storage.tables import endpoints, replies
from connector.values import ReplyStatus

DISABLED = "endpoint_disabled"
"""The reason of a queued reply that waits for its endpoint to be enabled."""

_MOST = 1000


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a group of deliveries says about one endpoint; ``error`` is the last failure's."""

    delivered: int = 0
    failed: int = 0
    gone: bool = False
    error: str | None = None


def disabled(connection: Connection, names: Collection[str]) -> list[str]:
    """Those that are disabled, held so until the transaction ends: nobody enables them meanwhile."""
    off = select(endpoints.c.name).where(endpoints.c.name.in_(names), endpoints.c.disabled_at.is_not(None))
    return list(connection.execute(off.order_by(endpoints.c.name).with_for_update(read=True)).scalars())


def park(connection: Connection, names: Collection[str]) -> None:
    """Let replies that are due wait for their endpoint, where no claim has to pass over them."""
    due = (
        select(replies.c.id)
        .where(
            replies.c.ready_at.is_not(None),
            replies.c.ready_at <= db_now(),
            replies.c.channel.in_(names),
            replies.c.status == str(ReplyStatus.QUEUED),  # what is in doubt is only looked for
        )
        .order_by(replies.c.ready_at)
        .limit(_MOST)
        .with_for_update(key_share=True, skip_locked=True)
    )
    waiting = update(replies).where(replies.c.id.in_(due), replies.c.ready_at.is_not(None))
    connection.execute(waiting.values(ready_at=None, reason=DISABLED))


def unpark(connection: Connection, name: str) -> int:
    """Queue what waited for the endpoint, as new; returns how many."""
    waited = (
        # As a literal, as the index has it: a plan for an unknown value could not use it.
        replies.c.status == literal(str(ReplyStatus.QUEUED), literal_execute=True),
        replies.c.ready_at.is_(None),
        replies.c.owner.is_(None),
        replies.c.channel == name,
    )
    return connection.execute(update(replies).where(*waited).values(anew())).rowcount


def note(
    connection: Connection, database: Database, tallies: Mapping[str, Tally], disable_after: Mapping[str, float]
) -> tuple[dict[str, int], list[str]]:
    """Keep what deliveries said; returns since when each endpoint takes nothing, and those disabled by this.

    One success ends a streak of failures. ``disable_after`` is in seconds; an endpoint without one is never disabled
    for failing.
    """
    failing: dict[str, int] = {}
    lost: list[str] = []
    for name, tally in sorted(tallies.items()):
        if tally.delivered and not tally.gone:
            well = (endpoints.c.name == name, endpoints.c.failing_since.is_not(None), endpoints.c.disabled_at.is_(None))
            values = {"failing_since": None, "failed_at": None, "error": None, "changed_at": db_now()}
            connection.execute(update(endpoints).where(*well).values(values))
        else:
            failing[name] = _fail(connection, database, name, tally)
            if _disable(connection, name, tally, disable_after.get(name)):
                lost.append(name)
    return failing, lost


def _fail(connection: Connection, database: Database, name: str, tally: Tally) -> int:
    """Since when it has been failing; a day without any delivery that failed ends a streak as well."""
    new = database.insert(endpoints).values(
        name=name, failing_since=db_now(), failed_at=db_now(), error=clean(tally.error), changed_at=db_now()
    )
    over = or_(endpoints.c.failed_at.is_(None), endpoints.c.failed_at < db_now() - int(STREAK_ENDS * 1000))
    again = new.on_conflict_do_update(
        index_elements=["name"],
        set_={
            "failing_since": case((over, db_now()), else_=func.coalesce(endpoints.c.failing_since, db_now())),
            "failed_at": db_now(),
            "error": new.excluded.error,
        },
    )
    return int(connection.execute(again.returning(endpoints.c.failing_since)).scalar_one())


def _disable(connection: Connection, name: str, tally: Tally, after: float | None) -> bool:
    long = endpoints.c.failing_since <= db_now() - int((after or 0) * 1000)
    if not tally.gone and after is None:
        return False
    change = update(endpoints).where(
        and_(endpoints.c.name == name, endpoints.c.disabled_at.is_(None)), *(() if tally.gone else (long,))
    )
    values = {"disabled_at": db_now(), "reason": GONE if tally.gone else FAILING, "changed_at": db_now()}
    return connection.execute(change.values(values)).rowcount == 1


def enable(connection: Connection, name: str) -> int:
    """Let an endpoint take replies again; returns how many had waited for it. Its row is locked by this first."""
    values = {"disabled_at": null(), "reason": null(), "failing_since": null(), "failed_at": null(), "error": null()}
    connection.execute(update(endpoints).where(endpoints.c.name == name).values(values | {"changed_at": db_now()}))
    return unpark(connection, name)
