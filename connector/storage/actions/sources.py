"""Operators' actions on sources that are fetched: stop and start."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.engine import Row

from connector.errors import NotFound, WrongState
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.tables import sources
from connector.values import Change

OPERATOR = "operator"
"""The reason of a source that a person stopped."""
_OPEN, _STOPPED = "open", "stopped"


def stop_source(database: Database, name: str, *, actor: str, detail: str | None = None) -> Change:
    """Fetch nothing of a source until it is started.

    Raises :class:`connector.errors.NotFound`, and :class:`connector.errors.WrongState` if it is stopped.
    """

    def use(connection: Connection) -> Change:
        row = _row(connection, name)
        if row.stopped:
            raise WrongState(f"source {name} is stopped already", "source", name, _STOPPED, (_OPEN,))
        values = {"stopped": True, "reason": OPERATOR, "detail": clean(detail), "changed_at": db_now()}
        connection.execute(update(sources).where(sources.c.name == name).values(values))
        note(connection, actor, "stop", [f"source:{name}"], {"detail": detail})
        return Change(noun="source", id=name, before=_OPEN, after=_STOPPED, detail={"reason": None})

    return database.write(use)


def start_source(database: Database, name: str, *, actor: str) -> Change:
    """Fetch a source again, whatever stopped it. Raises as :func:`stop_source`, if it is not stopped."""

    def use(connection: Connection) -> Change:
        row = _row(connection, name)
        if not row.stopped:
            raise WrongState(f"source {name} is not stopped", "source", name, _OPEN, (_STOPPED,))
        values: dict[str, Any] = {"stopped": False, "reason": None, "detail": None, "changed_at": db_now()}
        values |= {"asked_at": db_now(), "failures": 0, "problem": None, "error": None}
        connection.execute(update(sources).where(sources.c.name == name).values(values))
        note(connection, actor, "start", [f"source:{name}"], {"was": row.reason})
        return Change(noun="source", id=name, before=_STOPPED, after=_OPEN, detail={"reason": row.reason})

    return database.write(use)


def _row(connection: Connection, name: str) -> Row[Any]:
    row = connection.execute(select(sources).where(sources.c.name == name).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"source {name} has not been read yet", "source", name)
    return row
