"""Audit log: one row for each decision, by whom and about what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, insert

from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.tables import audit

OURSELVES = "turnwire"
"""The actor of what no person decided."""


def note(
    connection: Connection, actor: str, action: str, subjects: Iterable[str], detail: Mapping[str, Any] | None = None
) -> None:
    """One audit row a subject, such as ``turn:12``; ``detail`` holds no customer's text."""
    text = json.dumps(dict(detail), ensure_ascii=False) if detail else None
    rows = [{"subject": subject} for subject in subjects]
    if rows:
        values = {"at": db_now(), "actor": clean(actor), "action": action, "detail": clean(text)}
        connection.execute(insert(audit).values(values), rows)
