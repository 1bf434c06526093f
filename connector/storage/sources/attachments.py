"""Attachments of mails: a row for each, the bytes once by their hash, so many of them a day and source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.tables import attachment_bodies, attachments, sources
from connector.values import AttachedFile

DAY_LIMIT = "day_limit"
"""Why bytes are not kept: the source has kept as many today as it may."""
_DAY = 86_400_000


def keep(
    connection: Connection, database: Database, source: str, files: Sequence[tuple[int, AttachedFile]], most: int
) -> list[AttachedFile]:
    """Keep attachments of events, which come with their ids, in the transaction that stores these; what became of them.

    ``most`` are the bytes of a UTC day of the database that a source may add to what is kept. What is there already
    costs nothing of it.
    """
    bodies = {file.sha256: file.body for _, file in files if file.sha256 is not None and file.body is not None}
    fresh = _fitting(connection, source, bodies, most) if bodies else {}
    here = _here(connection, bodies) | fresh.keys()
    kept = [(event_id, file if file.sha256 in here else _left_out(file)) for event_id, file in files]
    # In the order of their hashes, so that two sources with the same files wait for each other and do not lock up.
    for sha256 in sorted(fresh):
        row = database.insert(attachment_bodies).values(sha256=sha256, body=fresh[sha256])
        connection.execute(row.on_conflict_do_nothing(index_elements=[attachment_bodies.c.sha256]))
    rows = database.insert(attachments)
    unknown = rows.on_conflict_do_nothing(index_elements=[attachments.c.event_id, attachments.c.number])
    if kept:
        connection.execute(unknown, [_row(event_id, file) for event_id, file in kept])
    return [file for _, file in kept]


def _fitting(connection: Connection, source: str, bodies: dict[str, bytes], most: int) -> dict[str, bytes]:
    """Those of new bytes for which there is room today, noted as kept."""
    query = select(sources.c.kept_day, sources.c.kept_bytes, db_now().label("now")).where(sources.c.name == source)
    row = connection.execute(query.with_for_update()).one_or_none()
    today = 0 if row is None else row.now - row.now % _DAY
    used = int(row.kept_bytes) if row is not None and row.kept_day == today else 0
    left = most - used
    found: dict[str, bytes] = {}
    here = _here(connection, bodies)
    for sha256, body in bodies.items():  # the first ones first
        if sha256 not in here and len(body) <= left:
            found[sha256] = body
            left -= len(body)
    if found:
        noted = update(sources).where(sources.c.name == source)
        connection.execute(noted.values(kept_day=today, kept_bytes=most - left))
    return found


def _here(connection: Connection, hashes: Any) -> set[str]:
    query = select(attachment_bodies.c.sha256).where(attachment_bodies.c.sha256.in_(sorted(hashes)))
    return set(connection.execute(query).scalars()) if hashes else set()


def _left_out(file: AttachedFile) -> AttachedFile:
    return replace(file, body=None, sha256=None, why=file.why or DAY_LIMIT)


def _row(event_id: int, file: AttachedFile) -> dict[str, Any]:
    said = file.attachment
    return {
        "event_id": event_id, "number": file.number, "name": clean(said.name) or "", "type": clean(said.type) or "",
        "size": said.size, "inline": said.inline, "sha256": file.sha256, "why": file.why,
    }  # fmt: skip
