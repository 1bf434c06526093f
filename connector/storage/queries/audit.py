"""Queries of the audit log."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from connector.storage.core.database import Database
from connector.storage.queries.rendering import moment, parsed
from connector.storage.tables import audit


def history(database: Database, subject: str) -> list[dict[str, Any]]:
    """What operators did to ``turn:12``, ``conversation:5``, ``account:NAME`` …, the oldest first."""
    query = select(audit).where(audit.c.subject == subject).order_by(audit.c.id)
    with database.reading() as connection:
        return [
            {
                "at": moment(row["at"]),
                "actor": row["actor"],
                "action": row["action"],
                "subject": row["subject"],
                "detail": parsed(row["detail"]),
            }
            for row in connection.execute(query).mappings()
        ]
