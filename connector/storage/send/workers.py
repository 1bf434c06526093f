"""Worker leases: one row a process start (incarnation), which holds everything that the process claimed.

Renewed as one row, swept as one transaction. A dead incarnation never comes back: its process takes a new id, so a
claim can never be mistaken for an older one of the same worker.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Connection, insert, select, update

from connector.policy.replies import WaysBack
from connector.storage.conversations import outbox
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queue.lease import has_died
from connector.storage.queue.schedule import lock_leased, return_claims
from connector.storage.reply import deliveries
from connector.storage.reply.replies import queue_replies
from connector.storage.send import budgets
from connector.storage.tables import attempts, schedule, ticks, trouble, turns, workers
from connector.utils.processes import current
from connector.values import ChannelCapabilities, Outcome, TurnStatus

LOST = "worker lost while sending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What one sweep found: incarnations declared dead, turns now unknown, conversations given back unharmed."""

    workers: int = 0
    unknown: tuple[int, ...] = ()
    released: int = 0


def register(database: Database, name: str, lease: float) -> int:
    """Begin an incarnation with a lease of that many seconds; returns its id."""
    process = current()
    seen = (
        {"place": process.place, "pid": process.pid, "process_started": process.started} if process is not None else {}
    )

    def use(connection: Connection) -> int:
        row = insert(workers).values(
            name=name, started_at=db_now(), expires_at=db_now() + int(lease * 1000), dead=False, stopping=False, **seen
        )
        return int(connection.execute(row.returning(workers.c.id)).scalar_one())

    return database.write(use)


def renew(database: Database, worker_id: int, lease: float, *, claimed: bool) -> bool:
    """Extend the lease; False if the incarnation was declared dead. ``claimed``: it looked for work since."""

    def use(connection: Connection) -> bool:
        change = update(workers).where(workers.c.id == worker_id, ~workers.c.dead)
        values = {"expires_at": db_now() + int(lease * 1000)}
        if claimed:
            values["claimed_at"] = db_now()
        return connection.execute(change.values(values)).rowcount == 1

    return database.write(use)


def leave(
    database: Database,
    worker_id: int,
    channels: WaysBack | None = None,
    capabilities: Mapping[str, ChannelCapabilities] | None = None,
) -> None:
    """End an incarnation in order: whatever it still holds is swept at once instead of after the lease.

    ``channels`` and ``capabilities`` as for :func:`sweep`.
    """

    def use(connection: Connection) -> None:
        connection.execute(update(workers).where(workers.c.id == worker_id).values(stopping=True, expires_at=0))

    database.write(use)
    sweep(database, channels, capabilities)


def sweep(
    database: Database,
    channels: WaysBack | None = None,
    capabilities: Mapping[str, ChannelCapabilities] | None = None,
) -> Swept:
    """Declare incarnations dead whose lease is over or whose process has visibly ended; settle what they held.

    A transaction each. A process that is stopped still exists, so its lease decides; so does it for processes of other
    machines, containers and users.

    ``channels`` maps routes to their way back, which is told of turns that became unknown; ``capabilities`` says of
    each channel what it can do: what becomes of a delivery under way is decided from it.

    Claimed conversations go back unharmed. Turns in ``sending`` become ``unknown``, never ``queued``: nobody knows what
    the provider saw. Their conversations become ready, so that an engine decides what follows by policy.
    """
    with database.reading() as connection:
        over = (workers.c.expires_at < db_now()).label("over")
        rows = connection.execute(select(workers, over).where(~workers.c.dead).order_by(workers.c.id)).all()
    candidates = [row.id for row in rows if row.over or has_died(row)]
    found = 0
    unknown: list[int] = []
    released = 0
    for worker_id in candidates:
        swept = database.write(
            partial(
                _sweep_one,
                database=database,
                channels=channels or {},
                capabilities=capabilities or {},
                worker_id=worker_id,
            )
        )
        if swept is not None:
            found += 1
            unknown.extend(swept[0])
            released += swept[1]
    return Swept(workers=found, unknown=tuple(unknown), released=released)


