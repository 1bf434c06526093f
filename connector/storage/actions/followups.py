"""Operators' actions on follow-ups: cancel."""

from __future__ import annotations

from sqlalchemy import Connection, update

from connector.storage.actions.base import wrong_state
from connector.storage.actions.replies import _locked
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.tables import followups
from connector.values import Change, FollowupStatus


def cancel_followup(database: Database, followup_id: int, *, actor: str) -> Change:
    """Take back a message that is due later. Raises what :func:`retry_reply` does."""

    def use(connection: Connection) -> Change:
        row = _locked(connection, followups, followup_id, "followup")
        before = FollowupStatus(row.status)
        if before is not FollowupStatus.SCHEDULED:
            raise wrong_state("followup", followup_id, before, (FollowupStatus.SCHEDULED,))
        values = {"status": str(FollowupStatus.CANCELLED), "reason": "operator", "ended_at": db_now()}
        connection.execute(update(followups).where(followups.c.id == followup_id).values(values))
        detail = {"from": before, "to": FollowupStatus.CANCELLED}
        note(connection, actor, "cancel", [f"followup:{followup_id}"], detail)
        return Change(noun="followup", id=followup_id, before=before, after=FollowupStatus.CANCELLED)

    return database.write(use)
