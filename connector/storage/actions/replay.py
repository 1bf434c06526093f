"""Replay of replies: delivers again what a receiver has lost, since a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, Connection, func, select, update

from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.queries.filters import between
from connector.storage.queue.work_items import anew
from connector.storage.tables import conversations, replies
from connector.values import ReplyStatus

REPLAYED = "replayed"
"""The reason of a reply that is queued once more."""
PER_SECOND = 100
"""How many fall due a second, so that fresh answers go between them."""
_CHUNK = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplayFilter:
    """Which replies: those that arrived, or were made if they did not, from ``since`` on and before ``until``."""

    since: datetime
    until: datetime
    statuses: tuple[ReplyStatus, ...] = (ReplyStatus.DELIVERED, ReplyStatus.FAILED)
    route: str | None = None
    channel: str | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """The filter as SQL. What went to a source, as mail does, would reach the customer twice: it is left out."""
        yield replies.c.mode.is_(None)
        yield replies.c.status.in_([str(status) for status in self.statuses])
        yield from between(func.coalesce(replies.c.delivered_at, replies.c.created_at), self.since, self.until)
        if self.route is not None:
            mine = select(conversations.c.id).where(
                conversations.c.id == replies.c.conversation_id, conversations.c.route == self.route
            )
            yield mine.correlate(replies).exists()
        if self.channel is not None:
            yield replies.c.channel == self.channel


def count_replay(database: Database, wanted: ReplayFilter) -> dict[str, int]:
    """How many replies the filter finds, by status."""
    query = select(replies.c.status, func.count().label("n")).where(*wanted.conditions()).group_by(replies.c.status)
    with database.reading() as connection:
        return {row.status: int(row.n) for row in connection.execute(query.order_by(replies.c.status))}


def replay(database: Database, wanted: ReplayFilter, *, actor: str) -> Iterator[int]:
    """Queue them again in the order in which they were made, a transaction a few hundred; yields how many so far.

    Each keeps its marker, by which receivers drop what they have, and its attempts; the schedule begins anew. What was
    delivered before leaves again whatever has happened in its conversation since.
    """
    last = done = 0
    while True:
        last, found = database.write(partial(_chunk, wanted=wanted, after=last, done=done, actor=actor))
        if not found:
            return
        done += found
        yield done


def _chunk(connection: Connection, *, wanted: ReplayFilter, after: int, done: int, actor: str) -> tuple[int, int]:
    some = select(replies.c.id).where(replies.c.id > after, *wanted.conditions()).order_by(replies.c.id).limit(_CHUNK)
    ids = list(connection.execute(some.with_for_update()).scalars())
    if not ids:
        return after, 0
    due = db_now() + done * 1000 // PER_SECOND
    connection.execute(update(replies).where(replies.c.id.in_(ids)).values(anew(REPLAYED, due)))
    note(connection, actor, "replay", [f"reply:{id_}" for id_ in ids])
    return ids[-1], len(ids)
