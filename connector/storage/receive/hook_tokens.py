"""Tokens with which deliveries were signed: each is good for one message, however often that comes."""

from __future__ import annotations

import hashlib

from sqlalchemy import Connection, delete, select

from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import hook_tokens

SHORTEST_MEMORY = 2 * 86_400.0
"""Seconds for which a token is remembered at least."""


def bind(database: Database, source_name: str, token: str, external_id: str, *, tolerance: float) -> bool:
    """Whether a token came with this message only, now and before; it is remembered for longer than ``tolerance``.

    Raises :class:`connector.errors.DatabaseUnavailable`.
    """
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    memory = int(1000 * max(SHORTEST_MEMORY, 3 * tolerance))
    ours = hook_tokens.c.source_name == source_name

    def use(connection: Connection) -> bool:
        connection.execute(delete(hook_tokens).where(ours, hook_tokens.c.seen_at < db_now() - memory))
        row = database.insert(hook_tokens).values(
            source_name=source_name, token=digest, external_id=external_id, seen_at=db_now()
        )
        connection.execute(row.on_conflict_do_nothing())
        found = select(hook_tokens.c.external_id).where(ours, hook_tokens.c.token == digest)
        return bool(connection.execute(found).scalar_one() == external_id)

    return database.write(use)
