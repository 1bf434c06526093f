"""Operators' actions on an endpoint of the way back: enable, disable."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from connector.errors import WrongState
from connector.storage.audit import note
from connector.storage.core.database import Database
from connector.storage.core.statements import db_now
from connector.storage.reply import endpoints as rows
from connector.storage.tables import endpoints
from connector.values import Change

ENABLED, DISABLED = "enabled", "disabled"


def enable_endpoint(database: Database, name: str, *, actor: str) -> Change:
    """Let a disabled endpoint take replies again; what waited for it, ``released`` replies, is due at once.

    Raises :class:`connector.errors.WrongState` if it is enabled.
    """

    def use(connection: Connection) -> Change:
        if _disabled_at(connection, database, name) is None:
            raise WrongState(f"endpoint {name} is enabled", "endpoint", name, ENABLED, (DISABLED,))
        released = rows.enable(connection, name)
        note(connection, actor, "enable", [f"endpoint:{name}"], {"released": released})
        return Change(noun="endpoint", id=name, before=DISABLED, after=ENABLED, detail={"released": released})

    return database.write(use)


def disable_endpoint(database: Database, name: str, *, actor: str) -> Change:
    """Deliver nothing more to an endpoint for now: its replies wait; one that is under way finishes.

    Raises :class:`connector.errors.WrongState` if it is disabled.
    """

    def use(connection: Connection) -> Change:
        if _disabled_at(connection, database, name) is not None:
            raise WrongState(f"endpoint {name} is disabled", "endpoint", name, DISABLED, (ENABLED,))
        values = {"disabled_at": db_now(), "reason": "operator", "changed_at": db_now()}
        connection.execute(update(endpoints).where(endpoints.c.name == name).values(values))
        note(connection, actor, "disable", [f"endpoint:{name}"])
        return Change(noun="endpoint", id=name, before=ENABLED, after=DISABLED, detail={"released": 0})

    return database.write(use)


def _disabled_at(connection: Connection, database: Database, name: str) -> int | None:
    """Since when it is disabled; its row is made if need be, and held until the transaction ends."""
    row = database.insert(endpoints).values(name=name, changed_at=db_now())
    connection.execute(row.on_conflict_do_nothing(index_elements=["name"]))
    held = select(endpoints.c.disabled_at).where(endpoints.c.name == name).with_for_update()
    found: int | None = connection.execute(held).scalar_one()
    return found
