"""The queue of what leaves beside turns: replies, and outside calls of the outbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from connector.storage.core.statements import db_now
from connector.values import ReplyStatus


def anew(reason: str | None = None, ready_at: ColumnElement[int] | None = None) -> dict[str, Any]:
    """The columns of a reply that is queued again, due now unless ``ready_at`` says when."""
    due = db_now() if ready_at is None else ready_at
    return {
        "status": str(ReplyStatus.QUEUED),
        "reason": reason,
        "ready_at": due,
        "delays": 0,
        "failed_since": None,
    }
