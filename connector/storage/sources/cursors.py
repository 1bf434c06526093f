"""Cursors of mailboxes: by folder the UIDVALIDITY, the last UID that is stored, and which mails are to be marked yet.

A cursor moves in the transaction that stores the mails. It never goes back, so that two readers do no harm.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import Row

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import source_folders, sources
from connector.utils.uid_ranges import ranges_of, uids_of

_MOST_PENDING = 10_000
"""Mails whose mark is made up for later; of more than that the newest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderCursor:
    """How far a folder was read; ``since`` is a time in milliseconds, for mails below ``live_from`` only."""

    uid_validity: int
    last_uid: int
    live_from: int
    since: int | None
    pending: tuple[int, ...]


def cursor_of(database: Database, source: str, folder: str) -> FolderCursor | None:
    """The cursor of a folder; None before the first contact."""
    with database.reading() as connection:
        row = connection.execute(select(source_folders).where(*_of(source, folder))).one_or_none()
    if row is None:
        return None
    return FolderCursor(
        uid_validity=row.uid_validity, last_uid=row.last_uid, live_from=row.live_from, since=row.since,
        pending=tuple(uids_of(row.pending)),
    )  # fmt: skip


def begin(database: Database, source: str, folder: str, cursor: FolderCursor) -> None:
    """Begin to read a folder, at the first contact or because its UIDs are others now."""
    values = {
        "uid_validity": cursor.uid_validity, "last_uid": cursor.last_uid, "live_from": cursor.live_from,
        "since": cursor.since, "pending": "",
    }  # fmt: skip

    def use(connection: Connection) -> None:
        row = database.insert(source_folders).values(source=source, folder=folder, **values)
        connection.execute(
            row.on_conflict_do_update(
                index_elements=[source_folders.c.source, source_folders.c.folder],
                set_=values,
                where=source_folders.c.uid_validity != cursor.uid_validity,
            )
        )

    database.write(use)


def advance(
    connection: Connection, source: str, folder: str, uid_validity: int, last_uid: int, stored: Collection[int] = ()
) -> None:
    """Move a cursor on; ``stored`` are the mails that are to be marked. Nothing if the UIDs are others by now."""
    row = _locked(connection, source, folder, uid_validity)
    if row is not None:
        pending = sorted({*uids_of(row.pending), *stored})[-_MOST_PENDING:]
        values = {"last_uid": max(int(row.last_uid), last_uid), "pending": ranges_of(pending)}
        connection.execute(update(source_folders).where(*_of(source, folder)).values(values))


def marked(database: Database, source: str, folder: str, uid_validity: int, uids: Collection[int]) -> None:
    """Forget that these mails are to be marked."""

    def use(connection: Connection) -> None:
        row = _locked(connection, source, folder, uid_validity)
        if row is not None:
            left = sorted(set(uids_of(row.pending)).difference(uids))
            values = {"pending": ranges_of(left)}
            connection.execute(update(source_folders).where(*_of(source, folder)).values(values))

    database.write(use)


def first_contact(database: Database, source: str) -> int:
    """When a source was first contacted, in milliseconds; now, if it has no row."""
    with database.reading() as connection:
        found = connection.execute(select(sources.c.first_at).where(sources.c.name == source)).scalar_one_or_none()
        return int(connection.execute(select(db_now())).scalar_one() if found is None else found)


def _of(source: str, folder: str) -> tuple[Any, Any]:
    return source_folders.c.source == source, source_folders.c.folder == folder


def _locked(connection: Connection, source: str, folder: str, uid_validity: int) -> Row[Any] | None:
    query = select(source_folders).where(*_of(source, folder), source_folders.c.uid_validity == uid_validity)
    return connection.execute(query.with_for_update()).one_or_none()
