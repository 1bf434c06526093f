"""Operators' actions on routes: pause, stop (the kill switch), resume."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from connector.errors import WrongState
from connector.policy.turns import STOPPED
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.core.text import clean
from connector.storage.reply.kill_switch import let_out
from connector.storage.tables import routes
from connector.values import Change

_OPEN, _PAUSED = "open", "paused"


def pause_route(database: Database, name: str, *, actor: str, detail: str | None = None) -> Change:
    """Send nothing of this route until it is resumed. Raises :class:`connector.errors.WrongState` if it is paused."""

    def use(connection: Connection) -> Change:
        new = database.insert(routes).values(name=name, paused=False, changed_at=db_now())
        connection.execute(new.on_conflict_do_nothing(index_elements=["name"]))
        row = connection.execute(select(routes).where(routes.c.name == name).with_for_update()).one()
        if row.paused:
            status = STOPPED if row.reason == STOPPED else _PAUSED
            raise WrongState(f"route {name} is paused already", "route", name, status, (_OPEN,))
        values = {"paused": True, "reason": "operator", "detail": clean(detail), "changed_at": db_now()}
        connection.execute(update(routes).where(routes.c.name == name).values(values))
        note(connection, actor, "pause", [f"route:{name}"], {"detail": detail})
        return Change(noun="route", id=name, before=_OPEN, after=_PAUSED, detail={"reason": None})

    return database.write(use)


def stop_route(database: Database, name: str, *, actor: str, detail: str | None = None) -> Change:
    """The kill switch: send nothing of this route and let no answer of it out, until it is resumed.

    A route that is paused already is stopped all the same. Raises :class:`connector.errors.WrongState` if it is stopped
    already.
    """

    def use(connection: Connection) -> Change:
        new = database.insert(routes).values(name=name, paused=False, changed_at=db_now())
        connection.execute(new.on_conflict_do_nothing(index_elements=["name"]))
        row = connection.execute(select(routes).where(routes.c.name == name).with_for_update()).one()
        before = row.reason if row.paused else None
        if before == STOPPED:
            raise WrongState(f"route {name} is stopped already", "route", name, STOPPED, (_OPEN, _PAUSED))
        values = {"paused": True, "reason": STOPPED, "detail": clean(detail), "changed_at": db_now()}
        connection.execute(update(routes).where(routes.c.name == name).values(values))
        note(connection, actor, "stop", [f"route:{name}"], {"detail": detail, "was": before})
        was = _PAUSED if row.paused else _OPEN
        return Change(noun="route", id=name, before=was, after=STOPPED, detail={"reason": before})

    return database.write(use)


def resume_route(database: Database, name: str, *, actor: str) -> Change:
    """Let a route go on. Raises :class:`connector.errors.WrongState` if it is not paused."""

    def use(connection: Connection) -> Change:
        query = select(routes).where(routes.c.name == name)
        row = connection.execute(query.with_for_update()).one_or_none()
        if row is None or not row.paused:
            raise WrongState(f"route {name} is not paused", "route", name, _OPEN, (_PAUSED, STOPPED))
        opened = {"paused": False, "reason": None, "detail": None, "changed_at": db_now()}
        connection.execute(update(routes).where(routes.c.name == name).values(opened))
        if row.reason == STOPPED:
            let_out(connection, name)
        note(connection, actor, "resume", [f"route:{name}"], {"was": row.reason})
        was = STOPPED if row.reason == STOPPED else _PAUSED
        return Change(noun="route", id=name, before=was, after=_OPEN, detail={"reason": row.reason})

    return database.write(use)
