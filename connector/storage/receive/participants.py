"""Participants of mail threads: who took part in which, kept with the mails."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from connector.storage.core.database import Database
from connector.storage.core.statements import Batch
from connector.storage.tables import event_bodies, participants, turns
from connector.values import Event, EventStatus, MailThread

ThreadKey = tuple[str, str]
"""The source of a thread's mails, and the key of its conversation."""
People = dict[ThreadKey, set[str]]

_HEAD = 256 * 1024
_MOST_KEPT = 50
"""Mails of a thread of before that are read again for who took part."""


def keep_participants(connection: Connection, database: Database, fresh: Sequence[Event]) -> None:
    """Keep who took part in mails that are stored with this transaction."""
    mails = (event for event in fresh if event.thread is not None and event.status is not EventStatus.REFUSED)
    keep_people(connection, database, ((mail.source, mail.conversation, mail.thread) for mail in mails))


def keep_people(
    connection: Connection, database: Database, mails: Iterable[tuple[str, str, MailThread | None]]
) -> None:
    """The same of mails as (source, conversation key, thread)."""
    rows = {
        (source, key, address)
        for source, key, thread in mails
        if thread is not None
        for address in (*thread.people, *thread.earlier)
    }
    if rows:
        # In one order, so that two batches with the same people wait for each other instead of locking up.
        names = ("source", "conversation_key", "address")
        named = [dict(zip(names, row, strict=True)) for row in sorted(rows)]
        connection.execute(database.insert(participants).on_conflict_do_nothing(), named)


def people_of(connection: Connection, database: Database, threads: Collection[ThreadKey]) -> People:
    """Who is known to have taken part in each of these threads."""
    found: People = {}
    if threads:
        statement, batch = _people(database.dialect)
        for row in connection.execute(statement, batch.of(_rows(threads))):
            found.setdefault((row.source, row.conversation_key), set()).add(row.address)
    return found


@lru_cache
def _people(dialect: str) -> tuple[Select[Any], Batch]:
    b = Batch(dialect, source=str, key=str)
    mine = and_(participants.c.source == b.c.source, participants.c.conversation_key == b.c.key)
    return select(participants).select_from(b.table.join(participants, mine)), b


def _rows(pairs: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
    return [{"source": source, "key": key} for source, key in sorted(set(pairs))]


def kept_mails(connection: Connection, event_ids: Collection[int], conversation_ids: Collection[int]) -> list[bytes]:
    """How mails begin that were kept: these, and the newest ones of these conversations."""
    of_turns = (
        select(turns.c.id)
        .where(turns.c.conversation_id.in_(sorted(conversation_ids)))
        .order_by(turns.c.position.desc())
        .limit(_MOST_KEPT)
    )
    ids = {*event_ids, *(connection.execute(of_turns).scalars() if conversation_ids else ())}
    head = func.substr(event_bodies.c.body, 1, _HEAD)
    return [bytes(body) for body in connection.execute(select(head).where(event_bodies.c.event_id.in_(ids))).scalars()]