def _sweep_one(
    connection: Connection,
    database: Database,
    channels: WaysBack,
    capabilities: Mapping[str, ChannelCapabilities],
    worker_id: int,
) -> tuple[list[int], int] | None:
    over = (workers.c.expires_at < db_now()).label("over")
    held = select(workers, over).where(workers.c.id == worker_id, ~workers.c.dead)
    # A mark or record of that worker holds the row, so each of those is wholly before or wholly after. It is not waited
    # for: a process frozen in the middle of one would hold up every tick; the next one tries again.
    row = connection.execute(held.with_for_update(skip_locked=True)).one_or_none()
    if row is None or not (row.over or has_died(row)):
        return None
    connection.execute(update(workers).where(workers.c.id == worker_id).values(dead=True))
    budgets.give_back(connection, worker_id)
    deliveries.recover(connection, worker_id, capabilities)
    released = _release_turns(connection, database, channels, worker_id)
    outbox.recover(connection, worker_id)
    return released


def recover(
    database: Database, worker_id: int, conversations: Collection[int], channels: WaysBack
) -> tuple[list[int], int]:
    """Let go of what a living worker holds and has forgotten: all but ``conversations``, which it works on.

    A claim whose commit was unclear, a step that broke off, a record that could not be written: as after a death, the
    turns in ``sending`` become ``unknown``, the others go back unharmed. Returns the unknown turns and how many
    conversations went back. Raises :class:`connector.errors.DatabaseUnavailable`.
    """

    def use(connection: Connection) -> tuple[list[int], int]:
        query = select(schedule.c.conversation_id).where(schedule.c.owner == worker_id)
        forgotten = sorted(set(connection.execute(query).scalars()).difference(conversations))
        if not forgotten:
            return [], 0
        return _release_turns(connection, database, channels, worker_id, forgotten)

    return database.write(use)


def _release_turns(
    connection: Connection,
    database: Database,
    channels: WaysBack,
    worker_id: int,
    only: Collection[int] | None = None,
) -> tuple[list[int], int]:
    conversations = lock_leased(connection, worker_id, only)
    if not conversations:
        return [], 0
    marked = (
        update(turns)
        .where(turns.c.conversation_id.in_(conversations), turns.c.status == TurnStatus.SENDING)
        .values(status=TurnStatus.UNKNOWN, reason="worker_lost", revision=turns.c.revision + 1)
    )
    doubtful = connection.execute(marked.returning(turns.c.id, turns.c.conversation_id)).all()
    _close_attempts(connection, worker_id, conversations)
    if doubtful:
        since = {"kind": str(TurnStatus.UNKNOWN), "since": db_now()}
        rows = [{"turn_id": row.id, "conversation_id": row.conversation_id} for row in doubtful]
        new = database.insert(trouble).values(since)
        connection.execute(new.on_conflict_do_update(index_elements=["turn_id"], set_=since), rows)
        queue_replies(connection, database, channels, [row.id for row in doubtful])
    return_claims(connection, worker_id, conversations)
    return [row.id for row in doubtful], len(conversations) - len(doubtful)


def _close_attempts(connection: Connection, worker_id: int, conversations: Sequence[int]) -> None:
    at_work = (
        select(turns.c.id)
        .join(schedule, schedule.c.conversation_id == turns.c.conversation_id)
        .where(schedule.c.conversation_id.in_(conversations), turns.c.position >= schedule.c.head, turns.c.attempts > 0)
    )
    connection.execute(
        update(attempts)
        .where(attempts.c.turn_id.in_(at_work), attempts.c.owner == worker_id, attempts.c.ended_at.is_(None))
        .values(ended_at=db_now(), outcome=str(Outcome.LOST), error=LOST)
    )


def beat(database: Database, name: str) -> None:
    """Leave a trace that something periodic ran, such as the tick."""

    def use(connection: Connection) -> None:
        row = database.insert(ticks).values(name=name, at=db_now())
        connection.execute(row.on_conflict_do_update(index_elements=[ticks.c.name], set_={"at": db_now()}))

    database.write(use)
